"""Raw samples and the generator's journal survive storage, and a cut costs only its own line."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import LoadError
from harness.model import Side
from harness.performance import events, samples
from harness.performance.blocks import Series

SAMPLES = (
    samples.Sample(0, "sale.open", 0.1, 0.2, 0.0315, True),
    samples.Sample(1, "sale.confirm", 0.1, 0.2, 1.5, False, "refused.AccessError"),
)
BLOCK = events.BlockRun(0, Series.MAIN, 0, Side.TARGET, 1, 0.5, 3.1, 15, 14, 0.2, 0.003)


def test_samples_survive_both_formats(tmp_path: Path) -> None:
    file = tmp_path / "samples.csv"
    file.write_text("".join(samples.line(each) for each in SAMPLES), newline="")

    assert samples.read(file) == SAMPLES
    assert samples.from_parquet(samples.to_parquet(SAMPLES)) == SAMPLES


def test_a_line_that_was_cut_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "samples.csv"
    file.write_text("".join(samples.line(each) for each in SAMPLES)[:-9], newline="")

    assert samples.read(file) == SAMPLES[:1]
    assert samples.read(tmp_path / "none.csv") == ()


def test_what_is_no_table_of_samples_is_refused() -> None:
    with pytest.raises(LoadError):
        samples.from_parquet(b"PAR1 nonsense PAR1")


def test_the_story_is_read_back_up_to_a_cut(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    lines = [
        events.event("offered", scenarios=["a"]),
        events.block_event(BLOCK),
        events.event("stopped", side="target", block=0),
        events.event("unavailable", side="source", code="timeout"),
        events.event("finished"),
    ]
    file.write_text("".join(lines))

    told = events.read(file)

    assert told == events.Story(
        (BLOCK,), ((Side.SOURCE, "timeout"),), ((Side.TARGET, 0),), ("a",), finished=True
    )
    file.write_text("".join(lines)[:-3])
    assert not events.read(file).finished
    assert events.read(tmp_path / "none.jsonl") == events.Story()
