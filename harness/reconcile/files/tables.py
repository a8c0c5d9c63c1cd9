"""From the cells of a file to a typed table: header and total rows taken out, nothing turned into NULL.

raw.<name>     n, c0, c1 ...                       the cells as they stand in the file
typed.<name>   one column each, of its kind        what can be read is converted, all else is kept as text
<name>         the same, but a doubtful column refuses to be read until a person decides
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import duckdb

from harness.messages import text
from harness.model import Text
from harness.reconcile.files.columns import Decided, Profile, agreed, decide
from harness.reconcile.files.detected import (
    CellKind,
    Choices,
    DayOrder,
    DetectedColumn,
    Doubt,
    TotalRow,
)
from harness.reconcile.files.grid import Grid, stored
from harness.reconcile.files.layout import Layout

DOUBTFUL = "doubtful column: "
TOTALS = "_totals"
LABEL = "total"
_DIGITS = 38

_TOTAL = (
    "(本页|本月|本期|本年)?(合计|总计|小计|累计|總計|合計|小計)|total|totals|grandtotal|subtotal|sub-total"
    "|sum|summe|gesamt|gesamtsumme|zwischensumme|totaal|totale|suma|sommetotale|итого"
)
_SUB = frozenset({"小计", "小計", "本页合计", "本页小计", "subtotal", "sub-total", "zwischensumme"})


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was made, and what was found out on the way."""

    columns: tuple[DetectedColumn, ...]
    rows: int
    header_rows: tuple[int, ...]
    totals: tuple[TotalRow, ...]
    skipped: tuple[Text, ...]
    doubts: tuple[Doubt, ...]


class Making:
    """Makes the typed table of one grid; may be told again what kind a column is to be."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, grid: Grid, layout: Layout) -> None:
        self._connection = connection
        self._grid = grid
        self._layout = layout
        self._raw = f"raw.{stored(grid.name)}"
        self._last = grid.numbers[layout.header[-1]] if layout.header else 0
        self._total_rows = self._find_totals()
        self._body = self._make_body()
        self._places = self._used()
        self._names = self._named()

    def make(self, choices: Choices) -> Table:
        """The typed table, replacing the one that was made before."""
        found = [
            decide(name, self._layout.headings[place] or name, self._profile(place), choices)
            for place, name in zip(self._places, self._names, strict=True)
        ]
        decided = agreed(found)
        columns = tuple(
            self._measured(place, item) for place, item in zip(self._places, decided, strict=True)
        )
        doubts = tuple(item.doubt for item in decided if item.doubt is not None)
        self._create(columns, doubts)
        rows = self._number(f"SELECT count(*) FROM {self._body}")
        if self._layout.doubt is not None:
            doubts = (Doubt(self._layout.doubt), *doubts)
        header = tuple(place + 1 for place in self._layout.header)
        return Table(columns, rows, header, self._totals(columns), self._skipped(), doubts)

    # What is data.

    def _find_totals(self) -> dict[int, str]:
        """The rows whose first cell that holds anything is a word for a total."""
        first = f"coalesce({', '.join(self._filled(place) for place in range(self._grid.width))})"
        word = f"lower(regexp_replace(content({first}), '[\\s:：*]', '', 'g'))"
        number = self._any("number_shape({0}) IS NOT NULL")
        query = (
            f"SELECT n, {word} FROM {self._raw} WHERE n > {self._last}"
            f" AND regexp_full_match({word}, '{_TOTAL}') AND {number} ORDER BY n"
        )
        return dict(self._all(query))

    def _make_body(self) -> str:
        body = f"raw.{stored(self._grid.name + ' body')}"
        excluded = ", ".join(map(str, self._total_rows)) or "-1"
        self._run(
            f"CREATE TABLE {body} AS SELECT * FROM {self._raw} WHERE n > {self._last}"
            f" AND n NOT IN ({excluded}) AND {self._any('{0} IS NOT NULL')}"
            f" AND NOT {self._header_again()} ORDER BY n"
        )
        return body

    def _header_again(self) -> str:
        """A header that a printed list repeats on every page."""
        if not self._layout.header:
            return "false"
        last = self._layout.header[-1]
        row = self._grid.head[last]
        cells = [(place, cell) for place, cell in enumerate(row) if cell]
        same = (f"c{place} IS NOT DISTINCT FROM {_literal(cell)}" for place, cell in cells)
        return f"({' AND '.join(same)})" if len(cells) > 1 else "false"

    def _any(self, condition: str) -> str:
        return f"({' OR '.join(condition.format(self._filled(place)) for place in range(self._grid.width))})"

    def _filled(self, place: int) -> str:
        return f"CASE WHEN tidy(content(c{place})) <> '' THEN c{place} END"

    def _used(self) -> tuple[int, ...]:
        """The columns with a heading or with data."""
        counts = ", ".join(f"count({self._filled(place)})" for place in range(self._grid.width))
        (row,) = self._all(f"SELECT {counts} FROM {self._body}")
        return tuple(
            place for place, count in enumerate(row) if count or self._layout.headings[place].strip()
        )

    def _named(self) -> tuple[str, ...]:
        names: list[str] = []
        for place in self._places:
            name = self._layout.headings[place].replace(" ", "_") or f"column_{place + 1}"
            wanted, number = name, 1
            while name.casefold() in {given.casefold() for given in names}:
                number += 1
                name = f"{wanted}_{number}"
            names.append(name)
        return tuple(names)

    def _profile(self, place: int) -> Profile:
        cell = f"c{place}"
        found = self._all(
            f"SELECT number_shape({cell}), date_shape({cell}), marked({cell}), count(*) FROM {self._body}"
            f" WHERE tidy(content({cell})) <> '' GROUP BY ALL"
        )
        return Profile({tuple(shapes): count for *shapes, count in found})

    # What the cells are worth.

    def _measured(self, place: int, decided: Decided) -> DetectedColumn:
        """The column with its currencies, its decimals, and how many cells could not be read after all."""
        column = decided.column
        if column.kind not in {CellKind.NUMBER, CellKind.DATE, CellKind.TIMESTAMP} or decided.doubt:
            return column
        cell, value = self._filled(place), self._value(place, column)
        ((cells, read),) = self._all(f"SELECT count({cell}), count({value}) FROM {self._body}")
        column = replace(column, strange=cells - read)
        if column.kind is not CellKind.NUMBER:
            return column
        ((whole, scale),) = self._all(
            f"SELECT max(length(split_part(ltrim(v, '-'), '.', 1))), max(length(split_part(v, '.', 2)))"
            f" FROM (SELECT {value} AS v FROM {self._body})"
        )
        fits = whole is not None and whole + scale <= _DIGITS
        signs = self._all(
            f"SELECT DISTINCT currency({cell}) FROM {self._body} WHERE {value} IS NOT NULL ORDER BY 1"
        )
        currencies = tuple(sign for (sign,) in signs if sign)
        return replace(column, scale=scale if fits else None, currencies=currencies)

    def _value(self, place: int, column: DetectedColumn) -> str:
        if column.kind is CellKind.NUMBER:
            return f"number_text({self._filled(place)}, '{column.decimal or '.'}')"
        return f"moment({self._filled(place)}, {column.day_order is not DayOrder.MONTH_FIRST})"

    def _converted(self, place: int, column: DetectedColumn) -> str:
        cell, kept = self._filled(place), f"content(c{place})"
        match column.kind:
            case CellKind.NUMBER if not column.strange and column.scale is not None:
                return f"CAST({self._value(place, column)} AS DECIMAL({_DIGITS}, {column.scale}))"
            case CellKind.DATE | CellKind.TIMESTAMP if not column.strange:
                return f"CAST({self._value(place, column)} AS {column.kind.upper()})"
            case CellKind.NUMBER:
                return f"coalesce({self._value(place, column)}, content({cell}))"
            case CellKind.DATE:
                return (
                    f"coalesce(CAST(CAST({self._value(place, column)} AS DATE) AS VARCHAR), content({cell}))"
                )
            case CellKind.TIMESTAMP:
                return f"coalesce(CAST({self._value(place, column)} AS VARCHAR), content({cell}))"
            case CellKind.BOOLEAN:
                return f"({kept} = '1')"
        return kept

    def _create(self, columns: Sequence[DetectedColumn], doubts: Sequence[Doubt]) -> None:
        name = stored(self._grid.name)
        cells = [
            f"{self._converted(place, column)} AS {stored(column.name)}"
            for place, column in zip(self._places, columns, strict=True)
        ]
        cells += [
            f"nullif(currency(c{place}), '') AS {stored(currency_of(column.name))}"
            for place, column in zip(self._places, columns, strict=True)
            if column.currencies
        ]
        self._run(f"DROP VIEW IF EXISTS main.{name}")
        self._run(
            f"CREATE OR REPLACE TABLE typed.{name} AS SELECT {', '.join(cells)} FROM {self._body} ORDER BY n"
        )
        doubtful = {doubt.column for doubt in doubts if doubt.column is not None}
        refused = ", ".join(
            f"error({_literal(DOUBTFUL + column)})::VARCHAR AS {stored(column)}"
            for column in sorted(doubtful)
        )
        shown = f"* REPLACE ({refused})" if refused else "*"
        self._run(f"CREATE VIEW main.{name} AS SELECT {shown} FROM typed.{name}")

    # What was taken out.

    def _totals(self, columns: Sequence[DetectedColumn]) -> tuple[TotalRow, ...]:
        numeric = [
            (place, column)
            for place, column in zip(self._places, columns, strict=True)
            if column.kind is CellKind.NUMBER and not (column.decimal is None and column.scale is None)
        ]
        made = tuple(self._total(n, label, numeric) for n, label in self._total_rows.items())
        if made:
            self._store_totals(made, [column.name for _, column in numeric])
        return made

    def _total(self, n: int, label: str, numeric: Sequence[tuple[int, DetectedColumn]]) -> TotalRow:
        above = [row for row, word in self._total_rows.items() if row < n and word in _SUB]
        start = above[-1] if above and label in _SUB else 0
        stated, computed = [], []
        for place, column in numeric:
            value = self._value(place, column)
            said = self._decimal(f"SELECT {value} FROM {self._raw} WHERE n = {n}")
            if said is None:
                continue
            stated.append((column.name, said))
            summed = self._decimal(
                f"SELECT sum(CAST({value} AS DECIMAL({_DIGITS}, {column.scale or 0}))) FROM {self._body}"
                f" WHERE n > {start} AND n < {n}"
            )
            computed.append((column.name, summed or Decimal(0)))
        return TotalRow(n, label, tuple(stated), tuple(computed))

    def _store_totals(self, totals: Sequence[TotalRow], names: Sequence[str]) -> None:
        table = f"main.{stored(self._grid.name + TOTALS)}"
        columns = "".join(f", {stored(name)} VARCHAR" for name in names)
        self._run(f"CREATE OR REPLACE TABLE {table} ({stored(LABEL)} VARCHAR{columns})")
        seen: dict[str, int] = {}
        for total in totals:
            seen[total.label] = seen.get(total.label, 0) + 1
            label = total.label if seen[total.label] == 1 else f"{total.label} {seen[total.label]}"
            values = dict(total.stated)
            row = [label, *(str(values[name]) if name in values else None for name in names)]
            self._connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)

    def _skipped(self) -> tuple[Text, ...]:
        above = self._layout.header[0] if self._layout.header else 0
        titles = sum(any(cell.strip() for cell in row) for row in self._grid.head[:above])
        every = self._number(f"SELECT count(*) FROM {self._raw} WHERE n > {self._last}")
        kept = self._number(f"SELECT count(*) FROM {self._body}") + len(self._total_rows)
        notes = [text("files.skipped.titles", count=titles)] if titles else []
        notes += [text("files.skipped.rows", count=every - kept)] if every > kept else []
        return tuple(notes)

    def _decimal(self, query: str) -> Decimal | None:
        found = self._connection.execute(query).fetchone()
        return None if found is None or found[0] is None else Decimal(found[0])

    def _number(self, query: str) -> int:
        ((count,),) = self._all(query)
        return int(count)

    def _all(self, query: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(query).fetchall()

    def _run(self, statement: str) -> None:
        self._connection.execute(statement)


def currency_of(name: str) -> str:
    """The column that holds the currency signs of a column of numbers."""
    return f"{name}_currency"


def _literal(content: str) -> str:
    return "'" + content.replace("'", "''") + "'"


def identifiers(columns: Sequence[DetectedColumn]) -> Iterator[str]:
    """The names of the table's columns, currencies included."""
    yield from (column.name for column in columns)
    yield from (currency_of(column.name) for column in columns if column.currencies)
