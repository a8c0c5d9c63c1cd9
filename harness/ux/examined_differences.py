"""What of a screen became harder to read, to reach or to follow: pure, from two stored looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from harness.model import FindingKind, Text
from harness.ux.examined import TORN, WHOLE, Column, Examined, Walk
from harness.ux.forms import worse
from harness.ux.language import CHINESE
from harness.ux.order import moved

PRESSED = frozenset({"button", "link", "menuitem"})
OFF = {"off": "ux.finding.off", "clipped": "ux.finding.clipped", "covered": "ux.finding.covered"}
UNREADABLE = {"cut": "ux.finding.text_cut", "overlap": "ux.finding.text_overlap"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference of a screen, before it is known whether it has been said before.

    Differences of one `sentence` that are `grouped` are one finding, which lists their keys.
    """

    field: str
    key: str
    kind: FindingKind
    sentence: str
    params: tuple[tuple[str, str | Text], ...] = ()
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class Renamed:
    """Names of the target that stand where the source has another name."""

    names: Mapping[str, str] = field(default_factory=dict)

    def known(self, where: str) -> str:
        """An element of the target by the name that it has on the source."""
        for new, old in self.names.items():
            where = where.replace(f'"{new}"', f'"{old}"')
        return place_of(where)

    def has(self, said: str) -> bool:
        """Whether a text is one of the new names."""
        return _bare(said) in {_bare(name) for name in self.names}


def place_of(element: str) -> str:
    """An element by what it says: a link that became a button has the fault that it had."""
    role, _, rest = element.partition(" ")
    return f"pressed {rest}" if role in PRESSED and rest else element


def _bare(said: str) -> str:
    return said.strip().rstrip(":：").strip()


def lost_language(source: Examined, target: Examined) -> bool:
    """Whether a Chinese screen is not Chinese any more, whatever else there is to say about it."""
    return source.language == CHINESE and target.language not in (CHINESE, "")


def of_look(source: Examined, target: Examined, renamed: Renamed) -> Iterator[Difference]:
    """Everything that the target's look shows and the source's does not."""
    yield from _languages(source, target, renamed)
    yield from _readable(source, target, renamed)
    yield from _places(source, target, renamed)
    yield from _drawn(source, target)
    pale = {place_of(where) for where in source.pale}
    for where in target.pale:
        if renamed.known(where) not in pale:
            yield _grouped("contrast", where, "ux.finding.contrast")
    yield from _forms(source, target)
    yield from _columns(source.columns, target.columns)
    order = moved(source.order, target.order)
    yield from (_grouped("field_order", name, "ux.finding.field_order") for name in order)
    if source.walk is not None and target.walk is not None:
        yield from _focus(source.walk, target.walk, renamed, set(order))
    both = source.composed, target.composed
    if both[0] and both[1] and (both[0].problem, both[1].problem) == (WHOLE, TORN):
        yield _one("composition", both[1].where, "ux.finding.composition")


def _languages(source: Examined, target: Examined, renamed: Renamed) -> Iterator[Difference]:
    known = {_bare(item.text) for item in source.foreign}
    for said in dict.fromkeys(item.text for item in target.foreign):
        if _bare(said) not in known and not renamed.has(said):
            sentence = f"ux.finding.{'untranslated' if target.language == CHINESE else 'foreign'}"
            yield _one("language", said, sentence)


def _readable(source: Examined, target: Examined, renamed: Renamed) -> Iterator[Difference]:
    known = {(_bare(item.text), item.problem) for item in source.unreadable}
    for item in target.unreadable:
        old = _bare(renamed.names.get(item.text, item.text))
        if (old, item.problem) not in known:
            yield _grouped(f"text_{item.problem}", item.text, UNREADABLE[item.problem])


def _places(source: Examined, target: Examined, renamed: Renamed) -> Iterator[Difference]:
    known = {(place_of(item.where), item.problem) for item in source.places}
    said = set()
    for item in target.places:
        if (renamed.known(item.where), item.problem) not in known:
            said.add(item.where)
            yield _grouped(f"place_{item.problem}", item.where, OFF[item.problem])
    if source.zoomed is None or target.zoomed is None:
        return
    # Which of the ways of being out of reach it is does not matter at twice the size.
    before = {place_of(item.where) for item in (*source.zoomed, *source.places)}
    for where in dict.fromkeys(item.where for item in target.zoomed):
        if renamed.known(where) not in before and where not in said:
            yield _grouped("zoom", where, "ux.finding.zoom")


def _drawn(source: Examined, target: Examined) -> Iterator[Difference]:
    for where in target.images:
        if where not in source.images:
            yield _one("image", where, "ux.finding.image")
    if not source.boxes:
        yield from (_grouped("glyphs", where, "ux.finding.glyphs") for where in target.boxes)


def _forms(source: Examined, target: Examined) -> Iterator[Difference]:
    for where, forms in target.forms.items():
        kind = worse(source.forms.get(where, ()), forms)
        if kind is not None:
            params = (("before", " / ".join(source.forms[where])), ("now", " / ".join(forms)))
            yield _one(f"{kind}_form", where, f"ux.finding.{kind}_form", params)


def _columns(source: Iterable[Column], target: Iterable[Column]) -> Iterator[Difference]:
    """Colours that are on the screen as before, at other columns. Other colours altogether are a design."""
    before = {item.title: item.colours for item in source}
    now = {item.title: item.colours for item in target}
    changed = [title for title in before if title in now and before[title] != now[title]]
    if changed and sorted(before[title] for title in changed) == sorted(now[title] for title in changed):
        yield from (_grouped("column_colours", title, "ux.finding.column_colours") for title in changed)


def _focus(source: Walk, target: Walk, renamed: Renamed, ordered: set[str]) -> Iterator[Difference]:
    if target.caught is not None and source.caught is None:
        yield _one("focus_trap", target.caught, "ux.finding.focus_trap")
        return
    reached = {place_of(item.where) for item in source.stops}
    now = {renamed.known(item.where) for item in target.stops}
    if source.whole and target.whole:
        for where in dict.fromkeys(target.missed):
            if place_of(where) in reached and place_of(where) not in now:
                yield _grouped("keyboard", where, "ux.finding.keyboard")
    seen = {place_of(item.where) for item in source.stops if item.seen}
    hidden = [item.where for item in target.stops if not item.seen]
    for where in dict.fromkeys(hidden):
        if renamed.known(where) in seen:
            yield _grouped("focus_visible", where, "ux.finding.focus_visible")
    if source.whole and target.whole:
        before, after = _from_one_start(source, target)
        order = [name for name in moved(before, after) if name not in ordered]
        yield from (_grouped("focus_order", name, "ux.finding.focus_order") for name in order)


def _from_one_start(source: Walk, target: Walk) -> tuple[list[str], list[str]]:
    """Both ways from a stop that they share: it is a round, and begins where the focus happened to be."""
    before, after = ([item.where for item in walk.stops] for walk in (source, target))
    start = next((name for name in before if before.count(name) == 1 == after.count(name)), None)
    if start is None:
        return before, after
    turned = [names[names.index(start) :] + names[: names.index(start)] for names in (before, after)]
    return turned[0], turned[1]


def same_and_fixed(source: Examined, target: Examined) -> tuple[int, int]:
    """How many troubles of the source's look the target still has, and how many it has no more."""
    troubles: tuple[Callable[[Examined], set[object]], ...] = (
        lambda look: {("foreign", item.text) for item in look.foreign},
        lambda look: {("text", item.text, item.problem) for item in look.unreadable},
        lambda look: {("place", item.where, item.problem) for item in look.places},
        lambda look: {("zoom", item.where) for item in look.zoomed or ()},
        lambda look: {("image", where) for where in look.images},
        lambda look: {("boxes", where) for where in look.boxes},
        lambda look: {("pale", where) for where in look.pale},
        lambda look: (
            {("seen", item.where) for item in look.walk.stops if not item.seen} if look.walk else set()
        ),
    )
    before = set().union(*(find(source) for find in troubles))
    now = set().union(*(find(target) for find in troubles))
    return len(before & now), len(before - now)


def _one(field: str, key: str, sentence: str, params: tuple[tuple[str, str | Text], ...] = ()) -> Difference:
    return Difference(field, key, FindingKind.REGRESSION, sentence, (("element", key), *params))


def _grouped(field: str, key: str, sentence: str) -> Difference:
    return Difference(field, key, FindingKind.REGRESSION, sentence, (), grouped=True)
