"""How measured results move the risks of the register: simply, and never in favour of going live by doubt.

probability   to the top     an open difference of critical or blocker severity, or any open one of a
                             check of that severity, among the checks that bear on the risk
              one step up    any other open difference of theirs
              one step down  all of them passed, none with a reservation, on a complete and whole run
              stays          in every other case, with the reason
impact        to the top     their open differences affect more than ten times the materiality threshold
              one step up    more than the threshold, or money in another currency than it is stated in
              stays          otherwise: measuring never lowers an impact
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fnmatch import fnmatchcase

from harness.config.risks import AREA, MODULE, REQUIREMENT, STEPS, RiskRow
from harness.gate.amounts import amounts_of
from harness.gate.judgement import Amount, CheckState, JudgedCheck, JudgedFinding
from harness.gate.risk import Level, Risk, RiskPoint
from harness.model import Severity, Text, Title, text

_NAMED = 5  # checks named in one reason: all are in the judgement
_FAR = 10  # so many times the threshold is no matter of a step any more


@dataclass(frozen=True, slots=True)
class Threshold:
    """What amount of money matters, as the policy says."""

    amount: Decimal
    currency: str | None


@dataclass(frozen=True, slots=True)
class _Bearing:
    """The checks that bear on one risk, and their differences that nobody has accepted."""

    checks: tuple[JudgedCheck, ...]
    found: tuple[JudgedFinding, ...]
    unmatched: tuple[str, ...]
    whole: bool

    @property
    def verified(self) -> bool:
        return bool(self.checks) and not self.unmatched and all(each.state.concluded for each in self.checks)

    def where(self, holds: Callable[[JudgedCheck], bool]) -> tuple[JudgedCheck, ...]:
        return tuple(check for check in self.checks if holds(check))


def measured(
    rows: Sequence[RiskRow],
    checks: Sequence[JudgedCheck],
    findings: Sequence[JudgedFinding],
    threshold: Threshold,
    *,
    whole: bool,
) -> tuple[Risk, ...]:
    """Every risk of the register with its measured cell, in the register's order.

    `whole`: the run is complete, sealed and not a part of one; only such a run lowers a risk.
    """
    still_open = tuple(judged for judged in findings if judged.open)
    return tuple(_risk(row, _bearing(row, checks, still_open, whole=whole), threshold) for row in rows)


def unmeasured(risks: Sequence[Risk]) -> Iterator[Text]:
    """Sentences about risks that the run did not verify: they stay as estimated, or are worse."""
    for risk in risks:
        if not risk.verified:
            yield text("risk.not_verified", id=risk.id, title=risk.title, reasons=risk.reasons)


def with_trend(risks: Sequence[Risk], runs: Sequence[tuple[str, Sequence[Risk]]]) -> tuple[Risk, ...]:
    """The risks, each with where it was measured in the runs before, the oldest first."""
    return tuple(
        replace(
            risk,
            trend=tuple(
                RiskPoint(run, before.measured, before.verified)
                for run, found in runs
                for before in found
                if before.id == risk.id
            ),
        )
        for risk in risks
    )


def risks_since(runs: Sequence[tuple[str, Sequence[Risk]]], risks: Sequence[Risk]) -> Iterator[Text]:
    """What became of the risks since the last run that knew any: gone, estimated lower, or risen."""
    if not runs:
        return
    run, earlier = runs[-1]
    now = {risk.id: risk for risk in risks}
    for before in earlier:
        risk = now.get(before.id)
        if risk is None:
            yield text("risk.since.dropped", id=before.id, title=before.title, run=run)
            continue
        if risk.declared.score < before.declared.score:
            yield _moved("estimate", risk, run, before.declared, risk.declared)
        if risk.measured.score > before.measured.score:
            yield _moved("risen", risk, run, before.measured, risk.measured)


def _moved(case: str, risk: Risk, run: str, was: Level, now: Level) -> Text:
    return text(f"risk.since.{case}", id=risk.id, title=risk.title, run=run, was=was.score, now=now.score)


def _bearing(
    row: RiskRow, checks: Sequence[JudgedCheck], still_open: Sequence[JudgedFinding], *, whole: bool
) -> _Bearing:
    by_name = {name: [check for check in checks if _selects(name, check)] for name in row.checks}
    ids = {check.id for found in by_name.values() for check in found}
    return _Bearing(
        checks=tuple(check for check in checks if check.id in ids),
        found=tuple(judged for judged in still_open if judged.finding.check_id in ids),
        unmatched=tuple(name for name, found in by_name.items() if not found),
        whole=whole,
    )


def _selects(name: str, check: JudgedCheck) -> bool:
    kind, _, rest = name.partition(":")
    match kind:
        case _ if not rest:
            return fnmatchcase(check.id, name)
        case str() if kind == AREA:
            return check.area == rest
        case str() if kind == MODULE:
            return check.module.casefold() == rest.casefold()
        case str() if kind == REQUIREMENT:
            return rest in check.requirements
    return fnmatchcase(check.id, name)


def _risk(row: RiskRow, bearing: _Bearing, threshold: Threshold) -> Risk:
    probability, why = _probability(row.probability, bearing)
    impact, also = _impact(row.impact, bearing.found, threshold)
    return Risk(
        id=row.id,
        title=Title(row.title, row.title_zh or row.title),
        kind=row.kind,
        owner=row.owner,
        mitigation=Title(row.mitigation, row.mitigation_zh or row.mitigation) if row.mitigation else None,
        declared=Level(row.probability, row.impact),
        measured=Level(probability, impact),
        reasons=(*why, *also),
        verified=bearing.verified,
        checks=tuple(check.id for check in bearing.checks),
        unmatched=bearing.unmatched,
        limit=row.limit,
    )


def _probability(declared: int, bearing: _Bearing) -> tuple[int, tuple[Text, ...]]:
    doubts = tuple(_doubts(bearing))
    wrong = bearing.where(_is_wrong)
    if serious := [check for check in wrong if _matters(check, bearing.found)]:
        return STEPS, (_about("serious", serious), *doubts)
    if wrong:
        return min(declared + 1, STEPS), (_about("open", wrong), *doubts)
    if doubts:
        return declared, doubts
    if declared == 1:
        return 1, (_about("lowest", bearing.checks),)
    return declared - 1, (_about("passed", bearing.checks),)


def _is_wrong(check: JudgedCheck) -> bool:
    # What failed without any difference is no better known for it: nobody has accepted that.
    return bool(check.open) or (check.state is CheckState.FAILED and not check.waived)


def _matters(check: JudgedCheck, found: Sequence[JudgedFinding]) -> bool:
    severities = [judged.finding.severity for judged in found if judged.finding.check_id == check.id]
    return min(each.rank for each in (check.severity, *severities)) <= Severity.CRITICAL.rank


def _doubts(bearing: _Bearing) -> Iterator[Text]:
    """Why good results do not lower the risk; the first ones also say that it is not verified."""
    if bearing.unmatched:
        yield text("risk.reason.unmatched", names=_few(bearing.unmatched))
    elif not bearing.checks:
        yield text("risk.reason.no_check")
    if unfinished := bearing.where(lambda check: not check.state.concluded):
        yield _about("unconcluded", unfinished)
    if reserved := bearing.where(lambda check: bool(check.caveats)):
        yield _about("reservation", reserved)
    if accepted := bearing.where(lambda check: bool(check.waived)):
        yield _about("accepted", accepted)
    if not bearing.whole:
        yield text("risk.reason.part")


def _about(reason: str, checks: Sequence[JudgedCheck]) -> Text:
    names = _few(tuple(check.title for check in checks))
    return text(f"risk.reason.{reason}", count=len(checks), checks=names)


def _few(names: Sequence[Title | str]) -> tuple[Title | str, ...]:
    return tuple(names) if len(names) <= _NAMED else (*names[:_NAMED], "…")


def _impact(
    declared: int, found: Sequence[JudgedFinding], threshold: Threshold
) -> tuple[int, tuple[Text, ...]]:
    amounts = [amount for amount in amounts_of(judged.finding for judged in found) if amount.total]
    steps: Mapping[str, int] = {"far": STEPS - declared, "above": 1, "foreign": 1}
    cases = {amount: case for amount in amounts if (case := _case(amount, threshold))}
    moved = max((steps[case] for case in cases.values()), default=0)
    limit = _money(threshold.amount, threshold.currency)
    reasons = tuple(
        text(f"risk.reason.amount_{case}", amount=_money(amount.total, amount.currency), limit=limit)
        for amount, case in cases.items()
    )
    return min(declared + moved, STEPS), reasons


def _case(amount: Amount, threshold: Threshold) -> str | None:
    """How far an amount is above the threshold; None when it is not."""
    if amount.currency != threshold.currency:
        return "foreign"
    if amount.total > threshold.amount * _FAR:
        return "far"
    return "above" if amount.total > threshold.amount else None


def _money(amount: Decimal, currency: str | None) -> Text:
    if currency is None:
        return text("gate.amount.without_currency", amount=amount)
    return text("gate.amount.one", amount=amount, currency=currency)
