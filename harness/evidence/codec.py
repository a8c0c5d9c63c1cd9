"""Dataclasses as plain values and back, driven by their type hints.

Nothing is guessed from the data: the hint of a field says what it must decode to, and data that does not
fit is a ValueError. The same walk lets a redactor see every text before it is stored.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from operator import attrgetter, itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeVar

import pydantic_core

from harness.evidence.records import CheckCovers
from harness.model import CheckSpec, Finding, Param, Secret, Text, Title
from harness.values import Json, Value, from_json, to_json

T = TypeVar("T")


class Cleaner(Protocol):
    """Sees everything that is about to be stored and gives back what may be."""

    def text(self, content: str, /) -> str:
        """Free text."""

    def name(self, content: str, /) -> str:
        """An identifier fixed by code: a check's id, a sentence's key."""

    def value(self, value: Value, /) -> Value:
        """A value with everything inside it, keys of mappings too."""

    def content(self, content: bytes, media_type: str, /) -> bytes:
        """Bytes of a media type."""


class Verbatim:
    """The cleaner that changes nothing."""

    def text(self, content: str, /) -> str:
        """The text itself."""
        return content

    def name(self, content: str, /) -> str:
        """The name itself."""
        return content

    def value(self, value: Value, /) -> Value:
        """The value itself."""
        return value

    def content(self, content: bytes, media_type: str, /) -> bytes:
        """The bytes themselves."""
        return content


VERBATIM = Verbatim()

# Names that code looks up later: a secret which is a common word must not make a run unreadable.
_NAMES: Mapping[type, frozenset[str]] = MappingProxyType(
    {
        Text: frozenset({"key"}),
        CheckSpec: frozenset({"id", "comparator"}),
        Finding: frozenset({"check_id", "fingerprint"}),
        CheckCovers: frozenset({"check_id"}),
    }
)


_PIECE = 500  # items of a long tuple that are made into text at once


class _Value:
    """Stands for `harness.values.Value` in evaluated hints."""


class _Param:
    """Stands for `harness.model.Param` in evaluated hints."""


class _Codec(NamedTuple):
    """`store` is `to_json(encode(item, VERBATIM))` in one walk: a judgement holds millions of values."""

    encode: Callable[[Any, Cleaner], Value]
    decode: Callable[[Any], Any]
    store: Callable[[Any], Json] = to_json


def to_value(item: object, cleaner: Cleaner = VERBATIM) -> Value:
    """The dataclass as a mapping of plain values, every text seen by `cleaner`; TypeError for a secret."""
    return _codec(type(item)).encode(item, cleaner)


def from_value(cls: type[T], value: Value) -> T:
    """The dataclass that `to_value` gave; ValueError when the value does not fit its hints."""
    return typing.cast(T, _codec(cls).decode(to_json(value)))


def from_stored(cls: type[T], data: Json) -> T:
    """The dataclass from its tagged JSON, in one pass; ValueError when that does not fit its hints."""
    return typing.cast(T, _codec(cls).decode(data))


def encode_as(hint: object, item: object, cleaner: Cleaner = VERBATIM) -> Value:
    """Like `to_value` for any hint, such as `tuple[Item, ...]`."""
    return _codec(hint).encode(item, cleaner)


def decode_as(hint: object, data: Json) -> Any:
    """Like `from_stored` for any hint, such as `tuple[Item, ...]`."""
    return _codec(hint).decode(data)


def stored_pieces(item: object) -> Iterator[bytes]:
    """`dumps(to_value(item))` in pieces: what is large is never there as values and as text."""
    hints = _hints(type(item))
    opening = b'{"object":{'
    for name in sorted(_stored_names(type(item))):
        yield b'%s"%s":' % (opening, name.encode())
        yield from _field_pieces(_codec(hints[name]).store, getattr(item, name))
        opening = b","
    yield b"}}"


def _field_pieces(store: Callable[[Any], Json], content: Any) -> Iterator[bytes]:
    if type(content) is not tuple or not content:
        yield _as_text(store(content))
        return
    opening = b"["
    for start in range(0, len(content), _PIECE):
        yield opening
        yield _as_text(store(content[start : start + _PIECE]))[1:-1]
        opening = b","
    yield b"]"


def _as_text(data: Json) -> bytes:
    # The bytes of `canonical` in a third of its time: whatever `store` made is in the order of its names.
    return pydantic_core.to_json(data)


def _hints(cls: Any) -> dict[str, Any]:
    return typing.get_type_hints(cls, localns={"Value": _Value, "Param": _Param})


def _stored_names(cls: Any) -> list[str]:
    return [item.name for item in dataclasses.fields(cls) if item.init]


def _codec(hint: Any) -> _Codec:
    return _cached(hint)


@cache
def _cached(hint: Any) -> _Codec:
    if hint is _Value:
        return _Codec(lambda item, cleaner: cleaner.value(item), _untagged, _store_value)
    if hint is _Param:
        return _Codec(_encode_param, _decode_param, _store_param)
    if hint is Secret:
        raise TypeError("a secret is never stored")
    if hint in _SCALARS:
        return _scalar(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _member(hint)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _record(hint)
    return _composite(hint, typing.get_origin(hint), typing.get_args(hint))


def _composite(hint: Any, origin: Any, args: tuple[Any, ...]) -> _Codec:
    if origin in (typing.Union, types.UnionType):
        return _union(args)
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        return _sequence(_codec(args[0]), tuple)
    if origin is tuple:
        return _fixed(tuple(_codec(arg) for arg in args))
    if origin in (list, Sequence):
        return _sequence(_codec(args[0]), list if origin is list else tuple)
    if origin is frozenset:
        return _sequence(_codec(args[0]), frozenset)
    if origin in (dict, Mapping):
        return _mapping(_codec(args[0]), _codec(args[1]))
    raise TypeError(f"no stored form for {hint!r}")


_SCALARS: frozenset[Any] = frozenset(
    {bool, int, float, str, Decimal, datetime, date, time, timedelta, bytes, types.NoneType}
)


def _member(kind: Any) -> _Codec:
    members = {item.value: item for item in kind}

    def decode(data: Any) -> Any:
        try:
            return members[data]
        except (KeyError, TypeError):
            raise ValueError(f"{data!r} is no {kind.__name__}") from None

    store = _as_it_is if issubclass(kind, str) else lambda item: kind(item).value
    return _Codec(lambda item, cleaner: kind(item).value, decode, store)


def _scalar(kind: Any) -> _Codec:
    def decode(data: Any) -> Any:
        if type(data) is kind:  # what needs no tag
            return data
        content = _untagged(data) if type(data) is dict else data
        if type(content) is not kind:
            raise ValueError(f"{kind.__name__} expected, {type(content).__name__} found")
        return content

    if kind is str:
        return _Codec(lambda item, cleaner: cleaner.text(item), decode, _as_it_is)
    if kind in (bool, int, types.NoneType):
        return _Codec(lambda item, cleaner: item, decode, _as_it_is)
    if kind is bytes:
        return _Codec(lambda item, cleaner: cleaner.content(item, "application/octet-stream"), decode)
    return _Codec(lambda item, cleaner: item, decode)


def _as_it_is(item: Any) -> Json:
    return typing.cast(Json, item)


def _record(cls: Any) -> _Codec:
    hints = _hints(cls)
    names = _NAMES.get(cls, frozenset())
    codecs = {name: _codec(hints[name]) for name in _stored_names(cls)}
    encoders = [(name, _encode_name if name in names else codec.encode) for name, codec in codecs.items()]
    decoders = {name: codec.decode for name, codec in codecs.items()}

    def encode(item: Any, cleaner: Cleaner) -> Value:
        return {name: encoder(getattr(item, name), cleaner) for name, encoder in encoders}

    def decode(data: Any) -> Any:
        content = _opened(data)
        try:
            return cls(**{name: decoders[name](item) for name, item in content.items()})
        except KeyError as unknown:
            raise ValueError(f"{cls.__name__} has no field {unknown}") from None
        except TypeError as missing:
            raise ValueError(f"{cls.__name__}: {missing}") from None

    if len(codecs) < 2 or any(item.kw_only for item in dataclasses.fields(cls) if item.init):
        return _Codec(encode, decode, lambda item: to_json(encode(item, VERBATIM)))
    return _Codec(encode, _whole(cls, decoders, decode), _stored(codecs))


def _whole(cls: Any, decoders: Mapping[str, Callable[[Any], Any]], otherwise: Callable[[Any], Any]) -> Any:
    """The decoder of a record that has all its fields, as nearly each has; `otherwise` sees to the others.

    A hundred thousand findings are read in one go: names are looked up, and arguments passed, in bulk.
    """
    taken, ordered, count = itemgetter(*decoders), tuple(decoders.values()), len(decoders)

    def decode(data: Any) -> Any:
        try:
            content = data["object"]
            if len(content) == count and len(data) == 1:
                return cls(*[read(item) for read, item in zip(ordered, taken(content), strict=True)])
        except (KeyError, TypeError):
            pass
        return otherwise(data)

    return decode


def _stored(codecs: Mapping[str, _Codec]) -> Callable[[Any], Json]:
    """Stores a record in the order of its names; most fields are stored as they are."""
    names = tuple(sorted(codecs))
    taken = attrgetter(*names)
    others = [(name, codecs[name].store) for name in names if codecs[name].store is not _as_it_is]

    def store(item: Any) -> Json:
        content = dict(zip(names, taken(item), strict=True))
        for name, stored in others:
            content[name] = stored(content[name])
        return {"object": content}

    return store


def _encode_name(item: str, cleaner: Cleaner) -> Value:
    return cleaner.name(item)


def _union(args: tuple[Any, ...]) -> _Codec:
    inner = [arg for arg in args if arg is not types.NoneType]
    if len(inner) == 1:
        return _optional(_codec(inner[0]), inner[0])
    if all(arg in _SCALARS or arg is _Value for arg in inner):
        return _codec(_Value)
    if all(dataclasses.is_dataclass(arg) for arg in inner):
        return _tagged(inner, optional=len(inner) < len(args))
    raise TypeError(f"no stored form for a union of {args!r}")


def _optional(codec: _Codec, hint: Any) -> _Codec:
    encode, decode, store = codec
    return _Codec(
        lambda item, cleaner: None if item is None else encode(item, cleaner),
        # A text that may be missing is the most frequent field of all: it needs no second look.
        (lambda data: data if data is None or type(data) is str else decode(data))
        if hint is str
        else (lambda data: None if data is None else decode(data)),
        store if store is _as_it_is else lambda item: None if item is None else store(item),
    )


def _tagged(classes: Sequence[Any], *, optional: bool) -> _Codec:
    codecs = {cls.__name__: _codec(cls) for cls in classes}

    def encode(item: Any, cleaner: Cleaner) -> Value:
        name = type(item).__name__
        return {name: codecs[name].encode(item, cleaner)}

    def decode(data: Any) -> Any:
        content = _opened(data)
        if len(content) != 1 or not set(content) <= set(codecs):
            raise ValueError(f"one of {', '.join(codecs)} expected")
        ((name, inner),) = content.items()
        return codecs[name].decode(inner)

    def store(item: Any) -> Json:
        name = type(item).__name__
        return {"object": {name: codecs[name].store(item)}}

    codec = _Codec(encode, decode, store)
    return _optional(codec, None) if optional else codec


def _sequence(codec: _Codec, kind: Callable[[Any], Any]) -> _Codec:
    encode, decode, store = codec
    return _Codec(
        lambda items, cleaner: [encode(item, cleaner) for item in items],
        lambda data: kind([decode(item) for item in _listed(data)]),
        lambda items: [store(item) for item in items],
    )


def _fixed(codecs: tuple[_Codec, ...]) -> _Codec:
    decoders = tuple(codec.decode for codec in codecs)

    def decode(data: Any) -> Any:
        items = _listed(data)
        if len(items) != len(decoders):
            raise ValueError(f"{len(decoders)} items expected, {len(items)} found")
        return tuple([decoder(item) for decoder, item in zip(decoders, items, strict=True)])

    return _Codec(
        lambda items, cleaner: [
            codec.encode(item, cleaner) for codec, item in zip(codecs, items, strict=True)
        ],
        decode,
        lambda items: [codec.store(item) for codec, item in zip(codecs, items, strict=True)],
    )


def _mapping(key: _Codec, content: _Codec) -> _Codec:
    def decode(data: Any) -> Any:
        items = _opened(data).items()
        return MappingProxyType({key.decode(name): content.decode(item) for name, item in items})

    return _Codec(
        lambda items, cleaner: {
            str(key.encode(name, cleaner)): content.encode(item, cleaner) for name, item in items.items()
        },
        decode,
        lambda items: {"object": {str(name): content.store(items[name]) for name in sorted(items, key=str)}},
    )


def _listed(data: Any) -> list[Any]:
    if type(data) is not list:
        raise ValueError(f"a list expected, {type(data).__name__} found")
    return data


def _opened(data: Any) -> dict[str, Any]:
    """What is inside a tagged object."""
    content = data.get("object") if type(data) is dict and len(data) == 1 else None
    if type(content) is not dict:
        raise ValueError(f"an object expected, {type(data).__name__} found")
    return content


def _untagged(data: Any) -> Value:
    try:
        return from_json(data)
    except ArithmeticError:  # no Decimal
        raise ValueError(f"no number: {data}") from None


def _encode_param(item: Param, cleaner: Cleaner) -> Value:
    match item:
        case Text():
            return {"text": to_value(item, cleaner)}
        case Title():
            return {"title": to_value(item, cleaner)}
        case tuple():
            return [_encode_param(one, cleaner) for one in item]
    return cleaner.value(item)


def _store_value(value: Value) -> Json:
    data = to_json(value)
    nested = type(data) is list or (type(data) is dict and "object" in data)
    return _in_order(data) if nested else data


def _in_order(data: Json) -> Json:
    if isinstance(data, dict):
        return {name: _in_order(data[name]) for name in sorted(data)}
    return [_in_order(item) for item in data] if isinstance(data, list) else data


def _store_param(item: Param) -> Json:
    match item:
        case str() | int() | None:  # most of them, and stored as they are
            return item
        case Text():
            return {"object": {"text": _codec(Text).store(item)}}
        case Title():
            return {"object": {"title": _codec(Title).store(item)}}
        case tuple():
            return [_store_param(one) for one in item]
    return to_json(item)


def _decode_param(data: Any) -> Param:
    if type(data) is list:
        return tuple([_decode_param(one) for one in data])
    if type(data) is not dict or "object" not in data:
        return typing.cast(Param, _untagged(data))
    match _opened(data):
        case {"text": content, **rest} if not rest:
            return from_stored(Text, content)
        case {"title": content, **rest} if not rest:
            return from_stored(Title, content)
    raise ValueError(f"no parameter of a sentence: {data}")
