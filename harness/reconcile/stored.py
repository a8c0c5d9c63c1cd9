"""One side's rows as a capture: canonical text in Parquet, sorted, for a comparison without the source.

Personal columns hold their mask and a keyed digest, never the value.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

import pyarrow as pa
import pyarrow.parquet as pq

from harness.evidence.codec import from_value, to_value
from harness.model import Attachment, Capture, Side
from harness.reconcile.differences import compare_rows, outcome_of
from harness.reconcile.entity import EntityMapping
from harness.reconcile.outcome import Outcome
from harness.reconcile.rows import Cells, Row, RowForm
from harness.reconcile.totals import Counting, Totals
from harness.values import Value

ROWS = "rows.parquet"
MEDIA_TYPE = "application/vnd.apache.parquet"
_ROW_GROUP = 20_000


@dataclass(frozen=True, slots=True)
class StoredTotal:
    """One group of one control total of one side."""

    total: int
    group: tuple[str | None, ...]
    sum: Decimal


@dataclass(frozen=True, slots=True)
class StoredSide:
    """What a side capture knows beside its rows."""

    rows: int
    totals: tuple[StoredTotal, ...]


def attachment(mapping: EntityMapping, rows: Iterable[Row]) -> Attachment:
    """Sorted rows as Parquet, written a group at a time."""
    schema = pa.schema([(column.name, pa.string()) for column in mapping.columns])
    content = io.BytesIO()
    remaining = iter(rows)
    with pq.ParquetWriter(content, schema, compression="zstd") as writer:
        while group := [cells for _, cells in islice(remaining, _ROW_GROUP)]:
            columns = [pa.array(column, pa.string()) for column in zip(*group, strict=True)]
            writer.write_table(pa.table(columns, schema=schema))
    return Attachment(ROWS, MEDIA_TYPE, content.getvalue())


def side_value(counting: Counting) -> Value:
    """Count and control totals of a side, to be stored."""
    totals = tuple(
        StoredTotal(index, group, summed)
        for index, sums in enumerate(counting.totals)
        for group, summed in sums.items()
    )
    return to_value(StoredSide(counting.rows, totals))


def compare_stored(mapping: EntityMapping, captures: dict[Side, Capture]) -> Outcome:
    """The outcome that a live comparison of the same rows gives."""
    sides = {side: from_value(StoredSide, _of(capture, "side")) for side, capture in captures.items()}
    found = compare_rows(mapping, *(_rows(mapping, captures[side]) for side in Side))
    counts = {side: stored.rows for side, stored in sides.items()}
    totals = {side: _totals(mapping, stored) for side, stored in sides.items()}
    return outcome_of(mapping, counts, totals, found, found.double_keys)


def _of(capture: Capture, name: str) -> Value:
    assert isinstance(capture.value, Mapping)
    return capture.value[name]


def _totals(mapping: EntityMapping, stored: StoredSide) -> Totals:
    sums: list[dict[Cells, Decimal]] = [{} for _ in mapping.totals]
    for line in stored.totals:
        sums[line.total][line.group] = line.sum
    return tuple(sums)


def _rows(mapping: EntityMapping, capture: Capture) -> Iterator[Row]:
    form = RowForm(mapping, b"")  # only for the digests: the cells are masked already
    file = pq.ParquetFile(io.BytesIO(capture.content(ROWS)))
    for batch in file.iter_batches(batch_size=_ROW_GROUP):
        for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield form.digest(cells), cells
