"""A HAR file as plain values: what a browser or a proxy sent and was answered, in the order of sending.

Nothing of what a stranger's file holds gets into a message: only where it is wrong.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from harness.errors import ConfigError
from harness.model import text

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form as it was sent; `file` is the name of an uploaded file."""

    name: str
    value: str
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A request. `fields` are those of a form that the file lists by themselves."""

    method: str
    url: str
    headers: Pairs = ()
    body: str = ""
    media_type: str = ""
    fields: tuple[Part, ...] = ()

    @property
    def parts(self) -> SplitResult:
        """The address, taken apart."""
        return urlsplit(self.url)

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return _first(self.headers, name)


@dataclass(frozen=True, slots=True)
class Received:
    """An answer; `status` is 0 or below when there was none."""

    status: int
    headers: Pairs = ()
    content: bytes = b""
    media_type: str = ""
    size: int = 0

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return _first(self.headers, name)


@dataclass(frozen=True, slots=True)
class Entry:
    """One request with its answer. `began` are seconds since the first one, `number` counts from 1."""

    number: int
    began: float
    seconds: float
    sent: Sent
    received: Received
    page: str = ""
    kind: str = ""


def read_har(file: Path) -> tuple[Entry, ...]:
    """Every entry by the moment it was sent; ConfigError with the place that is wrong, and never a value."""
    try:
        content = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise _wrong(file, "-", "unreadable") from problem
    try:
        plain = json.loads(content)
    except (ValueError, RecursionError):
        raise _wrong(file, "-", "cut" if content.lstrip()[:1] == "{" else "not_json") from None
    rows = plain.get("log") if isinstance(plain, Mapping) else None
    rows = rows.get("entries") if isinstance(rows, Mapping) else None
    if not isinstance(rows, list):
        raise _wrong(file, "log.entries", "no_entries")
    return _in_order([_row(file, number, row) for number, row in enumerate(rows, 1)])


def _row(file: Path, number: int, row: Any) -> tuple[datetime | None, Entry]:
    place = f"log.entries[{number - 1}]"
    try:
        moment = datetime.fromisoformat(row["startedDateTime"]) if "startedDateTime" in row else None
        return moment, Entry(
            number=number,
            began=0.0,
            seconds=max(0.0, float(row.get("time") or 0) / 1000),
            sent=_sent(row["request"]),
            received=_received(row["response"]),
            page=str(row.get("pageref") or ""),
            kind=str(row.get("_resourceType") or ""),
        )
    except KeyError as problem:
        raise _wrong(file, f"{place}: {problem.args[0]}", "no_key") from None
    except (ValueError, TypeError, AttributeError):
        raise _wrong(file, place, "not_understood") from None


def _in_order(found: list[tuple[datetime | None, Entry]]) -> tuple[Entry, ...]:
    """By time where every entry has one; a recording's own order settles ties."""
    moments = [moment.timestamp() for moment, _ in found if moment is not None]
    if len(moments) < len(found):
        return tuple(entry for _, entry in found)
    ordered = sorted(zip(moments, (entry for _, entry in found), strict=True), key=lambda item: item[0])
    return tuple(replace(entry, began=moment - ordered[0][0]) for moment, entry in ordered)


def _sent(request: Mapping[str, Any]) -> Sent:
    data = request.get("postData") or {}
    return Sent(
        method=str(request["method"]).upper(),
        url=_url(request["url"]),
        headers=_pairs(request["headers"]),
        body=str(data.get("text") or ""),
        media_type=str(data.get("mimeType") or ""),
        fields=tuple(
            Part(str(each["name"]), str(each.get("value") or ""), each.get("fileName"))
            for each in data.get("params") or ()
        ),
    )


def _received(response: Mapping[str, Any]) -> Received:
    content = response["content"]
    return Received(
        status=int(response["status"]),
        headers=_pairs(response.get("headers") or ()),
        content=_content(content),
        media_type=str(content.get("mimeType") or ""),
        size=int(content.get("size") or 0),
    )


def _content(content: Mapping[str, Any]) -> bytes:
    told = str(content.get("text") or "")
    return base64.b64decode(told) if content.get("encoding") == "base64" else told.encode("utf-8", "replace")


def _url(given: Any) -> str:
    urlsplit(str(given))  # ValueError for what is none
    return str(given)


def _pairs(rows: Sequence[Mapping[str, Any]]) -> Pairs:
    # HTTP/2 writes its own lines as headers of names like ":path"
    return tuple(
        (str(row["name"]), str(row["value"])) for row in rows if not str(row["name"]).startswith(":")
    )


def _first(headers: Pairs, name: str) -> str | None:
    return next((value for each, value in headers if each.lower() == name), None)


def _wrong(file: Path, place: str, reason: str) -> ConfigError:
    return ConfigError(text("har.unreadable", file=str(file), place=place, why=text(f"har.why.{reason}")))
