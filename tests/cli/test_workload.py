"""`harness workload`: from an access log to a file that a plan takes."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from harness.cli import invoke
from harness.errors import ExitCode
from harness.performance.workload import read_workload

MONDAY = datetime(2026, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Eight days; busy on Tuesday from 9 to 10, quiet in the night to Saturday."""
    monkeypatch.setenv("HARNESS_LANG", "en")
    monkeypatch.setenv("COLUMNS", "120")
    lines = []
    for place in range(8 * 24 * 60):
        minute = MONDAY + timedelta(minutes=place)
        busy = minute.day == 10 and minute.hour == 9
        night = minute.weekday() == 5 and minute.hour < 6
        requests = (
            ["GET /orders/1"] * 8 + ["POST /orders"] * 2 if busy else ["GET /parties"] * (1 if night else 2)
        )
        stamp = minute.strftime("%d/%b/%Y:%H:%M:%S %z")
        lines += [f'1.2.3.4 - - [{stamp}] "{each} HTTP/1.1" 200 5\n' for each in requests]
    path = tmp_path / "access.log"
    path.write_text("".join(lines), encoding="utf-8")
    return path


def names(folder: Path, content: str) -> str:
    file = folder / "names.toml"
    file.write_text(content, encoding="utf-8")
    return str(file)


def test_the_profiles_are_shown_and_written(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = names(log.parent, '[names]\n"sale.open" = ["GET /orders/*"]\n"sale.order" = ["POST /orders"]\n')
    out = log.parent / "new" / "workload.toml"
    code = invoke(["workload", str(log), "--names", table, "--out", str(out)])
    said = capsys.readouterr().out

    assert code is ExitCode.GO
    assert "GET /parties (22560)" in said
    assert "Quietest 6 hours of the week: from Saturday 0:00, with 1.8 %" in said
    busy = read_workload(out)["busy_hour"]
    assert busy.starts == MONDAY + timedelta(days=1, hours=9)
    assert (busy.rate, busy.mix) == (
        Decimal("0.1667"),
        {"sale.open": Decimal("0.8"), "sale.order": Decimal("0.2")},
    )
    assert [each.name for each in out.parent.iterdir()] == ["workload.toml"]


@pytest.mark.parametrize(
    ("content", "words", "said"),
    [
        (
            '[names]\nx = ["GET /nothing"]',
            [],
            "no pattern matches any request. Seen most often: GET /parties",
        ),
        ("[names]\nx = 3", [], "names.toml: names.x"),
        ('[names]\nx = ["GET*"]', ["--timezone", "Mars/Olympus"], "Mars/Olympus is not a known time zone"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    log: Path, content: str, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = log.parent / "workload.toml"
    code = invoke(["workload", str(log), "--names", names(log.parent, content), "--out", str(out), *words])

    assert code is ExitCode.USAGE_ERROR
    assert said in capsys.readouterr().err
    assert not out.exists()
