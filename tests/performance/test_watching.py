"""What a database is asked, minute by minute: kept as it is seen, and fitted like an access log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from harness.errors import ConfigError
from harness.performance.sql.reading import Plan, Work
from harness.performance.workload import fit, is_watched, names_of, read_watched, watch

NINE = datetime(2026, 3, 9, 1, tzinfo=UTC).timestamp()  # 09:00 in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")
TEXTS = {"1": "INSERT INTO sale_sale\n  VALUES ($1)", "2": "SELECT name FROM party_party WHERE id = $1"}
NAMES = {"sale.order": ["INSERT INTO sale_sale*"], "party.open": ["SELECT * FROM party_party*"]}


@dataclass
class Database:
    """Answers with its next counts each time it is read."""

    counts: list[Mapping[str, int]]

    def read(self) -> Mapping[str, Work]:
        return {name: Work(calls, 0.0, 0, 0) for name, calls in self.counts.pop(0).items()}

    def texts(self, names: Iterable[str]) -> Mapping[str, str]:
        return {name: TEXTS[name] for name in names if name in TEXTS}

    def plan(self, statement: str) -> Plan | None:
        raise AssertionError("nobody asked for a plan")

    def close(self) -> None:
        pass


@dataclass
class Clock:
    """Time passes only in sleep; `early` is how much too soon it wakes."""

    moment: float = NINE - 20
    early: float = 0.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += seconds - self.early


def watched(folder: Path, *counts: Mapping[str, int], early: float = 0.0) -> Path:
    file, clock = folder / "seen.jsonl", Clock(early=early)
    database = Database([{"1": 100}, *counts])
    watch(database, file, len(counts), now=clock.now, sleep=clock.sleep)
    return file


@pytest.mark.parametrize("early", [0.0, 0.004])
def test_each_whole_minute_has_what_was_asked_in_it(tmp_path: Path, early: float) -> None:
    file = watched(tmp_path, {"1": 103}, {"1": 103, "2": 7}, {"1": 104, "2": 9, "3": 5}, early=early)

    assert is_watched(file)
    seen = read_watched(file, SHANGHAI)
    assert {f"{minute:%H:%M}": dict(found) for minute, found in seen.minutes.items()} == {
        "09:00": {"INSERT INTO sale_sale VALUES ($1)": 3},
        "09:01": {TEXTS["2"]: 7},
        "09:02": {"INSERT INTO sale_sale VALUES ($1)": 1, TEXTS["2"]: 2, "(text not readable)": 5},
    }


def test_a_minute_in_which_nothing_was_asked_is_known(tmp_path: Path) -> None:
    seen = read_watched(watched(tmp_path, {"1": 100}, {"1": 101}), SHANGHAI)

    assert [sum(found.values()) for found in seen.minutes.values()] == [0, 1]
    assert seen.unread == 0


def test_its_names_make_a_mix_like_that_of_a_log(tmp_path: Path) -> None:
    seen = read_watched(watched(tmp_path, {"1": 103}, {"1": 103, "2": 7}), SHANGHAI)

    busy = fit(names_of(seen, NAMES), quiet_hours=6).profiles["busy_hour"]

    assert {name: float(share) for name, share in busy.mix.items()} == {"party.open": 0.7, "sale.order": 0.3}


@pytest.mark.parametrize(
    "anew", [{"1": 5}, {"2": 1}], ids=["counts go down", "every statement is another one"]
)
def test_a_minute_in_which_the_statistics_began_anew_is_not_known(
    anew: Mapping[str, int], tmp_path: Path
) -> None:
    after = {name: calls + 2 for name, calls in anew.items()}
    seen = read_watched(watched(tmp_path, anew, after), SHANGHAI)

    assert seen.unread == 1
    assert [sum(found.values()) for found in seen.minutes.values()] == [2]


def test_a_second_watch_and_a_cut_line_lose_nothing_else(tmp_path: Path) -> None:
    file = watched(tmp_path, {"1": 103})
    with file.open("a") as out:
        out.write('{"minute": "2026-03-09T01:0')
        out.write("\n")
    watched(tmp_path, {"1": 102})

    seen = read_watched(file, SHANGHAI)

    assert (seen.requests, seen.unread) == (5, 1)


def test_nothing_but_unknown_minutes_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        read_watched(watched(tmp_path, {"1": 5}), SHANGHAI)


def test_values_are_never_written(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in watched(tmp_path, {"1": 103}).read_text().splitlines()]

    assert [sorted(row) for row in rows] == [["calls", "minute", "statement"]]
