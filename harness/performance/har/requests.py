"""A recorded request as what a session sends, and what the answer to it must be like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from harness.adapters.wire.har import Entry, Received
from harness.performance.browsing import Like, kind_of
from harness.performance.har.python import (
    Code,
    Items,
    Node,
    Plain,
    Taken,
    call,
    joined,
    literal,
    mapping,
    taken_in,
)
from harness.performance.har.received import json_of, topic_of
from harness.performance.har.resolving import PASSWORD, USER, Resolver
from harness.performance.har.typed import basic, form_of
from harness.values import Value

# What the connection, the browser and its cache add by themselves.
_DROPPED = frozenset(
    {"host", "user-agent", "content-length", "connection", "accept-encoding", "cookie", "content-type",
     "referer", "origin", "upgrade-insecure-requests", "if-none-match", "if-modified-since", "cache-control",
     "pragma", "dnt", "te", "priority", "x-request-id", "x-correlation-id", "traceparent", "tracestate",
     "baggage", "sentry-trace", "authorization", "keep-alive", "save-data"}
)  # fmt: skip
_NOT_MODIFIED, _NO_CONTENT = 304, 204


@dataclass(frozen=True, slots=True)
class Request:
    """One call of `browser.send`, with the headers and cookies that it wants beside those of all requests."""

    entry: Entry
    path: Node
    arguments: tuple[tuple[str, Node], ...]
    headers: Mapping[str, Node]
    cookies: tuple[tuple[str, Node], ...]
    like: Like

    def taken(self) -> Iterator[Taken]:
        """What it takes out of earlier answers."""
        arguments = (node for _, node in self.arguments)
        cookies = (node for _, node in self.cookies)
        for node in (self.path, *arguments, *self.headers.values(), *cookies):
            yield from taken_in(node)


@dataclass(slots=True)
class Reader:
    """Reads requests one after the other, each before the answer to it is known."""

    resolver: Resolver
    database: str | None
    base: str
    leave_out: frozenset[str]

    def read(self, entry: Entry) -> Request:
        """The request in the light of the answers before it."""
        number = entry.number
        self.resolver.topic = topic_of(entry)
        path, query = self._path(entry)
        arguments = (*query, *self._body(entry))
        return Request(
            entry=entry,
            path=path,
            arguments=arguments,
            headers=dict(self._headers(entry, f"{number}: header")),
            cookies=tuple(self._cookies(entry, f"{number}: cookie")),
            like=like(entry.received),
        )

    def _path(self, entry: Entry) -> tuple[Node, tuple[tuple[str, Node], ...]]:
        parts, place = entry.sent.parts, f"{entry.number}: path"
        told = parts.path.removeprefix(self.base) if self.base else parts.path
        pieces: list[Node | str] = []
        for at, segment in enumerate((told or "/").split("/")):
            pieces.append("/" if at else "")
            if self.database and segment == self.database:
                pieces.append(Code("browser.database"))
            else:
                pieces.append(self.resolver.segment(segment, place) if segment else "")
        path = joined(*pieces)
        pairs = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)]
        kept = [
            (name, self._text(name, value, f"{entry.number}: query")) for name, value in self._wanted(pairs)
        ]
        if not kept:
            return path, ()
        if all(isinstance(node, Plain) for _, node in kept) and len(kept) == len(pairs):
            return joined(path, f"?{parts.query}"), ()
        return path, (("query", _pairs(kept)),)

    def _body(self, entry: Entry) -> Iterator[tuple[str, Node]]:
        sent, place = entry.sent, f"{entry.number}: body"
        plain, is_json = json_of(sent.body, sent.media_type)
        form = form_of(sent)
        if is_json:
            yield "json", self._json(self._without(plain), place)
        elif form:
            yield (
                "form",
                _pairs([(name, self._text(name, value, place)) for name, value in self._wanted(form)]),
            )
        elif sent.media_type.startswith("multipart/form-data"):
            fields = self._wanted(multipart(sent.body, [(each.name, each.value) for each in sent.fields]))
            yield "multipart", _pairs([(name, self._text(name, value, place)) for name, value in fields])
        elif sent.body:
            yield "text", self.resolver.text(sent.body, "", place)

    def _json(self, plain: Value, place: str) -> Node:
        """JSON; of a remote call the number is the caller's own count, whatever it happens to be equal to."""
        if not isinstance(plain, Mapping) or not {"method", "params"} <= plain.keys():
            return self.resolver.json(plain, "", place)
        return mapping(
            [
                (name, literal(item) if name == "id" else self.resolver.json(item, name, f"{place}.{name}"))
                for name, item in plain.items()
            ]
        )

    def _headers(self, entry: Entry, place: str) -> Iterator[tuple[str, Node]]:
        sent = entry.sent
        for name, value in sent.headers:
            lowered = name.lower()
            if lowered in self.leave_out or lowered.startswith(("sec-", "x-b3-", "proxy-")):
                continue
            if lowered == "authorization":
                yield name, self._authorization(value, f"{place} {lowered}")
            elif lowered == "origin":
                yield name, Code("browser.origin")
            elif lowered == "referer" and sent.method not in ("GET", "HEAD"):
                yield name, joined(Code("browser.origin"), "/")
            elif lowered == "content-type" and not _implied(value, sent.body):
                yield name, Plain(value)
            elif lowered not in _DROPPED and (lowered, value) != ("accept", "*/*"):
                yield name, self.resolver.text(value, lowered, f"{place} {lowered}")

    def _authorization(self, value: str, place: str) -> Node:
        if basic(value) is not None:
            return call(
                "encoded",
                Plain("Basic "),
                joined(USER, ":", PASSWORD),
            )
        return self.resolver.authorization(value, place)

    def _cookies(self, entry: Entry, place: str) -> Iterator[tuple[str, Node]]:
        """What the page's own script has set: a session keeps by itself what answers have set."""
        for pair in (entry.sent.header("cookie") or "").split(";"):
            name, _, value = pair.strip().partition("=")
            if name and name not in self.resolver.index.cookies and name.lower() not in self.leave_out:
                yield name, self._text(name, value, f"{place} {name}")

    def _text(self, name: str, value: str, place: str) -> Node:
        return self.resolver.text(value, name, place if place.endswith(f" {name}") else f"{place} {name}")

    def _wanted(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        return [(name, value) for name, value in pairs if name.lower() not in self.leave_out]

    def _without(self, plain: Value) -> Value:
        if isinstance(plain, Mapping):
            kept = {name: item for name, item in plain.items() if name.lower() not in self.leave_out}
            return {name: self._without(item) for name, item in kept.items()}
        return [self._without(item) for item in plain] if isinstance(plain, list) else plain


def like(received: Received) -> Like:
    """What was answered, as what must be answered. What the browser had kept is asked for anew."""
    if received.status in (_NOT_MODIFIED, _NO_CONTENT):
        return Like(200, content=False)
    filled: tuple[str, ...] = ()
    plain, is_json = json_of(received.content, received.media_type)
    content = bool(received.content) or received.size > 0
    if isinstance(plain, Mapping):
        filled = tuple(
            name for name, item in plain.items() if item not in (None, "", [], {}) and name != "id"
        )
    if is_json and plain in ([], None):
        content = False
    return Like(received.status, kind_of(plain) if is_json else "", filled, content)


def like_node(wanted: Like) -> Items:
    """The expectation as source."""
    items: list[Node] = [Code(str(wanted.status))]
    named: dict[str, Node] = {}
    if wanted.kind:
        items.append(Plain(wanted.kind))
    if wanted.filled:
        inside = tuple(("", literal(name)) for name in wanted.filled)
        named["filled"] = Items("(", inside, ",)" if len(inside) == 1 else ")")
    if not wanted.content:
        named["content"] = Code("False")
    return call("Like", *items, **named)


def multipart(body: str, fields: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The fields of a form in parts, as the file lists them or as they stand in the body."""
    if fields:
        return list(fields)
    found = re.findall(
        r'Content-Disposition: form-data; name="([^"]*)"[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n(.*?)\r?\n--',
        body,
        re.S | re.I,
    )
    return [(str(name), str(value)) for name, value in found]


def _pairs(found: Sequence[tuple[str, Node]]) -> Items:
    rows = (Items("(", (("", Plain(name)), ("", node)), ")") for name, node in found)
    return Items("[", tuple(("", row) for row in rows), "]")


def _implied(kind: str, body: str) -> bool:
    """Whether the media type is what is sent for such a body anyway."""
    base = kind.partition(";")[0].strip().lower()
    return not body or base in (
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    )
