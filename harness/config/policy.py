"""policy.toml: the exit criteria of each milestone, and what amount of money matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field

from harness.config.problems import nearest, raise_problems
from harness.config.sources import Source, read_toml
from harness.config.table import FILLED, Day, Line, NotBelow, Table
from harness.config.validation import check
from harness.model import Area, Severity


class LimitShape(StrEnum):
    """What kind of limit a rule takes."""

    NONE = "none"
    COUNT = "count"
    AMOUNT = "amount"
    SHARE = "share"
    NAMES = "names"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class RuleShape:
    """What a rule of the gate may be given in policy.toml; `keys` are the keys of a TABLE limit.

    COUNT is a whole number of zero or more, or one of `words`, which stand for numbers; AMOUNT is a decimal
    of zero or more, SHARE a decimal from 0 to 1, NAMES a list of names (out of `choices`, when there are
    any).
    """

    limit: LimitShape = LimitShape.NONE
    required: bool = True
    needs_area: bool = False
    choices: tuple[str, ...] = ()
    words: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    keys: Mapping[str, RuleShape] = field(default_factory=lambda: MappingProxyType({}))


class MaterialityTable(Table):
    """The amount below which a difference of money does not matter."""

    amount: NotBelow = Decimal(0)
    currency: Line | None = None


class RuleTable(Table):
    """One exit criterion."""

    rule: Line
    area: Area | None = None
    severity: Severity = Severity.CRITICAL
    limit: Any = None
    requirements: tuple[Line, ...] = ()
    set_by: Line | None = None
    set_on: Day | None = None


class MilestoneTable(Table):
    """What one milestone asks for."""

    areas: Annotated[tuple[Area, ...], FILLED]
    rules: Annotated[tuple[RuleTable, ...], FILLED]


class Policy(Table):
    """The exit criteria."""

    schema_number: Literal[1] = Field(alias="schema")
    materiality: MaterialityTable = MaterialityTable()
    milestones: Annotated[Mapping[str, MilestoneTable], FILLED]


def load_policy(path: Path, known_rules: Mapping[str, RuleShape] | None = None) -> Policy:
    """The exit criteria of a file; ConfigError with every problem. None as `known_rules` checks no names."""
    source = read_toml(path, path.name)
    policy = check_policy(source, known_rules)
    raise_problems(source.problems)
    assert policy is not None
    return policy


def check_policy(source: Source, known_rules: Mapping[str, RuleShape] | None) -> Policy | None:
    """The policy of a file that was read; None with the problems added to the source."""
    if source.problems:
        return None
    policy = check(Policy, source, "", source.data)
    if known_rules is None:
        return policy
    for name, milestone in _tables(source.data.get("milestones")):
        rules = milestone.get("rules")
        for index, rule in enumerate(rules if isinstance(rules, list) else []):
            if isinstance(rule, dict):
                _check_rule(source, f"milestones.{name}.rules.{index}", rule, known_rules)
    return policy


def _tables(data: object) -> list[tuple[str, dict[str, Any]]]:
    found = data.items() if isinstance(data, dict) else ()
    return [(name, item) for name, item in found if isinstance(item, dict)]


def _check_rule(source: Source, path: str, rule: Mapping[str, Any], known: Mapping[str, RuleShape]) -> None:
    name = rule.get("rule")
    if not isinstance(name, str) or not name.strip():
        return
    shape = known.get(name)
    if shape is None:
        source.problem(
            f"{path}.rule",
            "unknown_rule",
            name=name,
            nearest=nearest(name, known),
            valid=tuple(sorted(known)),
        )
        return
    if shape.needs_area and "area" not in rule:
        source.problem(f"{path}.area", "missing_for_rule", rule=name)
    if "limit" in rule:
        _check_limit(source, f"{path}.limit", rule["limit"], shape, name)
    elif shape.required and shape.limit is not LimitShape.NONE:
        source.problem(f"{path}.limit", "missing_for_rule", rule=name)


def _check_limit(source: Source, path: str, limit: object, shape: RuleShape, rule: str) -> None:
    if shape.limit is LimitShape.TABLE and isinstance(limit, dict):
        _check_keys(source, path, limit, shape, rule)
        return
    if shape.words and isinstance(limit, str):
        if limit not in shape.words:
            valid = tuple(shape.words)
            source.problem(path, "choice", nearest=nearest(limit, valid), valid=valid)
        return
    fits = _FITS.get(shape.limit)
    if fits is None or not fits(limit):
        source.problem(path, f"limit_{shape.limit}", rule=rule)
        return
    for index, item in enumerate(limit if isinstance(limit, list) else []):
        if shape.choices and item not in shape.choices:
            source.problem(
                f"{path}.{index}", "choice", nearest=nearest(item, shape.choices), valid=shape.choices
            )


def _check_keys(source: Source, path: str, limit: dict[str, object], shape: RuleShape, rule: str) -> None:
    for name, item in limit.items():
        if name not in shape.keys:
            valid = tuple(shape.keys)
            source.problem(f"{path}.{name}", "unknown_key", nearest=nearest(name, valid), valid=valid)
        else:
            _check_limit(source, f"{path}.{name}", item, shape.keys[name], rule)
    for name, inner in shape.keys.items():
        if inner.required and name not in limit:
            source.problem(f"{path}.{name}", "missing_for_rule", rule=rule)


def _decimal(limit: object) -> Decimal | None:
    if isinstance(limit, bool) or not isinstance(limit, str | int | Decimal):
        return None
    try:
        number = Decimal(limit)
    except ArithmeticError:
        return None
    return number if number.is_finite() and number >= 0 else None


def _is_share(limit: object) -> bool:
    number = _decimal(limit)
    return number is not None and number <= 1


_FITS: Mapping[LimitShape, Callable[[object], bool]] = {
    LimitShape.COUNT: lambda limit: isinstance(limit, int) and not isinstance(limit, bool) and limit >= 0,
    LimitShape.AMOUNT: lambda limit: _decimal(limit) is not None,
    LimitShape.SHARE: _is_share,
    LimitShape.NAMES: lambda limit: (
        isinstance(limit, list) and bool(limit) and all(isinstance(item, str) and item for item in limit)
    ),
}
