"""Which answer each taken value is kept from, what it is called, and where it is in reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.adapters.wire.har import Entry
from harness.performance.browsing import Where, fields_of
from harness.performance.har.python import Taken, identifier
from harness.performance.har.requests import Request
from harness.performance.har.typed import call_of


@dataclass(frozen=True, slots=True)
class Kept:
    """A value of an answer: what it is called, and how many later requests send it."""

    source: Taken
    name: str
    uses: int


@dataclass(frozen=True, slots=True)
class Flow:
    """By the number of an entry what is kept of its answer; all names; what the scenario itself renews."""

    kept: Mapping[int, tuple[Kept, ...]]
    names: Mapping[Taken, str]
    renewed: frozenset[Taken]


def flow(methods: Sequence[Sequence[Request]]) -> Flow:
    """How values run through the methods, of which the first is the login and the others are repeated."""
    place = {request.entry.number: at for at, method in enumerate(methods) for request in method}
    ordered = [request for method in methods for request in method]
    uses: dict[Taken, list[int]] = {}
    for request in ordered:
        for source in dict.fromkeys(taken.whole for taken in request.taken()):
            uses.setdefault(source, []).append(request.entry.number)
    order = {request.entry.number: at for at, request in enumerate(ordered)}
    names: dict[Taken, str] = {}
    kept: dict[int, list[Kept]] = {}
    renewed = set()
    for source, numbers in uses.items():
        givers = list(_givers(source, numbers, ordered, order, place))
        inside = {place[number] for number in (*givers, *numbers)}
        plain = identifier(_called(source, ordered), _bare(names.values()))
        names[source] = plain if len(inside) == 1 else f"self._{plain}"
        for giver in givers:
            kept.setdefault(giver, []).append(Kept(source, names[source], len(numbers)))
        if any(place[giver] > 0 for giver in givers):
            renewed.add(source)
    return Flow({number: tuple(found) for number, found in kept.items()}, names, frozenset(renewed))


def _givers(
    source: Taken,
    numbers: Sequence[int],
    ordered: Sequence[Request],
    order: Mapping[int, int],
    place: Mapping[int, int],
) -> Iterator[int]:
    """The answers to keep a value from: of several the last before each use.

    Where the scenario sends it before an answer of the scenario has renewed it, the last answer of all counts
    too: the next time around begins with what that one brought.
    """
    if source.entry:
        yield source.entry
        return
    givers = [request.entry.number for request in ordered if gives(request.entry, source)]
    chosen = {max((g for g in givers if order[g] < order[use]), key=order.__getitem__) for use in numbers}
    if any(place[use] > 0 for use in numbers) and place[givers[-1]] > 0:
        chosen.add(givers[-1])
    yield from sorted(chosen, key=order.__getitem__)


def gives(entry: Entry, source: Taken) -> bool:
    """Whether an answer brings the value of this header or field."""
    name = str(source.where[0])
    if source.how == "header":
        return bool(entry.received.header(name))
    return "html" in entry.received.media_type and name in fields_of(entry.received.content)


def _called(source: Taken, ordered: Sequence[Request]) -> str:
    told = [step.value if isinstance(step, Where) else step for step in source.where]
    words = [str(step) for step in told if isinstance(step, str) and step not in ("result", "value", "data")]
    places = [str(step) for step in told if isinstance(step, int)]
    if source.how == "between":
        return "token"
    if not words:
        entry = next((each.entry for each in ordered if each.entry.number == source.entry), None)
        words = call_of(entry.sent)[2].split(".")[-2:] if entry else []
    return "_".join([*words[-2:], *places[-1:]])


def _bare(names: Iterable[str]) -> list[str]:
    return [name.removeprefix("self._") for name in names]
