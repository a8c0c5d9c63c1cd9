"""Contracts proposed from a HAR file: what a browser or a proxy recorded, without logins and secrets.

Every request of one host that was answered in JSON, XML or text becomes a contract; equal ones become one.
What may write is marked as writing, so that nothing is sent before somebody has read it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.adapters.wire.har import Entry, Received, Sent, read_har
from harness.contracts.body import JSON, TEXT, XML, parsed, shape
from harness.contracts.contract import SAFE
from harness.errors import ConfigError
from harness.model import text
from harness.redact import Redactor
from harness.values import Value

_KEPT_HEADERS = frozenset({"content-type", "accept", "accept-language", "soapaction"})
_METHODS = frozenset({*SAFE, "POST", "PUT", "PATCH", "DELETE"})
_FIELDS = 40  # of an answer that are proposed at most


@dataclass(frozen=True, slots=True)
class Proposal:
    """One contract as the text of its file."""

    name: str
    method: str
    path: str
    content: str


def proposals(
    file: Path, host: str, *, database: str | None = None, secrets: Sequence[str] = ()
) -> tuple[Proposal, ...]:
    """A contract for each different request to `host`; ConfigError when there is none, or no HAR."""
    redactor = Redactor(secrets)
    found: dict[tuple[str, str, str], Proposal] = {}
    for entry in read_har(file):
        if entry.sent.parts.netloc == host:
            _add(found, entry, redactor, database)
    if not found:
        raise ConfigError(text("contracts.har.none", file=str(file), host=host))
    return tuple(found.values())


def _add(
    found: dict[tuple[str, str, str], Proposal],
    entry: Entry,
    redactor: Redactor,
    database: str | None,
) -> None:
    request, response = entry.sent, entry.received
    form, body = parsed(response.content, response.media_type)
    if form not in (JSON, XML, TEXT) or request.method not in _METHODS:
        return
    parts = request.parts
    path = _placed(parts.path or "/", database)
    path += f"?{redactor.text(parts.query)}" if parts.query else ""
    sent = _sent(request.body, redactor)
    key = (request.method, path, sent)
    if key not in found:
        name = _name(request.method, parts.path, {one.name for one in found.values()})
        content = _rendered(name, request, path, sent, response, form, body)
        found[key] = Proposal(name, request.method, path, content)


def _sent(content: str, redactor: Redactor) -> str:
    """The body without what stands where secrets do; a word for a person to fill in instead."""
    try:
        plain: Value = json.loads(content)
    except ValueError:
        return redactor.text(content)
    if not isinstance(plain, dict | list):
        return redactor.text(content)
    return json.dumps(redactor.value(plain), ensure_ascii=False)


def _placed(path: str, database: str | None) -> str:
    segments = ["{{database}}" if database and part == database else part for part in path.split("/")]
    return "/".join(segments)


def _name(method: str, path: str, taken: set[str]) -> str:
    words = re.findall(r"[a-z0-9]+", path.lower())
    base = "_".join([method.lower(), *words])[:60].strip("_")
    number = 1
    while (name := base if number == 1 else f"{base}_{number}") in taken:
        number += 1
    return name


def _rendered(
    name: str,
    request: Sent,
    path: str,
    sent: str,
    response: Received,
    form: str,
    body: Value,
) -> str:
    kept = {header: value for header, value in request.headers if header.lower() in _KEPT_HEADERS}
    lines = [
        f"contract = {_quoted(name)}",
        f"title = {{ en = {_quoted(name)}, zh = {_quoted(name)} }}",
        'module = "interfaces"',
        'role = "admin"                      # whose login; left out: nobody is logged in',
    ]
    if request.method not in SAFE:
        lines.append("writes = true                       # reads = true if this request only reads")
    lines += ["", "[request]", f"method = {_quoted(request.method)}", f"path = {_quoted(path)}"]
    if kept:
        pairs = ", ".join(f"{_quoted(header)} = {_quoted(value)}" for header, value in kept.items())
        lines.append(f"headers = {{ {pairs} }}")
    if sent:
        lines.append(f"body = {_quoted(sent)}")
    lines += ["", "[answer]", f"status = {response.status}"]
    fields = dict(list(_fields(body))[:_FIELDS]) if form == JSON else {}
    if fields:
        lines += ["", "[answer.fields]"]
        lines += [f"{_quoted(where)} = {_quoted(shapes)}" for where, shapes in fields.items()]
    return "\n".join([*lines, ""])


def _fields(body: Value) -> Iterator[tuple[str, str]]:
    """The shapes that were seen at each path; a name with a dot in it cannot be a path."""
    seen: dict[str, set[str]] = {}
    for path, found in _walked(body, ""):
        if path:
            seen.setdefault(path, set()).add(found)
    for path, shapes in seen.items():
        yield path, "|".join(sorted(shapes))


def _walked(value: Value, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            if not re.search(r"[.\[\]]", name):
                yield from _walked(item, f"{path}.{name}" if path else name)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for item in value:
            yield from _walked(item, f"{path}[]")
    else:
        yield path, shape(value)


def _quoted(content: str) -> str:
    """A TOML string on one line: JSON's, with the one character more that TOML wants escaped."""
    return json.dumps(content, ensure_ascii=False).replace("\x7f", "\\u007f")
