"""Raw samples: one line each while the generator runs, one Parquet table as evidence."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from pathlib import Path

from harness.errors import LoadError
from harness.model import text

COLUMNS = ("block", "transaction", "intended", "started", "seconds", "ok", "error")


@dataclass(frozen=True, slots=True)
class Sample:
    """One timed transaction.

    `intended` and `started` are seconds since the block began. `seconds` runs from the intended start:
    what a user waits who does not know that the ERP was busy. `error` is a short code without data.
    """

    block: int
    transaction: str
    intended: float
    started: float
    seconds: float
    ok: bool
    error: str = ""


def line(sample: Sample) -> str:
    """The sample as one line of CSV."""
    return (
        f"{sample.block},{_cell(sample.transaction)},{sample.intended:.6f},{sample.started:.6f},"
        f"{sample.seconds:.6f},{sample.ok:d},{_cell(sample.error)}\r\n"
    )


@lru_cache(maxsize=1024)  # the same few names in every sample, and a busy generator measures itself
def _cell(name: str) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([name])
    return text.getvalue() if name else ""


def read(path: Path) -> tuple[Sample, ...]:
    """The samples that a generator wrote; a line that a crash cut off is left out."""
    if not path.exists():
        return ()
    with path.open(newline="", encoding="utf-8") as file:
        return parsed(file)


def parsed(lines: Iterable[str]) -> tuple[Sample, ...]:
    """The samples of lines that `line` wrote, but for one that was cut off."""
    return tuple(_samples(csv.reader(text for text in lines if text.endswith("\n"))))


def _samples(rows: Iterable[list[str]]) -> Iterator[Sample]:
    for block, transaction, intended, started, seconds, ok, error in rows:
        yield Sample(
            int(block), transaction, float(intended), float(started), float(seconds), ok == "1", error
        )


def to_parquet(samples: Iterable[Sample]) -> bytes:
    """The samples as a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [asdict(sample) for sample in samples]
    kinds = {"block": pa.int32(), "transaction": pa.string(), "ok": pa.bool_(), "error": pa.string()}
    schema = pa.schema([(name, kinds.get(name, pa.float64())) for name in COLUMNS])
    content = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), content)
    return content.getvalue()


def from_parquet(content: bytes) -> tuple[Sample, ...]:
    """The samples of such a file; LoadError when this version cannot read it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(io.BytesIO(content))
    except pa.ArrowInvalid as problem:
        raise LoadError(text("performance.unknown.raw")) from problem
    names = {item.name for item in fields(Sample)}
    if set(table.column_names) != names:
        raise LoadError(text("performance.unknown.raw"))
    return tuple(Sample(**row) for row in table.to_pylist())
