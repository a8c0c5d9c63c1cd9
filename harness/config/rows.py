"""Rows of a table that people write by hand, each checked against models: every wrong cell is named.

The first line names the columns, by the names of the models' fields or by their titles in Chinese; blank
lines and lines that begin with # are left out. In TOML each `[[name]]` is a row, whose keys are the columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import BeforeValidator, Field

from harness.config.grid import Lines, read_grid, spelled
from harness.config.problems import Problem, nearest
from harness.config.sources import Source, read_toml
from harness.config.table import Line, Table, wrong
from harness.config.validation import check
from harness.messages import text

SUFFIXES = (".csv", ".xlsx")
TOML = ".toml"
Cells: TypeAlias = "Mapping[str, str]"
"""By the name of the field that a column fills: a cell that is not empty."""
T = TypeVar("T", bound=Table)


_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ].*)?")


def _day(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    found = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:  # 46327 or 1/11/2026: nobody can be sure which day that is
        raise wrong("date")
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        raise wrong("date") from None


DayCell = Annotated[date, BeforeValidator(_day)]
"""A day as people write it, the year first."""


def _several(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    for mark in (";", "；", "，", "、", ","):
        value = value.replace(mark, " ")
    return tuple(value.split())


def column(
    title: str, *also: str, ge: int | None = None, le: int | None = None, words: str | None = None
) -> Any:
    """A column by its Chinese title and what else it may be called; `words`: where its words are."""
    return Field(title=title, json_schema_extra={"also": list(also), "words": words}, ge=ge, le=le)


Names = Annotated[tuple[Line, ...], BeforeValidator(_several)]
"""Several names in one cell, with blanks, commas or semicolons between them."""


def read_rows(
    path: Path, file: str, models: Sequence[type[Table]], key: str, problems: list[Problem]
) -> Iterator[tuple[int, Cells]]:
    """Number and cells of each row of a table; what is wrong with its form is added to `problems`.

    `key` is the column that must be there; none where any may be missing.
    """
    known = len(problems)
    lines = [(number, cells) for number, cells in _lines(path, file, problems) if _holds(cells)]
    if len(problems) > known:
        return
    if len(lines) < 2:
        problems.append(Problem(file, "", text("config.rows.empty")))
        return
    (at, titles), *lines = lines
    names = _names(file, at, titles, models, problems)
    if key and key not in names:
        title = next(model.model_fields[key].title for model in models if key in model.model_fields)
        problems.append(Problem(file, key, text("config.rows.no_key", name=key, title=title), line=at))
    for number, cells in lines:
        yield number, {n: cell for n, cell in zip(names, cells, strict=False) if n and cell}


def checked(
    model: type[T], file: str, line: int | None, cells: Cells, key: str, problems: list[Problem]
) -> T | None:
    """What a row says to one of its models; None with its wrong cells added to `problems`."""
    places = {} if line is None else dict.fromkeys({*model.model_fields, *cells, key, ""}, line)
    source = Source(file, lines=places)
    read = check(model, source, "", {n: cell for n, cell in cells.items() if n in model.model_fields})
    problems += source.problems
    return read


def headings(model: type[Table]) -> Mapping[str, str]:
    """By each heading that a column may have, in small letters: the field that the column fills."""
    known: dict[str, str] = {}
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        also = extra.get("also") if isinstance(extra, Mapping) else None
        others = also if isinstance(also, list) else []
        known |= {str(heading).casefold(): name for heading in (name, field.title or name, *others)}
    return known


def _lines(path: Path, file: str, problems: list[Problem]) -> Lines:
    if path.suffix.lower() == TOML:
        return _tables(read_toml(path, file), problems)
    try:
        return read_grid(path)
    except (OSError, ValueError) as error:
        problems.append(Problem(file, "", text("config.rows.unreadable", why=type(error).__name__)))
        return []


def _tables(source: Source, problems: list[Problem]) -> Lines:
    """The tables `[[name]]` of a TOML file as lines, below one with the names of all their keys."""
    name, rows = next(iter(source.data.items()), ("", []))
    if len(source.data) > 1 or not isinstance(rows, list) or not all(map(_is_flat, rows)):
        source.problems.append(Problem(source.file, "", text("config.rows.no_tables")))
    problems += source.problems
    if source.problems:
        return []
    titles = list(dict.fromkeys(title for row in rows for title in row))
    lines = [(source.line(f"{name}.{place}") or place + 1, row) for place, row in enumerate(rows)]
    return [
        (lines[0][0] if lines else 1, titles),
        *((line, [_cell(row.get(title, "")) for title in titles]) for line, row in lines),
    ]


def _is_flat(row: Any) -> bool:
    return isinstance(row, Mapping) and not any(isinstance(cell, Mapping) for cell in row.values())


def _cell(value: Any) -> str:
    return ";".join(map(spelled, value)) if isinstance(value, list) else spelled(value)


def _holds(cells: Sequence[str]) -> bool:
    return any(cells) and not cells[0].startswith("#")


def _names(
    file: str, line: int, titles: Sequence[str], models: Sequence[type[Table]], problems: list[Problem]
) -> list[str]:
    """The field that each column fills; empty for one without a title."""
    known: dict[str, str] = {}
    for model in models:
        known |= headings(model)
    names = list[str]()
    for title in titles:
        name = known.get(title.casefold().replace(" ", "_"), "")
        if title and not name:
            reason = text("config.rows.unknown_column", name=title)
            problems.append(Problem(file, title, reason, nearest(title, known), tuple(known), line))
        if name and name in names:
            problems.append(Problem(file, title, text("config.rows.column_twice", name=title), line=line))
        names.append(name)
    return names
