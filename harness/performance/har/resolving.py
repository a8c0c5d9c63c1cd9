"""What a request sends, as expressions: out of an earlier answer, out of the seat's account, or constant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from harness.performance.browsing import Where
from harness.performance.har.python import (
    Code,
    Joined,
    Node,
    Plain,
    Taken,
    call,
    joined,
    listing,
    literal,
    mapping,
    spread,
    string,
)
from harness.performance.har.received import Found, Index
from harness.performance.har.secrecy import is_password, is_secret_name, looks_random, looks_secret, words_of
from harness.performance.har.typed import Typed, decoded
from harness.values import Value

USER, PASSWORD = Code("account.user"), Code("account.password.reveal()")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_FIGURES = re.compile(r"[\d.,:\-/+%TZ ]+")
_REFERENCE = re.compile(r"([a-z][\w.]*,)(\d+)")
_IDS = frozenset({"id", "ids", "uuid", "guid", "key", "keys", "pk"})
# Their numbers are the program's or the user's, and equal to an id by chance only.
_COUNTS = frozenset(
    {"limit", "offset", "page", "size", "count", "total", "length", "version", "jsonrpc", "status", "code",
     "quantity", "qty", "amount", "price", "sequence", "top", "skip", "width", "height", "start", "end",
     "year"}
)  # fmt: skip
_WORDS = 5  # plain words that a list must have to be recognised
_SMALL = 9  # up to here a number is equal to an id by chance too often
_ANCHOR = 40  # signs before a value in a text, to find it again by


@dataclass(slots=True)
class Resolver:
    """Finds where each value that is sent came from; notes the places of secrets that came from nowhere."""

    index: Index
    typed: Typed
    keep: frozenset[str]
    note: Callable[[str], None]
    topic: str = ""

    def text(self, value: str, name: str, place: str) -> Node:
        """A text that goes by this name."""
        if name.lower() in self.keep:
            return Plain(value)
        if value in self.typed.passwords and (is_password(name) or value not in self.typed.users):
            return PASSWORD
        if value in self.typed.users:
            return USER
        found = self._exact(value, name) or self._reference(value) or self._inside(value)
        if found is not None:
            return found
        return self.constant(value, name, place)

    def constant(self, value: str, name: str, place: str) -> Node:
        """A text that nothing brought: taken out of a page where it is a secret, else as it is."""
        holds = any(password in value for password in self.typed.passwords if len(password) >= 4)
        if not holds and not looks_secret(name, value):
            return Plain(value)
        found = None if holds else self._between(value)
        if found is None:
            self.note(place)
            return Code('"?"')
        return found

    def json(self, value: Value, name: str, place: str, *, positional: bool = False) -> Node:
        """Any JSON."""
        match value:
            case str():
                return self.text(value, name, place)
            case bool() | None | float():
                return literal(value)
            case int():
                return self.number(value, name, positional=positional) or literal(value)
            case Mapping():
                return self._table(value, place)
            case Sequence():
                return self._listed(value, name) or listing(
                    [
                        self.json(item, name, f"{place}[{at}]", positional=name in ("params", "args"))
                        for at, item in enumerate(value)
                    ]
                )
        return literal(value)

    def _table(self, value: Mapping[str, Value], place: str) -> Node:
        """A table, with what an answer brought as a whole taken as a whole."""
        known = self._brought(value)
        names = known.value.keys() if known is not None and isinstance(known.value, Mapping) else ()
        own = [
            (self._key(each), self.json(item, each, f"{place}.{each}"))
            for each, item in value.items()
            if each not in names
        ]
        if known is None:
            return mapping(own)
        return spread(known.source, own) if own else known.source

    def _brought(self, value: Mapping[str, Value]) -> Found | None:
        """The largest table of an answer that is in this one, the latest of equal ones."""
        names = [each for each in self.index.tables if each <= value.keys()]
        for own in sorted(names, key=len, reverse=True):
            part = {name: value[name] for name in own}
            found = next((each for each in reversed(self.index.tables[own]) if each.value == part), None)
            if found is not None:
                return found
        return None

    def number(self, value: int, name: str, *, positional: bool = False) -> Taken | None:
        """A number that is the id of something an answer brought."""
        if not value or name.lower() in self.keep or not _COUNTS.isdisjoint(words_of(name)):
            return None
        candidates = [
            each
            for each in self.index.values.get(str(value), ())
            if isinstance(each.value, int)
            and (
                _same(each.name, name)
                or (_is_id(each) and (_is_id_name(name) or (positional and value > _SMALL)))
            )
        ]
        return self._take(candidates, name)

    def segment(self, value: str, place: str) -> Node:
        """One part of a path; `Orders(4711)` and `Orders('X1')` have the key inside."""
        keyed = re.fullmatch(r"([\w.]+)\(('?)(.+?)('?)\)", value)
        if keyed:
            inner = self.segment(keyed[3], place)
            return joined(f"{keyed[1]}({keyed[2]}", inner, f"{keyed[4]})")
        content = unquote(value)
        found = self.number(int(content), "id") if content.isdecimal() else self._exact(content, "id")
        if found is None and content.isdecimal():
            told = self.index.values.get(content, ())
            found = self._take([each for each in told if each.source.how == "segment"], "id")
        if isinstance(found, Taken):
            return Taken(found.entry, found.how, found.where, quoted=True)
        if looks_random(content) and "id" not in self.keep:
            return self.constant(content, "", place)
        return Plain(value)

    def authorization(self, value: str, place: str) -> Node:
        """The header of that name: a kind, and a token, or some Base64 of several things."""
        kind, space, rest = value.partition(" ")
        if not space:
            return self.text(value, "authorization", place)
        inside = decoded(rest)
        whole = self._exact(rest, "token")
        if whole is not None or inside is None or ":" not in inside:
            return joined(f"{kind} ", whole or self.text(rest, "authorization", place))
        pieces = self._pieces(inside.split(":"), place)
        between: list[Node | str] = [part for piece in pieces for part in (":", piece)][1:]
        return call("encoded", Plain(f"{kind} "), joined(*between))

    def _pieces(self, told: Sequence[str], place: str) -> list[Node]:
        """A name, a number, a token: what is short counts as taken where the token itself was."""
        strong = [self._exact(piece, "token") if len(piece) >= 8 else None for piece in told]
        places = {each.entry for each in strong if isinstance(each, Taken)}
        found: list[Node] = []
        for piece, whole in zip(told, strong, strict=True):
            near = [each for each in self.index.values.get(piece, ()) if each.source.entry in places]
            if whole is None and piece not in self.typed.users and near:
                whole = near[-1].source
            found.append(whole or self.text(piece, "token", place))
        return found

    def _exact(self, value: str, name: str) -> Node | None:
        if value in self.typed.users or value in self.typed.passwords:
            return None
        for cookie, content in self.index.cookies.items():
            if value in (content, unquote(content)) and looks_secret(cookie, value):
                return call("browser.cookie", Code(string(cookie)))
        found = self._take(
            [each for each in self.index.values.get(value, ()) if _may_come(value, name, each)], name
        )
        if found is None and value.isdecimal() and _is_id_name(name):
            found = self.number(int(value), name)
        return found

    def _reference(self, value: str) -> Node | None:
        """`sale.sale,5`: a kind of record and the number of one."""
        found = _REFERENCE.fullmatch(value)
        number = self.number(int(found[2]), "id") if found else None
        return None if found is None or number is None else joined(found[1], number)

    def _inside(self, value: str) -> Node | None:
        """A text around something that an answer brought and that can be nothing else."""
        for token, found in self.index.strong.items():
            if token in value and token != value:
                start, _, rest = value.partition(token)
                return joined(start, found.source, rest)
        return None

    def _between(self, value: str) -> Taken | None:
        """Where a script of a page holds the value: found again by what stands before it."""
        for number, content in reversed(self.index.texts):
            at = content.find(value)
            if at < 0:
                continue
            start = content[max(0, at - _ANCHOR) : at].rpartition("\n")[2]
            end = content[at + len(value) : at + len(value) + 1]
            if len(start) >= 4 and end and content.find(start) + len(start) == at:
                return Taken(number, "between", (start, end))
        return None

    def _listed(self, value: Sequence[Value], name: str) -> Node | None:
        """A list that an answer brought as it is, or a part of one."""
        whole = list(value)
        if not whole or name.lower() in self.keep or not _recognisable(whole):
            return None
        best: tuple[tuple[int, bool, int], Node] | None = None
        for at, found in enumerate(self.index.lists):
            how, node = _as_list(whole, found, near := self._near(found))
            if node is not None and (best is None or (how, near, at) > best[0]):
                best = (how, near, at), node
        if best is None:
            return None
        node = best[1]
        return (isinstance(node, Taken) and self._later(whole, name, node)) or node

    def _near(self, found: Found) -> bool:
        """Whether an answer is about what the request is about."""
        return self.index.topics.get(found.source.entry) == self.topic

    def _later(self, whole: Sequence[Value], name: str, source: Taken) -> Node | None:
        """The one element of a list, where a later answer than the list brought it by itself."""
        only = whole[0]
        found = self.number(only, name or "id") if len(whole) == 1 and isinstance(only, int) else None
        return listing([found]) if found is not None and found.entry > source.entry else None

    def _key(self, name: str) -> str | Joined:
        found = self._reference(name) or (self._inside(name) if looks_random(name) else None)
        return found if isinstance(found, Joined) else name

    def _take(self, candidates: Sequence[Found], name: str) -> Taken | None:
        if not candidates:
            return None
        best = max(
            enumerate(candidates),
            key=lambda item: (_same(item[1].name, name), self._near(item[1]), *_handy(item[1]), item[0]),
        )[1]
        return best.source


def _may_come(value: str, name: str, found: Found) -> bool:
    """Whether an equal text in an answer is where this one came from, and no word that both happen to use."""
    if isinstance(found.value, int):
        return False
    if is_secret_name(name) or is_secret_name(found.name):
        return len(value) >= 4
    return _may_be_drawn(value)


def _may_be_drawn(value: str) -> bool:
    if looks_random(value) or _UUID.fullmatch(value):
        return True
    figures = any(sign.isdigit() for sign in value)
    return len(value) >= 4 and figures and not _FIGURES.fullmatch(value) and " " not in value


def _as_list(whole: list[Value], found: Found, near: bool) -> tuple[int, Node | None]:
    """How a list is in one that was brought, the better the higher: the same, in order, a part of it."""
    rows = list(found.value) if isinstance(found.value, Sequence) else []
    source = found.source
    if rows == whole:
        return 3, source
    if len(whole) == 1 or len(rows) < len(whole):
        return 0, None
    if len(rows) == len(whole) and _in_order(whole) and Counter(map(str, rows)) == Counter(map(str, whole)):
        return 2, call("sorted", source)
    if near or any(not isinstance(each, int) or each > _SMALL for each in whole):
        at = next((at for at in range(len(rows)) if rows[at : at + len(whole)] == whole), None)
        if at is not None:
            return 1, Taken(source.entry, source.how, source.where, (at, at + len(whole)))
    return 0, None


def _in_order(whole: Sequence[Value]) -> bool:
    numbers = [each for each in whole if isinstance(each, int)]
    texts = [each for each in whole if isinstance(each, str)]
    return numbers == sorted(numbers) and texts == sorted(texts) and not (numbers and texts)


def _recognisable(whole: Sequence[Value]) -> bool:
    """Whether a list is one of ids, or has so many words that it is no chance to meet it again."""
    if all(type(each) is int and each for each in whole):
        return True
    texts = [each for each in whole if isinstance(each, str)]
    return len(texts) == len(whole) and (len(whole) >= _WORDS or all(map(_may_be_drawn, texts)))


def _handy(found: Found) -> tuple[int, bool, int]:
    """The first of a list is there more often than the tenth; best is what people know a row by."""
    where = found.source.where
    named = any(isinstance(step, Where) for step in where)
    return -sum(step for step in where if isinstance(step, int)), named, -len(where)


def _is_id(found: Found) -> bool:
    last = found.source.where[-1] if found.source.where else ""
    return isinstance(last, int) or _is_id_name(found.name)


def _is_id_name(name: str) -> bool:
    words = words_of(name)
    return bool(words) and (words[-1] in _IDS or name.endswith(("Id", "ID")))


def _same(one: str, other: str) -> bool:
    return bool(one) and words_of(one) == words_of(other)
