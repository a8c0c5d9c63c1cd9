"""Samples of the servers, one line of CSV each, as they are written and read back."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, dataclass, fields

from harness.model import Side

FILE = "servers.csv"
READINGS = "readings.csv"


@dataclass(frozen=True, slots=True)
class Sample:
    """One side at one moment; None is what cannot be known.

    `at` is the machine's steady clock (s), `memory` and `database` bytes, `cpu` seconds of processor used so
    far, `read` and `written` bytes of its files so far, `files` open files and sockets, `connections` to its
    database, `own` seconds of the database that the harness itself has used so far.
    """

    side: Side
    at: float
    memory: int | None = None
    cpu: float | None = None
    read: int | None = None
    written: int | None = None
    files: int | None = None
    connections: int | None = None
    database: int | None = None
    own: float | None = None


@dataclass(frozen=True, slots=True)
class Readings:
    """How often a side's metrics were asked for, and were not told; the last time for the reason `why`."""

    asked: int
    failed: int
    why: str


def readings_line(side: Side, asked: int, failed: int, why: str) -> str:
    """The readings of one side as one line of CSV."""
    return f"{side},{asked},{failed},{why}\n"


def readings(content: str) -> dict[Side, Readings]:
    """What `readings_line` wrote; a side that has no metrics is left out."""
    rows = csv.reader(content.splitlines())
    return {Side(side): Readings(int(asked), int(failed), why) for side, asked, failed, why in rows}


def line(sample: Sample) -> str:
    """The sample as one line of CSV."""
    text = io.StringIO()
    csv.writer(text).writerow("" if each is None else each for each in astuple(sample))
    return text.getvalue()


def read(content: str) -> tuple[Sample, ...]:
    """The samples; a line that a crash cut off is left out."""
    whole = (text for text in content.splitlines(keepends=True) if text.endswith("\n"))
    return tuple(_sample(row) for row in csv.reader(whole))


def _sample(row: list[str]) -> Sample:
    side, at, *rest = row
    names = [each.name for each in fields(Sample)][2:]
    kinds = {"cpu": float, "own": float}
    values = {name: kinds.get(name, int)(text) for name, text in zip(names, rest, strict=True) if text}
    return Sample(Side(side), float(at), **values)  # type: ignore[arg-type]
