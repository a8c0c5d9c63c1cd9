"""What the person at the browser typed to be let in: of these requests the seat's own account is sent."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from harness.adapters.wire.har import Entry, Sent
from harness.performance.har.received import json_of
from harness.performance.har.secrecy import is_password, is_user
from harness.values import Value


@dataclass(frozen=True, slots=True)
class Typed:
    """The names and passwords of accounts, and the requests that carry a password."""

    users: frozenset[str] = frozenset()
    passwords: frozenset[str] = frozenset()
    requests: frozenset[int] = frozenset()

    @property
    def last(self) -> int:
        """The number of the last request with a password; 0 without any."""
        return max(self.requests, default=0)


def typed_in(entries: Sequence[Entry], known: Typed) -> Typed:
    """What is typed in the first request with a password and in others like it, and what was known before.

    A password that is sent somewhere else later on is nobody's login: it stays a secret without a source.
    """
    users: set[str] = set()
    passwords, requests = set(known.passwords), set()
    door: tuple[str, str, str] | None = None
    for entry in entries:
        found, beside = _of(entry.sent, known)
        if found and door in (None, call_of(entry.sent)):
            door = call_of(entry.sent)
            passwords |= found
            requests.add(entry.number)
            users |= beside
    return Typed(frozenset(users), frozenset(passwords), frozenset(requests))


def call_of(sent: Sent) -> tuple[str, str, str]:
    """What a request asks for: method, path, and the method of a remote call in its body."""
    plain, _ = json_of(sent.body, sent.media_type)
    named = plain.get("method") if isinstance(plain, Mapping) else None
    return sent.method, sent.parts.path, named if isinstance(named, str) else ""


def form_of(sent: Sent) -> list[tuple[str, str]]:
    """The fields of a form; nothing for any other body."""
    if sent.media_type.startswith("application/x-www-form-urlencoded"):
        return parse_qsl(sent.body, keep_blank_values=True) or [
            (each.name, each.value) for each in sent.fields
        ]
    return []


def basic(header: str | None) -> tuple[str, str] | None:
    """User and password of an Authorization header of the kind Basic."""
    kind, _, rest = (header or "").partition(" ")
    if kind.lower() != "basic":
        return None
    user, separator, password = (decoded(rest) or "").partition(":")
    return (user, password) if separator else None


def decoded(content: str) -> str | None:
    """The printable text that this is the Base64 of; None for anything else."""
    padded = content + "=" * (-len(content) % 4)
    try:
        found = base64.b64decode(padded, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return found if found.isprintable() else None


def _of(sent: Sent, known: Typed) -> tuple[set[str], set[str]]:
    given = basic(sent.header("authorization"))
    if given is not None:
        return {given[1]}, {given[0]}
    plain, is_json = json_of(sent.body, sent.media_type)
    leaves = list(_leaves(plain)) if is_json else form_of(sent) or [(p.name, p.value) for p in sent.fields]
    leaves += parse_qsl(sent.parts.query)
    passwords = {value for name, value in leaves if value and (is_password(name) or value in known.passwords)}
    told = [value for name, value in leaves if value and (is_user(name) or value in known.users)]
    users = [value for value in told if value not in passwords]
    if passwords and not users and is_json:
        users = list(_positional(plain))
    return passwords, set(users[:1])


def _leaves(value: Value, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for each, item in value.items():
            yield from _leaves(item, each)
    elif isinstance(value, str):
        yield name, value
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for item in value:
            yield from _leaves(item, name)


def _positional(value: Value) -> Iterator[str]:
    """Calls without names for their arguments have the user before what holds the password."""
    params = value.get("params") if isinstance(value, Mapping) else None
    if isinstance(params, Sequence) and not isinstance(params, str | bytes):
        yield from (item for item in params[:1] if isinstance(item, str) and item)
