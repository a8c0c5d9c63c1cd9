"""What to load an ERP with, and when a transaction is too slow: one frozen value, stored as evidence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any, Protocol, cast

from harness.values import Value

MINIMUM_PAIRS = 4
"""Fewer paired blocks than this never decide anything."""


class Size(Protocol):
    """The part of a run profile that sizes the load."""

    @property
    def load_block_seconds(self) -> int: ...
    @property
    def load_block_pairs(self) -> int: ...
    @property
    def load_rate(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something a user does, how often it occurs, and the transactions that it is timed as.

    Whoever has the plan's role does it, unless it names another `role`.
    """

    name: str
    weight: int = 1
    transactions: tuple[str, ...] = ()
    writes: bool = False
    role: str | None = None

    def __post_init__(self) -> None:
        if not self.name or self.weight < 1:
            raise ValueError("a scenario has a name and a weight of at least 1")
        if not self.transactions:
            object.__setattr__(self, "transactions", (self.name,))


@dataclass(frozen=True, slots=True)
class Limit:
    """Fast enough, whatever the source does: this share of the transaction's samples stays below."""

    transaction: str
    quantile: Decimal
    seconds: Decimal

    def __post_init__(self) -> None:
        if not 0 < self.quantile < 1 or self.seconds <= 0:
            raise ValueError("a limit has a quantile between 0 and 1 and more than 0 seconds")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a plan compares with what was seen of the source.

    `covered` is the share of it that the plan's scenarios do, `distance` the share that would have to be
    another request for the mixes to be equal, `burst` the variance of the starts per minute over their mean
    (the plan's own arrivals are even: far below 1).
    """

    covered: Decimal
    distance: Decimal
    growth: Decimal = Decimal(1)
    burst: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """Arrivals per second of a mix of scenarios, in blocks that alternate between the sides.

    `margin` and `noticeable` (seconds) say how much slower is not yet worse, the larger of the two counts;
    `margin_apart` replaces `margin` when the sides were loaded at different times. A target is decided
    on each of `quantiles`. When `pairs` leave a transaction undecided they are run again, `rounds` times
    in all at most. Before them each scenario is done `alone` times by a single user, with nobody else about;
    on the first of them a user may wait `first_seconds` longer than on the source. `users` are logged in per
    side before anything is measured. Two blocks of a side one after the other with more than a share of
    `halt_errors`, or a p95 above `halt_seconds`, end the whole load. A plan with a `likeness` keeps its rate
    in every profile. `stages` are multiples of the rate, driven one after the other until a side cannot
    follow (its p95 is above `knee_seconds`, or it fails); `capacity` is what the target must sustain, in
    arrivals a second. `crowds` are numbers of users that ask without a pause, one after the other, until a
    side cannot follow. `renamed` are tables that the upgrade gave another name. `sessions`
    names the users' class in a file, `path/to/file.py:Class`, where they are not the adapter's own; such a
    plan keeps its rate, too.
    """

    scenarios: tuple[Scenario, ...]
    rate: Decimal = Decimal(5)
    block_seconds: Decimal = Decimal(3)
    pairs: int = 6
    rounds: int = 6
    warmup_pairs: int = 1
    alone: int = 2
    noise_pairs: int = 0
    margin: Decimal = Decimal("0.20")
    margin_apart: Decimal = Decimal("0.50")
    noticeable: Decimal = Decimal(0)
    quantiles: tuple[Decimal, ...] = (Decimal("0.5"),)
    limits: tuple[Limit, ...] = ()
    minimum_samples: int = 12
    error_limit: Decimal = Decimal("0.01")
    users: int = 6
    role: str = "sales"
    timeout_seconds: Decimal = Decimal(10)
    first_seconds: Decimal = Decimal(5)
    halt_errors: Decimal = Decimal("0.5")
    halt_seconds: Decimal | None = None
    stages: tuple[Decimal, ...] = ()
    crowds: tuple[int, ...] = ()
    knee_seconds: Decimal = Decimal(2)
    capacity: Decimal | None = None
    renamed: tuple[tuple[str, str], ...] = ()
    seed: int = 1
    locustfile: str | None = None
    likeness: Likeness | None = None
    sessions: str | None = None

    def __post_init__(self) -> None:
        names = [scenario.name for scenario in self.scenarios]
        steps = [name for scenario in self.scenarios for name in scenario.transactions]
        _demand(bool(names), "a load plan has at least one scenario")
        _demand(len(set(names)) == len(names), "scenario names differ")
        _demand(len(set(steps)) == len(steps), "each transaction belongs to one scenario")
        _demand(
            min(self.rate, self.block_seconds, self.timeout_seconds) > 0,
            "rate, block and timeout are more than 0",
        )
        _demand(self.pairs >= MINIMUM_PAIRS, f"a comparison needs at least {MINIMUM_PAIRS} block pairs")
        _demand(min(self.minimum_samples, self.users, self.rounds) >= 1, "at least one of each")
        _demand(
            min(self.warmup_pairs, self.alone, self.noise_pairs) >= 0, "a number of blocks is not negative"
        )
        _demand(min(self.margin, self.margin_apart, self.noticeable) >= 0, "a margin is not negative")
        _demand(0 <= self.error_limit < 1, "the error limit is a share")
        _demand(0 < self.halt_errors <= 1, "the errors that end the load are a share")
        _demand(self.halt_seconds is None or self.halt_seconds > 0, "the wait that ends it is more than 0")
        _demand(bool(self.quantiles) and all(0 < q < 1 for q in self.quantiles), "a quantile is a share")
        _demand(all(stage > 0 for stage in self.stages), "a stage is more than nothing")
        _demand(all(users > 0 for users in self.crowds), "a crowd is somebody")
        _demand(self.knee_seconds > 0, "a wait is more than 0")
        _demand(self.capacity is None or bool(self.stages), "a capacity is shown by stages")
        _demand(all(limit.transaction in steps for limit in self.limits), "a limit is on a known transaction")

    @property
    def transactions(self) -> tuple[str, ...]:
        """Every transaction that must be seen, in the order of the plan."""
        return tuple(name for scenario in self.scenarios for name in scenario.transactions)

    @property
    def writes(self) -> bool:
        """Whether the load changes the ERP."""
        return any(scenario.writes for scenario in self.scenarios)

    def arrivals_per_block(self, factor: Decimal = Decimal(1)) -> int:
        """How many scenarios start in one block, at so many times the rate."""
        return max(1, int(self.rate * factor * self.block_seconds))

    @property
    def roles(self) -> dict[str, tuple[str, ...]]:
        """Who logs in, and which scenarios each does."""
        found: dict[str, tuple[str, ...]] = {}
        for scenario in self.scenarios:
            role = scenario.role or self.role
            found[role] = (*found.get(role, ()), scenario.name)
        return found

    @property
    def seats(self) -> int:
        """How many users of each role log in: enough for the largest stage, and for the largest crowd."""
        return max(math.ceil(self.users * max((Decimal(1), *self.stages))), *self.crowds, 0)

    def sized(self, size: Size, *, margin: Decimal | None = None) -> LoadPlan:
        """The same load in the size of a profile, with the configured margin."""
        return replace(
            self,
            rate=size.load_rate if self.likeness is None and self.sessions is None else self.rate,
            block_seconds=Decimal(size.load_block_seconds),
            pairs=size.load_block_pairs,
            margin=self.margin if margin is None else margin,
        )

    def to_value(self) -> Value:
        """The plan as plain values, for the generator and for the evidence."""
        plain = {item.name: getattr(self, item.name) for item in fields(self)}
        plain["scenarios"] = [_plain(scenario) for scenario in self.scenarios]
        plain["limits"] = [_plain(limit) for limit in self.limits]
        plain["renamed"] = [list(names) for names in self.renamed]
        plain["likeness"] = None if self.likeness is None else _plain(self.likeness)
        plain["renamed"] = [list(each) for each in self.renamed]
        return cast(Value, plain)


def plan_from_value(value: Value) -> LoadPlan:
    """The plan that `to_value` stored; TypeError or ValueError for anything else."""
    if not isinstance(value, Mapping):
        raise ValueError("a stored load plan is a mapping")
    plain = dict(cast(Mapping[str, object], value))
    plain["scenarios"] = tuple(Scenario(**_frozen(each)) for each in _rows(plain["scenarios"]))
    plain["renamed"] = tuple((old, new) for old, new in cast("list[list[str]]", plain.get("renamed", [])))
    plain["limits"] = tuple(Limit(**_frozen(each)) for each in _rows(plain["limits"]))
    likeness = cast("Mapping[str, Any] | None", plain.get("likeness"))
    plain["likeness"] = None if likeness is None else Likeness(**likeness)
    return LoadPlan(**_frozen(plain))


def _rows(value: object) -> Sequence[Mapping[str, object]]:
    return cast("Sequence[Mapping[str, object]]", value)


def _frozen(row: Mapping[str, object]) -> dict[str, Any]:
    return {name: tuple(item) if isinstance(item, list) else item for name, item in row.items()}


def _plain(item: Scenario | Limit | Likeness) -> dict[str, object]:
    return {each.name: getattr(item, each.name) for each in fields(item)}


def _demand(holds: bool, why: str) -> None:
    if not holds:
        raise ValueError(why)
