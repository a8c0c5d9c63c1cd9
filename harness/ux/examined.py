"""What was seen on one screen beyond its elements: plain facts, and the form in which they are stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.values import Value

WHOLE, TORN = "whole", "torn"  # how Chinese input reached a field


@dataclass(frozen=True, slots=True)
class Words:
    """A text of the screen itself; `problem` is `cut` or `overlap` when it cannot be read whole."""

    where: str
    text: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """An element and what is the matter with where it is: `off`, `clipped` or `covered`."""

    where: str
    problem: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list and the colours of what stands in it."""

    title: str
    colours: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the focus stopped on its way, and whether one could see it there."""

    where: str
    seen: bool


@dataclass(frozen=True, slots=True)
class Walk:
    """The way of the focus. `caught` is where it could not leave; `whole`: it came to an end in time."""

    stops: tuple[Stop, ...]
    missed: tuple[str, ...]
    caught: str | None
    whole: bool


@dataclass(frozen=True, slots=True)
class Examined:
    """The facts of one look. `zoomed`, `walk` are None where they could not be gathered; `composed` where
    the screen has no field to type in."""

    language: str
    foreign: tuple[Words, ...]
    unreadable: tuple[Words, ...]
    places: tuple[Place, ...]
    zoomed: tuple[Place, ...] | None
    images: tuple[str, ...]
    boxes: tuple[str, ...]
    pale: tuple[str, ...]
    columns: tuple[Column, ...]
    forms: Mapping[str, tuple[str, ...]]
    order: tuple[str, ...]
    walk: Walk | None
    composed: Place | None


def to_value(facts: Examined | None) -> Value:
    """The stored form."""
    if facts is None:
        return None
    return {
        "language": facts.language,
        "foreign": [[item.where, item.text] for item in facts.foreign],
        "unreadable": [[item.where, item.text, item.problem] for item in facts.unreadable],
        "places": _pairs(facts.places),
        "zoomed": None if facts.zoomed is None else _pairs(facts.zoomed),
        "images": list(facts.images),
        "boxes": list(facts.boxes),
        "pale": list(facts.pale),
        "columns": [[item.title, item.colours] for item in facts.columns],
        "forms": {where: list(forms) for where, forms in facts.forms.items()},
        "order": list(facts.order),
        "walk": None if facts.walk is None else _walk_value(facts.walk),
        "composed": None if facts.composed is None else [facts.composed.where, facts.composed.problem],
    }


def _pairs(places: Sequence[Place]) -> Value:
    return [[item.where, item.problem] for item in places]


def _walk_value(walk: Walk) -> Value:
    return {
        "stops": [[item.where, item.seen] for item in walk.stops],
        "missed": list(walk.missed),
        "caught": walk.caught,
        "whole": walk.whole,
    }


def from_value(value: Value) -> Examined | None:
    """Read back; None where it was not examined. KeyError, TypeError or ValueError for anything else."""
    if value is None:
        return None
    item = _mapping(value)
    walk, composed = item["walk"], item["composed"]
    return Examined(
        language=str(item["language"]),
        foreign=tuple(Words(*_texts(each, 2)) for each in _list(item["foreign"])),
        unreadable=tuple(Words(*_texts(each, 3)) for each in _list(item["unreadable"])),
        places=_places(item["places"]),
        zoomed=None if item["zoomed"] is None else _places(item["zoomed"]),
        images=_names(item["images"]),
        boxes=_names(item["boxes"]),
        pale=_names(item["pale"]),
        columns=tuple(Column(*_texts(each, 2)) for each in _list(item["columns"])),
        forms={where: _names(forms) for where, forms in _mapping(item["forms"]).items()},
        order=_names(item["order"]),
        walk=None if walk is None else _walk(_mapping(walk)),
        composed=None if composed is None else Place(*_texts(composed, 2)),
    )


def _walk(value: Mapping[str, Value]) -> Walk:
    stops = [_list(item) for item in _list(value["stops"])]
    caught = value["caught"]
    return Walk(
        stops=tuple(Stop(str(where), bool(seen)) for where, seen in stops),
        missed=_names(value["missed"]),
        caught=None if caught is None else str(caught),
        whole=bool(value["whole"]),
    )


def _places(value: Value) -> tuple[Place, ...]:
    return tuple(Place(*_texts(item, 2)) for item in _list(value))


def _names(value: Value) -> tuple[str, ...]:
    return tuple(map(str, _list(value)))


def _texts(value: Value, count: int) -> list[str]:
    found = [str(item) for item in _list(value)]
    if len(found) != count:
        raise ValueError(f"{count} texts were expected")
    return found


def _mapping(value: Value) -> Mapping[str, Value]:
    if not isinstance(value, Mapping):
        raise TypeError("a table was expected")
    return value


def _list(value: Value) -> Sequence[Value]:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise TypeError("a list was expected")
    return value
