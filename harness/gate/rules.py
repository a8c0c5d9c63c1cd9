"""The rules of the gate: each a value with a pure evaluation. How they are worded is the catalogue's.

To add one: an entry in RULES, its sentences under `gate.rule.<name>` (title, passed, failed and, where
there can be none, no_data), and test cases for pass, fail and no data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from types import MappingProxyType

from harness.config.policy import LimitShape, RuleShape
from harness.coverage import KindCoverage
from harness.gate.amounts import amounts_of
from harness.gate.by_hand import TOO_OLD
from harness.gate.criteria import Criterion
from harness.gate.facts import Facts
from harness.gate.judgement import (
    Amount,
    CheckState,
    JudgedCheck,
    JudgedFinding,
    Signature,
    SignOff,
    Standing,
)
from harness.gate.unverified import KINDS, kind_name, largest_gaps
from harness.model import Param, Severity, Text, text
from harness.values import Value

_COUNT = RuleShape(LimitShape.COUNT, required=False)
_NEEDED_COUNT = RuleShape(LimitShape.COUNT)
_NOTHING = RuleShape()
_NAMES = RuleShape(LimitShape.NAMES)
_AMOUNT = RuleShape(LimitShape.AMOUNT, required=False)
_COUNTS = RuleShape(LimitShape.TABLE, keys=MappingProxyType({str(severity): _COUNT for severity in Severity}))
_SHARE = RuleShape(LimitShape.SHARE, required=False)
_SHARES = RuleShape(LimitShape.TABLE, keys=MappingProxyType(dict.fromkeys(("rows", *sorted(KINDS)), _SHARE)))

# Of a department's lines these say why there is no valid one; the others speak of other runs or days.
_COUNTING = (Signature.REJECTED, Signature.UNINFORMED)
_SHOWN = 50  # how many pieces of evidence a result names: the rest is in the run


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a rule found: passed or not, the sentence, the actual value, and what it looked at."""

    passed: bool
    text: Text
    actual: Value = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `per_area`: evaluated for each area; `by_severity`: counts what is that serious or worse."""

    name: str
    evaluate: Callable[[Facts, Criterion], Assessment]
    shape: RuleShape = _COUNT
    default: Value = 0
    per_area: bool = True
    by_severity: bool = False
    at_least: bool = False


def _says(criterion: Criterion, case: str, **params: Param) -> Text:
    area = text(f"gate.area.{criterion.area}") if criterion.area else text("gate.whole_run")
    return text(f"gate.rule.{criterion.rule}.{case}", area=area, **params)


def _count(limit: Value) -> int:
    assert isinstance(limit, int)  # the shape was checked before the rule was asked
    return limit


def _within(criterion: Criterion, found: Iterable[str], **params: Param) -> Assessment:
    ids = tuple(found)
    limit = _count(criterion.limit)
    passed = len(ids) <= limit
    sentence = _says(criterion, "passed" if passed else "failed", actual=len(ids), limit=limit, **params)
    return Assessment(passed, sentence, len(ids), ids[:_SHOWN])


def _no_data(criterion: Criterion, **params: Param) -> Assessment:
    return Assessment(False, _says(criterion, "no_data", **params), 0)


def _ids(checks: Iterable[JudgedCheck]) -> tuple[str, ...]:
    return tuple(check.id for check in checks)


def _fingerprints(findings: Iterable[JudgedFinding]) -> tuple[str, ...]:
    return tuple(judged.finding.fingerprint or judged.finding.check_id for judged in findings)


def amounts_text(amounts: tuple[Amount, ...]) -> Text:
    """Sums of money in one phrase, or the phrase for none."""
    if not amounts:
        return text("gate.amount.none")
    return text("gate.amount.some", amounts=tuple(amount_text(amount) for amount in amounts))


def amount_text(amount: Amount) -> Text:
    """One sum with its currency."""
    if amount.currency is None:
        return text("gate.amount.without_currency", amount=amount.total)
    return text("gate.amount.one", amount=amount.total, currency=amount.currency)


def run_complete(facts: Facts, criterion: Criterion) -> Assessment:
    """Everything that was planned has its final result, and the record was closed without a cut."""
    unfinished = _ids(check for check in facts.checks if check.state is CheckState.MISSING)
    open_ends = tuple(dict.fromkeys((*facts.missing, *unfinished)))
    if not facts.planned or not facts.checks:
        return _no_data(criterion)
    if open_ends:
        sentence = _says(criterion, "failed", actual=len(open_ends), checks=open_ends[:5])
        return Assessment(False, sentence, len(open_ends), open_ends[:_SHOWN])
    if facts.cuts:
        return Assessment(False, _says(criterion, "cut", actual=facts.cuts), facts.cuts)
    if not facts.sealed:
        return Assessment(False, _says(criterion, "unsealed"), 0)
    if stray := _stray(facts):
        return Assessment(False, _says(criterion, "stray", actual=len(stray)), len(stray), stray[:_SHOWN])
    done = sum(not check.manual for check in facts.checks)
    return Assessment(True, _says(criterion, "passed", actual=done), 0)


def _stray(facts: Facts) -> tuple[str, ...]:
    known = {check.id for check in facts.checks}
    return _fingerprints(judged for judged in facts.findings if judged.finding.check_id not in known)


def evidence_present(facts: Facts, criterion: Criterion) -> Assessment:
    """The area has at least so many checks that came to a conclusion."""
    found = _ids(check for check in facts.checks_in(criterion.area) if check.state.concluded)
    limit = max(1, _count(criterion.limit))
    planned = len(facts.checks_in(criterion.area))
    if not found:
        case = "none_planned" if not planned else "no_data"
        sentence = _says(criterion, case, milestone=facts.milestone, planned=planned)
        return Assessment(False, sentence, 0)
    passed = len(found) >= limit
    sentence = _says(criterion, "passed" if passed else "failed", actual=len(found), limit=limit)
    return Assessment(passed, sentence, len(found), found[:_SHOWN])


def no_open_findings(facts: Facts, criterion: Criterion) -> Assessment:
    """No more than so many differences, as serious as the criterion or worse, that nobody has accepted."""
    found = facts.open_in(criterion.area, criterion.severity)
    if not found and not any(check.state.concluded for check in facts.checks_in(criterion.area)):
        return _no_data(criterion)
    findings = [judged.finding for judged in found]
    return _within(
        criterion,
        _fingerprints(found),
        severity=text(f"gate.severity.{criterion.severity}"),
        differences=sum(finding.count for finding in findings),
        amount=amounts_text(amounts_of(findings)),
    )


def findings_within(facts: Facts, criterion: Criterion) -> Assessment:
    """For each severity that the limit names, no more open differences than it says."""
    if not any(check.state.concluded for check in facts.checks_in(criterion.area)):
        return _no_data(criterion)
    assert isinstance(criterion.limit, Mapping)
    found = facts.open_in(criterion.area, Severity.MINOR)
    actual: dict[str, Value] = {
        name: sum(judged.finding.severity == name for judged in found) for name in criterion.limit
    }
    over = tuple(name for name in criterion.limit if _count(actual[name]) > _count(criterion.limit[name]))
    sentence = _says(
        criterion, "failed" if over else "passed", severities=tuple(text(f"gate.severity.{n}") for n in over)
    )
    exceeding = _fingerprints(judged for judged in found if judged.finding.severity in over)
    return Assessment(not over, sentence, actual, exceeding[:_SHOWN])


def _states(state: CheckState) -> Callable[[Facts, Criterion], Assessment]:
    def evaluate(facts: Facts, criterion: Criterion) -> Assessment:
        checks = facts.checks_in(criterion.area)
        if not checks:
            return _no_data(criterion)
        concerned = [check for check in checks if check.severity.rank <= criterion.severity.rank]
        return _within(criterion, _ids(check for check in concerned if check.state is state))

    return evaluate


def failures_explained(facts: Facts, criterion: Criterion) -> Assessment:
    """Whatever failed says what is wrong: a failure without a difference cannot be judged or accepted."""
    checks = facts.checks_in(criterion.area)
    if not checks:
        return _no_data(criterion)
    mute = _ids(c for c in checks if c.state is CheckState.FAILED and not c.open and not c.waived)
    sentence = _says(criterion, "failed" if mute else "passed", actual=len(mute), checks=mute[:5])
    return Assessment(not mute, sentence, len(mute), mute[:_SHOWN])


def minimum_checks(facts: Facts, criterion: Criterion) -> Assessment:
    """At least so many checks of the area came to a conclusion."""
    found = _ids(check for check in facts.checks_in(criterion.area) if check.state.concluded)
    limit = _count(criterion.limit)
    if not found:
        return _no_data(criterion, limit=limit)
    passed = len(found) >= limit
    sentence = _says(criterion, "passed" if passed else "failed", actual=len(found), limit=limit)
    return Assessment(passed, sentence, len(found), found[:_SHOWN])


def no_weaker_evidence(facts: Facts, criterion: Criterion) -> Assessment:
    """No more than so many checks whose evidence comes with a reservation."""
    checks = facts.checks_in(criterion.area)
    return _within(criterion, _ids(c for c in checks if c.caveats)) if checks else _no_data(criterion)


def no_reruns(facts: Facts, criterion: Criterion) -> Assessment:
    """No more than so many checks that were run again, so that a red run cannot be repeated until green."""
    checks = facts.checks_in(criterion.area)
    return _within(criterion, _ids(c for c in checks if c.attempts > 1)) if checks else _no_data(criterion)


def amount_within_materiality(facts: Facts, criterion: Criterion) -> Assessment:
    """The money affected by open differences stays within the limit, in the currency of the policy."""
    if not any(check.state.concluded for check in facts.checks_in(criterion.area)):
        return _no_data(criterion)
    limit = criterion.limit if criterion.limit is not None else facts.materiality
    if not isinstance(limit, Decimal) or facts.currency is None:
        return Assessment(False, _says(criterion, "no_limit"))
    found = facts.open_in(criterion.area, Severity.MINOR)
    priced = [judged for judged in found if judged.finding.amount is not None]
    amounts = amounts_of(judged.finding for judged in priced)
    foreign = [amount for amount in amounts if amount.currency != facts.currency and amount.total]
    total = next((amount.total for amount in amounts if amount.currency == facts.currency), Decimal(0))
    passed = total <= limit and not foreign
    case = "foreign" if foreign else "passed" if passed else "failed"
    sentence = _says(
        criterion,
        case,
        actual=amounts_text(amounts),
        limit=amount_text(Amount(limit, facts.currency)),
        unpriced=len(found) - len(priced),
    )
    return Assessment(passed, sentence, total, _fingerprints(priced)[:_SHOWN])


def waivers_valid(facts: Facts, criterion: Criterion) -> Assessment:
    """No waiver that has expired, matches more than its author stated, or was approved by its own owner."""
    wrong = (Standing.EXPIRED, Standing.TOO_BROAD, Standing.SELF_APPROVED)
    reasons = tuple(
        text(f"gate.waiver.{state.standing}", id=state.waiver.id)
        for state in facts.waivers
        if state.standing in wrong
    )
    ids = (state.waiver.id for state in facts.waivers if state.standing in wrong)
    return _within(criterion, ids, total=len(facts.waivers), reasons=reasons)


def waivers_used(facts: Facts, criterion: Criterion) -> Assessment:
    """No waiver that accepts something that is not there any more."""
    ids = tuple(state.waiver.id for state in facts.waivers if state.standing is Standing.UNUSED)
    return _within(criterion, ids, total=len(facts.waivers), waivers=ids)


def policy_not_weakened(facts: Facts, criterion: Criterion) -> Assessment:
    """The policy asks for no less than the floor, which holds in any case."""
    passed = not facts.weakened
    sentence = _says(criterion, "passed" if passed else "failed", lines=facts.weakened)
    return Assessment(passed, sentence, len(facts.weakened), facts.weakened)


def evidence_age_days(facts: Facts, criterion: Criterion) -> Assessment:
    """The oldest evidence is no older than so many days."""
    if facts.oldest is None:
        return _no_data(criterion)
    age = facts.as_of - facts.oldest
    passed = timedelta(0) <= age <= timedelta(days=_count(criterion.limit))
    sentence = _says(
        criterion, "passed" if passed else "failed", actual=age.days, limit=_count(criterion.limit)
    )
    return Assessment(passed, sentence, age.days)


def manual_age_days(facts: Facts, criterion: Criterion) -> Assessment:
    """No test by hand rests on a pass that is older than so many days; such a pass is none."""
    done = [check for check in facts.checks if check.manual]
    stale = _ids(check for check in done if check.reason is not None and check.reason.key == TOO_OLD)
    if not stale and not any(check.state.concluded for check in done):
        return _no_data(criterion)
    case = "failed" if stale else "passed"
    sentence = _says(criterion, case, actual=len(stale), limit=_count(criterion.limit))
    return Assessment(not stale, sentence, len(stale), stale[:_SHOWN])


def coverage_share(facts: Facts, criterion: Criterion) -> Assessment:
    """Of each kind that the limit names, at least this share is verified; `rows` are those of the tables."""
    assert isinstance(criterion.limit, Mapping)
    kinds = {kind.kind: kind for kind in facts.coverage}
    actual: dict[str, Value] = {}
    lines: list[Text] = []
    for name, limit in criterion.limit.items():
        kind = kinds.get("table" if name == "rows" else name)
        share = (kind.size_share if name == "rows" else kind.share) if kind else None
        if kind is None or share is None:
            return _no_data(criterion, kind=kind_name(name))
        assert isinstance(limit, Decimal)
        actual[name] = share.quantize(Decimal("0.0001"), ROUND_DOWN)
        if share < limit:
            lines.append(_short_of(kind, name, share, limit))
    gaps = (item.item for kind in facts.coverage if kind.kind in criterion.limit for item in kind.gaps)
    if lines:
        return Assessment(False, _says(criterion, "failed", lines=tuple(lines)), actual, tuple(gaps)[:_SHOWN])
    reached = tuple(
        text("gate.coverage.line", kind=kind_name(name), percent=_percent(share))
        for name, share in actual.items()
    )
    return Assessment(True, _says(criterion, "passed", lines=reached), actual)


def signed_off(facts: Facts, criterion: Criterion) -> Assessment:
    """Each department that the limit names has signed this run, knowing of all its open differences."""
    assert isinstance(criterion.limit, Sequence)
    needed = tuple(str(name) for name in criterion.limit)
    if not facts.sign_offs:
        return _no_data(criterion, departments=needed)
    told: list[Text] = []
    missing: list[str] = []
    for department in needed:
        own = [each for each in facts.sign_offs if each.department.casefold() == department.casefold()]
        if any(each.standing is Signature.VALID for each in own):
            continue
        missing.append(department)
        counting = [each for each in own if each.standing in _COUNTING] or own[-1:]
        told += [_unsigned(each) for each in counting] or [
            text("gate.signature.nobody", department=department)
        ]
    signed = len(needed) - len(missing)
    case = "failed" if missing else "passed"
    sentence = _says(criterion, case, actual=signed, limit=len(needed), lines=tuple(told))
    return Assessment(not missing, sentence, signed, tuple(missing))


def _unsigned(sign_off: SignOff) -> Text:
    return text(
        f"gate.signature.why_{sign_off.standing}",
        department=sign_off.department,
        name=sign_off.name,
        day=sign_off.day,
        run=sign_off.run,
        outstanding=sign_off.outstanding,
        actual=sign_off.actual,
        remark=sign_off.remark,
    )


def _short_of(kind: KindCoverage, name: str, share: Decimal, limit: Decimal) -> Text:
    return text(
        "gate.coverage.short",
        kind=kind_name(name),
        percent=_percent(share),
        limit=_percent(limit),
        count=len(kind.gaps),
        largest=largest_gaps(kind),
    )


def _percent(share: Value) -> str:
    assert isinstance(share, Decimal)
    # Rounded down: 99.99 % is not 100 %.
    return f"{(share * 100).quantize(Decimal('0.01'), ROUND_DOWN).normalize():f} %"


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule.name: rule
        for rule in (
            Rule("run_complete", run_complete, _NOTHING, None, per_area=False),
            Rule("evidence_present", evidence_present, default=1, at_least=True),
            Rule("no_open_findings", no_open_findings, by_severity=True),
            Rule("findings_within", findings_within, _COUNTS, None),
            Rule("no_broken_checks", _states(CheckState.BROKEN), by_severity=True),
            Rule("no_undecided", _states(CheckState.UNDECIDED), by_severity=True),
            Rule("no_skipped", _states(CheckState.SKIPPED), by_severity=True),
            Rule("failures_explained", failures_explained, _NOTHING, None),
            Rule("minimum_checks", minimum_checks, _NEEDED_COUNT, None, at_least=True),
            Rule("no_weaker_evidence", no_weaker_evidence),
            Rule("no_reruns", no_reruns),
            Rule(
                "amount_within_materiality",
                amount_within_materiality,
                _AMOUNT,
                None,
                per_area=False,
            ),
            Rule("waivers_valid", waivers_valid, per_area=False),
            Rule("waivers_used", waivers_used, per_area=False),
            Rule("policy_not_weakened", policy_not_weakened, _NOTHING, None, per_area=False),
            Rule("coverage_share", coverage_share, _SHARES, None, per_area=False, at_least=True),
            Rule("manual_age_days", manual_age_days, _NEEDED_COUNT, None, per_area=False),
            Rule("signed_off", signed_off, _NAMES, None, per_area=False),
            Rule("evidence_age_days", evidence_age_days, _NEEDED_COUNT, None, per_area=False),
        )
    }
)

SHAPES: Mapping[str, RuleShape] = MappingProxyType({name: rule.shape for name, rule in RULES.items()})
"""What policy.toml may say about each rule; the configuration checks it before anything runs."""
