"""What somebody must do so that a conditional go holds: each with its owner and, where known, a date."""

from __future__ import annotations

from collections.abc import Iterator

from harness.config.lists import Consent
from harness.gate.amounts import amounts_of
from harness.gate.criteria import Criterion
from harness.gate.facts import Facts
from harness.gate.judgement import JudgedCheck, JudgedFinding, Signature, SignOff, Standing, WaiverState
from harness.gate.rules import amounts_text
from harness.model import Condition, Finding, RuleResult, Severity, text

_ALREADY_LISTED = frozenset({"no_open_findings", "findings_within", "waivers_used"})


def conditions(facts: Facts, met: tuple[tuple[Criterion, RuleResult], ...]) -> tuple[Condition, ...]:
    """Accepted differences, differences to repair, checks to finish, and criteria that are not met."""
    return (
        *_open_differences(facts),
        *_unfinished(facts),
        *_accepted(facts.waivers),
        *_stale(facts.waivers),
        *_signed(facts.sign_offs),
        *_unmet(met),
    )


def _open_differences(facts: Facts) -> Iterator[Condition]:
    by_check: dict[str, list[JudgedFinding]] = {}
    for judged in facts.open_in(None, Severity.MAJOR):
        by_check.setdefault(judged.finding.check_id, []).append(judged)
    checks = {check.id: check for check in facts.checks}
    for check_id, found in sorted(by_check.items()):
        check = checks.get(check_id)
        findings = [judged.finding for judged in found]
        sentence = text(
            "gate.condition.repair",
            check=check.title if check else check_id,
            count=len(found),
            severity=text(f"gate.severity.{min(findings, key=_rank).severity}"),
            amount=amounts_text(amounts_of(findings)),
        )
        yield Condition(sentence, _owner(check), None)


def _rank(finding: Finding) -> int:
    return finding.severity.rank


def _unfinished(facts: Facts) -> Iterator[Condition]:
    for check in facts.checks:
        if check.severity.rank <= Severity.MAJOR.rank and not check.state.concluded:
            state = text(f"gate.state.{check.state}")
            yield Condition(
                text("gate.condition.finish", check=check.title, state=state), _owner(check), None
            )


def _owner(check: JudgedCheck | None) -> str:
    return (check.owner or check.department or "") if check else ""


def _accepted(waivers: tuple[WaiverState, ...]) -> Iterator[Condition]:
    for state in waivers:
        if state.standing is Standing.ACCEPTED:
            sentence = text(
                "gate.condition.accepted",
                reason=state.waiver.reason,
                differences=state.differences,
                amount=amounts_text(state.amounts),
                approver=state.waiver.approver,
            )
            yield Condition(sentence, state.waiver.owner, state.waiver.expires, state.waiver.id)


def _stale(waivers: tuple[WaiverState, ...]) -> Iterator[Condition]:
    for state in waivers:
        if state.standing is Standing.UNUSED:
            sentence = text("gate.condition.unused", id=state.waiver.id)
            yield Condition(sentence, state.waiver.owner, None, state.waiver.id)


def _signed(sign_offs: tuple[SignOff, ...]) -> Iterator[Condition]:
    """What a department has made its consent depend on."""
    for each in sign_offs:
        if each.standing is Signature.VALID and each.consent is Consent.CONDITIONAL:
            sentence = text("gate.condition.signed", department=each.department, remark=each.remark)
            yield Condition(sentence, each.name, None)


def _unmet(met: tuple[tuple[Criterion, RuleResult], ...]) -> Iterator[Condition]:
    empty = {result.area for _, result in met if result.rule == "evidence_present" and not result.passed}
    for criterion, result in met:
        serious = result.severity.rank <= Severity.CRITICAL.rank
        if result.passed or serious or result.rule in _ALREADY_LISTED:
            continue
        # An area without any evidence is said once, as the reason that it is.
        if result.area not in empty or not result.text.key.endswith(".no_data"):
            yield Condition(text("gate.condition.unmet", why=result.text), criterion.set_by, None)
