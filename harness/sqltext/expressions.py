"""Expressions and queries that a person wrote, parsed once, refused unless they only read.

They are written in one dialect (PostgreSQL's unless said otherwise) and rendered in the dialect of
the database that runs them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from harness.sqltext.error import SqlTextError

WRITTEN_IN = "postgres"

_READS_ONLY: tuple[type[exp.Expr], ...] = (
    exp.Insert,
    exp.Update,
    exp.Delete,
    exp.Merge,
    exp.Create,
    exp.Drop,
    exp.Alter,
    exp.Command,
    exp.Into,
    exp.Lock,
)


@dataclass(frozen=True, slots=True)
class Expression:
    """One scalar expression over the columns of one table."""

    tree: exp.Expr

    def columns(self, table: str) -> tuple[str, ...]:
        """The names of the columns of `table` it reads, in the order of the text, each once."""
        return tuple(dict.fromkeys(_own_columns(self.tree, table.rpartition(".")[2])))

    @property
    def is_column(self) -> bool:
        """True when it is a bare column."""
        return isinstance(self.tree, exp.Column)

    def sql(self, dialect: str) -> str:
        """The expression in `dialect`."""
        return self.tree.sql(dialect=dialect)


@dataclass(frozen=True, slots=True)
class Query:
    """One SELECT (or a UNION of them)."""

    tree: exp.Expr

    def tables(self) -> tuple[str, ...]:
        """The tables it reads, each once."""
        named = {item.alias_or_name for item in self.tree.find_all(exp.CTE)}
        found = (table.name for table in self.tree.find_all(exp.Table) if table.name not in named)
        return tuple(dict.fromkeys(found))

    def sql(self, dialect: str) -> str:
        """The query in `dialect`."""
        return self.tree.sql(dialect=dialect)


def parse_expression(text: str, dialect: str = WRITTEN_IN) -> Expression:
    """The expression that `text` is; SqlTextError when it is none, or more than one, or not read-only."""
    return _expression(text, dialect)


@lru_cache(maxsize=4096)  # one check asks for each of its expressions about a dozen times
def _expression(text: str, dialect: str) -> Expression:
    tree = _one(f"SELECT {text}", dialect)
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1 or _has_clauses(tree):
        raise SqlTextError("several")
    only = tree.expressions[0]
    if isinstance(only, exp.Star | exp.Alias):
        raise SqlTextError("several")
    return Expression(only)


def parse_query(text: str, dialect: str = WRITTEN_IN) -> Query:
    """The query that `text` is; SqlTextError when it is none or does more than read."""
    tree = _one(text, dialect)
    if not isinstance(tree, exp.Query):
        raise SqlTextError("not_query")
    return Query(tree)


def _one(text: str, dialect: str) -> exp.Expr:
    try:
        trees = [tree for tree in sqlglot.parse(text, read=dialect) if tree is not None]
    except SqlglotError as error:
        raise SqlTextError("syntax", str(error).splitlines()[0]) from None
    if len(trees) != 1:
        raise SqlTextError("several")
    if trees[0].find(*_READS_ONLY):
        raise SqlTextError("not_read_only")
    return trees[0]


def _has_clauses(tree: exp.Select) -> bool:
    return any(value for name, value in tree.args.items() if name not in {"expressions", "kind", "hint"})


def _own_columns(tree: exp.Expr, table: str) -> Iterator[str]:
    # A bare column inside an inner SELECT belongs to that SELECT's tables: the outer one must be named.
    for column in tree.find_all(exp.Column, bfs=False):
        if column.table == table or (not column.table and not _inside_select(column, tree)):
            yield column.name


def _inside_select(column: exp.Expr, tree: exp.Expr) -> bool:
    node: exp.Expr | None = column
    while node is not None and node is not tree:
        node = node.parent
        if isinstance(node, exp.Select | exp.SetOperation):
            return True
    return False
