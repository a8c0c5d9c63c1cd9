"""The facts of a recorded run as the rules need them: one state per check, findings with their waivers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from harness.coverage import KindCoverage
from harness.evidence import Recorded
from harness.gate import waivers as accepting
from harness.gate.human import NOTHING_DONE, HumanEvidence
from harness.gate.judgement import (
    CheckState,
    JudgedCheck,
    JudgedFinding,
    Rehearsal,
    SignOff,
    WaiverState,
)
from harness.gate.parity import ParityLine
from harness.gate.risk import Risk
from harness.model import (
    Area,
    CheckResult,
    CheckSpec,
    Cover,
    Finding,
    Item,
    Part,
    Severity,
    Status,
    Text,
    Waiver,
    text,
)

# A part that the tool could not bring to its end casts more doubt than one with a bad end: worst first.
_DOUBTS = (
    (Status.BROKEN, CheckState.BROKEN),
    (Status.SKIPPED, CheckState.SKIPPED),
    (Status.UNKNOWN, CheckState.UNDECIDED),
)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a rule may know. Sorted, so that the order in which results came makes no difference.

    `covers` are those of checks that came to a conclusion, with the checks' ids. `rehearsals` end with this
    run, unless it is no complete run of the whole.
    """

    milestone: str
    as_of: datetime
    asked: tuple[Area, ...]
    checks: tuple[JudgedCheck, ...]
    findings: tuple[JudgedFinding, ...]
    waivers: tuple[WaiverState, ...]
    planned: int
    missing: tuple[str, ...]
    cuts: int
    sealed: bool
    scoped: bool
    oldest: datetime | None
    materiality: Decimal | None
    currency: str | None
    weakened: tuple[str, ...] = ()
    coverage: tuple[KindCoverage, ...] = ()
    universe: tuple[Item, ...] = ()
    covers: tuple[tuple[str, Cover], ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    human: HumanEvidence = NOTHING_DONE
    risks: tuple[Risk, ...] = ()
    parity: tuple[ParityLine, ...] = ()
    rehearsals: tuple[Rehearsal, ...] = ()
    open_findings: Mapping[Area | None, tuple[JudgedFinding, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "open_findings", _open_findings(self.checks, self.findings))

    def checks_in(self, area: Area | None) -> tuple[JudgedCheck, ...]:
        """The checks of one area, or of the whole run."""
        return tuple(check for check in self.checks if area in (None, check.area))

    def open_in(self, area: Area | None, severity: Severity) -> tuple[JudgedFinding, ...]:
        """Findings that nobody has accepted, `severity` or worse, worst first."""
        found = self.open_findings.get(area, ())
        # They are in the order of their severity: of very many findings only the end is looked for.
        return found[: bisect_right(found, severity.rank, key=_rank_of)]

    def areas(self) -> tuple[Area, ...]:
        """The areas that the milestone asks for, and those that the run has checks of, in their order."""
        present = {check.area for check in self.checks}
        return tuple(area for area in Area if area in self.asked or area in present)


def _open_findings(
    checks: Iterable[JudgedCheck], findings: Iterable[JudgedFinding]
) -> Mapping[Area | None, tuple[JudgedFinding, ...]]:
    """Those that nobody has accepted, by the area of their check; all of them under None."""
    areas = {check.id: check.area for check in checks}
    found: dict[Area | None, list[JudgedFinding]] = {None: []}
    for judged in findings:
        if judged.open:
            found[None].append(judged)
            area = areas.get(judged.finding.check_id)
            if area is not None:
                found.setdefault(area, []).append(judged)
    return {area: tuple(sorted(own, key=_rank_of)) for area, own in found.items()}


def _rank_of(judged: JudgedFinding) -> int:
    return judged.finding.severity.rank


def concluded_covers(
    covers: Iterable[tuple[str, Cover]], checks: Iterable[JudgedCheck]
) -> tuple[tuple[str, Cover], ...]:
    """What the checks that came to a conclusion looked at, by their ids.

    A check that came to none has verified nothing, whatever it touched on the way.
    """
    concluded = {check.id for check in checks if check.state.concluded}
    return tuple((check_id, cover) for check_id, cover in covers if check_id in concluded)


def gather_checks(recorded: Recorded) -> tuple[JudgedCheck, ...]:
    """Every check that was planned or has a result, with one state over its latest parts, by id."""
    specs: dict[str, CheckSpec] = {spec.id: spec for spec, _ in recorded.planned}
    latest: dict[str, dict[Part, CheckResult]] = {}
    for result in recorded.results:
        specs[result.spec.id] = result.spec
        parts = latest.setdefault(result.spec.id, {})
        if result.part not in parts or parts[result.part].attempt <= result.attempt:
            parts[result.part] = result
    deciding = recorded.conclusions()
    return tuple(
        _judged(specs[check_id], latest.get(check_id, {}), deciding.get(check_id))
        for check_id in sorted(specs)
    )


def _judged(
    spec: CheckSpec, parts: Mapping[Part, CheckResult], conclusion: CheckResult | None
) -> JudgedCheck:
    state, reason = _state(parts, conclusion)
    return JudgedCheck(
        id=spec.id,
        title=spec.title,
        area=spec.area,
        module=spec.module,
        severity=spec.severity,
        state=state,
        reason=reason,
        seconds=sum((result.seconds for result in parts.values()), Decimal(0)),
        attempts=max((result.attempt for result in parts.values()), default=0),
        department=spec.department,
        owner=spec.owner,
        requirements=spec.requirements,
        cases=spec.cases,
        caveats=_unique(caveat for part in Part if part in parts for caveat in parts[part].caveats),
    )


def _unique(caveats: Iterable[Text]) -> tuple[Text, ...]:
    return tuple(dict.fromkeys(caveats))


def _state(
    parts: Mapping[Part, CheckResult], conclusion: CheckResult | None
) -> tuple[CheckState, Text | None]:
    for status, state in _DOUBTS:
        for part in reversed(Part):
            if part in parts and parts[part].status is status:
                return state, parts[part].reason
    if conclusion is None:
        return CheckState.MISSING, text("gate.check.no_conclusion")
    for result in (conclusion, *parts.values()):
        if result.status is Status.FAILED:
            return CheckState.FAILED, result.reason
    return CheckState.PASSED, None


def with_waivers(
    findings: Sequence[Finding], checks: Sequence[JudgedCheck], waivers: Sequence[Waiver], as_of: datetime
) -> tuple[tuple[JudgedCheck, ...], tuple[JudgedFinding, ...], tuple[WaiverState, ...]]:
    """The checks with their counts, the findings worst first with their waivers, and the waivers."""
    judged, states = accepting.apply(findings, waivers, checks, as_of.date())
    ranks = {level: level.rank for level in Severity}
    ordered = tuple(sorted(judged, key=lambda item: _worst_first(item, ranks)))
    counts: dict[str, list[int]] = {}
    for item in ordered:
        counts.setdefault(item.finding.check_id, [0, 0])[not item.open] += 1
    counted = tuple(
        replace(check, open=found[0], waived=found[1])
        for check in checks
        for found in (counts.get(check.id, (0, 0)),)
    )
    return counted, ordered, tuple(sorted(states, key=lambda state: state.waiver.id))


def _worst_first(judged: JudgedFinding, ranks: Mapping[Severity, int]) -> tuple[object, ...]:
    finding = judged.finding
    names = (finding.entity, finding.key or "", finding.field or "", finding.kind, finding.step or "")
    amount = -(finding.amount or Decimal(0))
    values = (repr(finding.source_value), repr(finding.target_value), finding.count, finding.fingerprint)
    return (not judged.open, ranks[finding.severity], amount, finding.check_id, *names, *values)
