"""Reads the files: TOML with exact decimals, lines of keys, overrides by flags, and ${VAR}."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from harness.config.problems import Problem, nearest
from harness.config.table import Hidden
from harness.messages import text

FLAG = "--set"
_SYNTAX = re.compile(
    r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.S
)
_HEADER = re.compile(r"^\s*(?P<open>\[\[?)\s*(?P<path>[^\]]+?)\s*\]\]?")
_KEY = re.compile(r"""^\s*(?P<path>(?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_VARIABLE = re.compile(r"\$(?:(?P<escaped>\$)|\{(?P<name>[^}]*)\})")


class OriginKind(StrEnum):
    """Where a setting's value came from."""

    FILE = "file"
    VARIABLE = "variable"
    DOTENV = "dotenv"
    FLAG = "flag"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one value came from; `place` is file and line, the variables' names, or empty."""

    kind: OriginKind
    place: str = ""


@dataclass(slots=True)
class Source:
    """One file as it was read: its data and where each key stands."""

    file: str
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: str) -> int | None:
        """The line of a key, or of the nearest table around it."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path.rpartition(".")[0]
        return self.lines.get("")  # of a row, what holds for the whole of it

    def flagged(self, path: str) -> bool:
        """True when a flag set this key or a table around it, or alone brought this table in."""
        inside = any(path == flag or path.startswith(f"{flag}.") for flag in self.flags)
        return inside or (path not in self.lines and any(flag.startswith(f"{path}.") for flag in self.flags))

    def problem(self, path: str, reason: str, /, **more: Any) -> None:
        """Adds a problem at a key; `more` holds the reason's parameters and the fields of Problem."""
        kept = {name: more.pop(name) for name in ("nearest", "valid", "cure") if name in more}
        flagged = self.flagged(path)
        self.problems.append(
            Problem(
                FLAG if flagged else self.file,
                path,
                text(f"config.reason.{reason}", **more),
                line=None if flagged else self.line(path),
                **kept,
            )
        )

    def sorted_problems(self) -> list[Problem]:
        """The problems in the order of the file; those without a line last."""
        return sorted(self.problems, key=lambda problem: (problem.line is None, problem.line or 0))

    def has_problem(self, path: str) -> bool:
        """True when this key, or a table around it, already has a problem."""
        return any(
            path == known.path or path.startswith(f"{known.path}.") for known in self.problems if known.path
        )


def read_toml(path: Path, file: str) -> Source:
    """The file's data; a file that cannot be read or parsed has a problem and no data."""
    source = Source(file)
    try:
        content = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        source.problem("", "no_file")
    except (OSError, UnicodeDecodeError):
        source.problem("", "unreadable_file")
    else:
        _parse(source, content)
    return source


def _parse(source: Source, content: str) -> None:
    try:
        source.data = tomllib.loads(content, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX.match(str(error))
        line, column = (found["line"], found["column"]) if found else (None, None)
        if line is None:
            line, column = str(content.count("\n") + 1), "1"
        source.problem("", "syntax", line=line, column=column, what=text(_syntax_key(str(error))))
    else:
        source.lines = dict(_located(content))


def _syntax_key(message: str) -> str:
    # tomllib's own words are English only and may quote the line; only their kind is kept.
    kinds = {
        "Illegal character '\\n'": "open_text",
        "Cannot overwrite": "twice",
        "twice": "twice",
        "Cannot declare": "twice",
        "Duplicate": "twice",
        "Cannot mutate": "twice",
        "Expected '='": "no_equals",
        "Unclosed array": "open_array",
        "Unterminated": "open_text",
        "Invalid value": "value",
        "Invalid statement": "statement",
        "Invalid date": "value",
        "Expected newline": "two_on_a_line",
        "Unescaped '\\'": "backslash",
        "Illegal character": "character",
    }
    for start, kind in kinds.items():
        if start in message:
            return f"config.syntax.{kind}"
    return "config.syntax.other"


def _located(content: str) -> Iterator[tuple[str, int]]:
    """Where keys stand, by a plain scan: enough for messages, and wrong at worst by a line number."""
    table, counts, seen = "", dict[str, int](), set[str]()
    for number, line in enumerate(content.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _dotted(header["path"])
            if header["open"] == "[[":
                counts[table] = counts.get(table, -1) + 1
            table = _indexed(table, counts)
            path = table
        elif key := _KEY.match(line):
            path = f"{table}.{_dotted(key['path'])}" if table else _dotted(key["path"])
        else:
            continue
        if path not in seen:
            seen.add(path)
            yield path, number


def _dotted(path: str) -> str:
    return ".".join(part.strip("\"'") for part in _PART.findall(path))


def _indexed(table: str, counts: Mapping[str, int]) -> str:
    parts, plain = list[str](), ""
    for name in table.split("."):
        plain = f"{plain}.{name}" if plain else name
        parts.append(f"{name}.{counts[plain]}" if plain in counts else name)
    return ".".join(parts)


def override(source: Source, overrides: Mapping[str, str]) -> None:
    """Sets keys as flags ask. A value is read as TOML when it is TOML, and as text otherwise."""
    source.flags = frozenset(overrides)
    for path, given in overrides.items():
        *tables, name = path.split(".")
        place: Any = source.data
        for table in tables:
            place = place.setdefault(table, {}) if isinstance(place, dict) else None
        if not isinstance(place, dict) or not all(tables) or not name:
            source.problem(path, "override")
            continue
        place[name] = _typed(given)


def _typed(given: str) -> Any:
    try:
        data = tomllib.loads(f"value = {given}", parse_float=Decimal)
    except tomllib.TOMLDecodeError:
        return given
    return data["value"] if len(data) == 1 else given


@dataclass(slots=True)
class Variables:
    """What ${NAME} stands for: the environment first, then the .env file."""

    environ: Mapping[str, str]
    dotenv: Mapping[str, str | None]
    used: dict[str, str] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)

    def fill(self, source: Source) -> None:
        """Replaces every variable in the source's texts; a missing one is a problem of its key."""
        source.data = {name: self._filled(source, name, item) for name, item in source.data.items()}

    def origin(self, path: str) -> Origin | None:
        """Where the variables in the value at `path`, or in a list there, came from."""
        inside = [found for at, found in self.origins.items() if at == path or at.startswith(f"{path}.")]
        return inside[0] if inside else None

    def _filled(self, source: Source, path: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._filled(source, f"{path}.{name}", item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._filled(source, f"{path}.{index}", item) for index, item in enumerate(value)]
        if isinstance(value, str) and "$" in value:
            return self._text(source, path, value)
        return value

    def _text(self, source: Source, path: str, value: str) -> str:
        names: list[str] = []

        def one(match: re.Match[str]) -> str:
            if match["escaped"]:
                return "$"
            name = match["name"]
            content = self.environ.get(name, self.dotenv.get(name))
            if content is None:
                # Hundreds of variables exist: only one that is very alike can be meant.
                meant = nearest(name, {*self.environ, *self.dotenv}, likeness=0.8)
                source.problem(path, "variable", name=name, nearest=meant)
                return ""
            names.append(name)
            self.used[name] = content
            return content

        filled = _VARIABLE.sub(one, value)
        if not names:
            return filled
        kind = OriginKind.VARIABLE if all(name in self.environ for name in names) else OriginKind.DOTENV
        self.origins[path] = Origin(kind, ", ".join(names))
        return Hidden(filled)
