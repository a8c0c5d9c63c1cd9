"""Requests that one click caused become one transaction with a name of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import unquote

from harness.adapters.wire.har import Entry
from harness.performance.har.received import json_of
from harness.performance.har.secrecy import looks_random
from harness.performance.har.typed import call_of
from harness.values import Value

_SAFE = frozenset({"GET", "HEAD"})
# Calls that only read, by the first word of their last part; what is not among them may write.
_READS = re.compile(
    r"^(?:read|search|get|fields|view|list|find|count|default|on_change|onchange|export|load|name_search|name_get"
    r"|query|check|has|is|web_read|web_search|formatted_read|context|toolbar|rec_name|autocomplete|login|lookup"
    r"|resources|version|services)"
    r"(?:_|$|[A-Z])"
)
_FINDING = ("search_read", "web_search_read", "search", "read", "name_search")
_FRAMEWORK = ("model.ir.", "model.res.", "common.", "ir.")
_VERSION = re.compile(r"v\d+(?:\.\d+)?|api|rpc|odata|web|rest", re.I)


@dataclass(frozen=True, slots=True)
class Group:
    """The requests between two pauses, and how long somebody thought before them."""

    entries: tuple[Entry, ...]
    pause: float


def grouped(entries: Sequence[Entry], pause: float, last_login: int) -> tuple[list[Entry], list[Group]]:
    """What belongs to logging in, and the groups after it.

    A pause is the time from the last answer to the next request. Logging in ends with the first pause after
    the last password; where nothing would be left to do, with the password itself.
    """
    groups: list[list[Entry]] = []
    pauses: list[float] = []
    silent = 0.0
    for entry in entries:
        gap = entry.began - silent
        if not groups or gap >= pause:
            groups.append([])
            pauses.append(max(0.0, gap))
        groups[-1].append(entry)
        silent = max(silent, entry.began + entry.seconds)
    place = next((at for at, group in enumerate(groups) if any(e.number == last_login for e in group)), -1)
    if place == len(groups) - 1 and place >= 0:
        return _split_at(entries, last_login)
    login = [entry for group in groups[: place + 1] for entry in group]
    rest = zip(groups[place + 1 :], pauses[place + 1 :], strict=True)
    return login, [Group(tuple(group), gap) for group, gap in rest]


def _split_at(entries: Sequence[Entry], last_login: int) -> tuple[list[Entry], list[Group]]:
    place = next(at for at, entry in enumerate(entries) if entry.number == last_login)
    rest = tuple(entries[place + 1 :])
    return list(entries[: place + 1]), [Group(rest, 0.0)] if rest else []


def name_of(group: Group, names: Mapping[str, Sequence[str]], taken: Sequence[str]) -> str:
    """The name that a pattern gives the first request it fits, else one out of what the group is about."""
    found = next((name for entry in group.entries for name in _named(entry, names)), "")
    base = found or _words(_main(group))
    number = 1
    while (name := base if number == 1 else f"{base}.{number}") in taken:
        number += 1
    return name


def title_of(entry: Entry) -> str:
    """What a request is, for a comment: method, path without anything that looks drawn, remote call."""
    method, path, remote = call_of(entry.sent)
    shown = "/".join("..." if looks_random(part) else part for part in path.split("/"))
    return f"{method} {shown}" + (f"  {remote}" if remote else "")


def writes(entry: Entry) -> bool:
    """Whether a request may change something: all but what is known to read."""
    method, _, remote = call_of(entry.sent)
    if method in _SAFE:
        return False
    plain, _ = json_of(entry.sent.body, entry.sent.media_type)
    inner = _inner_method(plain) or remote
    if inner:
        return not _READS.match(inner.rpartition(".")[2])
    query = plain.get("query") if isinstance(plain, Mapping) else None
    if isinstance(query, str):
        return not query.lstrip().startswith(("query", "{"))
    return True


def _inner_method(plain: Value) -> str:
    """Some ERPs send every call as `call` and name the method among the parameters."""
    params = plain.get("params") if isinstance(plain, Mapping) else None
    named = params.get("method") if isinstance(params, Mapping) else None
    return named if isinstance(named, str) else ""


def _named(entry: Entry, names: Mapping[str, Sequence[str]]) -> list[str]:
    method, path, remote = call_of(entry.sent)
    told = [f"{method} {path}", *([f"{method} {path} {remote}", remote] if remote else [])]
    return [
        name for name, patterns in names.items() if any(fnmatchcase(e, p) for e in told for p in patterns)
    ]


def _main(group: Group) -> Entry:
    """The request that the others are for: one that writes, a page, a remote call of a model, the first."""
    pages = [entry for entry in group.entries if "html" in entry.received.media_type]
    written = [entry for entry in group.entries if writes(entry)]
    return next(iter([*written, *pages, *_by_model(group)]), group.entries[0])


def _by_model(group: Group) -> list[Entry]:
    """Remote calls: what finds or reads records before the rest, the framework's own ones last."""
    calls = [entry for entry in group.entries if call_of(entry.sent)[2]]
    return sorted(calls, key=lambda entry: _rank(call_of(entry.sent)[2]))


def _rank(remote: str) -> tuple[bool, int]:
    last = remote.rpartition(".")[2]
    return remote.startswith(_FRAMEWORK), _FINDING.index(last) if last in _FINDING else len(_FINDING)


def _words(entry: Entry) -> str:
    method, path, remote = call_of(entry.sent)
    plain, _ = json_of(entry.sent.body, entry.sent.media_type)
    inner = _inner_method(plain)
    if inner and isinstance(plain, Mapping) and isinstance(params := plain.get("params"), Mapping):
        return _dotted(f"{params.get('model', '')}.{inner}")
    if remote:
        return _dotted(remote.removeprefix("model."))
    parts = [unquote(part) for part in path.split("/")]
    plain_parts = [
        part.partition(".")[0].partition("(")[0]
        for part in parts
        if part
        and not any(sign.isdigit() for sign in part.partition("(")[0])
        and not _VERSION.fullmatch(part)
    ]
    verb = {"GET": "open", "HEAD": "open", "POST": "send", "PUT": "save", "PATCH": "save"}.get(
        method, method.lower()
    )
    return _dotted(".".join([*plain_parts[-2:], verb]))


def _dotted(content: str) -> str:
    words = re.findall(r"[a-z][a-z0-9_]*", re.sub(r"([a-z])([A-Z])", r"\1_\2", content).lower())
    return ".".join(words)[:60].strip(".") or "step"
