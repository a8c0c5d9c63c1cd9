"""What can happen to a thing in an upgrade, and how serious each of it is: the table of severities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from harness.model import FindingKind, Severity
from harness.things import Sort
from harness.values import Value

_CRITICAL, _MAJOR, _MINOR = Severity.CRITICAL, Severity.MAJOR, Severity.MINOR


class Change(StrEnum):
    """One kind of difference between two things of the same name."""

    GONE = "gone"
    NEW = "new"
    MOVED = "moved"
    NEW_REQUIRED = "new_required"
    NEW_ACTIVE = "new_active"
    UNREADABLE = "unreadable"
    TYPE = "type"
    REQUIRED = "required"
    OPTIONAL = "optional"
    READONLY = "readonly"
    WRITABLE = "writable"
    DEFAULT = "default"
    DEFAULT_LOST = "default_lost"
    DEFAULT_NEW = "default_new"
    EMPTY = "empty"
    LOST_BY_ROLE = "lost_by_role"
    GAINED_BY_ROLE = "gained_by_role"
    STARTED = "started"
    STOPPED = "stopped"
    SCHEDULE = "schedule"
    RESTARTED = "restarted"
    BEHIND = "behind"
    FORMAT = "format"
    VALUE = "value"
    TRANSLATIONS = "translations"


@dataclass(frozen=True, slots=True)
class Weight:
    """How serious a change is: for what the company uses, and for what it does not (None: the same)."""

    used: Severity
    unused: Severity | None = None

    def of(self, used: bool) -> Severity:
        """The severity for one thing."""
        return self.used if used or self.unused is None else self.unused


# What is not in this table is listed, but is no finding: appeared fields, newer versions, other titles.
SEVERITIES: Mapping[tuple[Sort, Change], Weight] = MappingProxyType(
    {
        (Sort.MODULE, Change.GONE): Weight(_CRITICAL),
        (Sort.MODEL, Change.GONE): Weight(_MAJOR, _MINOR),
        (Sort.MODEL, Change.UNREADABLE): Weight(_CRITICAL),
        (Sort.FIELD, Change.GONE): Weight(_MAJOR, _MINOR),
        (Sort.FIELD, Change.EMPTY): Weight(_CRITICAL),
        (Sort.FIELD, Change.TYPE): Weight(_MAJOR, _MINOR),
        (Sort.FIELD, Change.REQUIRED): Weight(_MAJOR, _MINOR),
        (Sort.FIELD, Change.NEW_REQUIRED): Weight(_MAJOR, _MINOR),
        (Sort.FIELD, Change.OPTIONAL): Weight(_MAJOR, _MINOR),
        (Sort.FIELD, Change.READONLY): Weight(_MAJOR, _MINOR),
        (Sort.FIELD, Change.WRITABLE): Weight(_MINOR),
        (Sort.FIELD, Change.DEFAULT): Weight(_MAJOR, _MINOR),
        (Sort.FIELD, Change.DEFAULT_LOST): Weight(_MAJOR, _MINOR),
        (Sort.FIELD, Change.DEFAULT_NEW): Weight(_MINOR),
        (Sort.MENU, Change.GONE): Weight(_MAJOR, _MINOR),
        (Sort.MENU, Change.MOVED): Weight(_MINOR),
        (Sort.MENU, Change.LOST_BY_ROLE): Weight(_MAJOR, _MINOR),
        (Sort.MENU, Change.GAINED_BY_ROLE): Weight(_MINOR),
        (Sort.ACTION, Change.GONE): Weight(_MINOR),
        (Sort.REPORT, Change.GONE): Weight(_MAJOR),
        (Sort.WIZARD, Change.GONE): Weight(_MINOR),
        (Sort.METHOD, Change.GONE): Weight(_MINOR),
        (Sort.JOB, Change.STARTED): Weight(_CRITICAL),
        (Sort.JOB, Change.NEW_ACTIVE): Weight(_MAJOR, _MINOR),
        (Sort.JOB, Change.STOPPED): Weight(_MAJOR),
        (Sort.JOB, Change.GONE): Weight(_MAJOR, _MINOR),
        (Sort.JOB, Change.SCHEDULE): Weight(_MINOR),
        (Sort.SEQUENCE, Change.RESTARTED): Weight(_CRITICAL),
        (Sort.SEQUENCE, Change.BEHIND): Weight(_MINOR),
        (Sort.SEQUENCE, Change.FORMAT): Weight(_MAJOR),
        (Sort.SEQUENCE, Change.GONE): Weight(_MAJOR, _MINOR),
        (Sort.SETTING, Change.VALUE): Weight(_MAJOR),
        (Sort.SETTING, Change.GONE): Weight(_MAJOR, _MINOR),
        (Sort.LANGUAGE, Change.GONE): Weight(_MAJOR),
        (Sort.LANGUAGE, Change.FORMAT): Weight(_MINOR),
        (Sort.LANGUAGE, Change.TRANSLATIONS): Weight(_MINOR),
    }
)

KINDS: Mapping[Change, FindingKind] = MappingProxyType(
    {
        Change.GONE: FindingKind.MISSING_IN_TARGET,
        Change.LOST_BY_ROLE: FindingKind.MISSING_IN_TARGET,
        Change.NEW_REQUIRED: FindingKind.MISSING_IN_SOURCE,
        Change.NEW_ACTIVE: FindingKind.MISSING_IN_SOURCE,
        Change.GAINED_BY_ROLE: FindingKind.MISSING_IN_SOURCE,
        Change.UNREADABLE: FindingKind.UNAVAILABLE,
        Change.EMPTY: FindingKind.REGRESSION,
        Change.RESTARTED: FindingKind.REGRESSION,
        Change.STARTED: FindingKind.VIOLATION,
    }
)
"""The kind of finding that a change is; a mismatch where nothing is said."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One change of one thing. `used`: the company has data or a purpose for it in the current system.

    `model` and `module` say where it belongs, as far as that is known: what flows touch is told by them.
    """

    sort: Sort
    name: str
    title: str
    change: Change
    source: Value = None
    target: Value = None
    model: str = ""
    module: str = ""
    used: bool = True

    @property
    def severity(self) -> Severity | None:
        """By the table; None for what is only listed."""
        weight = SEVERITIES.get((self.sort, self.change))
        return None if weight is None else weight.of(self.used)

    @property
    def kind(self) -> FindingKind:
        """The kind of finding that it is."""
        return KINDS.get(self.change, FindingKind.MISMATCH)
