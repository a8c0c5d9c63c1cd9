"""Signatures: what stays the same when the same thing happens again, on another port, with another id.

Two sides are compared as sets of signatures. Whatever differs from run to run (ports, record and session
ids, generated element ids, counts, file hashes) must be folded here, or it becomes a false finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

PERSONAL = "<personal>"

_URL = re.compile(r"(?:blob:)?https?://[^\s\"')]+")
_LONG_HEX = re.compile(r"\b(?:[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,})\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d[\d.,:]*(?<![.,:])|\d")
_COUNT = re.compile(r"\s*\(\s*[\d_#]+(?:\s*/\s*[\d_#]+)?\s*\)\s*$")
_SPACE = re.compile(r"\s+")
_LONGEST = 200


def of_name(name: str) -> str:
    """An accessible name without counters: `Attachment (3)` is the same button as `Attachment`."""
    folded = _SPACE.sub(" ", _COUNT.sub("", name)).strip()
    return _NUMBER.sub("#", folded)[:_LONGEST]


def of_message(message: str, segments: Mapping[str, str]) -> str:
    """A console message without hosts, ids and numbers; its first line, which names the problem."""
    lines = message.strip().splitlines() or [""]
    folded = _URL.sub(lambda found: of_url(found.group(), segments), lines[0])
    folded = _NUMBER.sub("#", _LONG_HEX.sub("*", folded))
    return _SPACE.sub(" ", folded).strip()[:_LONGEST]


def of_browser_error(message: str, segments: Mapping[str, str]) -> str:
    """A browser library's error: what failed, and what it was still waiting for."""
    waited = re.search(r"waiting for (.+)", message)
    said = of_message(message, segments)
    return f"{said} (waiting for {_SPACE.sub(' ', waited[1]).strip()[:_LONGEST]})" if waited else said


def of_url(url: str, segments: Mapping[str, str], *, own_hosts: Iterable[str] | None = None) -> str:
    """The path as a template: `/target/42/x.js` is `/{database}/{n}/x.js`.

    `segments` names path segments that belong to one environment, such as its database. A host is kept
    only if `own_hosts` is given and it is not one of them: a call to a stranger must stay visible.
    """
    if url.startswith("blob:"):
        return "blob"
    parts = urlsplit(url)
    path = "/".join(_segment(item, segments) for item in parts.path.split("/")) or "/"
    stranger = own_hosts is not None and (parts.hostname or "") not in set(own_hosts)
    return f"{parts.scheme}://{parts.hostname}{path}" if stranger else path


def _segment(segment: str, segments: Mapping[str, str]) -> str:
    if segment in segments:
        return "{" + segments[segment] + "}"
    if _LONG_HEX.fullmatch(segment):
        return "{id}"
    return "{n}" if segment.isdigit() else segment


def of_place(url: str) -> str:
    """Which page of a client an address is: without the record that is open and how it is shown.

    Empty for the blank page that a browser starts with.
    """
    parts = urlsplit(url)
    fragment = parts.fragment.partition("?")[0].partition(";")[0]
    kept = (item for item in fragment.split("/") if item and not item.lstrip("-").isdigit())
    return f"{of_url(url, {})}#{'/'.join(kept)}" if parts.scheme.startswith("http") else ""


def without_personal(content: str, personal: Iterable[str]) -> str:
    """The text with every personal text replaced; the longest first, so that none leaves a remainder."""
    for item in sorted({item for item in personal if item.strip()}, key=len, reverse=True):
        content = content.replace(item, PERSONAL)
    return content


def host_of(url: str) -> str:
    """The host name of an address, empty if it has none."""
    return urlsplit(url).hostname or ""
