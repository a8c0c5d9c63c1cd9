"""What the answers so far have brought, and where in them it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from harness.adapters.wire.har import Entry, Received
from harness.performance.browsing import EACH, Where, fields_of
from harness.performance.har.python import Taken
from harness.performance.har.secrecy import is_secret_name, looks_random, words_of
from harness.values import Value

TABLE = 3  # names that a table must have to be recognised as a whole
_STRONG = 8  # signs that a value must have to be recognised inside of another one
DEPTH = 60  # of JSON; deeper is a text to us
_LISTED = 5_000  # elements of one answer that are looked at, at most, in each list
# By what people recognise a row: a menu entry, a customer.
_TITLES = ("complete_name", "rec_name", "display_name", "name", "label", "title", "description", "code")
_NOISE = frozenset(
    {"date", "server", "content-type", "content-length", "content-encoding", "cache-control", "connection",
     "vary", "expires", "last-modified", "keep-alive", "transfer-encoding", "set-cookie", "pragma", "age",
     "accept-ranges", "strict-transport-security", "x-frame-options", "x-content-type-options", "allow"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """One value of an answer: where it stands, and the name it goes by there."""

    source: Taken
    value: Value
    name: str = ""


@dataclass(slots=True)
class Index:
    """Values by how they are written; of each the places, the latest last.

    `strong` is what can be recognised inside of another text; `tables` are found by their names.
    """

    values: dict[str, list[Found]] = field(default_factory=dict)
    lists: list[Found] = field(default_factory=list)
    tables: dict[frozenset[str], list[Found]] = field(default_factory=dict)
    strong: dict[str, Found] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    texts: list[tuple[int, str]] = field(default_factory=list)
    topics: dict[int, str] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Takes an answer in."""
        received, number = entry.received, entry.number
        self.topics[number] = topic_of(entry)
        for found in (*_of_headers(number, received), *self._of_body(number, received)):
            self._keep(found)
        for name, value in cookies_of(received):
            self.cookies[name] = value

    def _keep(self, found: Found) -> None:
        match found.value:
            case bool() | None | float():
                return
            case str() | int():
                written = str(found.value)
                if found.value not in ("", 0):
                    self.values.setdefault(written, []).append(found)
                if isinstance(found.value, str) and _is_strong(written, found.name):
                    self.strong[written] = found
            case Mapping():
                if len(found.value) >= TABLE:
                    self.tables.setdefault(frozenset(found.value), []).append(found)
            case Sequence():
                if all(isinstance(each, str | int) for each in found.value):
                    self.lists.append(found)

    def _of_body(self, number: int, received: Received) -> Iterator[Found]:
        plain, is_json = json_of(received.content, received.media_type)
        if is_json:
            yield from _walked(_without_count(plain), (), number)
            return
        content = received.content.decode("utf-8", "replace")
        self.texts.append((number, content))
        if "html" in received.media_type:
            for name, value in fields_of(received.content).items():
                yield Found(Taken(0, "field", (name,)), value, name)


def _without_count(plain: Value) -> Value:
    """The answer to a remote call repeats the caller's own count, which it did not bring."""
    if isinstance(plain, Mapping) and "id" in plain and ("result" in plain or "error" in plain):
        return {name: item for name, item in plain.items() if name != "id"}
    return plain


def topic_of(entry: Entry) -> str:
    """What a request is about: the model of a remote call, or the path."""
    plain, _ = json_of(entry.sent.body, entry.sent.media_type)
    named = plain.get("method") if isinstance(plain, Mapping) else None
    return named.rpartition(".")[0] if isinstance(named, str) else entry.sent.parts.path


def json_of(content: bytes | str, media_type: str) -> tuple[Value, bool]:
    """The body as JSON, and whether it is some: by what it is called, or by how it begins."""
    begins = content[:80].lstrip()[:1] in (b"{", b"[", "{", "[")
    if not begins and "json" not in media_type:
        return None, False
    try:
        plain: Value = json.loads(content)
    except (ValueError, RecursionError):
        return None, False
    return (plain, True) if _depth(plain) <= DEPTH else (None, False)


def cookies_of(received: Received) -> Iterator[tuple[str, str]]:
    """The cookies that an answer sets. Some recorders write several into one header, a line each."""
    for name, value in received.headers:
        if name.lower() == "set-cookie":
            for line in value.split("\n"):
                cookie, _, content = line.partition(";")[0].strip().partition("=")
                yield cookie, content


def _of_headers(number: int, received: Received) -> Iterator[Found]:
    for name, value in received.headers:
        lowered = name.lower()
        if lowered == "location":
            yield Found(Taken(0, "header", (lowered,)), value, lowered)
            parts = urlsplit(value).path.strip("/").split("/")
            for place, part in enumerate(
                parts
            ):  # from the end: what the ERP's address begins with may differ
                yield Found(Taken(number, "segment", (place - len(parts),)), unquote(part), "id")
        elif lowered not in _NOISE:
            yield Found(Taken(0, "header", (lowered,)), value, lowered)


def _walked(value: Value, path: tuple[object, ...], number: int, name: str = "") -> Iterator[Found]:
    yield Found(Taken(number, "at", path), value, name)
    if isinstance(value, Mapping):
        for each, item in value.items():
            yield from _walked(item, (*path, each), number, each)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        rows = list(value)[:_LISTED]
        titles = _titles(rows)
        for place, row in enumerate(rows):
            yield from _walked(row, (*path, titles.get(place, place)), number, name)
        for key in _columns(rows):
            column: list[Value] = [row[key] for row in rows]  # type: ignore[index]
            yield Found(Taken(number, "at", (*path, EACH, key)), column, str(key))
        for key, strung in _strung(rows):
            yield Found(Taken(number, "at", (*path, EACH, key, EACH)), strung, key)


def _titles(rows: Sequence[Value]) -> dict[int, Where]:
    """For each row of several what tells it apart in words: people choose by these, not by the place."""
    if len(rows) < 2 or not all(isinstance(row, Mapping) for row in rows):
        return {}
    for name in _TITLES:
        told = [row.get(name) for row in rows if isinstance(row, Mapping)]
        words = [each for each in told if isinstance(each, str) and _is_title(each)]
        if len(words) == len(rows) == len(set(words)):
            return {place: Where(name, word) for place, word in enumerate(words)}
    return {}


def _is_strong(content: str, name: str) -> bool:
    return len(content) >= _STRONG and (looks_random(content) or is_secret_name(name))


def _is_title(content: str) -> bool:
    return 0 < len(content) <= 80 and not any(sign.isdigit() for sign in content) and bool(words_of(content))


def _columns(rows: Sequence[Value]) -> list[str | int]:
    """Under which name or place each row has something that a later request may send as a list."""
    if rows and all(isinstance(row, list) and row and type(row[0]) is int for row in rows):
        return [0]
    if len(rows) < 2 or not all(isinstance(row, Mapping) for row in rows):
        return []
    first = rows[0]
    names = list(first) if isinstance(first, Mapping) else []
    plain = (int, str)
    return [
        name
        for name in names
        if all(isinstance(row, Mapping) and type(row.get(name)) in plain and row.get(name) for row in rows)
    ]


def _strung(rows: Sequence[Value]) -> Iterator[tuple[str, list[Value]]]:
    """The lists of numbers that rows have under one name, strung together: the children of all of them."""
    tables = [row for row in rows if isinstance(row, Mapping)]
    if len(tables) < 2:
        return
    for name in tables[0]:
        lists = [found for row in tables if isinstance(found := row.get(name), list) and found]
        if len(lists) > 1 and all(type(each) is int for found in lists for each in found):
            yield name, [each for found in lists for each in found]


def _depth(value: Value) -> int:
    """How deeply a value is nested, counted without recursion."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        deepest = max(deepest, depth)
        if depth > DEPTH:
            return depth
        if isinstance(item, Mapping):
            waiting += [(each, depth + 1) for each in item.values()]
        elif isinstance(item, Sequence) and not isinstance(item, str | bytes):
            waiting += [(each, depth + 1) for each in item]
    return deepest
