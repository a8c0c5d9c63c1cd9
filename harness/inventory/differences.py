"""Two lists of things held against each other: what is gone, new or changed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from harness.inventory.changes import Change, Difference
from harness.inventory.renames import Renames
from harness.things import Sort, Thing
from harness.values import Value

_Key: TypeAlias = tuple[Sort, str]
_Things: TypeAlias = Mapping[_Key, Thing]
_Changes: TypeAlias = "Iterator[tuple[Change, Value, Value]]"
_FEWER = 10  # percent of the translations: fewer than that may be missing for any of many small reasons


def differences(
    source: Sequence[Thing], target: Sequence[Thing], renames: Renames | None = None
) -> tuple[Difference, ...]:
    """Every difference, in the order of sort and name; what was renamed on purpose is none.

    What belongs to something that is gone or new itself (a field to its model) is not told again.
    """
    known = {(thing.sort, thing.name): thing for thing in (renames or Renames()).of(source)}
    found = {(thing.sort, thing.name): thing for thing in target}
    moved = dict(_moved(known, found))
    told: list[Difference] = []
    for key in known.keys() | found.keys():
        one, other = known.get(key), found.get(moved.get(key, key))
        if one is not None and other is not None:
            if key in moved:
                told.append(_difference(one, Change.MOVED, one.name, other.name, used=_in_use(one)))
            told += [_difference(one, *change, used=used) for change, used in _changed(one, other, known)]
        elif one is not None:
            told += _gone(one, known, found)
        elif other is not None and key not in moved.values():
            told += _new(other, known)
    return tuple(sorted(told, key=lambda each: (list(Sort).index(each.sort), each.name, each.change)))


def _moved(known: _Things, found: _Things) -> Iterator[tuple[_Key, _Key]]:
    """Menu entries that stand elsewhere: the only one gone and the only one new of that title and purpose."""
    gone, new = ({key: thing for key, thing in one.items() if key not in other and key[0] is Sort.MENU}
                 for one, other in ((known, found), (found, known)))  # fmt: skip
    places = [Counter(map(_purpose, things.values())) for things in (gone, new)]
    arrived = {_purpose(thing): key for key, thing in new.items()}
    for key, thing in gone.items():
        purpose = _purpose(thing)
        if all(count[purpose] == 1 for count in places):
            yield key, arrived[purpose]


def _purpose(menu: Thing) -> tuple[str, str]:
    return menu.title, str(menu.properties.get("opens"))


def _new(thing: Thing, known: _Things) -> Iterator[Difference]:
    properties = thing.properties
    change = Change.NEW
    if thing.sort is Sort.JOB and properties.get("active"):
        change = Change.NEW_ACTIVE
    elif thing.sort is Sort.FIELD and properties.get("required") and _without_default(properties):
        change = Change.NEW_REQUIRED
    if thing.sort in (Sort.FIELD, Sort.METHOD) and _model_of(thing, known) is None:
        return  # its whole model is new
    target = properties.get("type") if thing.sort is Sort.FIELD else properties.get("every")
    yield _difference(thing, change, None, target, used=_used(thing, known))


def _without_default(properties: Mapping[str, Value]) -> bool:
    return properties.get("default") is None and not properties.get("readonly")


def _gone(thing: Thing, known: _Things, found: _Things) -> Iterator[Difference]:
    if thing.sort in (Sort.FIELD, Sort.METHOD) and _model_of(thing, found) is None:
        return  # its whole model is gone
    used = _in_use(thing) and _used(thing, known)
    yield _difference(thing, Change.GONE, _shown(thing), None, used=used)


def _model_of(thing: Thing, things: _Things) -> Thing | None:
    return things.get((Sort.MODEL, str(thing.properties.get("model") or "")))


def _shown(thing: Thing) -> Value:
    """What was there, in a word."""
    properties = thing.properties
    shown = {Sort.FIELD: "type", Sort.MENU: "roles", Sort.SETTING: "value", Sort.SEQUENCE: "next"}
    return properties.get(shown.get(thing.sort, ""))


def _in_use(thing: Thing) -> bool:
    """Whether the company loses something with it."""
    properties: Any = thing.properties
    if properties.get("technical"):
        return False
    match thing.sort:
        case Sort.MODEL:
            return bool(properties.get("records"))
        case Sort.FIELD:
            return bool(properties.get("filled"))
        case Sort.JOB:
            return bool(properties.get("active"))
        case Sort.SEQUENCE:
            return (properties.get("next") or 0) > 1
        case Sort.SETTING:
            return properties.get("value") not in (None, False)
    return True


def _used(thing: Thing, known: _Things) -> bool:
    """Whether the company works with it: a field matters as much as the records of its model."""
    model = _model_of(thing, known)
    if thing.properties.get("technical"):
        return False
    return thing.sort is not Sort.FIELD or model is None or _in_use(model)


def _difference(thing: Thing, change: Change, source: Value, target: Value, *, used: bool) -> Difference:
    model = thing.name if thing.sort is Sort.MODEL else str(thing.properties.get("model") or "")
    return Difference(thing.sort, thing.name, thing.title, change, source, target, model, thing.module, used)


def _changed(one: Thing, other: Thing, known: _Things) -> Iterator[tuple[tuple[Change, Value, Value], bool]]:
    compare = _COMPARED.get(one.sort)
    used = _used(one, known)
    for change in compare(one.properties, other.properties) if compare else ():
        # Who has always filled a field in does not notice that it is demanded now.
        always = change[0] is Change.REQUIRED and _always_filled(one)
        yield change, used and not always


def _always_filled(thing: Thing) -> bool:
    return thing.properties.get("sampled") == thing.properties.get("filled")


def _model(one: Mapping[str, Value], other: Mapping[str, Value]) -> _Changes:
    if one.get("read") == "yes" and other.get("read") != "yes":
        yield Change.UNREADABLE, "yes", other.get("read")


def _field(one: Mapping[str, Value], other: Mapping[str, Value]) -> _Changes:
    kinds = [_kind(each) for each in (one, other)]
    if kinds[0] != kinds[1]:
        yield Change.TYPE, kinds[0], kinds[1]
    for name, gained, lost in (
        ("required", Change.REQUIRED, Change.OPTIONAL),
        ("readonly", Change.READONLY, Change.WRITABLE),
    ):
        if bool(one.get(name)) != bool(other.get(name)):
            yield (gained if other.get(name) else lost), bool(one.get(name)), bool(other.get(name))
    yield from _default(one.get("default"), other.get("default"))
    if one.get("filled") and other.get("sampled") and other.get("filled") == 0:
        yield Change.EMPTY, one.get("filled"), 0


def _kind(properties: Mapping[str, Value]) -> str:
    relation = properties.get("relation")
    return f"{properties.get('type')} ({relation})" if relation else str(properties.get("type"))


def _default(one: Value, other: Value) -> _Changes:
    # A truth value that nobody set is false: that is no default of anybody's.
    empty = (None, False)
    if one in empty and other in empty:
        return
    if one in empty:
        yield Change.DEFAULT_NEW, one, other
    elif other in empty:
        yield Change.DEFAULT_LOST, one, other
    elif one != other:
        yield Change.DEFAULT, one, other


def _menu(one: Mapping[str, Value], other: Mapping[str, Value]) -> _Changes:
    source, target = (list(_texts(each.get("roles"))) for each in (one, other))
    if lost := [role for role in source if role not in target]:
        yield Change.LOST_BY_ROLE, lost, None
    if gained := [role for role in target if role not in source]:
        yield Change.GAINED_BY_ROLE, None, gained


def _texts(value: Value) -> Iterable[str]:
    return map(str, value) if isinstance(value, list | tuple) else ()


def _job(one: Mapping[str, Value], other: Mapping[str, Value]) -> _Changes:
    if bool(one.get("active")) != bool(other.get("active")):
        change = Change.STARTED if other.get("active") else Change.STOPPED
        yield change, bool(one.get("active")), bool(other.get("active"))
    if one.get("every") != other.get("every"):
        yield Change.SCHEDULE, one.get("every"), other.get("every")


def _sequence(one: Mapping[str, Any], other: Mapping[str, Any]) -> _Changes:
    shapes = [_shape(each) for each in (one, other)]
    if shapes[0] != shapes[1]:
        yield Change.FORMAT, shapes[0], shapes[1]
    source, target = one.get("next") or 0, other.get("next") or 0
    if target < source:
        yield (Change.RESTARTED if _again(other, source, target) else Change.BEHIND), source, target


def _again(sequence: Mapping[str, Any], source: int, target: int) -> bool:
    """Whether numbers would be given twice: most new documents are ahead, or a next number is taken.

    Where the documents are not known: a source that is still in use moves on, as does one on which flows
    ran twice, but seldom to the double.
    """
    latest = sequence.get("latest")
    if latest is None:
        return source >= 2 * target
    return int(latest) >= target or bool(sequence.get("taken"))


def _shape(properties: Mapping[str, Value]) -> str:
    parts = (f"{name}={properties.get(name)}" for name in ("prefix", "padding", "suffix", "step"))
    return " ".join(parts)


def _setting(one: Mapping[str, Value], other: Mapping[str, Value]) -> _Changes:
    if one.get("value") != other.get("value"):
        yield Change.VALUE, one.get("value"), other.get("value")


def _language(one: Mapping[str, Any], other: Mapping[str, Any]) -> _Changes:
    formats = [
        " ".join(f"{name}={each[name]}" for name in each if name != "translations") for each in (one, other)
    ]
    if formats[0] != formats[1]:
        yield Change.FORMAT, formats[0], formats[1]
    source, target = one.get("translations") or 0, other.get("translations") or 0
    if target * 100 < source * (100 - _FEWER):
        yield Change.TRANSLATIONS, source, target


_COMPARED: Mapping[Sort, Callable[[Mapping[str, Value], Mapping[str, Value]], _Changes]] = {
    Sort.MODEL: _model,
    Sort.FIELD: _field,
    Sort.MENU: _menu,
    Sort.JOB: _job,
    Sort.SEQUENCE: _sequence,
    Sort.SETTING: _setting,
    Sort.LANGUAGE: _language,
}
