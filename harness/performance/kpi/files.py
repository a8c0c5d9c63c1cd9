"""The file of the business figures.

[[kpi]]
id = "order_processing_time"
name = { en = "Order to shipment", zh = "订单处理时长" }
unit = { en = "days", zh = "天" }
module = "sale"
department = "sales"
max = 3                    # what the upgraded system may have at most; min: at least
max_increase = "0.10"      # a tenth more than the current system; max_decrease: less
query = "select avg(...) from ..."      # one number; or [kpi.source] query and [kpi.target] query
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from harness.config.problems import raise_problems
from harness.config.sources import Source, read_toml
from harness.config.table import FILLED, Line, NotBelow, Number, Table
from harness.config.validation import check
from harness.model import Severity, Side, Title, text
from harness.performance.kpi.target import Kpi, Limits
from harness.sqltext import SqlTextError, parse_query

Id = Annotated[Line, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class NameTable(Table):
    """A name in both languages."""

    en: Line
    zh: Line

    @property
    def title(self) -> Title:
        """The same as a title."""
        return Title(self.en, self.zh)


class QueryTable(Table):
    """[kpi.source] and [kpi.target]: where the two systems have to be asked otherwise."""

    query: Line


class KpiTable(Table):
    """[[kpi]]: one figure."""

    id: Id
    name: NameTable
    unit: NameTable
    module: Line
    department: Line | None = None
    owner: Line | None = None
    severity: Severity = Severity.MAJOR
    requirements: tuple[Line, ...] = ()
    max: Number | None = None
    min: Number | None = None
    max_increase: NotBelow | None = None
    max_decrease: NotBelow | None = None
    query: Line | None = None
    source: QueryTable | None = None
    target: QueryTable | None = None

    def own(self, side: Side) -> QueryTable | None:
        """The table of one side."""
        return self.source if side is Side.SOURCE else self.target

    def sql(self, side: Side) -> str | None:
        """The query of one side; None where the file gives none."""
        own = self.own(side)
        return own.query if own else self.query

    @property
    def limits(self) -> Limits:
        """What it may be."""
        return Limits(self.max, self.min, self.max_increase, self.max_decrease)


class KpisTable(Table):
    """The whole file."""

    kpi: Annotated[tuple[KpiTable, ...], FILLED]


def load_kpis(path: Path) -> tuple[Kpi, ...]:
    """The figures of the file; ConfigError with every problem: file, line, key, reason and cure."""
    source = read_toml(path, path.name)
    raise_problems(source.problems)
    table = check(KpisTable, source, "", source.data)
    if table is not None:
        _demand(source, table)
    raise_problems(source.sorted_problems())
    if table is None:
        raise AssertionError("a table without problems is there")
    return tuple(_kpi(path.name, f"kpi.{place}", each) for place, each in enumerate(table.kpi))


def _kpi(file: str, path: str, table: KpiTable) -> Kpi:
    return Kpi(
        id=table.id,
        title=table.name.title,
        unit=table.unit.title,
        module=table.module,
        limits=table.limits,
        queries={side: table.sql(side) or "" for side in Side},
        file=file,
        keys={side: _key(path, table, side) for side in Side},
        department=table.department,
        owner=table.owner,
        severity=table.severity,
        requirements=table.requirements,
    )


def _demand(source: Source, table: KpisTable) -> None:
    """What keys say about each other, and whether the queries are some."""
    names = [each.id for each in table.kpi]
    for place, each in enumerate(table.kpi):
        path = f"kpi.{place}"
        if names.index(each.id) != place:
            source.problem(f"{path}.id", "kpi_twice", name=each.id)
        if each.limits == Limits():
            source.problem(path, "kpi_no_limit")
        if each.max is not None and each.min is not None and each.min > each.max:
            source.problem(f"{path}.min", "kpi_range")
        for key, sql in _queries(path, each):
            if sql is None:
                source.problem(key, "kpi_no_query")
                continue
            try:
                parse_query(sql)
            except SqlTextError as error:
                why = text(f"reconcile.problem.sql_{error.code}", detail=error.detail)
                source.problem(key, "kpi_query", why=why)


def _queries(path: str, table: KpiTable) -> Iterator[tuple[str, str | None]]:
    """Each query once, by the key that it stands at."""
    yield from {_key(path, table, side): table.sql(side) for side in Side}.items()


def _key(path: str, table: KpiTable, side: Side) -> str:
    return f"{path}.{side}.query" if table.own(side) else f"{path}.query"
