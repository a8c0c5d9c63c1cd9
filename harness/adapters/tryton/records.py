"""Reading and writing records by Tryton's own names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice

from harness.adapters.protocol import Condition
from harness.adapters.tryton.client import Row, TrytonClient
from harness.adapters.tryton.speaking import Speaking
from harness.errors import AdapterError, Refused
from harness.model import text
from harness.values import Value

PAGE = 1000
_OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "in", "like")


def count(client: TrytonClient, model: str, where: Sequence[Condition]) -> int:
    """How many records match."""
    found = client.call(f"model.{model}.search_count", _domain(client, model, where), 0, None)
    return int(found)  # type: ignore[arg-type]  # search_count answers with a whole number


def read(
    client: TrytonClient,
    model: str,
    fields: Sequence[str],
    where: Sequence[Condition],
    order: Sequence[str],
    limit: int | None,
) -> Iterator[Row]:
    """The records that match, page by page; a dotted field follows a link. Names are checked at once."""
    for field in (*fields, *(name.removeprefix("-") for name in order)):
        _check_field(client, model, field)
    domain = _domain(client, model, where)
    size = PAGE if limit is None else min(PAGE, limit)
    if order:
        rows = _pages_by_offset(client, model, fields, domain, order, size)
    else:
        rows = _pages_by_id(client, model, fields, domain, size)
    return ({field: value_at(row, field) for field in fields} for row in islice(rows, limit))


def create(client: TrytonClient, model: str, values: Mapping[str, Value]) -> str:
    """A new record's id."""
    found = client.call(f"model.{model}.create", [dict(values)])
    return str(found[0])  # type: ignore[index]  # create answers with one id per record


def write(client: TrytonClient, model: str, id: str, values: Mapping[str, Value]) -> None:
    """Changes one record."""
    client.call(f"model.{model}.write", [record_id(model, id)], dict(values))


def delete(client: TrytonClient, model: str, id: str) -> None:
    """Deletes one record."""
    client.call(f"model.{model}.delete", [record_id(model, id)])


def press(client: TrytonClient, model: str, id: str, button: str) -> None:
    """Runs a button of one record."""
    client.call(f"model.{model}.{button}", [record_id(model, id)])


def one(client: TrytonClient, model: str, id: int | str, fields: Sequence[str]) -> Row:
    """The record with this id, with dotted fields resolved; Refused when the user sees no such record."""
    number = record_id(model, str(id))
    rows = client.search_read(model, [["id", "=", number]], fields, limit=1)
    if not rows:
        raise not_found(client, model, number)
    return {field: value_at(rows[0], field) for field in fields}


def not_found(client: TrytonClient, model: str, number: int) -> Refused:
    """The refusal of a record that the user does not see."""
    side = client.guard.environment.side.value
    sentence = text("adapters.no_record", model=model, name=f"#{number}", side=side)
    return Refused(sentence, code="not_found", message=f"{model} {number}")


def record_id(model: str, id: str) -> int:
    """The id as Tryton's number; AdapterError when it is none."""
    if not id.isdecimal():
        raise AdapterError(text("adapters.bad_id", id=id, model=model))
    return int(id)


def value_at(row: Row, path: str) -> Value:
    """The value of a field; `party.name` is nested under `party.` and absent when there is no party."""
    head, dot, rest = path.partition(".")
    if not dot:
        return row.get(head)
    linked = row.get(f"{head}.")
    return value_at(linked, rest) if isinstance(linked, Mapping) else None


def _pages_by_id(
    client: TrytonClient, model: str, fields: Sequence[str], domain: list[Value], size: int
) -> Iterator[Row]:
    # By id rather than by offset: records created meanwhile do not shift the pages.
    last = 0
    while True:
        rows = client.search_read(model, [*domain, ["id", ">", last]], [*fields, "id"], limit=size)
        yield from rows
        if len(rows) < size:
            return
        last = int(rows[-1]["id"])  # type: ignore[arg-type]  # an id is a whole number


def _pages_by_offset(
    client: TrytonClient,
    model: str,
    fields: Sequence[str],
    domain: list[Value],
    order: Sequence[str],
    size: int,
) -> Iterator[Row]:
    sorting = [[name.removeprefix("-"), "DESC" if name.startswith("-") else "ASC"] for name in order]
    offset = 0
    while True:
        rows = client.search_read(
            model, domain, [*fields, "id"], order=[*sorting, ["id", "ASC"]], limit=size, offset=offset
        )
        yield from rows
        if len(rows) < size:
            return
        offset += size


def _domain(client: TrytonClient, model: str, where: Sequence[Condition]) -> list[Value]:
    domain: list[Value] = []
    for condition in where:
        if condition.operator not in _OPERATORS:
            raise AdapterError(
                text("adapters.unknown_operator", operator=condition.operator, known=_OPERATORS)
            )
        _check_field(client, model, condition.field)
        domain.append([condition.field, condition.operator, condition.value])
    client.fields(model)
    return domain


def _check_field(client: TrytonClient, model: str, path: str) -> None:
    name, _, rest = path.partition(".")
    definitions = client.fields(model)
    if name not in definitions:
        near = tuple(get_close_matches(name, definitions, n=3, cutoff=0.3)) or tuple(sorted(definitions)[:3])
        side = client.guard.environment.side.value
        raise AdapterError(text("adapters.unknown_field", model=model, field=name, side=side, nearest=near))
    linked = definitions[name].get("relation")
    if rest and isinstance(linked, str):
        _check_field(client, linked, rest)


class Records(Speaking):
    """Reads and changes records."""

    def count(self, model: str, where: Sequence[Condition] = ()) -> int:
        """How many records match."""
        return count(self._client, model, where)

    def read(
        self,
        model: str,
        fields: Sequence[str],
        where: Sequence[Condition] = (),
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
    ) -> Iterator[Mapping[str, Value]]:
        """The records that match, typed; `party.name` follows a link."""
        return read(self._client, model, fields, where, order, limit)

    def create(self, model: str, values: Mapping[str, Value]) -> str:
        """A new record's id."""
        return create(self._client, model, values)

    def write(self, model: str, id: str, values: Mapping[str, Value]) -> None:
        """Changes one record."""
        write(self._client, model, id, values)

    def delete(self, model: str, id: str) -> None:
        """Deletes one record."""
        delete(self._client, model, id)

    def press(self, model: str, id: str, button: str) -> None:
        """Runs a button of one record."""
        press(self._client, model, id, button)
