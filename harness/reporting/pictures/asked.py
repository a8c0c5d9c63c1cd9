"""The ranked list of SQL statements that a load check stored, as what is drawn of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping

from harness.messages import Language, catalogue
from harness.reporting.pictures.statements import Statement
from harness.reporting.pictures.wordings import said

FILE = "statements.csv"
COLUMNS = ("change", "source_calls", "target_calls", "source_ms_a_call", "target_ms_a_call", "statement")


def of_list(content: bytes, language: Language) -> tuple[Statement, ...]:
    """The statements of the list in its order that take a step any time.

    A list of another version, without a column that is needed, has none.
    """
    rows = csv.DictReader(io.StringIO(content.decode("utf-8", "replace")))
    if not set(COLUMNS) <= set(rows.fieldnames or ()):
        return ()
    found = (_statement(row, language) for row in rows)
    return tuple(each for each in found if each.source is not None or each.target is not None)


def _statement(row: Mapping[str, str], language: Language) -> Statement:
    calls = tuple(_number(row[f"{side}_calls"]) for side in ("source", "target"))
    times = tuple(_number(row[f"{side}_ms_a_call"]) for side in ("source", "target"))
    source, target = (
        None if not count or time is None else count * time for count, time in zip(calls, times, strict=True)
    )
    known = [f"change.{name}" for name in row["change"].split()]
    note = [said(key, language) for key in known if f"pictures.{key}" in catalogue()]
    return Statement(
        condensed(row["statement"]),
        source,
        target,
        said("list", language, items=tuple(note[:2])),
        (_whole(calls[0]), _whole(calls[1])),
    )


def condensed(statement: str) -> str:
    """The statement without what it selects and without quotes: which tables and conditions tell it apart."""
    depth = 0
    for part in re.finditer(r"[()]|\bFROM\b", statement, re.IGNORECASE):
        depth += {"(": 1, ")": -1}.get(part[0], 0)
        if depth == 0 and part[0].upper() == "FROM" and statement.lstrip()[:6].upper() == "SELECT":
            return f"SELECT … {statement[part.start() :]}".replace('"', "")
    return statement.replace('"', "")


def _number(cell: str) -> float | None:
    """The figure of a cell; None for an empty one, or one that is no figure."""
    try:
        return float(cell)
    except (TypeError, ValueError):
        return None


def _whole(count: float | None) -> int:
    return int(count or 0)
