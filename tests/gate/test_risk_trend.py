"""The risks of earlier runs, read from their stored judgements, make the trend of this one's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from harness.config import load
from harness.evidence import Run
from harness.gate import Declared, Judgement, to_bytes
from harness.gate.risk import Level
from harness.past import with_past
from tests.gate.runs import DEFAULT, judged, manifest, passing
from tests.gate.test_risks import row

CONFIG = """
schema = 1
[project]
name = "Offline"
[source]
adapter = "database"
sql = "sqlite:///source.db"
[target]
adapter = "database"
sql = "sqlite:///target.db"
"""
JUDGED = judged(passing(), declared=Declared(risks=(row(),)))


def measured_at(score: Level) -> Judgement:
    """A judgement of which the one risk is measured at a level."""
    return replace(JUDGED, risks=(replace(JUDGED.risks[0], measured=score),))


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A project's folder of runs."""
    (tmp_path / "harness.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path / "runs"


def run(runs: Path, day: int, *judgements: bytes) -> Run:
    """A run that was begun on a day, with its judgements."""
    made = replace(manifest(), run_id=f"run-{day}", created=manifest().created + timedelta(days=day))
    created = Run.create(runs, made)
    for content in judgements:
        created.add_judgement(content, {})
    return created


def test_the_last_judgement_of_each_earlier_run_counts_in_the_order_of_days(runs: Path) -> None:
    run(runs, 2, to_bytes(measured_at(Level(1, 3))), to_bytes(measured_at(Level(2, 3))))
    run(runs, 1, to_bytes(measured_at(Level(5, 3))))
    run(runs, 3, b"not a judgement")
    run(runs, 4)
    run(runs, 9, to_bytes(measured_at(Level(5, 5))))
    now = run(runs, 5)

    config = load(runs.parent / "harness.toml", environ={})
    (risk,) = with_past(measured_at(Level(4, 3)), DEFAULT, now, config).risks

    assert [(each.run, each.level.score) for each in risk.trend] == [("run-1", 15), ("run-2", 6)]


def test_a_risk_that_rose_since_the_run_before_is_told_on_the_first_screen(runs: Path) -> None:
    run(runs, 1, to_bytes(measured_at(Level(2, 3))))
    now = run(runs, 5)

    config = load(runs.parent / "harness.toml", environ={})
    told = with_past(measured_at(Level(4, 3)), DEFAULT, now, config).since

    assert [(each.key, each["was"], each["now"]) for each in told] == [("risk.since.risen", 6, 12)]
