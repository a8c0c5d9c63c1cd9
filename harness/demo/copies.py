"""Throw-away copies of a pristine side, each with a server of its own: the place to plant defects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from harness.demo import processes, servers
from harness.demo.database_server import READER_ROLE
from harness.demo.lifecycle import server_of
from harness.demo.pair import DemoPair
from harness.demo.state import Started, StateFile
from harness.demo.tryton import Tryton
from harness.errors import DemoError
from harness.model import Side, text


@dataclass(slots=True)
class TargetCopy:
    """A copy of one side. Its server can be stopped and started; `sql` is the superuser's address."""

    side: Side
    database: str
    url: str
    sql: str = field(repr=False)
    reader_sql: str = field(repr=False)
    port: int
    log: Path
    _system: Tryton
    _state: StateFile
    _overlay: servers.Overlay | None = None
    _process: Started | None = None

    def start(self) -> None:
        """Starts the copy's server and waits until it answers."""
        if self._process and processes.running(self._process):
            return
        remember = servers.remember_in(self._state, f"server {self.database}")
        self._process = servers.launch(
            self._system, self.database, self.port, self.log, remember, self._overlay
        )
        servers.wait(self._system, self.port, self._process, self.log)

    def stop(self) -> None:
        """Ends the copy's server at once, as a crash would; the database stays."""
        if self._process:
            processes.stop(self._process, patience=0.2)
            self._state.drop_process(f"server {self.database}")
            self._process = None

    def demand_reached(self) -> None:
        """DemoError when an overlay was planted and nothing has met it: it proves nothing."""
        if self._overlay and not self._overlay.reached.exists():
            raise DemoError(text("demo.overlay_not_reached", file=str(self._overlay.file)))


@contextmanager
def target_copy(pair: DemoPair, name: str, overlay: Path | None = None) -> Iterator[TargetCopy]:
    """A copy of the upgraded system as it was before anybody used it; gone afterwards.

    `overlay` is a small Python file that changes how the ERP behaves: `remote/overlay/planting.py` says how
    it is written. One that cannot be planted, or that nobody met by the end, is an error.
    """
    with _copy(pair, Side.TARGET, name, overlay) as made:
        yield made


@contextmanager
def source_copy(pair: DemoPair, name: str) -> Iterator[TargetCopy]:
    """A copy of the source as it was before anybody used it; gone afterwards."""
    with _copy(pair, Side.SOURCE, name) as made:
        yield made


@contextmanager
def _copy(pair: DemoPair, side: Side, name: str, overlay: Path | None = None) -> Iterator[TargetCopy]:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name):
        raise ValueError(f"a copy's name is a small word, not {name!r}")
    file = StateFile(pair.folder)
    state = file.read()
    if not state.ready:
        raise DemoError(text("demo.not_up", folder=str(pair.folder)))
    server = server_of(state)
    database = f"{state.databases[side]}_{name}"
    port = processes.free_port()
    log = pair.folder / "logs" / f"server-{database}.log"
    reached = log.with_suffix(".reached")
    reached.unlink(missing_ok=True)
    copy = TargetCopy(
        side=side,
        database=database,
        url=f"http://{processes.LOOPBACK}:{port}",
        sql=server.url(database, driver="+psycopg"),
        reader_sql=server.url(
            database, user=READER_ROLE, password=state.secrets["reader"], driver="+psycopg"
        ),
        port=port,
        log=log,
        _system=_system(pair, side, state.keys),
        _state=file,
        _overlay=servers.Overlay(overlay, reached) if overlay else None,
    )
    server.create(database, state.databases[f"{side}_template"])
    try:
        copy.start()
        yield copy
        copy.demand_reached()
    finally:
        copy.stop()
        server.drop(database)


def _system(pair: DemoPair, side: Side, places: dict[str, str]) -> Tryton:
    return Tryton(side, Path(places[f"python-{side}"]), pair.folder / "servers" / f"{side}.conf")
