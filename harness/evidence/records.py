"""What is stored in a run directory, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from harness.errors import EvidenceError
from harness.model import CheckSpec, Cover, Item, Part, Side, Text, text
from harness.values import Value

SCHEMA = 1


class Kind(StrEnum):
    """The kinds of journal records."""

    SESSION = "session"
    PLAN = "plan"
    CHECK = "check"
    EVIDENCE = "evidence"
    FINDING = "finding"
    UNIVERSE = "universe"
    COVERS = "covers"
    CLOSE = "close"
    SEAL = "seal"


class Damage(StrEnum):
    """How a run directory differs from what was stored."""

    CHANGED = "changed"
    REMOVED = "removed"
    ADDED = "added"
    REORDERED = "reordered"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run was started with. `scope` is empty for a whole run; `previous_run` links an attempt.

    `environments` maps a side to what is known of it; `synthetic = true` on every side is what allows
    sensitive attachments to be kept.
    """

    run_id: str
    created: datetime
    harness_version: str
    project: str
    profile: str
    scope: tuple[str, ...]
    sides: tuple[Side, ...]
    config_digest: str
    environments: Mapping[str, Mapping[str, Value]] = field(default_factory=lambda: MappingProxyType({}))
    code_revision: str | None = None
    previous_run: str | None = None
    schema: int = SCHEMA

    def __post_init__(self) -> None:
        if not self.run_id or Path(self.run_id).name != self.run_id or self.run_id.startswith("."):
            raise ValueError(f"a run's id is a plain name, not {self.run_id!r}")
        if self.created.tzinfo is None:
            raise ValueError("the time a run was created has a time zone")

    @property
    def synthetic(self) -> bool:
        """Whether every environment of the run holds made-up data only."""
        known = self.environments.values()
        return bool(known) and all(environment.get("synthetic") is True for environment in known)


@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """Bytes that a check left: a whole capture, or one attachment. `digest` is None when dropped."""

    check_id: str
    part: Part
    attempt: int
    name: str
    media_type: str
    size: int
    digest: str | None
    capture: bool = False
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """An attachment as a stored capture lists it."""

    name: str
    media_type: str
    digest: str | None
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class StoredCapture:
    """A capture without the bytes of its attachments."""

    value: Value
    attachments: tuple[StoredAttachment, ...]
    covers: tuple[Cover, ...]
    universe: tuple[Item, ...]
    caveats: tuple[Text, ...]
    measures: Mapping[str, Value]
    failure: Text | None


@dataclass(frozen=True, slots=True)
class Planned:
    """One part of a check that the run means to execute."""

    spec: CheckSpec
    part: Part


@dataclass(frozen=True, slots=True)
class CheckCovers:
    """What one check has looked at."""

    check_id: str
    covers: tuple[Cover, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """The first record of a segment: which run it belongs to, and the torn segments it knows of."""

    run_id: str
    segment: str
    harness_version: str
    manifest: str
    torn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cut:
    """A segment that ends in a half-written record: its writer was killed.

    `resumed` is true when a later session of the run knew of the cut: it planned again whatever the
    lost record was part of, so nothing is silently missing.
    """

    segment: str
    line: int
    size: int
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """One way in which a run directory is not what was stored: what happened, in which file, where."""

    damage: Damage
    file: str
    text: Text
    line: int | None = None


def problem(damage: Damage, file: str, line: int | None = None) -> Problem:
    """The problem with its sentence."""
    key = f"evidence.damage.{damage}" + ("_line" if line is not None else "")
    sentence = text(key, file=file) if line is None else text(key, file=file, line=line)
    return Problem(damage, file, sentence, line)


def failure(found: Problem) -> EvidenceError:
    """The problem as an error, for readers that cannot go on."""
    return EvidenceError(found.text)
