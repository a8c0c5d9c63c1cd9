"""The demo itself on real servers: both releases, the same data, copies to break, and nothing left behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import httpx
import psutil
import psycopg
import pytest
import sqlalchemy

from harness import demo
from harness.config import load
from harness.demo import DemoPair, StepState
from harness.demo.servers import ask_version
from harness.model import Environment, Side

pytestmark = pytest.mark.real_pair
Note: TypeAlias = Callable[[str, object], None]
RPC = {Side.SOURCE: "/{database}/", Side.TARGET: "/{database}/rpc/"}
SALE_STATES = {"draft", "quotation", "cancelled", "confirmed", "processing", "done"}


def _environment(pair: DemoPair, side: Side) -> Environment:
    return load(pair.config, environ=dict(os.environ), overrides={}).pair[side]


def _log_in(environment: Environment, role: str) -> int:
    """Who the ERP says has logged in."""
    account = environment.accounts[role]
    path = RPC[environment.side].format(database=environment.options["database"])
    params = [account.user, {"password": account.password.reveal()}, "en"]
    question = {"id": 1, "method": "common.db.login", "params": params}
    answer = httpx.post(environment.url + path, json=question, timeout=60, trust_env=False)
    answer.raise_for_status()
    return int(answer.json()["result"][0])


def _column(url: str, question: str) -> list[object]:
    engine = sqlalchemy.create_engine(url)
    try:
        with engine.connect() as connection:
            return [row[0] for row in connection.execute(sqlalchemy.text(question))]
    finally:
        engine.dispose()


def test_both_releases_answer_and_every_role_logs_in(pair: DemoPair) -> None:
    """The source is 7.0, the target 8.0, and the passwords survive the upgrade."""
    for side, release in ((Side.SOURCE, "7.0"), (Side.TARGET, "8.0")):
        environment = _environment(pair, side)
        assert (ask_version(environment.url) or "").startswith(release)
        users = [_log_in(environment, role) for role in environment.accounts]
        assert len(set(users)) == len(users) == 7


def _pristine(url: str) -> str:
    """The database that copies are made from: other tests write to the one that is served."""
    return f"{url}_template"


def test_both_sides_hold_the_same_business(pair: DemoPair) -> None:
    """Sales are in every state, with the same counts on both sides."""
    question = "SELECT state || ' ' || count(*) FROM sale_sale GROUP BY state ORDER BY state"
    source, target = (_column(_pristine(url), question) for url in (pair.source_sql, pair.target_sql))
    assert source == target
    assert {str(row).split()[0] for row in source} == SALE_STATES


def test_both_web_clients_are_served(pair: DemoPair) -> None:
    """The page and the client's own script come from the server."""
    for url in (pair.source_url, pair.target_url):
        page = httpx.get(url, timeout=60, trust_env=False).text
        scripts = re.findall(r'<script[^>]* src="((?:dist|bower_components|node_modules)/[^"]+)"', page)
        assert len(scripts) > 10
        for script in scripts:
            answer = httpx.get(f"{url}/{script}", timeout=60, trust_env=False)
            assert answer.status_code == httpx.codes.OK, script


def test_reader_may_read_all_and_write_nothing(pair: DemoPair) -> None:
    """The role in harness.toml has no way to write."""
    engine = sqlalchemy.create_engine(pair.target_sql)
    with engine.connect() as connection, pytest.raises(sqlalchemy.exc.DBAPIError):
        connection.execute(sqlalchemy.text("SET default_transaction_read_only = off"))
        connection.commit()
        connection.execute(sqlalchemy.text("UPDATE sale_sale SET description = 'x'"))
    engine.dispose()


def test_second_up_changes_nothing(pair: DemoPair) -> None:
    """A pair that is up is given back as it is."""
    seen: list[demo.Step] = []
    assert demo.up(pair.folder, report=seen.append) == pair
    assert [(step.name, step.state) for step in seen] == [("already-up", StepState.CACHED)]


def test_copy_of_the_target_is_its_own_system(pair: DemoPair, record_property: Note) -> None:
    """A defect in a copy stays there; its server stops and starts; all of it is gone afterwards."""
    started = time.perf_counter()
    with demo.target_copy(pair, "planted") as copy:
        record_property("seconds until the copy is ready", time.perf_counter() - started)
        assert (ask_version(copy.url) or "").startswith("8.0")
        with psycopg.connect(copy.sql.replace("+psycopg", "")) as connection:
            connection.execute("DELETE FROM sale_line WHERE id = (SELECT max(id) FROM sale_line)")
        question = "SELECT count(*) FROM sale_line"
        (kept,), (planted,) = (
            _column(_pristine(pair.source_sql), question),
            _column(copy.reader_sql, question),
        )
        assert planted == int(str(kept)) - 1

        copy.stop()
        assert ask_version(copy.url, patience=1) is None
        copy.start()
        assert ask_version(copy.url) is not None
    assert ask_version(copy.url, patience=1) is None
    databases = _column(pair.source_sql, "SELECT datname FROM pg_database")
    assert copy.database not in databases


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A place for another demo, stopped whatever happens."""
    yield tmp_path / "demo"
    demo.down(tmp_path / "demo")


def _still_running(pids: set[int]) -> set[int]:
    return {pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"}


def _family(pids: list[int]) -> set[int]:
    return {child.pid for pid in pids for child in psutil.Process(pid).children(recursive=True)} | set(pids)


def test_warm_up_is_quick_and_down_leaves_nothing(
    pair: DemoPair, folder: Path, record_property: Note
) -> None:
    """With a full cache a demo stands well under a minute; afterwards no process and no files of it."""
    times: dict[str, object] = {}

    def report(step: demo.Step) -> None:
        times[step.name] = step.seconds

    started = time.perf_counter()
    demo.up(folder, report=report)
    seconds = time.perf_counter() - started
    record_property("seconds of a warm up", (seconds, times))
    pids = _family([process.pid for process in demo.status(folder).processes])
    assert len(pids) > 6

    assert demo.down(folder) is True

    assert not _still_running(pids)
    assert not (folder / "postgres").exists()
    assert demo.status(folder).up is False
    assert seconds < 60


UP = (
    "import sys; from pathlib import Path; from harness import demo; demo.up(Path(sys.argv[1]), report=print)"
)


def test_down_cleans_up_after_a_kill(pair: DemoPair, folder: Path) -> None:
    """A demo whose process was killed in the middle is still found and ended."""
    ours = subprocess.Popen([sys.executable, "-c", UP, str(folder)], stdout=subprocess.DEVNULL)
    give_up = time.monotonic() + 60
    while "server source" not in {process.name for process in demo.status(folder).processes}:
        assert time.monotonic() < give_up and ours.poll() is None
        time.sleep(0.05)
    ours.send_signal(signal.SIGKILL)
    ours.wait()
    pids = _family([process.pid for process in demo.status(folder).processes if process.running])
    assert pids
    assert demo.status(folder).up is False

    assert demo.down(folder) is True

    assert not _still_running(pids)
