"""Rules on the evidence as a whole: its age, how much it covers, and the policy it is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal

from harness.coverage import KindCoverage
from harness.gate.by_hand import TOO_OLD
from harness.gate.criteria import Criterion
from harness.gate.facts import Facts
from harness.gate.rules.rule import SHOWN, Assessment, count, ids_of, no_data, says
from harness.gate.unverified import kind_name, largest_gaps
from harness.model import Text, text
from harness.values import Value


def policy_not_weakened(facts: Facts, criterion: Criterion) -> Assessment:
    """The policy asks for no less than the floor, which holds in any case."""
    passed = not facts.weakened
    sentence = says(criterion, "passed" if passed else "failed", lines=facts.weakened)
    return Assessment(passed, sentence, len(facts.weakened), facts.weakened)


def evidence_age_days(facts: Facts, criterion: Criterion) -> Assessment:
    """The oldest evidence is no older than so many days."""
    if facts.oldest is None:
        return no_data(criterion)
    age = facts.as_of - facts.oldest
    passed = timedelta(0) <= age <= timedelta(days=count(criterion.limit))
    sentence = says(
        criterion, "passed" if passed else "failed", actual=age.days, limit=count(criterion.limit)
    )
    return Assessment(passed, sentence, age.days)


def manual_age_days(facts: Facts, criterion: Criterion) -> Assessment:
    """No test by hand rests on a pass that is older than so many days; such a pass is none."""
    done = [check for check in facts.checks if check.manual]
    stale = ids_of(check for check in done if check.reason is not None and check.reason.key == TOO_OLD)
    if not stale and not any(check.state.concluded for check in done):
        return no_data(criterion)
    case = "failed" if stale else "passed"
    sentence = says(criterion, case, actual=len(stale), limit=count(criterion.limit))
    return Assessment(not stale, sentence, len(stale), stale[:SHOWN])


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
            return no_data(criterion, kind=kind_name(name))
        assert isinstance(limit, Decimal)
        actual[name] = share.quantize(Decimal("0.0001"), ROUND_DOWN)
        if share < limit:
            lines.append(_short_of(kind, name, share, limit))
    gaps = (item.item for kind in facts.coverage if kind.kind in criterion.limit for item in kind.gaps)
    if lines:
        return Assessment(False, says(criterion, "failed", lines=tuple(lines)), actual, tuple(gaps)[:SHOWN])
    reached = tuple(
        text("gate.coverage.line", kind=kind_name(name), percent=_percent(share))
        for name, share in actual.items()
    )
    return Assessment(True, says(criterion, "passed", lines=reached), actual)


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
    """A share in per cent."""
    assert isinstance(share, Decimal)
    # Rounded down: 99.99 % is not 100 %.
    return f"{(share * 100).quantize(Decimal('0.01'), ROUND_DOWN).normalize():f} %"
