"""Neutral documents from rows of a service, as the mapping says; the types are those of the documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from harness.adapters.odata.mapping import DocumentTable, FieldTable
from harness.adapters.odata.service import Query, at
from harness.adapters.odata.typed import Row, Typed
from harness.adapters.protocol import Condition
from harness.documents import EntryLine
from harness.values import Value

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Read:
    """One document as it was read: its key, its own row, and the rows of its lines."""

    key: str
    row: Row
    lines: tuple[Row, ...]


def query(table: DocumentTable, typed: Typed, where: Sequence[Condition]) -> Query:
    """All that the mapping wants of the documents that meet the conditions, in the order of their numbers."""
    return Query(table.entity, wanted(table, typed), tuple(where), order=_order(table))


def wanted(table: DocumentTable, typed: Typed) -> tuple[str, ...]:
    """The paths to read: what the mapping names, and the key."""
    prefix = f"{table.lines}/" if table.lines else ""
    paths = [
        *_paths(table.fields),
        *(f"{prefix}{path}" for path in _paths(table.line)),
        *typed.entity(table.entity).keys,
    ]
    return tuple(dict.fromkeys(paths))


def grouped(table: DocumentTable, typed: Typed, rows: Iterable[Row]) -> Iterator[Read]:
    """The documents in the rows: each is one, or, without a link to lines, all of the same number are."""
    if table.lines is not None:
        for row in rows:
            lines: Any = at(row, table.lines)
            yield Read(typed.key_of_row(table.entity, row), row, tuple(lines))
        return
    of_one: dict[Value, list[Row]] = {}
    for row in rows:
        number = _raw(table.fields["number"], row)
        of_one.setdefault(str(number), []).append(row)
    for found in of_one.values():
        yield Read(typed.key_of_row(table.entity, found[0]), found[0], tuple(found))


def made(
    kind: type[D],
    named: Mapping[str, FieldTable],
    row: Row,
    lacking: Callable[[str], Exception],
    **parts: object,
) -> D:
    """A document, or a line of one. `lacking` makes the error for a value that must be there and is not."""
    values: dict[str, object] = dict(parts)
    for item in fields(kind):  # type: ignore[arg-type]  # every kind is one of harness.documents
        if item.name not in named:
            continue
        raw = _raw(named[item.name], row)
        if raw is None and kind is EntryLine and item.type == "Decimal":
            raw = Decimal(0)  # a debit has no credit
        found = _CONVERTED[str(item.type)](raw)
        if found is None and "None" not in str(item.type):
            raise lacking(named[item.name].property or item.name)
        values[item.name] = found
    return kind(**values)


def _raw(source: FieldTable, row: Row) -> Value:
    if source.property is None:
        return source.value
    value = at(row, source.property)
    return source.values.get(str(value), value)


def _order(table: DocumentTable) -> tuple[str, ...]:
    number = table.fields["number"].property
    return (number,) if number is not None else ()


def _paths(named: Mapping[str, FieldTable]) -> list[str]:
    return [source.property for source in named.values() if source.property is not None]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _amount(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        return date.fromisoformat(value)
    found: date | None = value
    return found


def _several(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


_CONVERTED: Mapping[str, Callable[[Any], object]] = {
    "str": _text,
    "str | None": _text,
    "Decimal": _amount,
    "date": _day,
    "date | None": _day,
    "bool": bool,
    "tuple[str, ...]": _several,
}
