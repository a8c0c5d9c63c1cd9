"""Everything in a recording that may not be written down, whatever became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qsl

from harness.adapters.wire.har import Entry, Pairs
from harness.performance.browsing import fields_of
from harness.performance.har.received import cookies_of, json_of
from harness.performance.har.requests import multipart
from harness.performance.har.secrecy import is_password, looks_secret
from harness.performance.har.typed import Typed, form_of


def withheld(entries: Sequence[Entry], typed: Typed, keep: frozenset[str]) -> set[str]:
    """Passwords, and what looks like a secret in a request or an answer; not what the user says is none."""
    found = set(typed.passwords)
    for entry in entries:
        found |= {
            value for name, value in _sent(entry) if name.lower() not in keep and looks_secret(name, value)
        }
        for name, value in _received(entry):
            label = is_password(name) and value.isalpha()  # what a field is called on the screen
            if name.lower() not in keep and not label and looks_secret(name, value):
                found.add(value)
    return found


def _sent(entry: Entry) -> Iterator[tuple[str, str]]:
    sent = entry.sent
    for name, value in _headers(sent.headers):
        if name.lower() == "cookie":
            yield from _cookies(value)
        else:
            yield name, value
    yield from parse_qsl(sent.parts.query)
    yield from form_of(sent)
    yield from (("", part) for part in sent.parts.path.split("/"))
    if sent.media_type.startswith("multipart/form-data"):
        yield from multipart(sent.body, [(each.name, each.value) for each in sent.fields])
    plain, _ = json_of(sent.body, sent.media_type)
    yield from _texts(plain)


def _received(entry: Entry) -> Iterator[tuple[str, str]]:
    received = entry.received
    yield from cookies_of(received)
    yield from ((name, value) for name, value in _headers(received.headers) if name.lower() != "set-cookie")
    if "html" in received.media_type:
        yield from fields_of(received.content).items()
    plain, _ = json_of(received.content, received.media_type)
    yield from _texts(plain)


def _headers(headers: Pairs) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        # of a kind and a token only the token is a secret
        yield name, (value.partition(" ")[2] or value) if name.lower() == "authorization" else value


def _cookies(header: str) -> Iterator[tuple[str, str]]:
    for pair in header.split(";"):
        name, _, value = pair.strip().partition("=")
        yield name, value


def _texts(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for each, item in value.items():
            yield from _texts(item, str(each))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, name)
    elif isinstance(value, str):
        yield name, value
