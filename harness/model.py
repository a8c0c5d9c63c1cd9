"""The nouns of the product, as frozen values that check themselves. Standard library only."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from harness.values import Value
from harness.ways import Account as Account
from harness.ways import BrowserLogin, Network
from harness.ways import Secret as Secret


class Side(StrEnum):
    """One of the two environments that a run compares."""

    SOURCE = "source"
    TARGET = "target"


class Part(StrEnum):
    """One execution within a check: a side's capture, a noise run, the comparison, or a live pair.

    `prepared`: documents made on the source before the upgrade, which a later run finds again.
    """

    SOURCE = "source"
    SOURCE_REPEAT = "source-repeat"
    TARGET = "target"
    TARGET_REPEAT = "target-repeat"
    PREPARED = "prepared"
    COMPARISON = "comparison"
    PAIR = "pair"

    @property
    def side(self) -> Side | None:
        """The environment this part speaks to; None when it speaks to none or to both."""
        return _SIDE_OF_PART.get(self)


_SIDE_OF_PART = {
    Part.SOURCE: Side.SOURCE,
    Part.SOURCE_REPEAT: Side.SOURCE,
    Part.TARGET: Side.TARGET,
    Part.TARGET_REPEAT: Side.TARGET,
    Part.PREPARED: Side.SOURCE,
}


class Mode(StrEnum):
    """How a check gathers evidence: each side by itself, or both at once."""

    SIDE = "side"
    PAIR = "pair"


class Status(StrEnum):
    """Allure's five outcomes. `broken` is the tool or the set-up, `failed` is the ERP."""

    PASSED = "passed"
    FAILED = "failed"
    BROKEN = "broken"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """How bad a wrong result is for the business; the worst first."""

    BLOCKER = "blocker"
    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"

    @property
    def rank(self) -> int:
        """0 for the worst; orders severities."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Area(StrEnum):
    """The parts of an upgrade that are judged separately and never averaged."""

    DATA = "data"
    FUNCTION = "function"
    RIGHTS = "rights"
    INTERFACES = "interfaces"
    UX = "ux"
    COMPATIBILITY = "compatibility"
    PERFORMANCE = "performance"
    CONTINUITY = "continuity"
    SECURITY = "security"
    READINESS = "readiness"


class FindingKind(StrEnum):
    """What is wrong with the ERP."""

    MISSING_IN_TARGET = "missing_in_target"
    MISSING_IN_SOURCE = "missing_in_source"
    MISMATCH = "mismatch"
    TOTAL_MISMATCH = "total_mismatch"
    REGRESSION = "regression"
    VIOLATION = "violation"
    UNAVAILABLE = "unavailable"


class Outcome(StrEnum):
    """The three recommendations."""

    GO = "GO"
    GO_WITH_CONDITIONS = "GO_WITH_CONDITIONS"
    NO_GO = "NO_GO"


@dataclass(frozen=True, slots=True)
class Title:
    """A name written by the author of a check, in both languages."""

    en: str
    zh: str

    def __post_init__(self) -> None:
        if not self.en.strip() or not self.zh.strip():
            raise ValueError("a title needs both languages")


Param: TypeAlias = "bool | int | str | Decimal | datetime | date | Title | Text | tuple[Param, ...] | None"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence of the catalogue with its parameters, rendered in the reader's language when read."""

    key: str
    params: tuple[tuple[str, Param], ...] = ()

    def __getitem__(self, name: str) -> Param:
        return dict(self.params)[name]


def text(key: str, /, **params: Param) -> Text:
    """The sentence `key` of the catalogue, with its parameters in a fixed order."""
    return Text(key, tuple(sorted(params.items())))


@dataclass(frozen=True, slots=True)
class Metrics:
    """Where a server tells what it uses: a page of figures, or a server that is asked for each by a query."""

    url: str
    token: Secret | None = None
    figures: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def queried(self) -> bool:
        """Whether it is a Prometheus server's address for queries."""
        return self.url.rstrip("/").endswith("/api/v1/query")


@dataclass(frozen=True, slots=True)
class Environment:
    """One ERP system as the harness may use it. A source is read-only unless `allow_writes`."""

    side: Side
    adapter: str
    url: str
    options: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    sql: Secret | None = None
    accounts: Mapping[str, Account] = field(default_factory=lambda: MappingProxyType({}))
    production: bool = False
    synthetic: bool = False
    allow_writes: bool = False
    load: bool = False
    network: Network = field(default_factory=Network)
    login: BrowserLogin = field(default_factory=BrowserLogin)
    folder: str = ""  # what a path among the options is relative to
    metrics: Metrics | None = None

    def __post_init__(self) -> None:
        if self.production and (self.allow_writes or self.load or self.synthetic):
            raise ValueError("a production environment can be neither written to, loaded nor synthetic")


@dataclass(frozen=True, slots=True)
class EnvironmentPair:
    """The current system and the upgraded one."""

    source: Environment
    target: Environment

    def __post_init__(self) -> None:
        if (self.source.side, self.target.side) != (Side.SOURCE, Side.TARGET):
            raise ValueError("a pair is a source and a target")

    def __getitem__(self, side: Side) -> Environment:
        return self.source if side is Side.SOURCE else self.target


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """What one check is: written once by its author, stored with every result.

    `new`: a function that the source does not have, so that there is nothing to compare with.
    `cases` are the ids that a test-management system knows the check by.
    """

    id: str
    title: Title
    area: Area
    module: str
    mode: Mode
    comparator: str
    severity: Severity = Severity.CRITICAL
    requirements: tuple[str, ...] = ()
    department: str | None = None
    owner: str | None = None
    writes: bool = False
    new: bool = False
    cases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.id or self.id != self.id.strip() or "." not in self.id:
            raise ValueError(f"a check id is a dotted name such as 'function.order_to_cash', not {self.id!r}")
        if not self.comparator:
            raise ValueError(f"{self.id}: a check names the comparator of its captures")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with the target. Values are already masked when they are personal."""

    check_id: str
    kind: FindingKind
    entity: str
    severity: Severity
    text: Text
    key: str | None = None
    field: str | None = None
    step: str | None = None
    source_value: Value = None
    target_value: Value = None
    amount: Decimal | None = None
    currency: str | None = None
    count: int = 1
    fingerprint: str = ""

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError("a finding stands for at least one difference")
        if self.amount is not None and self.amount < 0:
            raise ValueError("the amount affected has no sign")


def fingerprint_of(finding: Finding, key: bytes) -> str:
    """The lasting name of a finding: it survives a rerun and never depends on the values."""
    business_key = hmac.new(key, _bytes_of(finding.key or ""), hashlib.sha256).hexdigest()
    parts = (finding.check_id, finding.kind, finding.entity, business_key, finding.field or "")
    return hashlib.sha256(_bytes_of("\x1f".join(parts))).hexdigest()


def _bytes_of(content: str) -> bytes:
    return content.encode("utf-8", "backslashreplace")  # an ERP may hold half a character


@dataclass(frozen=True, slots=True)
class Attachment:
    """Evidence in bytes. `sensitive` keeps it out of the run unless the environment is synthetic."""

    name: str
    media_type: str
    content: bytes
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """One item of a universe (a table, a column, a screen) that a check has looked at, and how."""

    kind: str
    item: str
    how: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a universe: what there is to verify. `size` counts what it holds (rows), if known."""

    kind: str
    item: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """What one part of a check gathered: plain values and blobs, all that its comparator may know."""

    value: Value
    attachments: tuple[Attachment, ...] = ()
    covers: tuple[Cover, ...] = ()
    universe: tuple[Item, ...] = ()
    caveats: tuple[Text, ...] = ()
    measures: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    failure: Text | None = None

    def content(self, name: str) -> bytes:
        """The bytes of the attachment `name`; KeyError when there is none."""
        for attachment in self.attachments:
            if attachment.name == name:
                return attachment.content
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a comparator concludes from captures; the plug-in records it."""

    status: Status
    reason: Text | None = None
    findings: tuple[Finding, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    covers: tuple[Cover, ...] = ()
    caveats: tuple[Text, ...] = ()
    measures: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        _demand_reason(self.status, self.reason)
        if self.findings and self.status is Status.PASSED:
            raise ValueError("a check with findings has not passed")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcome of one part of one check. Whatever is not passed says why."""

    spec: CheckSpec
    part: Part
    status: Status
    started: datetime
    seconds: Decimal
    reason: Text | None = None
    attempt: int = 1
    caveats: tuple[Text, ...] = ()
    measures: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        _demand_reason(self.status, self.reason)


def _demand_reason(status: Status, reason: Text | None) -> None:
    if status is not Status.PASSED and reason is None:
        raise ValueError(f"a check that is {status} says why")


@dataclass(frozen=True, slots=True)
class Waiver:
    """An accepted finding. Hand-written only; it hides nothing and it ends."""

    id: str
    reason: str
    owner: str
    approver: str
    expires: date
    ticket: str | None = None
    fingerprint: str | None = None
    check: str | None = None
    kind: FindingKind | None = None
    entity: str | None = None
    field: str | None = None
    key: str | None = None
    limit: int = 1

    def __post_init__(self) -> None:
        if not (self.fingerprint or self.check or self.entity):
            raise ValueError("a waiver says which finding it accepts")


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one exit criterion found: the limit, the actual value, and the evidence it looked at."""

    rule: str
    area: Area | None
    severity: Severity
    passed: bool
    text: Text
    actual: Value = None
    limit: Value = None
    requirements: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """What somebody must do by a date so that a conditional go holds."""

    text: Text
    owner: str
    due: date | None
    waiver: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The recommendation with everything it rests on. People decide; this advises.

    `scope` is empty for a whole run; a scoped run never recommends a release, so `outcome` is then
    None and `scope_passed` says how the selected part did.
    """

    outcome: Outcome | None
    scope: tuple[str, ...]
    scope_passed: bool | None
    milestone: str
    as_of: datetime
    rules: tuple[RuleResult, ...]
    conditions: tuple[Condition, ...] = ()
    not_verified: tuple[Text, ...] = ()
    digests: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if bool(self.scope) == (self.outcome is not None):
            raise ValueError("a scoped result recommends nothing; an unscoped one recommends")
        if bool(self.scope) != (self.scope_passed is not None):
            raise ValueError("only a scoped result says whether its part passed")
