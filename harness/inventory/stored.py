"""Lists of things as JSON that people can read, too: one line for each thing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from harness.inventory.changes import Difference
from harness.model import Side
from harness.things import Sort, Thing
from harness.values import Value, from_json, to_json

JSON = "application/json"
CSV = "text/csv"
_HEAD = ("severity", "sort", "change", "module", "model", "name", "title", "source", "target", "used")


def encoded(things: Iterable[Thing]) -> bytes:
    """The things in their order. Names are values, never keys, so that redaction leaves them alone."""
    lines = (
        json.dumps(
            [
                thing.sort.value,
                thing.name,
                thing.title,
                thing.module,
                [[name, to_json(value)] for name, value in thing.properties.items()],
            ],
            ensure_ascii=False,
        )
        for thing in things
    )
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def decoded(content: bytes) -> tuple[Thing, ...]:
    """What `encoded` wrote."""
    found: list[Any] = json.loads(content)
    return tuple(
        Thing(Sort(sort), name, title, module, {key: from_json(value) for key, value in properties})
        for sort, name, title, module, properties in found
    )


def attachment_of(side: Side) -> str:
    """The name under which a side's things are kept."""
    return f"inventory-{side.value}.json"


def encoded_differences(differences: Iterable[Difference]) -> bytes:
    """Every difference, one on a line, for programs."""
    lines = (
        json.dumps(
            [*map(str, _row(each)[:-3]), to_json(each.source), to_json(each.target), each.used],
            ensure_ascii=False,
        )
        for each in differences
    )
    return ("[\n" + ",\n".join([json.dumps(_HEAD), *lines]) + "\n]\n").encode()


def table(differences: Iterable[Difference]) -> bytes:
    """Every difference on a line, for a spreadsheet: what is only counted in the findings is all here."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(_HEAD)
    writer.writerows(_row(each) for each in differences)
    return ("\ufeff" + target.getvalue()).encode()  # the mark tells spreadsheets that it is UTF-8


def _row(each: Difference) -> tuple[str, ...]:
    return (
        each.severity or "",
        each.sort,
        each.change,
        each.module,
        each.model,
        each.name,
        each.title,
        _cell(each.source),
        _cell(each.target),
        "yes" if each.used else "no",
    )


def _cell(value: Value) -> str:
    if value is None:
        return ""
    content = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    # A spreadsheet would calculate what begins like a formula.
    return f"'{content}" if content[:1] in ("=", "+", "-", "@") else content
