"""A value map as SQL: codes of the source become those of the target where the rows are."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlglot import exp

UNKNOWN = "\x02"
"""Stands before a value that the map does not know, so that it equals nothing on the other side."""

_LISTED = 4  # longer ones are looked up by PostgreSQL in a constant object: a search, not a walk


def looked_up(expression: str, pairs: Mapping[str, str], dialect: str, *, keep: bool = False) -> str:
    """What the map makes of `expression`, as text; NULL stays NULL.

    A value that is not in the map is marked with UNKNOWN, or kept as it is when `keep` says so.
    """
    text = _as_text(expression, dialect)
    other = text if keep else _joined(_literal(UNKNOWN, dialect), text, dialect)
    if dialect == "postgres" and len(pairs) > _LISTED:
        table = _literal(json.dumps(dict(pairs), ensure_ascii=False), dialect)
        return f"coalesce({table}::jsonb ->> {text}, {other})"
    cases = " ".join(
        f"WHEN {_literal(code, dialect)} THEN {_literal(value, dialect)}" for code, value in pairs.items()
    )
    chosen = f"CASE {_exactly(text, dialect)} {cases} ELSE {other} END"
    return f"CASE WHEN {expression} IS NULL THEN NULL ELSE {chosen} END"


def _literal(content: str, dialect: str) -> str:
    return exp.Literal.string(content).sql(dialect=dialect)


def _as_text(expression: str, dialect: str) -> str:
    match dialect:
        case "mysql":
            return f"CAST({expression} AS CHAR)"
        case "tsql":
            return f"CAST({expression} AS NVARCHAR(4000))"
        case "oracle":
            return f"TO_CHAR({expression})"
        case "hana":
            return f"TO_NVARCHAR({expression})"
    return f"CAST({expression} AS TEXT)"


def _exactly(text: str, dialect: str) -> str:
    """The text so that only equal codes match: some servers take `a` for `A` unless told."""
    match dialect:
        case "mysql":
            return f"CAST({text} AS BINARY)"
        case "tsql":
            return f"{text} COLLATE Latin1_General_BIN2"
    return text


def _joined(first: str, second: str, dialect: str) -> str:
    return f"CONCAT({first}, {second})" if dialect in {"mysql", "tsql"} else f"{first} || {second}"
