"""Rules on differences: how many are open, how serious, and how much money they affect."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from harness.gate.amounts import amounts_of
from harness.gate.criteria import Criterion
from harness.gate.facts import Facts
from harness.gate.judgement import Amount
from harness.gate.rules.rule import (
    SHOWN,
    Assessment,
    amount_text,
    amounts_text,
    count,
    fingerprints,
    no_data,
    says,
    within,
)
from harness.model import Severity, text
from harness.values import Value


def no_open_findings(facts: Facts, criterion: Criterion) -> Assessment:
    """No more than so many differences, as serious as the criterion or worse, that nobody has accepted."""
    found = facts.open_in(criterion.area, criterion.severity)
    if not found and not any(check.state.concluded for check in facts.checks_in(criterion.area)):
        return no_data(criterion)
    findings = [judged.finding for judged in found]
    return within(
        criterion,
        fingerprints(found),
        severity=text(f"gate.severity.{criterion.severity}"),
        differences=sum(finding.count for finding in findings),
        amount=amounts_text(amounts_of(findings)),
    )


def findings_within(facts: Facts, criterion: Criterion) -> Assessment:
    """For each severity that the limit names, no more open differences than it says."""
    if not any(check.state.concluded for check in facts.checks_in(criterion.area)):
        return no_data(criterion)
    assert isinstance(criterion.limit, Mapping)
    found = facts.open_in(criterion.area, Severity.MINOR)
    actual: dict[str, Value] = {
        name: sum(judged.finding.severity == name for judged in found) for name in criterion.limit
    }
    over = tuple(name for name in criterion.limit if count(actual[name]) > count(criterion.limit[name]))
    sentence = says(
        criterion, "failed" if over else "passed", severities=tuple(text(f"gate.severity.{n}") for n in over)
    )
    exceeding = fingerprints(judged for judged in found if judged.finding.severity in over)
    return Assessment(not over, sentence, actual, exceeding[:SHOWN])


def amount_within_materiality(facts: Facts, criterion: Criterion) -> Assessment:
    """The money affected by open differences stays within the limit, in the currency of the policy."""
    if not any(check.state.concluded for check in facts.checks_in(criterion.area)):
        return no_data(criterion)
    limit = criterion.limit if criterion.limit is not None else facts.materiality
    if not isinstance(limit, Decimal) or facts.currency is None:
        return Assessment(False, says(criterion, "no_limit"))
    found = facts.open_in(criterion.area, Severity.MINOR)
    priced = [judged for judged in found if judged.finding.amount is not None]
    amounts = amounts_of(judged.finding for judged in priced)
    foreign = [amount for amount in amounts if amount.currency != facts.currency and amount.total]
    total = next((amount.total for amount in amounts if amount.currency == facts.currency), Decimal(0))
    passed = total <= limit and not foreign
    case = "foreign" if foreign else "passed" if passed else "failed"
    sentence = says(
        criterion,
        case,
        actual=amounts_text(amounts),
        limit=amount_text(Amount(limit, facts.currency)),
        unpriced=len(found) - len(priced),
    )
    return Assessment(passed, sentence, total, fingerprints(priced)[:SHOWN])
