"""How two policies differ, and which of the differences ask for less: a gate can be lowered in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from harness.config.policy import Policy
from harness.errors import ConfigError
from harness.gate.criteria import Criterion, from_policy, limit_of
from harness.gate.judgement import PolicyChange
from harness.gate.rules import RULES, Rule
from harness.gate.unverified import kind_name
from harness.model import Area, Param, Severity, Text, text
from harness.values import Value


def differences(before: Policy, after: Policy, milestone: str) -> tuple[PolicyChange, ...]:
    """What the later policy asks of the milestone that the earlier one did not, and the other way round.

    Nothing when the earlier one does not have the milestone. What asks for less comes first.
    """
    try:
        (asked, lines), (asks, now) = (from_policy(each, milestone) for each in (before, after))
    except ConfigError:
        return ()
    found = (*_areas(asked, asks), *_materiality(before, after), *_lines(lines, now))
    return tuple(sorted(found, key=lambda change: not change.weaker))


def _areas(before: Sequence[Area], after: Sequence[Area]) -> Iterator[PolicyChange]:
    for area in Area:
        if (area in before) != (area in after):
            case = "area_dropped" if area in before else "area_added"
            yield PolicyChange(
                text(f"gate.policy.{case}", area=text(f"gate.area.{area}")), weaker=area in before
            )


def _materiality(before: Policy, after: Policy) -> Iterator[PolicyChange]:
    one, other = before.materiality, after.materiality
    if one != other:
        weaker = one.currency != other.currency or other.amount > one.amount
        sums = [f"{each.amount} {each.currency or ''}".strip() for each in (one, other)]
        yield PolicyChange(text("gate.policy.materiality", before=sums[0], after=sums[1]), weaker=weaker)


def _lines(before: Sequence[Criterion], after: Sequence[Criterion]) -> Iterator[PolicyChange]:
    for line in before:
        if not any(_as_strict(other, line) for other in _same(line, after)):
            yield _less(line, next(iter(_same(line, after)), None))
    for line in after:
        earlier = list(_same(line, before))
        if any(_as_strict(other, line) for other in earlier):
            continue
        if not earlier:
            yield PolicyChange(text("gate.policy.added", **_named(line)), weaker=False)
        elif _as_strict(line, earlier[0]):
            yield PolicyChange(text("gate.policy.stricter", **_both(earlier[0], line)), weaker=False)


def _less(line: Criterion, now: Criterion | None) -> PolicyChange:
    if now is None:
        return PolicyChange(text("gate.policy.dropped", **_named(line)), weaker=True)
    return PolicyChange(text("gate.policy.weaker", **_both(line, now)), weaker=True)


def _same(line: Criterion, among: Iterable[Criterion]) -> Iterator[Criterion]:
    return (each for each in among if (each.rule, each.area) == (line.rule, line.area))


def _as_strict(line: Criterion, other: Criterion) -> bool:
    """Whether whatever meets this line meets the other one, too, and failing it weighs no less."""
    rule = RULES.get(line.rule)
    if rule is None:
        return line == other
    # A rule that counts by severity counts more with a milder one, and weighs less: neither says less.
    same = line.severity is other.severity or (
        line.severity.rank < other.severity.rank and not rule.by_severity
    )
    return same and not _looser(_limit(rule, line), _limit(rule, other), at_least=rule.at_least)


def _limit(rule: Rule, line: Criterion) -> Value:
    limit = rule.default if line.limit is None else line.limit
    try:
        return limit_of(rule.shape, limit)
    except ValueError:
        return limit


def _looser(limit: Value, other: Value, *, at_least: bool) -> bool:
    """Whether the limit lets something through that the other does not."""
    if limit == other or other is None:
        return False
    if isinstance(other, Mapping):
        if not isinstance(limit, Mapping):
            return True
        return any(_looser(limit.get(name), item, at_least=at_least) for name, item in other.items())
    if isinstance(limit, int | Decimal) and isinstance(other, int | Decimal):
        return limit < other if at_least else limit > other
    if isinstance(limit, Sequence) and isinstance(other, Sequence):
        return not set(other) <= set(limit)  # names that must be there
    return True


def _named(line: Criterion) -> dict[str, Text]:
    area = text(f"gate.area.{line.area}") if line.area else text("gate.whole_run")
    return {"title": _title(line), "area": area, "line": _line(line)}


def _both(before: Criterion, after: Criterion) -> dict[str, Text]:
    return {**_named(before), "line": _line(before), "now": _line(after)}


def _title(line: Criterion) -> Text:
    return (
        text(f"gate.rule.{line.rule}.title")
        if line.rule in RULES
        else text("gate.policy.rule", rule=line.rule)
    )


def _line(line: Criterion) -> Text:
    severity = text(f"gate.severity.{line.severity}")
    rule = RULES.get(line.rule)
    limit = None if rule is None else _limit(rule, line)
    if limit is None:
        return text("gate.policy.line", severity=severity)
    return text("gate.policy.limited", severity=severity, limit=_said(limit))


def _said(limit: Value) -> Param:
    if isinstance(limit, Mapping):
        return tuple(
            text("gate.policy.item", name=_key(name), limit=_said(item)) for name, item in limit.items()
        )
    if isinstance(limit, Sequence) and not isinstance(limit, str):
        return tuple(map(str, limit))
    return f"{limit:f}" if isinstance(limit, Decimal) else str(limit)


def _key(name: str) -> Text | str:
    return text(f"gate.severity.{name}") if name in set(Severity) else kind_name(name)
