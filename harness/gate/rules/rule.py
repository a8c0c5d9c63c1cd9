"""What a rule is, and the words and counts that all of them share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from harness.config.policy import LimitShape, RuleShape
from harness.gate.criteria import Criterion
from harness.gate.facts import Facts
from harness.gate.judgement import Amount, JudgedCheck, JudgedFinding
from harness.model import Param, Text, text
from harness.values import Value

COUNT = RuleShape(LimitShape.COUNT, required=False)
SHOWN = 50  # how many pieces of evidence a result names: the rest is in the run


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
    shape: RuleShape = COUNT
    default: Value = 0
    per_area: bool = True
    by_severity: bool = False
    at_least: bool = False


def says(criterion: Criterion, case: str, **params: Param) -> Text:
    """The sentence of the criterion's rule for one case, with the area that it is about."""
    area = text(f"gate.area.{criterion.area}") if criterion.area else text("gate.whole_run")
    return text(f"gate.rule.{criterion.rule}.{case}", area=area, **params)


def count(limit: Value) -> int:
    """A limit as a number: its shape was checked before the rule was asked."""
    assert isinstance(limit, int)
    return limit


def within(criterion: Criterion, found: Iterable[str], **params: Param) -> Assessment:
    """Passed when no more than the criterion's limit were found; the first of them are its evidence."""
    ids = tuple(found)
    limit = count(criterion.limit)
    passed = len(ids) <= limit
    sentence = says(criterion, "passed" if passed else "failed", actual=len(ids), limit=limit, **params)
    return Assessment(passed, sentence, len(ids), ids[:SHOWN])


def one_text(sentences: Sequence[Text]) -> Text | None:
    """Several sentences as one after the other; None for none."""
    if len(sentences) < 2:
        return sentences[0] if sentences else None
    middle = len(sentences) // 2  # halving keeps the nesting shallow
    first, second = one_text(sentences[:middle]), one_text(sentences[middle:])
    return text("gate.unverified.both", first=first, second=second)


def no_data(criterion: Criterion, **params: Param) -> Assessment:
    """Failed, because there is nothing to say it of."""
    return Assessment(False, says(criterion, "no_data", **params), 0)


def ids_of(checks: Iterable[JudgedCheck]) -> tuple[str, ...]:
    """The ids of checks."""
    return tuple(check.id for check in checks)


def fingerprints(findings: Iterable[JudgedFinding]) -> tuple[str, ...]:
    """How differences are known: by fingerprint, or by their check where they have none."""
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
