"""What was read of the databases, one JSON line each, as it is written and read back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.errors import LoadError
from harness.model import Side, text
from harness.performance.sql.reading import Plan, Scan, Work

FILE = "statements.jsonl"


@dataclass(frozen=True, slots=True)
class Span:
    """What one block, or one step in it, made the database do, by statement."""

    block: int
    transaction: str
    work: Mapping[str, Work]


@dataclass(slots=True)
class Statements:
    """All that was read of one side. `unreadable` is the code of why it is not, or not whole."""

    spans: list[Span] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    unreadable: str | None = None


def work_line(side: Side, block: int, transaction: str, work: Mapping[str, Work]) -> str:
    """What was done in a block, or in a step of it."""
    return _line(side, block=block, transaction=transaction, work={name: list(w) for name, w in work.items()})


def texts_line(side: Side, texts: Mapping[str, str]) -> str:
    """The texts, without values."""
    return _line(side, texts=dict(texts))


def plans_line(side: Side, plans: Mapping[str, Plan | None]) -> str:
    """The plans that could be told."""
    rows = {
        name: {"shape": p.shape, "scans": [[s.table, s.index, list(s.columns), s.rows] for s in p.scans]}
        for name, p in plans.items()
        if p is not None
    }
    return _line(side, plans=rows)


def unreadable_line(side: Side, code: str) -> str:
    """Why no more is known of a side."""
    return _line(side, unreadable=code)


def read(content: str) -> dict[Side, Statements]:
    """Everything, side by side; a line that a crash cut off is left out. LoadError for another content."""
    found = {side: Statements() for side in Side}
    for row in _rows(content):
        one = found[Side(row["side"])]
        if "work" in row:
            works = {name: Work(*numbers) for name, numbers in row["work"].items()}
            one.spans.append(Span(int(row["block"]), str(row["transaction"]), works))
        one.texts |= row.get("texts", {})
        one.plans |= {name: _plan(plain) for name, plain in row.get("plans", {}).items()}
        one.unreadable = row.get("unreadable", one.unreadable)
    return found


def _rows(content: str) -> Iterator[dict[str, Any]]:
    try:
        for line in content.splitlines(keepends=True):
            if line.endswith("\n"):
                yield json.loads(line)
    except ValueError as problem:
        raise LoadError(text("performance.unknown.raw")) from problem


def _plan(plain: Mapping[str, Any]) -> Plan:
    scans = plain["scans"]
    return Plan(
        tuple(Scan(table, index, tuple(columns), rows) for table, index, columns, rows in scans),
        str(plain["shape"]),
    )


def _line(side: Side, **data: object) -> str:
    return json.dumps({"side": side.value, **data}, ensure_ascii=False) + "\n"
