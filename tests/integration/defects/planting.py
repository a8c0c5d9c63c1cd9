"""What a planted defect is, and throw-away copies of a pristine pair to plant it in.

A harm is one statement on the target. Its RETURNING rows say what was harmed; the findings it must cause
are written beside it by hand and name those rows: `{id}` in a key stands for the column `id` returned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import URL, Engine, create_engine

from harness.model import Finding, FindingKind, Text
from harness.testing.plant import NO_TRIGGERS

Row: TypeAlias = Mapping[str, Any]


class Named(NamedTuple):
    """All that is asserted of a finding; `how` is what its sentence says happened to the value."""

    check: str
    entity: str
    kind: FindingKind
    key: str | None
    field: str | None
    rows: int
    amount: Decimal | None
    currency: str | None
    how: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding that must appear: for each harmed row, or once for all of them when they are a crowd."""

    entity: str
    kind: FindingKind
    key: str | None = None
    field: str | None = None
    amount: str | None = None
    currency: str | None = None
    how: str | None = None
    crowd: bool = False
    check: str = ""

    def for_rows(self, rows: list[Row]) -> Iterator[Named]:
        """What the findings of these harmed rows are called."""
        if not self.crowd:
            yield from (self._named(row, 1, self._amount(row)) for row in rows)
        elif rows:
            amounts = [amount for row in rows if (amount := self._amount(row)) is not None]
            yield self._named(rows[0], len(rows), sum(amounts, Decimal(0)) if amounts else None)

    def _named(self, row: Row, count: int, amount: Decimal | None) -> Named:
        key = self.key and self.key.format_map(row)
        currency = self.currency and self.currency.format_map(row)
        check = self.check or f"data.{self.entity}"
        return Named(check, self.entity, self.kind, key, self.field, count, amount, currency, self.how)

    def _amount(self, row: Row) -> Decimal | None:
        return None if self.amount is None else Decimal(self.amount.format_map(row)).normalize()


@dataclass(frozen=True, slots=True)
class Harm:
    """One statement, and what it must make the checks find."""

    sql: str
    shows: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that a migration did wrong."""

    name: str
    harms: tuple[Harm, ...]


def defect(name: str, *parts: str | Shown) -> Defect:
    """A defect from its statements, each followed by the findings of the rows that it returns."""
    harms: list[Harm] = []
    for part in parts:
        if isinstance(part, str):
            harms.append(Harm(part))
        else:
            harms[-1] = Harm(harms[-1].sql, (*harms[-1].shows, part))
    return Defect(name, tuple(harms))


def missing(entity: str, key: str | None, amount: str | None = None, currency: str | None = None) -> Shown:
    """A row that the target lost."""
    return Shown(entity, FindingKind.MISSING_IN_TARGET, key, None, amount, currency)


def extra(entity: str, key: str, amount: str | None = None, currency: str | None = None) -> Shown:
    """A row that the source never had."""
    return Shown(entity, FindingKind.MISSING_IN_SOURCE, key, None, amount, currency)


def changed(
    entity: str,
    key: str,
    field: str,
    amount: str | None = None,
    currency: str | None = None,
    *,
    how: str | None = None,
) -> Shown:
    """A cell that is another one."""
    return Shown(entity, FindingKind.MISMATCH, key, field, amount, currency, how)


def crowd(entity: str, field: str | None = None, *, how: str | None = None, detail: str = "") -> Shown:
    """So many rows lost, or cells changed in one way, that they are one finding with their number."""
    kind = FindingKind.MISMATCH if field else FindingKind.MISSING_IN_TARGET
    key = f"change={how}{detail and ' '}{detail}" if how else None
    return Shown(entity, kind, key, field, how=how, crowd=True)


def named(finding: Finding) -> Named:
    """What is asserted of a finding."""
    amount = None if finding.amount is None else finding.amount.normalize()
    how = dict(finding.text.params).get("how")
    return Named(
        finding.check_id,
        finding.entity,
        finding.kind,
        finding.key,
        finding.field,
        finding.count,
        amount,
        finding.currency,
        how.key.rpartition(".")[2].removesuffix("_by") if isinstance(how, Text) else None,
    )


def harm(engine: Engine, planted: Defect) -> list[Named]:
    """Plants the defect in one transaction, behind the ERP's back; what must now be found.

    A statement that names findings and harms no row proves nothing, and is an error.
    """
    expected: list[Named] = []
    with engine.begin() as connection:
        plain = {"no_parameters": True}
        connection.exec_driver_sql(NO_TRIGGERS)
        for step in planted.harms:
            result = connection.exec_driver_sql(step.sql, execution_options=plain)
            rows: list[Row] = [dict(row) for row in result.mappings()] if result.returns_rows else []
            assert rows or not step.shows, f"harms nothing: {step.sql}"
            expected += (name for shown in step.shows for name in shown.for_rows(rows))
    return expected


@contextmanager
def copied(url: URL, name: str) -> Iterator[Engine]:
    """A copy of a database that nobody is connected to; gone afterwards."""
    copy = f"{url.database}_{name}"
    server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{copy}" TEMPLATE "{url.database}"')
    engine = create_engine(url.set(database=copy))
    try:
        yield engine
    finally:
        engine.dispose()
        with server.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
        server.dispose()
