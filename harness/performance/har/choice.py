"""Which of the recorded requests are the user's work with this ERP, and why the others are not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.adapters.wire.har import Entry
from harness.performance.workload.access_log import STATIC

_STATIC = re.compile(rf"\.(?:{STATIC}|eot|otf|wasm|mp3|mp4|pdf\.worker)$", re.I)
_STATIC_KINDS = (
    *("text/css", "image/", "font/", "audio/", "video/"),
    *("text/javascript", "application/javascript", "application/x-javascript", "application/wasm"),
)
_RESOURCES = frozenset({"stylesheet", "script", "image", "font", "media", "manifest", "texttrack"})
_WAITING = re.compile(
    r"(?:^|/)(?:bus|longpolling|poll|signalr|socket\.io|sockjs|comet|events/stream|eventsource)(?:/|$)", re.I
)
_WATCHING = re.compile(
    r"(?:^|/)(?:telemetry|beacon|[gjr]/collect|rum|matomo|piwik|sentry|csp-report)(?:\.php)?(?:/|$)", re.I
)
_LEAVING = re.compile(r"(?:^|[/._])(?:logout|log_out|logoff|log_off|signout|sign_out)(?:$|[/._?\"])", re.I)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The requests that a simulated user repeats, and how many were left out for each reason."""

    host: str
    entries: tuple[Entry, ...]
    left_out: Mapping[str, int]


def choose(entries: Sequence[Entry], host: str | None) -> Chosen:
    """What went to `host`, or to the host of the first page when none is named."""
    wanted = host or host_of(entries)
    reasons = [(entry, reason(entry, wanted)) for entry in entries]
    counted = Counter(why for _, why in reasons if why)
    kept = tuple(entry for entry, why in reasons if not why)
    return Chosen(wanted, kept, dict(sorted(counted.items())))


def host_of(entries: Sequence[Entry]) -> str:
    """The host of the first page, else of the first request."""
    pages = (entry for entry in entries if "html" in entry.received.media_type)
    first = next(pages, entries[0] if entries else None)
    return netloc(first) if first else ""


def netloc(entry: Entry) -> str:
    """Host and port of a request, without the login that an address may hold."""
    return entry.sent.parts.netloc.rpartition("@")[2]


def reason(entry: Entry, host: str) -> str:
    """Why a request is left out: the end of a key of the catalogue; empty for what is kept."""
    parts, kind = entry.sent.parts, entry.kind.lower()
    if parts.scheme in ("ws", "wss") or kind == "websocket" or entry.received.status == 101:
        return "websocket"
    if parts.scheme in ("blob", "data"):
        return "static"
    if netloc(entry) != host:
        return "elsewhere"
    if entry.sent.method == "OPTIONS":
        return "preflight"
    if _is_static(entry, kind):
        return "static"
    if kind in ("ping", "csp-violation-report") or _WATCHING.search(parts.path):
        return "watching"
    if "event-stream" in entry.received.media_type or _WAITING.search(parts.path):
        return "waiting"
    if _LEAVING.search(parts.path) or _LEAVING.search(entry.sent.body[:200]):
        return "logout"
    return "unanswered" if entry.received.status < 100 else ""


def _is_static(entry: Entry, kind: str) -> bool:
    if entry.sent.method not in ("GET", "HEAD"):
        return False
    media = entry.received.media_type.lower()
    return (
        kind in _RESOURCES or media.startswith(_STATIC_KINDS) or bool(_STATIC.search(entry.sent.parts.path))
    )
