"""Two PostgreSQL snapshots opened for comparing: the fastest way to their rows, and a hash they agree on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from harness.errors import ConfigError
from harness.model import Side
from harness.reconcile.bulk import Bulk, bulk_of
from harness.reconcile.entity import EntityMapping
from harness.reconcile.pushed_down import PushedDown
from harness.reconcile.snapshot import Snapshot
from harness.reconcile.statements import Statements
from harness.sqltext.native_hash import Hashing, self_test


@dataclass(frozen=True, slots=True)
class PostgresPair:
    """Both sides' snapshots with the fastest way to their rows, and the statements for them."""

    mapping: EntityMapping
    snapshots: Mapping[Side, Snapshot]
    bulks: Mapping[Side, Bulk]
    sql: Mapping[Side, PushedDown]

    @property
    def hashing(self) -> Hashing:
        """The checksum that both servers agree on."""
        return self.sql[Side.SOURCE].hashing

    @property
    def transport(self) -> str:
        """`arrow` when both sides answer in it."""
        return "arrow" if all(bulk.transport == "arrow" for bulk in self.bulks.values()) else "driver"

    def cancel(self) -> None:
        """Ends what both servers are doing."""
        for side in Side:
            self.bulks[side].cancel()
            self.snapshots[side].cancel()


@contextmanager
def opened_pair(mapping: EntityMapping, snapshots: Mapping[Side, Snapshot]) -> Iterator[PostgresPair]:
    """The pair, with a hash that gives the same on both servers."""
    with ExitStack() as stack:
        bulks = {side: stack.enter_context(bulk_of(snapshots[side])) for side in Side}
        types = {
            side: snapshot.types(Statements(mapping, side, snapshot.dialect).probe())
            for side, snapshot in snapshots.items()
        }
        hashing = _hashing(snapshots)
        sql = {
            side: PushedDown(mapping, side, snapshot.dialect, types=types, hashing=hashing)
            for side, snapshot in snapshots.items()
        }
        yield PostgresPair(mapping, snapshots, bulks, sql)


def _hashing(snapshots: Mapping[Side, Snapshot]) -> Hashing:
    """PostgreSQL's own hash when both servers answer the self-test alike, else MD5."""
    try:
        answers = {side: _answer(snapshot) for side, snapshot in snapshots.items()}
    except ConfigError:  # a version that lacks one of the functions
        return Hashing.MD5
    return Hashing.NATIVE if answers[Side.SOURCE] == answers[Side.TARGET] else Hashing.MD5


def _answer(snapshot: Snapshot) -> int:
    with snapshot.attempt():
        return snapshot.number(self_test())
