"""What judging a run leaves behind: the verdict with every finding, waiver, check and area it rests on.

Reports read this and nothing else, so that no report can know better than the gate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from harness.config.lists import Consent
from harness.coverage import Operation
from harness.gate.human import NOTHING_DONE, HumanEvidence
from harness.gate.parity import ParityLine
from harness.gate.risk import Risk
from harness.model import Area, Finding, Outcome, Severity, Text, Title, Verdict, Waiver


class CheckState(StrEnum):
    """The one word for a whole check, all its parts considered; the most serious doubt wins."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"
    SKIPPED = "skipped"
    BROKEN = "broken"
    MISSING = "missing"

    @property
    def concluded(self) -> bool:
        """Whether the check says something about the ERP, good or bad."""
        return self in (CheckState.PASSED, CheckState.FAILED)


class Standing(StrEnum):
    """What a waiver is worth in this run. Only an accepted one accepts anything."""

    ACCEPTED = "accepted"
    EXPIRED = "expired"
    SELF_APPROVED = "self_approved"
    TOO_BROAD = "too_broad"
    UNUSED = "unused"
    DORMANT = "dormant"


class AreaState(StrEnum):
    """How an area stands; the colour of its row."""

    PASSED = "passed"
    CONDITIONS = "conditions"
    FAILED = "failed"
    NOT_VERIFIED = "not_verified"


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money affected, in one currency; currencies are never added up."""

    total: Decimal
    currency: str | None


@dataclass(frozen=True, slots=True)
class JudgedFinding:
    """A finding and the waiver that accepts it, if a valid one does."""

    finding: Finding
    waiver: Waiver | None = None

    @property
    def open(self) -> bool:
        """Whether nobody has accepted it."""
        return self.waiver is None


@dataclass(frozen=True, slots=True)
class JudgedCheck:
    """One check as the gate sees it: its state over all parts, and how much it found.

    `manual`: people did it by hand. `notes` stand beside it: what the same case gave the other way.
    """

    id: str
    title: Title
    area: Area
    module: str
    severity: Severity
    state: CheckState
    reason: Text | None
    seconds: Decimal
    attempts: int
    department: str | None = None
    owner: str | None = None
    requirements: tuple[str, ...] = ()
    caveats: tuple[Text, ...] = ()
    open: int = 0
    waived: int = 0
    cases: tuple[str, ...] = ()
    manual: bool = False
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class WaiverState:
    """A waiver of the file, what it is worth, and what it matched."""

    waiver: Waiver
    standing: Standing
    matched: int
    differences: int
    amounts: tuple[Amount, ...] = ()


@dataclass(frozen=True, slots=True)
class AreaSummary:
    """An area in counts; no percentage and no average, on purpose."""

    area: Area
    asked: bool
    state: AreaState
    passed: int = 0
    failed: int = 0
    undecided: int = 0
    skipped: int = 0
    broken: int = 0
    missing: int = 0
    blocker: int = 0
    critical: int = 0
    major: int = 0
    minor: int = 0
    waived: int = 0
    amounts: tuple[Amount, ...] = ()

    @property
    def checks(self) -> int:
        """How many checks the area has, whatever became of them."""
        return self.passed + self.failed + self.undecided + self.skipped + self.broken + self.missing


class CellState(StrEnum):
    """How one operation on one kind of document stands, the worst first; each cell has exactly one."""

    FAILED = "failed"
    WAIVED = "waived"
    VERIFIED = "verified"
    REFUSED = "refused"
    NOT_VERIFIED = "not_verified"


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing that people do in business, how it stands, and the checks and departments that did it."""

    operation: Operation
    state: CellState
    checks: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()


class RequirementState(StrEnum):
    """How a requirement stands over everything that serves it, the worst first."""

    FAILED = "failed"
    NOT_VERIFIED = "not_verified"
    WAIVED = "waived"
    VERIFIED = "verified"
    NO_CHECK = "no_check"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement with the checks and the exit criteria that serve it."""

    id: str
    title: str
    state: RequirementState
    checks: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    department: str | None = None


class Signature(StrEnum):
    """What a department's signature is worth for this run. Only a valid one counts."""

    VALID = "valid"
    REJECTED = "rejected"
    UNINFORMED = "uninformed"
    OTHER_RUN = "other_run"
    TO_COME = "to_come"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class SignOff:
    """One line that somebody signed; `actual` are the open differences of the department in this run.

    `tested`: some check of the department came to a conclusion; otherwise nothing could be open.
    """

    department: str
    name: str
    role: str | None
    day: date
    run: str
    consent: Consent
    outstanding: int
    actual: int
    standing: Signature
    remark: str | None = None
    tested: bool = True


class Against(StrEnum):
    """How a decision of the committee stands beside the recommendation."""

    SAME = "same"
    OVERRIDE = "override"
    CAREFUL = "careful"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the committee decided on one run: members are names with roles. No criterion looks at it."""

    outcome: Outcome
    day: date
    run: str
    members: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]
    standing: Signature
    against: Against


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """One difference to a policy that was used before, and whether it asks for less."""

    text: Text
    weaker: bool


@dataclass(frozen=True, slots=True)
class BusinessCoverage:
    """What the company does against what was verified of it, and what was asked for against its checks.

    `without_requirement` are the checks that serve none.
    """

    cells: tuple[Cell, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    without_requirement: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many differences there are of each severity."""

    blocker: int = 0
    critical: int = 0
    major: int = 0
    minor: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, level) + getattr(other, level) for level in Severity))

    def down_to(self, severity: Severity) -> int:
        """How many are of this severity or worse."""
        return sum(getattr(self, level) for level in Severity if level.rank <= severity.rank)

    @classmethod
    def of(cls, severities: Iterable[Severity]) -> Counts:
        """The severities, counted."""
        found = list(severities)
        return cls(*(found.count(level) for level in Severity))


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of differences, accepted or open, since the rehearsal before.

    `gone`: their check came to a conclusion and reports them no more. `unseen`: it came to none.
    """

    new: int = 0
    gone: int = 0
    back: int = 0
    unseen: int = 0


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A complete run of the whole, among others of its project and profile.

    `unseen` are differences that were open when somebody looked last, which was not in this run.
    `moved` is None for the first one, `outcome` while it is not judged.
    """

    run: str
    created: datetime
    milestone: str
    outcome: Outcome | None
    open: Counts
    amounts: tuple[Amount, ...] = ()
    unseen: Counts = Counts()
    moved: Moved | None = None

    def standing(self, severity: Severity) -> int:
        """Differences of this severity or worse that are open as far as anybody knows."""
        return (self.open + self.unseen).down_to(severity)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with all that it was made from; stored beside the run and read back for the reports.

    `policy_changes` are against every policy that this milestone was judged by before; `since` is what
    became of the recommendation since the last judgement. `trend` are the rehearsals up to this run.
    """

    verdict: Verdict
    findings: tuple[JudgedFinding, ...]
    waivers: tuple[WaiverState, ...]
    areas: tuple[AreaSummary, ...]
    checks: tuple[JudgedCheck, ...] = ()
    coverage: BusinessCoverage = BusinessCoverage()
    sign_offs: tuple[SignOff, ...] = ()
    policy_changes: tuple[PolicyChange, ...] = ()
    since: tuple[Text, ...] = ()
    human: HumanEvidence = NOTHING_DONE
    decisions: tuple[Decision, ...] = ()
    risks: tuple[Risk, ...] = ()
    parity: tuple[ParityLine, ...] = ()
    trend: tuple[Rehearsal, ...] = ()
