"""`harness load`: what a plan comes to, and what becomes of a recording."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli import invoke
from harness.errors import ExitCode
from harness.performance.samples import from_parquet
from tests.performance.hars import PASSWORD, USER, entry, recorded

CANARY = "canary-9Q7x"
SESSIONS = ("--sessions", "tests.performance.scripted:ScriptedSession")
CONFIG = """
schema = 1
[project]
name = "Load"
[source]
adapter = "tryton"
url = "http://127.0.0.1:9"
load = true
options = {{ database = "a", {source} }}
accounts = {{ sales = {{ user = "seller", password = "{password}" }} }}
[target]
adapter = "tryton"
url = "http://127.0.0.1:9"
load = true
options = {{ database = "b", {target} }}
accounts = {{ sales = {{ user = "seller", password = "{password}" }} }}
[performance]
hosts = ["127.0.0.1"]
"""
PLAN = """
sessions = "tests.performance.scripted:ScriptedSession"
rate = 60
block_seconds = "0.1"
pairs = 4
warmup_pairs = 0
rounds = 1
timeout_seconds = 1
noticeable = "0.05"
limits = [{ transaction = "sale.open", quantile = "0.5", seconds = "0.1" }]
[[scenarios]]
name = "sale.open"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of scripted users; the target is as fast as the source."""
    monkeypatch.setenv("HARNESS_LANG", "en")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    configure(tmp_path)
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    return tmp_path


def configure(folder: Path, source: str = "seconds = 0.01", target: str = "seconds = 0.01") -> None:
    content = CONFIG.format(source=source, target=target, password=CANARY)
    (folder / "harness.toml").write_text(content, encoding="utf-8")


@pytest.mark.end_to_end
@pytest.mark.parametrize(
    ("target", "arguments", "code", "told"),
    [
        ("seconds = 0.01", [], ExitCode.GO, "as fast"),
        ("seconds = 0.2", [], ExitCode.NO_GO, "slower"),
        ("seconds = 0.01", ["--lang", "zh"], ExitCode.GO, "相当"),
        ("seconds = 0.01", ["--side", "target"], ExitCode.GO, "Every limit is kept"),
        ("seconds = 0.2", ["--side", "target"], ExitCode.NO_GO, "the limit is 0.1 s"),
        ("seconds = 0.2", ["--side", "source"], ExitCode.GO, "Every limit is kept"),
        ('fault = "http.500"', ["--side", "target"], ExitCode.NO_GO, "(http.500)"),
        ("crash = true", ["--side", "target"], ExitCode.NO_GO, "Undecided"),
        ('login = "refused.login"', ["--side", "target"], ExitCode.NO_GO, "refused.login"),
        ('login = "refused.login"', [], ExitCode.NO_GO, "let none of the simulated users in"),
    ],
)
def test_a_plan_comes_to_an_answer(
    folder: Path, target: str, arguments: list[str], code: ExitCode, told: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    configure(folder, target=target)
    ended = invoke(["load", "run", "plan.toml", "--output", "out", *arguments])
    said = capsys.readouterr().out

    assert (ended, told in said) == (code, True), said
    answers = json.loads((folder / "out/answers.json").read_text("utf-8"))
    assert [row["transaction"] for row in answers["transactions"]] == ["sale.open"]
    samples = from_parquet((folder / "out/samples.parquet").read_bytes())
    assert bool(samples) == ("login" not in target)
    stored = b"".join(file.read_bytes() for file in (folder / "out").iterdir())
    assert CANARY.encode() not in stored


@pytest.mark.end_to_end
def test_the_samples_are_below_the_runs_unless_told(folder: Path) -> None:
    assert invoke(["load", "run", "plan.toml"]) is ExitCode.GO
    (stored,) = (folder / "runs/load").iterdir()
    assert stored.name.startswith("plan-")
    assert invoke(["load", "run", "plan.toml", "--output", str(stored)]) is ExitCode.USAGE_ERROR


@pytest.mark.end_to_end
@pytest.mark.enable_socket
def test_a_load_comes_from_two_workers_that_stay_for_the_next(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = (
        sys.executable,
        "-m",
        "harness",
        "load",
        "worker",
        address,
        "--wait",
        "15",
        "--stay",
        *SESSIONS,
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    workers = [
        subprocess.Popen(
            [*command, *SESSIONS], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    crew = ("--expect-workers", "2", "--bind", address, "--wait", "30")
    codes = [invoke(["load", "run", "plan.toml", "--output", name, *crew]) for name in ("one", "two")]
    told = [worker.communicate(timeout=60)[0] for worker in workers]
    said = capsys.readouterr()

    assert "Waiting for 2 workers" in said.err
    assert "must not be reachable" not in said.err  # nobody else can come there
    assert set(codes) <= {ExitCode.GO, ExitCode.NO_GO}, said.out  # a busy machine may leave it undecided
    assert [worker.returncode for worker in workers] == [0, 0]
    assert [each.count("6 blocks") + each.count("8 blocks") for each in told] == [2, 2], told
    for name in ("one", "two"):
        answers = json.loads((folder / name / "answers.json").read_text("utf-8"))
        assert answers["measures"]["generator.workers"] == "2"
        assert (folder / name / "histograms.hlog").stat().st_size > 500


@pytest.mark.end_to_end
def test_a_worker_without_a_master_says_where_it_looked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = invoke(["load", "worker", "127.0.0.1:9", "--wait", "2", *SESSIONS])

    assert found is ExitCode.USAGE_ERROR
    assert "No master was found at 127.0.0.1:9 within 2 s" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "plan.toml", "--bind", "10.0.0.5"], "--expect-workers"),
        (["run", "plan.toml", "--expect-workers", "7"], "6 users cannot be shared by 7 workers"),
        (["run", "plan.toml", "--expect-workers", "2", "--bind", "a:b"], "a:b is no address"),
        (["worker", "a:0"], "a:0 is no address"),
    ],
)
def test_workers_that_cannot_be_are_an_error_before_anything_is_sent(
    folder: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["load", *arguments]) is ExitCode.USAGE_ERROR
    assert said in capsys.readouterr().err


WRONG = {
    "no file": (None, ["plan.toml"]),
    "no TOML": ("rate = ", ["plan.toml", "line 1"]),
    "nothing": ("", ["scenarios"]),
    "several at once": (
        'rate = 0\nusres = 3\npairs = 2\n[[scenarios]]\nname = ""\nwrites = "yes"\n',
        ["plan.toml:1  rate", "plan.toml:2  usres", "users", "plan.toml:3  pairs", "name", "writes"],
    ),
    "an unknown transaction": (
        'limits = [{ transaction = "a.open", quantile = 0.9, seconds = 1 }]\n[[scenarios]]\nname = "b"\n',
        ["limits[0].transaction", "b"],
    ),
    "a share": (
        'limits = [{ transaction = "a", quantile = 90, seconds = 1 }]\n[[scenarios]]\nname = "a"\n',
        ["limits[0].quantile"],
    ),
    "twice": ('[[scenarios]]\nname = "a"\n[[scenarios]]\nname = "a"\n', ["'a' is there more than once"]),
    "no sessions": ('sessions = "gone.py:Users"\n[[scenarios]]\nname = "a"\n', ["sessions", "plan.toml:1"]),
    "no class": ('sessions = "nothing"\n[[scenarios]]\nname = "a"\n', ["file.py:Class"]),
    "no workload": (
        'workload = { file = "w.toml", profile = "busy_hour" }\n[[scenarios]]\nname = "a"\n',
        ["workload.file"],
    ),
    "no profile": (
        'workload = { file = "known.toml", profile = "busy" }\n[[scenarios]]\nname = "a"\n',
        ["workload.profile", "busy_hour"],
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_plan_says_everything_that_is_wrong(
    folder: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    content, told = WRONG[case]
    (folder / "known.toml").write_text('[busy_hour]\nrate = 2\n[busy_hour.mix]\n"a" = 1\n', encoding="utf-8")
    if content is None:
        (folder / "plan.toml").unlink()
    else:
        (folder / "plan.toml").write_text(content, encoding="utf-8")

    assert invoke(["load", "run", "plan.toml"]) is ExitCode.USAGE_ERROR
    said = capsys.readouterr().err
    assert [each for each in told if each not in said] == [], said
    assert not (folder / "runs").exists()


def test_one_side_without_limits_has_nothing_to_be_judged_by(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "plan.toml").write_text('[[scenarios]]\nname = "a"\n', encoding="utf-8")
    assert invoke(["load", "run", "plan.toml", "--side", "target"]) is ExitCode.USAGE_ERROR
    assert "limits: this key is missing" in capsys.readouterr().err


def test_nothing_is_loaded_that_was_not_declared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "harness.toml"
    path.write_text(path.read_text("utf-8").replace('hosts = ["127.0.0.1"]', "hosts = []"), encoding="utf-8")
    assert invoke(["load", "run", "plan.toml"]) is ExitCode.USAGE_ERROR
    assert "performance.hosts" in capsys.readouterr().err


def recording(folder: Path) -> Path:
    login = entry("POST", "/login", sent={"user": USER, "password": PASSWORD}, answer={"uid": 7})
    return recorded(folder, login, entry("GET", "/orders", at=5, answer={"rows": [1]}), entry("GET", "/a.js"))


def test_a_recording_becomes_a_plan_that_is_never_overwritten(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    har = recording(folder)
    assert invoke(["load", "from-har", str(har), "--output", "made"]) is ExitCode.GO
    said = capsys.readouterr().out
    names = {file.name for file in (folder / "made").iterdir()}

    assert names == {"recorded_sessions.py", "recorded.toml", "test_recorded.py"}
    assert "Left out: 1 static file(s)" in said and "orders.open: 1 request(s)" in said
    assert "harness load run made/recorded.toml" in said
    assert PASSWORD not in said
    assert invoke(["load", "from-har", str(har), "--output", "made"]) is ExitCode.USAGE_ERROR
    assert "is there already" in capsys.readouterr().err


def test_the_sessions_may_be_named(folder: Path) -> None:
    har = recording(folder)
    assert invoke(["load", "from-har", str(har), "--output", "made/desk.py"]) is ExitCode.GO
    assert {file.name for file in (folder / "made").iterdir()} == {
        "desk.py",
        "desk.toml",
        "test_desk.py",
    }


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"log": {"entries": []}}'])
def test_a_bad_recording_writes_nothing(
    folder: Path, content: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    har = folder / "bad.har"
    if content is not None:
        har.write_text(content, encoding="utf-8")
    assert invoke(["load", "from-har", str(har), "--output", "made"]) is ExitCode.USAGE_ERROR
    assert "bad.har" in capsys.readouterr().err
    assert not (folder / "made").exists()
