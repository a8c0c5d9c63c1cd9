"""Whole rows of both sides, read in columns and a block at a time; what differs is collected at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from harness.model import Side
from harness.reconcile.aligned import aligned, integers, keys_that_differ, rows_by_digest
from harness.reconcile.bulk import table
from harness.reconcile.checkpoint import RangeResult
from harness.reconcile.differences import Collector
from harness.reconcile.layout import NULL_KEY, KeyRange, Layout, Limits
from harness.reconcile.postgres_pair import PostgresPair
from harness.reconcile.rows import RowForm
from harness.reconcile.suspects import NO_NUMBERS, Numbers
from harness.reconcile.together import both

Tables: TypeAlias = "Mapping[Side, pa.Table]"


@dataclass(frozen=True, slots=True)
class Blocks:
    """Compares whole rows, a block of both sides at a time; what differs goes to the collector at once."""

    pair: PostgresPair
    layout: Layout
    limits: Limits
    form: RowForm

    @property
    def possible(self) -> bool:
        """Whether an index gives the rows in blocks, and both sides as columns of the same types."""
        by_index = self.layout.by_key and self.layout.indexed and self.pair.transport == "arrow"
        return by_index and all(sql.comparable_rows(only=None) for sql in self.pair.sql.values())

    def compare(self, key_range: KeyRange, collector: Collector) -> tuple[RangeResult, Numbers]:
        """All rows of a range of keys; the next block is read while one is compared.

        Beside the result: the keys whose rows could not be compared here.
        """
        rows, suspects, unread = dict.fromkeys(Side, 0), [NO_NUMBERS], [NO_NUMBERS]
        for tables in self.ahead(self._blocks(key_range)):
            for side, content in tables.items():
                rows[side] += content.num_rows
            differing = self.collect(tables, collector)
            if differing is None:
                unread.append(self._keys(tables))
            suspects.append(unread[-1] if differing is None else differing)
        found = np.unique(np.concatenate(suspects))
        result = RangeResult(rows[Side.SOURCE], rows[Side.TARGET], 0, 0, sum(rows.values()), found)
        return result, np.unique(np.concatenate(unread))

    def read(self, within: Mapping[Side, str | None]) -> Tables:
        """Both sides' rows."""

        def of(side: Side) -> pa.Table | None:
            sql = self.pair.sql[side].comparable_rows(only=within[side])
            assert sql is not None  # `possible` was asked first
            return table(self.pair.bulks[side], sql)

        tables = both(of, self.pair.cancel)
        known = next((content for content in tables.values() if content is not None), None)
        empty = pa.table({}) if known is None else known.slice(0, 0)
        return {side: empty if tables[side] is None else tables[side] for side in Side}

    def among(self, keys: Numbers) -> Mapping[Side, str | None]:
        """The block of the given keys."""
        listed = keys.tolist()
        return {side: sql.among(self.layout, listed) for side, sql in self.pair.sql.items()}

    def collect(self, tables: Tables, collector: Collector) -> Numbers | None:
        """The keys of the rows that differ; None, and nothing collected, where Python cannot hold a value."""
        if not any(content.num_rows for content in tables.values()):
            return NO_NUMBERS
        if not all(map(_known_to_python, tables.values())):
            return None
        found = aligned(tables, self.form)
        if found is None:  # a key is NULL, or occurs twice: row by row
            collector.merge(*(rows_by_digest(self.form, tables[side]) for side in Side))
            return self._keys(tables)
        collector.pairs(found.pairs)
        collector.merge(*(rows_by_digest(self.form, found.alone[side]) for side in Side))
        return keys_that_differ(found)

    def _keys(self, tables: Tables) -> Numbers:
        (place,) = self.form.key
        return np.concatenate(
            [
                integers(content.column(place).cast(pa.int64()).fill_null(NULL_KEY))
                for content in tables.values()
            ]
        )

    def _blocks(self, key_range: KeyRange) -> Iterator[Mapping[Side, str | None]]:
        for part in key_range.parts(self.layout, self.limits.rows_side_by_side):
            yield {side: sql.in_range(part) for side, sql in self.pair.sql.items()}

    def ahead(self, blocks: Iterator[Mapping[Side, str | None]]) -> Iterator[Tables]:
        """The rows of each block; the next one is read while one is compared."""
        with ThreadPoolExecutor(1) as reader:
            try:
                coming = None
                for block in blocks:
                    following = reader.submit(self.read, block)
                    if coming is not None:
                        yield coming.result()
                    coming = following
                if coming is not None:
                    yield coming.result()
            except BaseException:
                self.pair.cancel()  # what is being read ahead is of no use any more
                raise


def _known_to_python(content: pa.Table) -> bool:
    """Whether no date is infinite or before the year 1."""
    return all(_within(column) for column in content.columns if pa.types.is_temporal(column.type))


def _within(column: pa.ChunkedArray) -> bool:
    if pa.types.is_date32(column.type):
        first, last = (int((day - date(1970, 1, 1)).days) for day in (date.min, date.max))
        numbers = column.cast(pa.int32())
    else:
        since = (moment - datetime(1970, 1, 1) for moment in (datetime.min, datetime.max))
        first, last = (distance // timedelta(microseconds=1) for distance in since)
        numbers = column.cast(pa.int64())
    found = pc.min_max(numbers)
    return found["min"].as_py() is None or (first <= found["min"].as_py() and found["max"].as_py() <= last)
