"""Two files and no configuration: which columns belong together, what names a row, and the mapping of it.

Columns belong together when their headings are the same but for case, blanks and the composition of
letters. What has no counterpart is named and not compared. Total rows, which are no data, are compared as
a table of their own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from harness.config.problems import nearest
from harness.errors import ConfigError
from harness.messages import Language, render, text
from harness.model import Side, Text
from harness.reconcile.entity import EntityMapping
from harness.reconcile.files.detected import CellKind, Detected, DetectedColumn
from harness.reconcile.files.grid import stored
from harness.reconcile.files.keys import proposed_key
from harness.reconcile.files.origin import FileOrigin
from harness.reconcile.files.tables import LABEL, TOTALS, currency_of
from harness.reconcile.kinds import Kind

_KINDS: Mapping[CellKind, Kind] = MappingProxyType(
    {
        CellKind.NUMBER: Kind.NUMBER,
        CellKind.DATE: Kind.DATE,
        CellKind.TIMESTAMP: Kind.TIMESTAMP,
        CellKind.BOOLEAN: Kind.BOOLEAN,
    }
)
_DATES = frozenset({CellKind.DATE, CellKind.TIMESTAMP})


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person asks of a comparison of two files; columns by their headings."""

    key: tuple[str, ...] = ()
    ignore: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    tolerance: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Matched:
    """A column of the source and the one of the target that it is held against."""

    source: DetectedColumn
    target: DetectedColumn
    kind: CellKind

    @property
    def name(self) -> str:
        """What both are called."""
        return self.source.name


@dataclass(frozen=True, slots=True)
class Paired:
    """The mappings of two files, and what a person should know about them."""

    mappings: tuple[EntityMapping, ...]
    key: tuple[str, ...]
    proposed: bool
    unmatched: Mapping[Side, tuple[str, ...]]
    notes: tuple[Text, ...]


def pair(source: FileOrigin, target: FileOrigin, wishes: Wishes) -> Paired:
    """The mapping of the first table of each file; ConfigError when nothing can be compared so."""
    tables = {Side.SOURCE: source.detected[0], Side.TARGET: target.detected[0]}
    _no_doubt(doubt.text for found in tables.values() for doubt in found.doubts if doubt.column is None)
    matched = _matched(tables)
    key = tuple(_found(name, matched).name for name in wishes.key)
    ignored = {_found(name, matched, tables).name: reason for name, reason in wishes.ignore.items()}
    compared = [item for item in matched if item.name not in ignored]
    if not compared:
        raise ConfigError(
            text("files.error.no_columns", source=tables[Side.SOURCE].file, target=tables[Side.TARGET].file)
        )
    agreed = [_agreed(item, item.name in key) for item in compared]
    _make_again(source, target, tables, agreed)
    tables = {Side.SOURCE: source.detected[0], Side.TARGET: target.detected[0]}
    columns = _renewed(agreed, tables)
    _no_doubt(_doubts(columns, tables))
    chosen = key or proposed_key(source, target, tables, [(item.source, item.target) for item in columns])
    rows = _mapping(tables, columns, chosen, ignored, _tolerances(wishes, columns))
    mappings = (rows, *_totals(tables, columns))
    unmatched = {side: tuple(_alone(tables[side], matched, side)) for side in Side}
    return Paired(mappings, chosen, not key and bool(chosen), unmatched, tuple(_notes(columns, tables)))


def comparable(heading: str) -> str:
    """A heading as it is held against others."""
    return "".join(unicodedata.normalize("NFKC", heading).split()).replace("_", "").casefold()


def _matched(tables: Mapping[Side, Detected]) -> list[Matched]:
    targets = {comparable(column.name): column for column in tables[Side.TARGET].columns}
    return [
        Matched(column, other, column.kind)
        for column in tables[Side.SOURCE].columns
        if (other := targets.get(comparable(column.name))) is not None
    ]


def _alone(table: Detected, matched: Sequence[Matched], side: Side) -> Iterator[str]:
    known = {(item.source if side is Side.SOURCE else item.target).name for item in matched}
    return (column.heading for column in table.columns if column.name not in known)


def _found(name: str, matched: Sequence[Matched], tables: Mapping[Side, Detected] | None = None) -> Matched:
    wanted = comparable(name)
    for item in matched:
        if wanted in {comparable(item.source.heading), comparable(item.name)}:
            return item
    for table in (tables or {}).values():
        for column in table.columns:
            if wanted == comparable(column.heading):
                return Matched(column, column, column.kind)  # of one side only: not compared anyhow
    names = tuple(item.source.heading for item in matched)
    near = nearest(name, names)
    sentence = "files.error.no_column_near" if near else "files.error.no_column"
    raise ConfigError(text(sentence, name=name, columns=names, near=near))


def _agreed(item: Matched, is_key: bool) -> Matched:
    """One kind for both: what only one side can be read as is compared as text."""
    kinds = {item.source.kind, item.target.kind}
    if is_key and not kinds <= _DATES:
        # A key names: 1.001 is an account, not a number, unless both files have typed it so.
        return Matched(item.source, item.target, CellKind.TEXT)
    if len(kinds) == 1:
        return item
    if kinds <= _DATES:
        return Matched(item.source, item.target, CellKind.TIMESTAMP)
    for empty, other in ((item.source, item.target), (item.target, item.source)):
        if empty.why.key == "files.why.empty":
            return Matched(item.source, item.target, other.kind)
    numeric = next((column for column in (item.source, item.target) if column.kind is CellKind.NUMBER), None)
    other = item.target if numeric is item.source else item.source
    if numeric is not None and other.why.key == "files.why.text" and other.numbers * 2 > 100:
        return Matched(item.source, item.target, CellKind.NUMBER)
    return Matched(item.source, item.target, CellKind.TEXT)


def _make_again(
    source: FileOrigin, target: FileOrigin, tables: Mapping[Side, Detected], agreed: Sequence[Matched]
) -> None:
    for origin, side in ((source, Side.SOURCE), (target, Side.TARGET)):
        kinds: dict[str, CellKind] = {}
        for item in agreed:
            column = item.source if side is Side.SOURCE else item.target
            if column.kind is not item.kind and not {column.kind, item.kind} <= _DATES:
                kinds[column.name] = item.kind
        origin.again(tables[side].table, kinds)


def _renewed(agreed: Sequence[Matched], tables: Mapping[Side, Detected]) -> list[Matched]:
    found = []
    for item in agreed:
        source = tables[Side.SOURCE].column(item.source.name)
        target = tables[Side.TARGET].column(item.target.name)
        assert source is not None and target is not None
        found.append(Matched(source, target, item.kind))
    return found


def _doubts(columns: Sequence[Matched], tables: Mapping[Side, Detected]) -> Iterator[Text]:
    for side, table in tables.items():
        names = {(item.source if side is Side.SOURCE else item.target).name for item in columns}
        for doubt in table.doubts:
            if doubt.column in names:
                yield text("files.doubt.of", file=table.file, doubt=doubt.text)


def _no_doubt(doubts: Iterator[Text]) -> None:
    found = tuple(doubts)
    if found:
        joined = found[0]
        for doubt in found[1:]:
            joined = text("files.doubt.lines", first=joined, rest=doubt)
        raise ConfigError(joined)


def _tolerances(wishes: Wishes, columns: Sequence[Matched]) -> dict[str, Decimal]:
    found = {}
    for heading, tolerance in wishes.tolerance.items():
        item = _found(heading, columns)
        if item.kind is not CellKind.NUMBER:
            raise ConfigError(text("files.error.tolerance", column=heading))
        found[item.name] = tolerance
    return found


def _mapping(
    tables: Mapping[Side, Detected],
    columns: Sequence[Matched],
    key: tuple[str, ...],
    ignored: Mapping[str, str],
    tolerances: Mapping[str, Decimal],
) -> EntityMapping:
    fields = [_field(item, key, tolerances.get(item.name)) for item in columns]
    fields += [
        _plain(currency_of(item.source.name), currency_of(item.target.name))
        for item in columns
        if item.source.currencies and item.target.currencies
    ]
    sums = [{"sum": item.name} for item in columns if item.kind is CellKind.NUMBER and item.name not in key]
    skipped = [
        {"column": name, "reason": reason, "side": side.value}
        for name, reason in ignored.items()
        for side in Side
        if tables[side].column(name) is not None
    ]
    data = {"key": list(key), "fields": fields, "totals": sums, "ignore": skipped}
    return _entity("rows", tables, data, "")


def _field(item: Matched, key: tuple[str, ...], tolerance: Decimal | None) -> dict[str, Any]:
    found = _plain(item.source.name, item.target.name)
    found["title"] = {"en": item.source.heading, "zh": item.source.heading}
    found["type"] = _KINDS.get(item.kind, Kind.TEXT)
    if item.kind is CellKind.NUMBER and item.name not in key:
        found["money"] = True
    if item.name in key:
        found["form"] = "trimmed"
    if tolerance is not None:
        found |= {"tolerance": tolerance, "unit": item.source.heading, "reason": "--tolerance"}
    return found


def _plain(source: str, target: str) -> dict[str, Any]:
    # An empty cell of a file is the same as none: few formats can tell them apart.
    return {"name": source, "source": stored(source), "target": stored(target), "empty_is_null": True}


def _totals(tables: Mapping[Side, Detected], columns: Sequence[Matched]) -> Iterator[EntityMapping]:
    """The rows of totals of both files as an entity of their own, where both have any."""
    if not all(table.total_rows for table in tables.values()):
        return
    stated = {
        side: {name for total in table.total_rows for name, _ in total.stated}
        for side, table in tables.items()
    }
    fields: list[dict[str, Any]] = [{"name": LABEL, "source": stored(LABEL), "target": stored(LABEL)}]
    fields += [
        {**_field(item, (), None), "type": Kind.NUMBER, "money": True}
        for item in columns
        if item.source.name in stated[Side.SOURCE] and item.target.name in stated[Side.TARGET]
    ]
    if len(fields) > 1:
        yield _entity("totals", tables, {"key": [LABEL], "fields": fields}, TOTALS)


def _entity(
    name: str, tables: Mapping[Side, Detected], data: Mapping[str, Any], suffix: str
) -> EntityMapping:
    title = text(f"files.entity.{name}")
    return EntityMapping.model_validate(
        {
            "entity": name,
            "title": {language.value: render(title, language) for language in Language},
            "module": "files",
            **{side.value: {"table": table.table + suffix} for side, table in tables.items()},
            **data,
        }
    )


def _notes(columns: Sequence[Matched], tables: Mapping[Side, Detected]) -> Iterator[Text]:
    for item in columns:
        if item.source.currencies != item.target.currencies and not (
            item.source.currencies and item.target.currencies
        ):
            yield text("files.note.currency", column=item.source.heading)
        if item.source.strange or item.target.strange:
            strange = item.source.strange + item.target.strange
            yield text("files.note.strange", column=item.source.heading, count=strange, kind=item.kind.value)
    for side, table in tables.items():
        other = tables[Side.TARGET if side is Side.SOURCE else Side.SOURCE]
        if table.total_rows and not other.total_rows:
            yield text("files.note.totals", file=table.file, other=other.file)
        for total in table.total_rows:
            for name, said, computed in total.wrong():
                yield text(
                    "files.note.total",
                    file=table.file,
                    label=total.label,
                    column=name,
                    stated=said,
                    computed=computed,
                )
