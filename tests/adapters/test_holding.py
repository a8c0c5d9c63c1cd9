"""One run at a time on a system: by what it is known, who holds it, and that a dead process holds nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.adapters.holding import Holding, places
from harness.errors import ConfigError, ExitCode, InUse
from harness.messages import Language, render
from harness.model import Environment, Secret, Side

ROOT = Path(__file__).parents[2]
HOLD = """
import sys, time
from pathlib import Path
from harness.adapters.holding import Holding
from harness.model import Environment, Side
holding = Holding(Path(sys.argv[1]))
holding.take([Environment(Side.SOURCE, "any", "http://one.test/erp")])
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody who holds a system here is about to let it go."""
    monkeypatch.setattr("harness.adapters.holding._PATIENCE", 0.1)


def system(url: str = "", sql: str | None = None, side: Side = Side.SOURCE, **options: Any) -> Environment:
    """A system by its address and that of its database."""
    return Environment(side, "any", url, options, None if sql is None else Secret(sql), folder="/project")


ONE = system("http://one.test/erp")
OTHER = system("http://other.test/erp", side=Side.TARGET)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(ONE, system("http://one.test:80/erp/", side=Side.TARGET), id="the port said, a slash"),
        pytest.param(system("http://127.0.0.1:1"), system("http://localhost:1"), id="this machine"),
        pytest.param(
            system(sql="postgresql+psycopg://reader:pw1@db/erp"), system(sql="postgresql://me:pw2@db:5432/erp"),
            id="one database as two users",
        ),
        pytest.param(
            system("http://a.test", "postgresql://db/erp"), system(sql="postgresql://db/erp"),
            id="with its web address and without",
        ),
        pytest.param(
            system(sql="postgresql://u@/erp?host=/run/pg&port=5433"),
            system(sql="postgresql://v@/erp?port=5433&host=/run/pg"), id="one server by its socket",
        ),
        pytest.param(
            system(sql="sqlite:///data/a.db"), system(sql="sqlite:////project/data/a.db"), id="one file",
        ),
    ],
)  # fmt: skip
def test_one_system_is_known_however_it_is_spelled(one: Environment, other: Environment) -> None:
    assert places(one) & places(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(ONE, OTHER, id="hosts"),
        pytest.param(system("http://a.test:1"), system("http://a.test:2"), id="ports"),
        pytest.param(ONE, system("http://one.test/v4"), id="paths"),
        pytest.param(system("http://a", database="x"), system("http://a", database="y"), id="databases"),
        pytest.param(system(sql="postgresql://db/a"), system(sql="postgresql://db/b"), id="of one server"),
        pytest.param(
            system(sql="postgresql://u@/erp?host=/run/a"), system(sql="postgresql://u@/erp?host=/run/b"),
            id="servers by their sockets",
        ),
        pytest.param(system(sql="sqlite:///a.db"), system(sql="sqlite:///b.db"), id="files"),
    ],
)  # fmt: skip
def test_two_systems_are_told_apart(one: Environment, other: Environment) -> None:
    assert not places(one) & places(other)


def test_no_login_is_part_of_what_a_system_is_known_by() -> None:
    (place,) = places(system(sql="postgresql://reader:Sesam-42@db/erp?password=Sesam-43"))

    assert "Sesam" not in place and "reader" not in place


def test_a_system_is_held_until_it_is_let_go(tmp_path: Path) -> None:
    with Holding(tmp_path) as first:
        first.take([ONE, OTHER])
        with pytest.raises(InUse):
            Holding(tmp_path).take([OTHER])

    with Holding(tmp_path) as second:
        second.take([OTHER, ONE])
        second.take([ONE])  # again, by the same run


def test_who_gets_one_of_two_systems_holds_neither(tmp_path: Path) -> None:
    with Holding(tmp_path) as first:
        first.take([OTHER])
        with pytest.raises(InUse):
            Holding(tmp_path).take([ONE, OTHER])

        Holding(tmp_path).take([ONE])


@pytest.fixture
def held(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the first system."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("language", Language)
def test_the_second_process_is_told_who_holds_it_since_when_and_what_to_do(
    tmp_path: Path, held: subprocess.Popen[str], language: Language
) -> None:
    with pytest.raises(InUse) as refused:
        Holding(tmp_path).take([ONE])

    said = render(refused.value.sentence, language)
    since = str(refused.value.sentence["since"]).removesuffix(" UTC")
    assert str(held.pid) in said
    assert datetime.now(UTC) - datetime.fromisoformat(since).replace(tzinfo=UTC) < timedelta(minutes=1)
    assert {Language.EN: "wait until that run has ended", Language.ZH: "请等待"}[language] in said
    assert {Language.EN: "current system", Language.ZH: "原系统"}[language] in said
    assert refused.value.exit_code is ExitCode.USAGE_ERROR


def test_a_killed_process_holds_nothing(tmp_path: Path, held: subprocess.Popen[str]) -> None:
    os.kill(held.pid, signal.SIGKILL)
    held.wait()
    started = time.monotonic()

    with Holding(tmp_path) as ours:
        ours.take([ONE])

    assert time.monotonic() - started < 5


def test_a_holder_that_has_not_said_who_it_is_yet_still_holds(tmp_path: Path) -> None:
    with Holding(tmp_path) as first:
        first.take([ONE])
        for told in tmp_path.glob("*.json"):
            told.write_text("{")

        with pytest.raises(InUse, match="only just begun"):
            Holding(tmp_path).take([ONE])


def test_where_no_lock_can_be_written_nothing_is_started(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("a file")

    with pytest.raises(ConfigError, match="XDG_STATE_HOME"):
        Holding(tmp_path / "locks").take([ONE])


def test_the_locks_lie_in_the_users_own_folder(tmp_path: Path) -> None:
    with Holding.of_user({"XDG_STATE_HOME": str(tmp_path)}) as ours:
        ours.take([ONE])

        assert list((tmp_path / "erp-upgrade-harness" / "locks").glob("*.lock"))
