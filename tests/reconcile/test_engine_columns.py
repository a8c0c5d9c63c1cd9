"""What the engine works out in columns of numbers, without any database."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model import Side
from harness.reconcile.checkpoint import Checkpoint, RangeResult
from harness.reconcile.layout import NULL_KEY, Extent, KeyRange, Layout, Limits, divide
from harness.reconcile.progress import Progress, Watch
from harness.reconcile.suspects import Hashes, differing, partitioned, rows_in, segments_of, suspect_keys

pytestmark = pytest.mark.thorough

pairs = st.lists(st.tuples(st.integers(-3, 9) | st.just(NULL_KEY), st.integers(0, 2)), max_size=25)


def hashes_of(rows: list[tuple[int, int]]) -> Hashes:
    """Keys and hashes in columns."""
    keys, hashes = (np.array([row[place] for row in rows], np.int64) for place in range(2))
    return Hashes(keys, hashes)


def by_hand(source: list[tuple[int, int]], target: list[tuple[int, int]]) -> list[int]:
    """The same, row by row."""
    changed = (Counter(source) - Counter(target)) + (Counter(target) - Counter(source))
    return sorted({key for key, _ in changed})


@settings(max_examples=300, deadline=None)
@given(pairs, pairs)
def test_suspects_are_the_keys_whose_multisets_differ(
    source: list[tuple[int, int]], target: list[tuple[int, int]]
) -> None:
    """Doubles count, order does not."""
    assert suspect_keys(hashes_of(source), hashes_of(target)).tolist() == by_hand(source, target)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.integers(-20, 20), st.integers(0, 1)),
    st.dictionaries(st.integers(-20, 20), st.integers(0, 1)),
)
def test_suspects_of_unique_keys(source: dict[int, int], target: dict[int, int]) -> None:
    """The shorter way gives the same."""
    rows = [list(side.items()) for side in (source, target)]

    assert suspect_keys(*map(hashes_of, rows)).tolist() == by_hand(*rows)


@settings(max_examples=60, deadline=None)
@given(pairs, pairs, st.integers(1, 4))
def test_parts_on_disk_give_the_same(
    source: list[tuple[int, int]], target: list[tuple[int, int]], count: int
) -> None:
    """Memory is a limit, not a result."""
    with partitioned(count) as parts:
        for part, rows in zip(parts, (source, target), strict=True):
            columns = [pa.array([row[place] for row in rows], pa.int64()) for place in range(2)]
            batch = pa.RecordBatch.from_arrays(columns, names=["key", "hash"])
            part.fill(batch.slice(start, 3) for start in range(0, len(rows), 3))
        found = [
            key for number in range(count) for key in suspect_keys(*(p.part(number) for p in parts)).tolist()
        ]

    assert sorted(found) == by_hand(source, target)
    assert [part.rows for part in parts] == [len(source), len(target)]


def segments(*rows: tuple[int, int, str]) -> pa.Table:
    """Segments as a server gives them."""
    numbers, counts, sums = zip(*rows, strict=True)
    return pa.table({"segment": pa.array(numbers), "counted": pa.array(counts), "hashed": pa.array(sums)})


def test_segments_that_differ() -> None:
    """By sum, by count, and those that only one side has, in whatever order they arrive."""
    source = segments_of(segments((5, 2, "7"), (1, 2, "99999999999999999999"), (2, 3, "1"), (9, 1, "0")))
    target = segments_of(segments((1, 2, "99999999999999999998"), (2, 4, "1"), (5, 2, "7"), (7, 1, "0")))

    bad = differing(source, target)

    assert bad.tolist() == [1, 2, 7, 9]
    assert (rows_in(source, bad), rows_in(target, bad), source.rows) == (6, 7, 8)
    assert differing(segments_of(None), target).tolist() == [1, 2, 5, 7]
    assert differing(segments_of(None), segments_of(None)).tolist() == []


def extents(source: Extent, target: Extent) -> dict[Side, Extent]:
    """Both sides'."""
    return {Side.SOURCE: source, Side.TARGET: target}


ORDERED = Extent(10_000_000, 1, 10_000_000, indexed=True, correlation=1.0)


@pytest.mark.parametrize(
    ("other", "integer", "by_key", "ranges"),
    [
        pytest.param(ORDERED, True, True, 5, id="in order of its key"),
        pytest.param(Extent(10_000_000, 1, 10_000_000, True, 0.1), True, True, 1, id="in random order"),
        pytest.param(Extent(10_000_000, 1, 10_000_000, False, 1.0), True, True, 1, id="without an index"),
        pytest.param(Extent(10, 1, 2**62, True, 1.0), True, False, 1, id="with very sparse keys"),
        pytest.param(ORDERED, False, False, 1, id="with a key that is no number"),
    ],
)
def test_layouts(other: Extent, integer: bool, by_key: bool, ranges: int) -> None:
    """Ranges of keys only where reading a range is not reading the table."""
    layout = divide(extents(ORDERED, other), integer_key=integer, limits=Limits())

    assert (layout.by_key, len(layout.ranges)) == (by_key, ranges)
    assert layout.bits <= 17 if not by_key else layout.bits >= 8


def test_ranges_are_whole_segments_and_leave_nothing_out() -> None:
    """Each begins where the one before it ends; the first and the last are open."""
    layout = divide(extents(ORDERED, ORDERED), integer_key=True, limits=Limits())

    edges = [(item.start, item.end) for item in layout.ranges]
    assert edges[0][0] is None and edges[-1][1] is None
    assert [end for _, end in edges[:-1]] == [start for start, _ in edges[1:]]
    assert all(start % (1 << layout.bits) == 0 for start, _ in edges[1:] if start is not None)


def result(*suspects: int) -> RangeResult:
    """A finished range."""
    return RangeResult(10, 9, 3, 1, 4, np.array(suspects, np.int64))


LAYOUT = Layout(True, 8, True, (KeyRange(None, 256), KeyRange(256, None)), 1, 500, 20)


def test_a_checkpoint_reads_back(tmp_path: Path) -> None:
    """Layout, counts and suspects, in a new process."""
    first = Checkpoint(tmp_path)
    first.begin({"mapping": "a"}, LAYOUT)
    first.keep(1, result(300, NULL_KEY))

    again = Checkpoint(tmp_path)
    layout = again.begin({"mapping": "a"}, Layout(False, 3, False))

    kept = again.done(1)
    assert layout == LAYOUT
    assert again.done(0) is None and kept is not None
    assert (kept.rows(Side.SOURCE), kept.rows(Side.TARGET), kept.suspects.tolist()) == (
        10,
        9,
        [300, NULL_KEY],
    )
    assert (again.resumed, again.begun) == (1, first.begun)


def test_a_checkpoint_of_something_else_is_thrown_away(tmp_path: Path) -> None:
    """A changed mapping is another comparison."""
    first = Checkpoint(tmp_path)
    first.begin({"mapping": "a"}, LAYOUT)
    first.keep(0, result())

    other = Checkpoint(tmp_path)

    assert other.begin({"mapping": "b"}, LAYOUT) == LAYOUT
    assert other.done(0) is None
    other.discard()
    assert list(tmp_path.iterdir()) == []


def test_an_unfinished_file_is_no_result(tmp_path: Path) -> None:
    """A range is kept whole or not at all."""
    Checkpoint(tmp_path).begin({"mapping": "a"}, LAYOUT)
    (tmp_path / ".range-0.unfinished").write_bytes(b"\0" * 24)

    again = Checkpoint(tmp_path)
    again.begin({"mapping": "a"}, LAYOUT)

    assert again.done(0) is None


def test_progress_says_pace_and_time_left() -> None:
    """And nothing that it cannot know."""
    half = Progress("item", "ranges", 500, 1_000, 2.0)

    assert (half.rows_per_second, half.seconds_left) == (250, 2.0)
    assert Progress("item", "ranges", 0, 0, 0.0).seconds_left is None
    heard: list[Progress] = []
    watch = Watch("item", heard.append)
    watch.tell("rows", 7)
    assert (heard[0].step, heard[0].rows, heard[0].total) == ("rows", 7, 7)
