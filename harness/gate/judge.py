"""Judging: a stored run, a policy and waivers in, a recommendation out. Pure, and it fails closed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from harness.config.policy import Policy
from harness.coverage import coverage
from harness.evidence import Manifest, Recorded
from harness.evidence.codec import encode_as
from harness.gate.amounts import amounts_of
from harness.gate.by_hand import joined
from harness.gate.conditions import conditions
from harness.gate.covering import business_coverage, unserved
from harness.gate.criteria import FLOOR, Criterion, from_policy, holds_already, limit_of, weaker
from harness.gate.deciding import decisions
from harness.gate.declared import NOTHING_DECLARED, Declared
from harness.gate.facts import Facts, concluded_covers, gather_checks, with_waivers
from harness.gate.human import human_evidence
from harness.gate.judgement import AreaState, AreaSummary, CheckState, Judgement
from harness.gate.parity import parity
from harness.gate.parity import said as parity_said
from harness.gate.risks import Threshold, measured, unmeasured
from harness.gate.rules import RULES, Assessment, Rule
from harness.gate.signing import sign_offs
from harness.gate.trend import judged_as, rehearsals
from harness.gate.unverified import not_verified
from harness.model import (
    Area,
    Condition,
    Outcome,
    RuleResult,
    Severity,
    Text,
    Verdict,
    Waiver,
    text,
)
from harness.values import dumps

_PLACE_OF_RULE = {name: place for place, name in enumerate(RULES)}
_PLACE_OF_AREA = {area: place for place, area in enumerate(Area)}


def judge(
    recorded: Recorded,
    manifest: Manifest,
    policy: Policy,
    waivers: tuple[Waiver, ...],
    as_of: datetime,
    milestone: str,
    declared: Declared = NOTHING_DECLARED,
) -> Judgement:
    """The judgement of a run, and of what people found by hand, against one milestone, as of a time.

    The same input gives the same judgement. Nothing but a complete, sealed run in which every criterion
    of blocker or critical severity is met is recommended; a scoped run is never recommended, whatever it
    found. Raises ConfigError when the policy does not have the milestone.
    """
    facts = _facts(recorded, manifest, policy, waivers, as_of, milestone, declared)
    if not facts.scoped and RULES["run_complete"].evaluate(facts, FLOOR[0]).passed:
        facts = replace(facts, rehearsals=rehearsals(declared.earlier, manifest, facts))
    _, lines = from_policy(policy, milestone)
    met = tuple(sorted(_evaluated(facts, lines), key=_reading_order))
    results = tuple(result for _, result in met)
    covered = business_coverage(facts, results, declared)
    todo = conditions(facts, met)
    blocked = any(not result.passed and _serious(result) for result in results)
    verdict = Verdict(
        outcome=None if manifest.scope else _outcome(results, todo, blocked=blocked),
        scope=manifest.scope,
        scope_passed=not blocked if manifest.scope else None,
        milestone=milestone,
        as_of=as_of,
        rules=results,
        conditions=todo,
        not_verified=(*_unverified(facts), *unserved(covered)),
        digests=_digests(recorded, policy, waivers) | declared.digests(),
    )
    return Judgement(
        verdict,
        facts.findings,
        facts.waivers,
        _areas(facts, results),
        facts.checks,
        covered,
        facts.sign_offs,
        human=facts.human,
        decisions=decisions(declared.decisions, manifest.run_id, as_of.date(), verdict.outcome),
        risks=facts.risks,
        parity=facts.parity,
        trend=judged_as(facts.rehearsals, manifest.run_id, verdict.outcome),
    )


def _unverified(facts: Facts) -> tuple[Text, ...]:
    return (*not_verified(facts), *unmeasured(facts.risks), *parity_said(facts.parity))


def _facts(
    recorded: Recorded,
    manifest: Manifest,
    policy: Policy,
    waivers: tuple[Waiver, ...],
    as_of: datetime,
    milestone: str,
    declared: Declared,
) -> Facts:
    asked, lines = from_policy(policy, milestone)
    oldest = _limit(lines, "manual_age_days")
    whole = joined(gather_checks(recorded), declared.manual, as_of, oldest, scoped=bool(manifest.scope))
    found = (*recorded.findings, *whole.findings)
    checks, findings, states = with_waivers(found, whole.checks, waivers, as_of)
    threshold = Threshold(policy.materiality.amount, policy.materiality.currency)
    universe = (*recorded.universe, *whole.universe, *declared.universe())
    covers = concluded_covers((*recorded.covers, *whole.covers), checks)
    if manifest.scope:
        # A part of a run answers for its own areas only; it never becomes a recommendation.
        asked = tuple(area for area in asked if any(check.area is area for check in checks))
    return Facts(
        milestone=milestone,
        as_of=as_of,
        asked=asked,
        checks=checks,
        findings=findings,
        waivers=states,
        planned=len(recorded.planned),
        missing=tuple(sorted({spec.id for spec, _ in recorded.missing()})),
        cuts=len(recorded.cuts),
        sealed=recorded.sealed,
        scoped=bool(manifest.scope),
        oldest=min((result.started for result in recorded.results), default=None),
        materiality=policy.materiality.amount,
        currency=policy.materiality.currency,
        weakened=tuple(sorted({line.rule for line in lines if _weakens(line)})),
        coverage=coverage(universe, (cover for _, cover in covers)),
        universe=universe,
        covers=covers,
        sign_offs=sign_offs(declared.sign_offs, manifest.run_id, checks, findings, as_of.date()),
        human=human_evidence(declared, as_of),
        risks=measured(declared.risks, checks, findings, threshold, whole=_whole(recorded, manifest)),
        parity=parity(manifest.environments, declared.production.facts() if declared.production else {}),
    )


def _whole(recorded: Recorded, manifest: Manifest) -> bool:
    return recorded.sealed and not (recorded.cuts or recorded.missing() or manifest.scope)


def _limit(lines: tuple[Criterion, ...], rule: str) -> int | None:
    """The strictest limit in days that the policy sets by this rule; None when it sets none."""
    limits = [line.limit for line in lines if line.rule == rule and isinstance(line.limit, int)]
    return min(limits, default=None)


def _reading_order(evaluated: tuple[Criterion, RuleResult]) -> tuple[int, int]:
    result = evaluated[1]
    place = -1 if result.area is None else _PLACE_OF_AREA[result.area]
    return _PLACE_OF_RULE.get(result.rule, len(RULES)), place


def _weakens(line: Criterion) -> bool:
    rule = RULES.get(line.rule)
    return rule is not None and any(
        weaker(line, floor, at_least=rule.at_least, by_severity=rule.by_severity)
        for floor in FLOOR
        if floor.rule == line.rule
    )


def _evaluated(facts: Facts, lines: tuple[Criterion, ...]) -> Iterator[tuple[Criterion, RuleResult]]:
    floor = tuple(line for line in FLOOR if not holds_already(line, lines))
    for line in (*floor, *lines):
        rule = RULES.get(line.rule)
        if rule is None:
            yield line, _result(line, Assessment(False, text("gate.unknown_rule", rule=line.rule)))
            continue
        for criterion in _spread(line, rule, facts, own=line in floor):
            yield criterion, _evaluate(rule, criterion, facts)


def _spread(line: Criterion, rule: Rule, facts: Facts, *, own: bool) -> Iterable[Criterion]:
    """One criterion per area for a rule of areas; an area that nobody asked for needs no evidence."""
    if not rule.per_area:
        return (line,)
    if line.area is not None:
        outside = facts.scoped and line.area not in facts.areas()
        return () if outside else (line,)
    if not facts.asked and not facts.areas():
        return (line,)  # nothing asked and nothing there: the rule itself says that it has no data
    concluded = {check.area for check in facts.checks if check.state.concluded}
    unasked = (area for area in facts.areas() if area not in facts.asked)
    extra = tuple(area for area in unasked if area in concluded) if own or rule.by_severity else ()
    return tuple(replace(line, area=area) for area in (*facts.asked, *extra))


def _evaluate(rule: Rule, line: Criterion, facts: Facts) -> RuleResult:
    limit = rule.default if line.limit is None else line.limit
    try:
        limit = None if limit is None and not rule.shape.required else limit_of(rule.shape, limit)
    except ValueError:
        return _result(line, Assessment(False, text("gate.unreadable_limit", rule=line.rule)))
    criterion = replace(line, limit=limit)
    return _result(criterion, rule.evaluate(facts, criterion))


def _result(criterion: Criterion, found: Assessment) -> RuleResult:
    return RuleResult(
        rule=criterion.rule,
        area=criterion.area,
        severity=criterion.severity,
        passed=found.passed,
        text=found.text,
        actual=found.actual,
        limit=criterion.limit,
        requirements=criterion.requirements,
        evidence=found.evidence,
    )


def _serious(result: RuleResult) -> bool:
    return result.severity.rank <= Severity.CRITICAL.rank


def _outcome(results: tuple[RuleResult, ...], todo: tuple[Condition, ...], *, blocked: bool) -> Outcome:
    if blocked or not results:
        return Outcome.NO_GO
    if todo or not all(result.passed for result in results):
        return Outcome.GO_WITH_CONDITIONS
    return Outcome.GO


def _digests(recorded: Recorded, policy: Policy, waivers: tuple[Waiver, ...]) -> dict[str, str]:
    return {
        "evidence": recorded.digest,
        "policy": hashlib.sha256(policy.model_dump_json(by_alias=True).encode()).hexdigest(),
        "waivers": hashlib.sha256(dumps(encode_as(tuple[Waiver, ...], waivers))).hexdigest(),
    }


def _areas(facts: Facts, results: tuple[RuleResult, ...]) -> tuple[AreaSummary, ...]:
    return tuple(_area(area, facts, results) for area in Area)


def _area(area: Area, facts: Facts, results: tuple[RuleResult, ...]) -> AreaSummary:
    checks = facts.checks_in(area)
    found = facts.open_in(area, Severity.MINOR)
    states = Counter(check.state.value for check in checks)
    severities = Counter(item.finding.severity.value for item in found)
    waived = sum(check.waived for check in checks)
    return AreaSummary(
        area=area,
        asked=area in facts.asked,
        state=_area_state(area, facts, results, waived=waived),
        waived=waived,
        amounts=amounts_of(judged.finding for judged in found),
        **states,
        **severities,
    )


def _area_state(area: Area, facts: Facts, results: tuple[RuleResult, ...], *, waived: int) -> AreaState:
    own = [result for result in results if result.area is area]
    checks = facts.checks_in(area)
    if any(not result.passed and _serious(result) for result in own):
        return AreaState.FAILED
    if any(check.state is CheckState.MISSING for check in checks):
        return AreaState.FAILED
    if not any(check.state.concluded for check in checks):
        return AreaState.NOT_VERIFIED
    doubtful = any(not check.state.concluded for check in checks) or not all(item.passed for item in own)
    if waived or doubtful or facts.open_in(area, Severity.MINOR):
        return AreaState.CONDITIONS
    return AreaState.PASSED
