"""Reads a side's statement statistics around blocks and steps. Imported by the generator's process."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.exc import DBAPIError

from harness.model import Environment
from harness.performance.sql import stored
from harness.performance.sql.forms import without_values
from harness.performance.sql.postgres import PostgresStatements
from harness.performance.sql.reading import StatementReader, Unreadable, Work, difference

_MOST_EXPLAINED = 400
"""Statements whose plans are asked for, those that took longest first."""


def reader_of(environment: Environment) -> StatementReader:
    """What reads the environment's database; Unreadable when there is none."""
    if environment.sql is None:
        raise Unreadable("no_sql")
    return PostgresStatements(environment.sql)


class Watch:
    """One side's statements. What cannot be read, from the beginning or from now on, is told once."""

    def __init__(self, environment: Environment, write: Callable[[str], None]) -> None:
        self._side, self._write = environment.side, write
        self._reader: StatementReader | None = None
        self._before: Mapping[str, Work] = {}
        self._seen: dict[str, float] = {}
        try:
            self._reader = reader_of(environment)
        except Unreadable as reason:
            self._give_up(reason.code)

    def begin(self) -> None:
        """From now on."""
        self._before = self._now()

    def end(self, block: int, transaction: str = "") -> None:
        """Until now: what the block, or one step of it, made the database do."""
        if self._reader is None:
            return
        done = difference(self._before, self._now())
        for name, work in done.items():
            self._seen[name] = self._seen.get(name, 0.0) + work.milliseconds
        self._write(stored.work_line(self._side, block, transaction, done))

    def close(self) -> None:
        """Texts and plans of what was seen, after everything is measured."""
        if self._reader is None:
            return
        try:
            texts = self._reader.texts(self._seen)
            self._write(stored.texts_line(self._side, {name: without_values(t) for name, t in texts.items()}))
            longest = sorted(texts, key=lambda name: -self._seen[name])[:_MOST_EXPLAINED]
            plans = {name: self._reader.plan(texts[name]) for name in longest}
            self._write(stored.plans_line(self._side, plans))
            self._reader.close()
        except (DBAPIError, Unreadable):
            self._give_up("unreachable")

    def _now(self) -> Mapping[str, Work]:
        if self._reader is None:
            return {}
        try:
            return self._reader.read()
        except (DBAPIError, Unreadable):
            self._give_up("unreachable")
            return {}

    def _give_up(self, code: str) -> None:
        self._reader = None
        self._write(stored.unreadable_line(self._side, code))
