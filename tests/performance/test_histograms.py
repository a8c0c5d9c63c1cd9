"""Histograms of load as other tools read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

from harness.performance import histograms
from harness.performance.recording import Recording, recording
from tests.performance.recorded import PLAN, capture, on_target


def read(made: Recording, folder: Path) -> dict[tuple[str, float], HdrHistogram]:
    """The log by tag and beginning, as the library's own reader reads it."""
    file = folder / histograms.FILE
    file.write_text(histograms.log_of(made), encoding="utf-8")
    reader = HistogramLogReader(str(file), HdrHistogram(1, 3_600_000_000, histograms.DIGITS))
    found = {}
    while (each := reader.get_next_interval_histogram()) is not None:
        found[each.get_tag(), each.get_start_time_stamp() / 1000] = each
    reader.close()
    return found


def at(found: dict[tuple[str, float], HdrHistogram], tag: str, began: float) -> HdrHistogram:
    return next(each for (name, start), each in found.items() if name == tag and abs(start - began) < 0.01)


def test_each_histogram_holds_the_good_samples_to_one_in_a_thousand(tmp_path: Path) -> None:
    made = recording(capture())
    found = read(made, tmp_path)

    assert len(found) == len(made.story.blocks) * len(PLAN.transactions)
    for block in made.story.blocks:
        for name in PLAN.transactions:
            own = (block.number, name)
            seconds = sorted(s.seconds for s in made.samples if (s.block, s.transaction) == own)
            one = at(found, f"{block.side}.{block.series}.{name}", block.began)
            assert one.get_total_count() == len(seconds)
            assert one.get_max_value() / 1e6 == pytest.approx(seconds[-1], rel=0.001)
            assert one.get_min_value() / 1e6 == pytest.approx(seconds[0], rel=0.001)


def test_answers_that_failed_and_names_that_would_break_a_line_do_no_harm(tmp_path: Path) -> None:
    broken = on_target(lambda block, name, usual: "http.500" if name == "sale.open" else usual)
    found = read(recording(capture(broken)), tmp_path)

    assert not [tag for tag, _ in found if tag.startswith("target") and tag.endswith("sale.open")]
    assert [tag for tag, _ in found if tag.startswith("source") and tag.endswith("sale.open")]
    log = histograms.log_of(recording(capture()))
    assert "," not in log.splitlines()[-1].split(",")[0]
