"""Small pairs of SQLite databases, and what is discovered in them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from harness.adapters.wire.sql import read_only_engine
from harness.messages import Language
from harness.model import Finding, Part, Secret, Side, Status
from harness.reconcile import gather, load
from harness.reconcile.comparison import compare
from harness.reconcile.discovery import Discovery, discover
from harness.reconcile.discovery.alignment import Views
from harness.reconcile.discovery.drafts import Draft, drafted
from harness.reconcile.snapshot import snapshot


def database(path: Path, *statements: str) -> str:
    """Makes a database; its URL."""
    connection = sqlite3.connect(path)
    try:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    finally:
        connection.close()
    return f"sqlite:///{path}"


def filled(layout: str, rows: Iterable[tuple[object, ...]]) -> tuple[str, ...]:
    """`create table` and its rows: `filled("t(id integer primary key, a text)", rows)`."""
    name = layout.partition("(")[0].strip()
    return (f"create table {layout}", *(f"insert into {name} values {literal(row)}" for row in rows))


def literal(row: tuple[object, ...]) -> str:
    cells = ("NULL" if cell is None else repr(cell).replace("\\'", "''") for cell in row)
    return f"({', '.join(cells)})"


@contextmanager
def views(folder: Path, source: Iterable[str], target: Iterable[str]) -> Iterator[Views]:
    """Both databases, opened as a reconciliation opens them."""
    with ExitStack() as stack:
        opened = {}
        for side, statements in zip(Side, (source, target), strict=True):
            engine = read_only_engine(Secret(database(folder / f"{side}.db", *statements)))
            stack.callback(engine.dispose)
            opened[side] = stack.enter_context(snapshot(engine, side))
        yield opened


def found(folder: Path, source: Iterable[str], target: Iterable[str]) -> tuple[Discovery, tuple[Draft, ...]]:
    """What is discovered, and the drafts of it."""
    with views(folder, source, target) as both:
        discovery = discover(both)
        return discovery, drafted(discovery, both, Language.EN)


def tables(discovery: Discovery) -> dict[str, str]:
    """The pairs of tables."""
    return {proposal.source.name: proposal.target.name for proposal in discovery.proposals}


def columns(discovery: Discovery, table: str) -> dict[str, str]:
    """The pairs of columns of a table of the source."""
    (proposal,) = (item for item in discovery.proposals if item.source.name == table)
    return {pair.source: pair.target for pair in proposal.columns}


def compared(draft: Draft, folder: Path) -> tuple[Finding, ...]:
    """What the draft finds when it is used as it stands on the databases it was made from."""
    (folder / draft.name).write_text(draft.content, "utf-8")
    mapping = load(folder / draft.name)
    with ExitStack() as stack:
        engines = {side: read_only_engine(Secret(f"sqlite:///{folder / f'{side}.db'}")) for side in Side}
        for engine in engines.values():
            stack.callback(engine.dispose)
        capture = gather(mapping, engines, Part.PAIR, mask_key=b"a key of the tests")
    conclusion = compare(mapping.spec(), {Part.PAIR: capture})
    assert conclusion.status is not Status.UNKNOWN
    return conclusion.findings
