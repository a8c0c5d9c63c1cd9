"""Which statement is which: a form that neither values nor select lists nor aliases change.

An ERP's new version selects further columns and lists another number of ids; the statement that it sends for
a step is then still the same. So a statement is known by what it does, to which tables, searched by which
columns, in which order, and whether it counts or sums.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

_SPACES = re.compile(r"\s+")
_QUOTED = re.compile(r"'(?:[^']|'')*'")
_NUMBERS = re.compile(r"(?<![\w$])\d+(?:\.\d+)?\b")
# what a count counts is told as a value, whose type nobody knows
_COUNTED = re.compile(r"COUNT\(\$\d+\)", re.IGNORECASE)
_LOCKS = re.compile(r"\s+FOR\s+(NO KEY UPDATE|UPDATE|KEY SHARE|SHARE)\b[^()]*$", re.IGNORECASE)
_CHANGES = re.compile(r"\s*(UPDATE|DELETE)\b", re.IGNORECASE)
_VERBS: Mapping[type[exp.Expr], str] = {
    exp.Insert: "INSERT",
    exp.Update: "UPDATE",
    exp.Delete: "DELETE",
}


@dataclass(frozen=True, slots=True)
class Form:
    """A statement's normal form in a line, and the tables that it reads or writes."""

    line: str
    tables: tuple[str, ...] = ()


def form_of(statement: str, renamed: Mapping[str, str] | None = None) -> Form:
    """The form; `renamed` gives a table's name on the other side. A text that is no SQL is its own form."""
    return _form(statement, tuple(sorted((renamed or {}).items())))


def searching(statement: str) -> str:
    """The query that looks for the same rows: of what changes, deletes or locks them, too.

    A read-only session may then ask for its plan. A text that is none of these stays as it is.
    """
    plain = _LOCKS.sub("", _COUNTED.sub("COUNT(*)", statement))
    if not _CHANGES.match(plain):
        return plain
    try:
        tree = sqlglot.parse_one(plain, read="postgres")
    except SqlglotError:
        return plain
    where = tree.args.get("where")
    joined = any(tree.args.get(name) for name in ("from_", "from", "using"))
    if not isinstance(tree, exp.Update | exp.Delete) or where is None or joined:
        return plain
    return exp.select("1").from_(tree.this).where(where.this).sql(dialect="postgres")


def without_values(statement: str) -> str:
    """The text on one line with ? for whatever values the database has left in it."""
    return _SPACES.sub(" ", _NUMBERS.sub("?", _QUOTED.sub("?", statement))).strip()


@lru_cache(maxsize=4096)
def _form(statement: str, renamed: tuple[tuple[str, str], ...]) -> Form:
    try:
        tree = sqlglot.parse_one(statement, read="postgres")
    except SqlglotError:
        return Form(without_values(statement))
    if not isinstance(tree, exp.Query | exp.Insert | exp.Update | exp.Delete):
        return Form(without_values(statement))
    names = dict(renamed)
    tables = tuple(sorted({names.get(each.name, each.name) for each in tree.find_all(exp.Table)}))
    return Form(" ".join(_words(tree, tables)), tables)


def _words(tree: exp.Expr, tables: tuple[str, ...]) -> Iterator[str]:
    verb = next((word for kind, word in _VERBS.items() if isinstance(tree, kind)), "SELECT")
    aggregates = sorted({each.key.upper() for each in tree.find_all(exp.AggFunc)})
    yield f"{verb} {', '.join(aggregates)}".strip()
    yield ", ".join(tables)
    if isinstance(tree, exp.Update):
        yield f"SET {', '.join(sorted({each.this.name for each in tree.expressions if each.this}))}"
    for word, kind in (("WHERE", exp.Where), ("ON", exp.Join), ("BY", exp.Group), ("ORDER", exp.Order)):
        columns = {column.name for each in tree.find_all(kind) for column in each.find_all(exp.Column)}
        if columns:
            yield f"{word} {', '.join(sorted(columns))}"
    if tree.find(exp.Limit):
        yield "LIMIT"
