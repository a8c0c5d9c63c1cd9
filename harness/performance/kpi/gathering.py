"""Reads one business figure of one side, or of both, through sessions that cannot write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any

import sqlalchemy
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from harness.config.problems import Problem, raise_problems
from harness.model import Capture, Part, Side, Text, text
from harness.performance.kpi.target import Kpi, Measured, stored
from harness.sqltext import parse_query
from harness.sqltext.dialects import sql_dialect


class _Unreachable(Exception):
    def __init__(self, side: Side, why: str) -> None:
        super().__init__(why)
        self.sentence = text(f"reconcile.unreachable.{side}", why=why)


def gather(kpi: Kpi, engines: Mapping[Side, sqlalchemy.Engine], part: Part) -> Capture:
    """The figure of this part's sides; ConfigError, with file and key, when a query gives no single column
    of numbers or the database does not understand it.

    A database that does not answer is a capture with a failure: that is the environment's fault.
    """
    sides = tuple(Side) if part.side is None else (part.side,)
    try:
        measured = {side: _measured(kpi, side, engines[side]) for side in sides}
    except _Unreachable as problem:
        return Capture(None, failure=problem.sentence)
    found = {f"{kpi.id}.{side}": one.value for side, one in measured.items() if one.value is not None}
    return Capture(stored(kpi, measured), measures=found)


def _measured(kpi: Kpi, side: Side, engine: sqlalchemy.Engine) -> Measured:
    rows = _rows(kpi, side, engine)
    if len(rows) != 1:
        return Measured(None, "many" if rows else "none")
    (value,) = rows[0]
    if value is None:
        return Measured(None, "null")
    number = _number(value)
    if number is None:
        _refuse(kpi, side, text("config.reason.kpi_number", type=type(value).__name__))
    return Measured(number)


def _rows(kpi: Kpi, side: Side, engine: sqlalchemy.Engine) -> Sequence[Sequence[Any]]:
    """At most two, which is one too many."""
    query = parse_query(kpi.queries[side]).sql(sql_dialect(engine.dialect.name))
    try:
        connection = engine.connect()
    except DBAPIError as problem:
        raise _Unreachable(side, type(problem.orig).__name__) from problem
    try:
        with connection:
            found = connection.exec_driver_sql(query, execution_options={"no_parameters": True})
            columns, rows = len(found.keys()), [tuple(row) for row in found.fetchmany(2)]
    except DBAPIError as problem:
        if problem.connection_invalidated:
            raise _Unreachable(side, type(problem.orig).__name__) from problem
        _refuse(kpi, side, text("config.reason.kpi_refused", side=side.value, why=_why(problem)))
        raise
    if columns != 1:
        _refuse(kpi, side, text("config.reason.kpi_columns", count=columns))
    return rows


def _refuse(kpi: Kpi, side: Side, reason: Text) -> None:
    raise_problems([Problem(kpi.file, kpi.keys[side], reason)])


def _why(problem: DBAPIError) -> str:
    """The database's words where they are about the query; those about its data may repeat the data."""
    own = str(problem.orig).strip().partition("\n")[0]
    about_query = isinstance(problem, ProgrammingError | OperationalError)
    return own if about_query and own else type(problem.orig).__name__


def _number(value: object) -> Decimal | None:
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if isinstance(value, float):
        return Decimal(repr(value)) if isfinite(value) else None
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else None
