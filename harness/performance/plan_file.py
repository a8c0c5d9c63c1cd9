"""A load plan as a TOML file that people write; `harness load from-har` writes one, too.

role = "sales"
rate = 2
limits = [{ transaction = "sale.confirm", quantile = 0.9, seconds = 5 }]
workload = { file = "workload.toml", profile = "busy_hour", growth = 1.3 }   # arrivals as they were seen

[[scenarios]]
name = "sale.order"
weight = 1
transactions = ["sale.create", "sale.quote", "sale.confirm"]
writes = true
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, StrictInt

from harness.config.problems import nearest, raise_problems
from harness.config.sources import Source, read_toml
from harness.config.table import FILLED, Above, Count, Line, NotBelow, Number, Switch, Table
from harness.config.validation import check
from harness.performance.plan import MINIMUM_PAIRS, Limit, LoadPlan, Scenario
from harness.performance.workload.planning import fitted
from harness.performance.workload.profiles import read_workload

Share = Annotated[Number, Field(gt=0, lt=1)]
ErrorShare = Annotated[Number, Field(ge=0, lt=1)]
HaltingShare = Annotated[Number, Field(gt=0, le=1)]
Pairs = Annotated[StrictInt, Field(ge=MINIMUM_PAIRS)]
Blocks = Annotated[StrictInt, Field(ge=0)]


class ScenarioTable(Table):
    """[[scenarios]]: something a user does, how often, and what it is timed as."""

    name: Line
    weight: Count = 1
    transactions: tuple[Line, ...] = ()
    writes: Switch = False
    role: Line | None = None


class LimitTable(Table):
    """[[limits]]: this share of a transaction's samples stays below so many seconds."""

    transaction: Line
    quantile: Share
    seconds: Above


class WorkloadTable(Table):
    """Arrivals and mix as `harness workload` found them, times a growth."""

    file: Line
    profile: Line
    growth: Above = Decimal(1)


class PlanTable(Table):
    """The whole file; what is left out keeps the value that it has in LoadPlan."""

    scenarios: Annotated[tuple[ScenarioTable, ...], FILLED]
    limits: tuple[LimitTable, ...] = ()
    workload: WorkloadTable | None = None
    sessions: Line | None = None
    locustfile: Line | None = None
    role: Line | None = None
    rate: Above | None = None
    block_seconds: Above | None = None
    timeout_seconds: Above | None = None
    pairs: Pairs | None = None
    rounds: Count | None = None
    users: Count | None = None
    minimum_samples: Count | None = None
    warmup_pairs: Blocks | None = None
    alone: Blocks | None = None
    noise_pairs: Blocks | None = None
    first_seconds: Above | None = None
    halt_errors: HaltingShare | None = None
    halt_seconds: Above | None = None
    stages: Annotated[tuple[Above, ...], FILLED] | None = None
    crowds: Annotated[tuple[Count, ...], FILLED] | None = None
    knee_seconds: Above | None = None
    capacity: Above | None = None
    renamed: dict[str, Line] | None = None
    seed: StrictInt | None = None
    margin: NotBelow | None = None
    margin_apart: NotBelow | None = None
    noticeable: NotBelow | None = None
    error_limit: ErrorShare | None = None
    quantiles: Annotated[tuple[Share, ...], FILLED] | None = None


_OWN = ("scenarios", "limits", "workload", "sessions", "locustfile", "renamed")


def read_plan(path: Path) -> LoadPlan:
    """The plan that the file describes; ConfigError with every problem: file, line, key, reason and cure."""
    source = read_toml(path, str(path))
    raise_problems(source.problems)
    table = check(PlanTable, source, "", source.data)
    if table is not None:
        _demand(source, path.parent, table)
    raise_problems(source.sorted_problems())
    if table is None:
        raise AssertionError("a table without problems is there")
    return _plan(path.parent, table)


def _plan(folder: Path, table: PlanTable) -> LoadPlan:
    given = {name: item for name, item in table if name not in _OWN and item is not None}
    plan = LoadPlan(
        scenarios=tuple(Scenario(**_plain(each)) for each in table.scenarios),
        limits=tuple(Limit(**_plain(each)) for each in table.limits),
        sessions=None if table.sessions is None else sessions_at(folder, table.sessions),
        locustfile=str((folder / table.locustfile).resolve()) if table.locustfile else None,
        renamed=tuple((table.renamed or {}).items()),
        **given,
    )
    if table.workload is None:
        return plan
    profile = read_workload(folder / table.workload.file)[table.workload.profile]
    return fitted(plan, profile, table.workload.growth)


def _plain(table: Table) -> dict[str, Any]:
    return dict(table)


def sessions_at(folder: Path, named: str) -> str:
    """`module:Class` as it is, `path/to/file.py:Class` from the folder on."""
    place, _, name = named.rpartition(":")
    return f"{(folder / place).resolve()}:{name}" if place.endswith(".py") else named


def _demand(source: Source, folder: Path, table: PlanTable) -> None:
    """What keys say about each other, and the files they name."""
    steps = [step for each in table.scenarios for step in (each.transactions or (each.name,))]
    _differ(source, "scenarios", [each.name for each in table.scenarios])
    _differ(source, "scenarios", steps)
    for at, limit in enumerate(table.limits):
        if limit.transaction not in steps:
            source.problem(
                f"limits.{at}.transaction",
                "choice",
                nearest=nearest(limit.transaction, steps),
                valid=tuple(steps),
            )
    if table.capacity is not None and table.stages is None:
        source.problem("capacity", "plan_capacity")
    if table.sessions is not None:
        place, _, name = table.sessions.rpartition(":")
        _demand_file(source, "sessions", place.endswith(".py"), folder / place)
        if not place or not name.isidentifier():
            source.problem("sessions", "plan_sessions")
    if table.locustfile is not None:
        _demand_file(source, "locustfile", True, folder / table.locustfile)
    if table.workload is not None:
        _demand_profile(source, folder, table.workload)


def _demand_profile(source: Source, folder: Path, table: WorkloadTable) -> None:
    if not (folder / table.file).is_file():
        source.problem("workload.file", "no_such_file")
        return
    known = tuple(read_workload(folder / table.file))
    if table.profile not in known:
        near = nearest(table.profile, known)
        source.problem("workload.profile", "choice", nearest=near, valid=known)


def _demand_file(source: Source, key: str, is_file: bool, path: Path) -> None:
    if is_file and not path.is_file():
        source.problem(key, "no_such_file")


def _differ(source: Source, key: str, names: list[str]) -> None:
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            source.problem(key, "plan_twice", name=name)
