"""Files as people exchange them in Tryton's client: CSV written from an export, and read into an import."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from harness.adapters.tryton.speaking import Speaking
from harness.errors import AdapterError
from harness.model import text
from harness.values import Value


@dataclass(frozen=True, slots=True)
class _Kind:
    model: str
    fields: tuple[str, ...]


_KINDS: Mapping[str, _Kind] = MappingProxyType(
    {
        "parties": _Kind("party.party", ("id", "name", "code", "active")),
        "price_list": _Kind("product.template", ("id", "name", "list_price", "active")),
    }
)


class Files(Speaking):
    """Exports and imports files."""

    def export_file(self, kind: str, limit: int) -> bytes:
        """The oldest records of a kind as the CSV that the client writes; the first line names the fields."""
        known = _kind(kind)
        found = self._client.call(f"model.{known.model}.search", [], 0, limit, [["id", "ASC"]])
        rows = self._client.call(f"model.{known.model}.export_data", found, list(known.fields), False)
        content = io.StringIO()
        writer = csv.writer(content)
        writer.writerow(known.fields)
        writer.writerows([_cell(value) for value in row] for row in _rows(rows))
        return content.getvalue().encode()

    def import_file(self, kind: str, content: bytes) -> int:
        """Takes the file in; a line with the id of a record changes that record. How many lines it took."""
        known = _kind(kind)
        fields, *rows = csv.reader(io.StringIO(content.decode()))
        taken = self._client.call(f"model.{known.model}.import_data", fields, rows)
        return int(str(taken))

    def count_named(self, kind: str, content: bytes) -> int:
        """How many records of a kind there are, archived ones too, that are named as those of the file."""
        names: list[Value] = [line["name"] for line in csv.DictReader(io.StringIO(content.decode()))]
        domain: list[Value] = [["name", "in", names], ["active", "in", [True, False]]]
        found = self._client.call(f"model.{_kind(kind).model}.search_count", domain, 0, None)
        return int(str(found))


def _kind(name: str) -> _Kind:
    if name not in _KINDS:
        raise AdapterError(text("adapters.unknown_kind_of_file", kind=name, known=tuple(_KINDS)))
    return _KINDS[name]


def _rows(value: Value) -> Sequence[Sequence[Value]]:
    assert isinstance(value, list | tuple)
    return [row for row in value if isinstance(row, list | tuple)]


def _cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return format(value, "f")
        case date() | datetime():
            return value.isoformat()
    return str(value)
