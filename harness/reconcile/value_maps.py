"""Value maps: which code of the source became which of the target, inline or from a CSV or XLSX file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from harness.config.grid import Lines, read_grid, spelled
from harness.config.problems import Problem, nearest
from harness.messages import text

Pairs: TypeAlias = tuple[tuple[str, str], ...]

_KEYS = ("file", "from", "to", "sheet")


class UnreadableMap(ValueError):
    """A file of a map that is none; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.reason.key)
        self.problem = problem


def pairs_of(value: Any) -> Any:
    """The pairs of an inline map; anything else as it is, for the model to judge."""
    if not isinstance(value, Mapping):
        return value
    return tuple((str(code), spelled(item)) for code, item in value.items())


def resolve(data: dict[str, Any], folder: Path, file: str) -> tuple[dict[str, Any], list[Problem]]:
    """The mapping's data with each map that names a file replaced by what stands in that file."""
    fields, problems = data.get("fields"), list[Problem]()
    if not isinstance(fields, Mapping):
        return data, problems
    resolved = dict(fields)
    for name, item in fields.items():
        if not isinstance(item, Mapping) or not _names_a_file(item.get("map")):
            continue
        try:
            pairs = read(item["map"], folder, file, f"fields.{name}.map")
        except UnreadableMap as error:
            problems.append(error.problem)
            pairs = {"-": "-"}  # stands in, so that the other problems of the file are still found
        resolved[name] = {**item, "map": pairs}
    return {**data, "fields": resolved}, problems


def _names_a_file(value: Any) -> bool:
    return isinstance(value, Mapping) and "file" in value and set(value) <= set(_KEYS)


def read(place: Mapping[str, Any], folder: Path, file: str, path: str) -> dict[str, str]:
    """The codes of a file: `{ file = "accounts.csv", from = "OLD", to = "NEW" }`; UnreadableMap."""
    for key in ("file", "from", "to"):
        if not isinstance(place.get(key), str) or not place[key].strip():
            raise UnreadableMap(Problem(file, f"{path}.{key}", text("reconcile.problem.missing")))
    found = folder / place["file"]
    try:
        lines = read_grid(found, place.get("sheet"))
    except (OSError, ValueError) as error:
        reason = text("reconcile.problem.map_unreadable", file=place["file"], why=type(error).__name__)
        raise UnreadableMap(Problem(file, f"{path}.file", reason)) from None
    columns = [_column(lines, place[key], place["file"], file, f"{path}.{key}") for key in ("from", "to")]
    return _unique(lines[1:], columns, place["file"])


def _column(lines: Lines, name: str, source: str, file: str, path: str) -> int:
    header: Sequence[str] = lines[0][1] if lines else ()
    if name in header:
        return list(header).index(name)
    reason = text("reconcile.problem.map_no_column", file=source, name=name)
    raise UnreadableMap(Problem(file, path, reason, nearest(name, header), tuple(header)))


def _unique(lines: Lines, columns: list[int], file: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    first: dict[str, int] = {}
    for number, code, value in _filled(lines, columns, file):
        if code in pairs:
            reason = text("reconcile.problem.map_double", code=code, first=first[code])
            raise UnreadableMap(Problem(file, "", reason, line=number))
        pairs[code], first[code] = value, number
    return pairs


def _filled(lines: Lines, columns: list[int], file: str) -> Iterator[tuple[int, str, str]]:
    for number, cells in lines:
        code, value = (cells[place] if place < len(cells) else "" for place in columns)
        if bool(code) != bool(value):
            raise UnreadableMap(Problem(file, "", text("reconcile.problem.map_half"), line=number))
        if code:
            yield number, code, value
