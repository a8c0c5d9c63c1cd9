"""Pairs of small SQLite databases, and mappings of one table `item` unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event

from harness.model import Capture, Conclusion, Finding, Part, Side
from harness.reconcile import EntityMapping, gather
from harness.reconcile.comparison import compare
from harness.values import dumps, loads

KEY = b"a key of the tests"


def mapping_of(**changes: Any) -> EntityMapping:
    """A mapping of `item` by its id, with the given keys of the file changed."""
    data: dict[str, Any] = {
        "entity": "item",
        "title": {"en": "Items", "zh": "物料"},
        "module": "stock",
        "key": ["id"],
        "source": {"table": "item"},
        "target": {"table": "item"},
        "fields": {"id": "integer", "name": "text", "amount": {"type": "number", "money": True}},
        "amount": {"field": "amount", "currency": "EUR"},
    }
    return EntityMapping.model_validate(data | changes)


@dataclass(frozen=True)
class Pair:
    """Two databases and what a check of a mapping says about them."""

    engines: Mapping[Side, Engine]

    def gather(self, mapping: EntityMapping, part: Part = Part.PAIR) -> Capture:
        """The capture as it reads back from a run directory."""
        capture = gather(mapping, self.engines, part, mask_key=KEY)
        return Capture(
            loads(dumps(capture.value)), capture.attachments, caveats=capture.caveats, failure=capture.failure
        )

    def live(self, mapping: EntityMapping) -> Conclusion:
        """The conclusion of a live comparison."""
        return compare(mapping.spec(), {Part.PAIR: self.gather(mapping)})

    def stored(self, mapping: EntityMapping) -> Conclusion:
        """The conclusion from two side captures."""
        parts = (Part.SOURCE, Part.TARGET)
        return compare(mapping.spec(), {part: self.gather(mapping, part) for part in parts})

    def both(self, mapping: EntityMapping) -> tuple[Finding, ...]:
        """The findings, proved to be the same live and stored."""
        live, stored = self.live(mapping), self.stored(mapping)

        assert live.findings == stored.findings
        assert live.status == stored.status
        return live.findings


@pytest.fixture
def databases(tmp_path: Path) -> Iterator[Callable[[str, str], Pair]]:
    """Makes a pair from two SQL scripts."""
    opened: list[Engine] = []

    def make(source: str, target: str) -> Pair:
        engines = {}
        for side, script in ((Side.SOURCE, source), (Side.TARGET, target)):
            engine = create_engine(f"sqlite:///{tmp_path}/{len(opened)}.db")
            event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF"))
            raw = engine.raw_connection()
            raw.driver_connection.executescript(script)
            raw.close()
            opened.append(engine)
            engines[side] = engine
        return Pair(engines)

    yield make
    for engine in opened:
        engine.dispose()


@pytest.fixture
def items(databases: Callable[[str, str], Pair]) -> Callable[..., Pair]:
    """Makes a pair of tables `item (id, name, amount)` from rows; amounts are kept as text, so exact."""

    def make(source: list[tuple[Any, ...]], target: list[tuple[Any, ...]], columns: str = COLUMNS) -> Pair:
        return databases(table(source, columns), table(target, columns))

    return make


COLUMNS = "id INTEGER, name TEXT, amount TEXT"


def table(rows: list[tuple[Any, ...]], columns: str = COLUMNS, name: str = "item") -> str:
    """The script of one table with its rows."""
    values = "".join(f'INSERT INTO "{name}" VALUES ({", ".join(map(_literal, row))});' for row in rows)
    return f'CREATE TABLE "{name}" ({columns});{values}'


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"
