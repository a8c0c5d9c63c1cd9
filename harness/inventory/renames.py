"""What an upgrade is known to rename, with the reason: such a thing is neither gone nor new.

    [[rename]]
    sort = "method"
    source = "stock.shipment.out.done"
    target = "stock.shipment.out.do"
    reason = "The button is called `do` since 7.2 (CHANGELOG of stock)."

A renamed model takes its fields and methods along, a renamed menu folder its entries.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.errors import ConfigError
from harness.model import text
from harness.things import Sort, Thing
from harness.values import Value

_KEYS = ("sort", "source", "target", "reason")


@dataclass(frozen=True, slots=True)
class Rename:
    """One thing under its two names."""

    sort: Sort
    source: str
    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class Renames:
    """All that are known."""

    entries: tuple[Rename, ...] = ()

    def of(self, things: Iterable[Thing]) -> Iterator[Thing]:
        """The source's things under the names that they have in the target."""
        known = {(entry.sort, entry.source): entry.target for entry in self.entries}
        taken = {(entry.sort, entry.target) for entry in self.entries} - set(known)
        for thing in things:
            if (thing.sort, thing.name) not in taken:  # what had that name before has given way
                yield self._renamed(thing, known)

    def as_value(self) -> Value:
        """For a capture: what was compared must be comparable again."""
        return [[entry.sort.value, entry.source, entry.target, entry.reason] for entry in self.entries]

    @classmethod
    def from_value(cls, value: Any) -> Renames:
        """What `as_value` gave."""
        return cls(tuple(Rename(Sort(sort), *rest) for sort, *rest in value))

    def _renamed(self, thing: Thing, known: Mapping[tuple[Sort, str], str]) -> Thing:
        name = known.get((thing.sort, thing.name)) or _under_a_folder(thing, known)
        properties = dict(thing.properties)
        if relation := known.get((Sort.MODEL, str(properties.get("relation")))):
            properties["relation"] = relation
        if model := known.get((Sort.MODEL, str(properties.get("model")))):
            own = thing.name.removeprefix(f"{properties['model']}.")
            properties["model"] = model
            name = name or f"{model}.{own}"
        return replace(thing, name=name or thing.name, properties=properties)


def _under_a_folder(thing: Thing, known: Mapping[tuple[Sort, str], str]) -> str | None:
    """A menu entry's name where one of the folders above it was renamed."""
    for sort, source in known if thing.sort is Sort.MENU else ():
        if sort is Sort.MENU and thing.name.startswith(f"{source} / "):
            return known[sort, source] + thing.name.removeprefix(source)
    return None


def load(path: Path | None) -> Renames:
    """The renames of a file, none when there is no file; ConfigError names what is wrong with it."""
    if path is None:
        return Renames()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ConfigError(text("inventory.renames.unreadable", file=str(path), why=str(problem))) from problem
    entries = content.get("rename", [])
    if set(content) - {"rename"} or not isinstance(entries, list):
        raise ConfigError(text("inventory.renames.unreadable", file=str(path), why="[[rename]]"))
    return Renames(tuple(_entry(path, number, entry) for number, entry in enumerate(entries, 1)))


def _entry(path: Path, number: int, entry: Mapping[str, Any]) -> Rename:
    given = {name: entry.get(name) for name in _KEYS}
    wrong = [name for name, value in given.items() if not isinstance(value, str) or not value.strip()]
    wrong += sorted(set(entry) - set(_KEYS))
    if given["sort"] not in set(Sort) and "sort" not in wrong:
        wrong.append("sort")
    if wrong:
        sentence = text(
            "inventory.renames.bad_entry",
            file=str(path),
            number=number,
            keys=tuple(wrong),
            known=tuple(sort.value for sort in Sort),
        )
        raise ConfigError(sentence)
    return Rename(Sort(str(given["sort"])), str(given["source"]), str(given["target"]), str(given["reason"]))
