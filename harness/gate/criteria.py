"""Exit criteria: the policy's, and the floor below which no policy can go.

A policy may add and be stricter. Where it is weaker than the floor, the floor still holds, and the
weakness is itself a criterion that is not met, so that everybody sees it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from harness.config.policy import LimitShape, Policy, RuleShape
from harness.errors import ConfigError
from harness.model import Area, Severity, text
from harness.values import Value


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a policy: which rule, for which area, how serious, with which limit, set by whom.

    `area` None means every area in turn for a rule of areas, the whole run for the others.
    """

    rule: str
    severity: Severity = Severity.CRITICAL
    area: Area | None = None
    limit: Value = None
    requirements: tuple[str, ...] = ()
    set_by: str = ""
    set_on: date | None = None


FLOOR: tuple[Criterion, ...] = (
    Criterion("run_complete", Severity.BLOCKER),
    Criterion("evidence_present", Severity.BLOCKER, limit=1),
    Criterion("no_open_findings", limit=0),
    Criterion("no_broken_checks", limit=0),
    Criterion("no_undecided", limit=0),
    Criterion("no_skipped", limit=0),
    Criterion("failures_explained"),
    Criterion("waivers_valid", limit=0),
    Criterion("waivers_used", Severity.MAJOR, limit=0),
    Criterion("policy_not_weakened", Severity.MAJOR),
)


def from_policy(policy: Policy, milestone: str) -> tuple[tuple[Area, ...], tuple[Criterion, ...]]:
    """The areas that the milestone asks for, and its lines; ConfigError for a milestone it does not have."""
    table = policy.milestones.get(milestone)
    if table is None:
        known = tuple(sorted(policy.milestones))
        raise ConfigError(text("gate.unknown_milestone", milestone=milestone, known=known))
    lines = tuple(
        Criterion(
            line.rule, line.severity, line.area, line.limit, line.requirements, line.set_by or "", line.set_on
        )
        for line in table.rules
    )
    return tuple(area for area in Area if area in table.areas), lines


def limit_of(shape: RuleShape, limit: Value) -> Value:
    """The limit in the type that the rule counts in; ValueError for one that nobody can read."""
    match shape.limit:
        case LimitShape.NONE if limit is None:
            return None
        case LimitShape.COUNT if isinstance(limit, str) and limit in shape.words:
            return shape.words[limit]
        case LimitShape.COUNT if _is_count(limit):
            return limit
        case LimitShape.AMOUNT:
            return _amount(limit)
        case LimitShape.SHARE:
            return _share(limit)
        case LimitShape.NAMES if _is_names(limit):
            return limit
        case LimitShape.TABLE if isinstance(limit, Mapping) and limit and set(limit) <= set(shape.keys):
            return {name: limit_of(shape.keys[name], item) for name, item in limit.items()}
    raise ValueError("a limit of another shape")


def _is_names(limit: Value) -> bool:
    if not isinstance(limit, list | tuple):
        return False
    return bool(limit) and all(isinstance(name, str) and name for name in limit)


def _is_count(limit: Value) -> bool:
    return isinstance(limit, int) and not isinstance(limit, bool) and limit >= 0


def _amount(limit: Value) -> Decimal:
    if isinstance(limit, bool) or not isinstance(limit, str | int | Decimal):
        raise ValueError("not an amount")
    try:
        amount = Decimal(limit)
    except InvalidOperation:
        raise ValueError("not an amount") from None
    if not amount.is_finite() or amount < 0:
        raise ValueError("not an amount")
    return amount


def _share(limit: Value) -> Decimal:
    share = _amount(limit)
    if share > 1:
        raise ValueError("not a share")
    return share


def weaker(criterion: Criterion, floor: Criterion, *, at_least: bool, by_severity: bool) -> bool:
    """Whether a line of the policy asks for less than the floor's line of the same rule.

    A rule that counts by severity says with a milder severity something more, not something less.
    """
    if criterion.severity.rank > floor.severity.rank:
        return not by_severity
    if criterion.limit is None or not (_is_count(criterion.limit) and _is_count(floor.limit)):
        return False
    loose, tight = (floor.limit, criterion.limit) if at_least else (criterion.limit, floor.limit)
    return isinstance(loose, int) and isinstance(tight, int) and loose > tight


def holds_already(floor: Criterion, policy: Iterable[Criterion]) -> bool:
    """Whether the policy itself has the floor's line, so that it need not be said twice."""
    return any(
        (line.rule, line.area) == (floor.rule, None)
        and line.severity is floor.severity
        and line.limit in (None, floor.limit)
        for line in policy
    )
