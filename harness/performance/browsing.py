"""What recorded load sessions run on: a browser's memory over one user's connection, without the browser.

Cookies are kept and sent back as browsers do. Every answer is held against what the recorded one was like, so
that a fast and empty one is a fault; what a later request sends is taken out of the answers of this session.
Imported by the generator's process, and by tests; it knows nothing of Locust.
"""

from __future__ import annotations

import base64
import json as jsons
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from harness.adapters.load import Answer, Http, LoadFault
from harness.model import Environment

_BOUNDARY = "----harness-form"
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_EMPTY: tuple[object, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class Like:
    """What an answer must be like. Of the status the class counts; `kind` is the outermost value of its JSON.

    `filled` are the names of a JSON object that must have something in them; a body with `content` must not
    be empty.
    """

    status: int
    kind: str = ""
    filled: tuple[str, ...] = ()
    content: bool = True


@dataclass(frozen=True, slots=True)
class Where:
    """The row of a list that has `value` under `name`."""

    name: str
    value: object


class Each:
    """Stands for every row of a list."""

    def __repr__(self) -> str:
        return "EACH"


EACH = Each()
"""Every row of a list: the rest of a path is taken of each. A second one strings the rows' lists together."""


class Reply:
    """One answer, and what later requests need out of it; LoadFault `answer.missing` when it is not there."""

    def __init__(self, answer: Answer) -> None:
        self.status, self.body = answer.status, answer.body
        self._headers = answer.headers
        self._plain: Any = None
        self._parsed = False

    def json(self) -> Any:
        """The body as JSON; LoadFault when it is none."""
        if not self._parsed:
            try:
                self._plain = jsons.loads(self.body)
            except ValueError as problem:
                raise LoadFault("answer.not_json") from problem
            self._parsed = True
        return self._plain

    def at(self, *path: str | int | Where | Each) -> Any:
        """What is there in the JSON: names, places in lists, `Where` for a row, `EACH` for all of them."""
        return _at(self.json(), path)

    def header(self, name: str) -> str:
        """A header of the answer."""
        found = next((value for each, value in self._headers if each.lower() == name.lower()), None)
        if found is None:
            raise LoadFault("answer.missing")
        return found

    def headers(self, name: str) -> list[str]:
        """Every header of that name."""
        return [value for each, value in self._headers if each.lower() == name.lower()]

    def segment(self, place: int) -> str:
        """One part of the path that the header Location names; -1 is the last."""
        parts = urlsplit(self.header("Location")).path.strip("/").split("/")
        try:
            return unquote(parts[place])
        except IndexError:
            raise LoadFault("answer.missing") from None

    def field(self, name: str) -> str:
        """What a form of the page holds under this name, or the page says in a `meta` of it."""
        return str(_present(fields_of(self.body).get(name)))

    def between(self, start: str, end: str) -> str:
        """What stands in the text between the first `start` and the next `end`."""
        found = re.search(f"{re.escape(start)}(.*?){re.escape(end)}", self.body.decode("utf-8", "replace"))
        return str(_present(found and found[1]))


class Browser:
    """One user's memory of one ERP: cookies, and the headers that go with every request."""

    def __init__(
        self, environment: Environment, http: Http, headers: Mapping[str, str] = _NO_HEADERS
    ) -> None:
        parts = urlsplit(environment.url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.database = quote(str(environment.options.get("database", "")))
        self.headers = dict(headers)
        self._base, self._http = parts.path.rstrip("/"), http
        self._cookies: dict[str, str] = {}

    def send(
        self,
        method: str,
        path: str,
        *,
        like: Like,
        query: Sequence[tuple[str, object]] = (),
        json: Any = ...,
        form: Sequence[tuple[str, object]] = (),
        multipart: Sequence[tuple[str, object]] = (),
        text: str = "",
        headers: Mapping[str, str | None] = _NO_HEADERS,
    ) -> Reply:
        """The answer, which is like the recorded one; LoadFault when it is not.

        `headers` come on top of those of every request; None takes one of these away.
        """
        body, kind = _body(json, form, multipart, text)
        told = {**self.headers, **kind, **headers}
        whole = {name: value for name, value in told.items() if value is not None}
        if self._cookies:
            whole["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if any("\n" in value or "\r" in value for value in (path, *whole.values())):
            raise LoadFault("answer.header")  # what an answer brought would be read as another header
        where = self._base + path + (f"?{urlencode(query)}" if query else "")
        reply = Reply(self._http.send(method, where, body, whole))
        for line in reply.headers("Set-Cookie"):
            self._remember(line)
        _check(reply, like)
        return reply

    def cookie(self, name: str) -> str:
        """What this session's cookie holds, with what is encoded for addresses decoded."""
        return unquote(str(_present(self._cookies.get(name))))

    def set_cookie(self, name: str, value: object) -> None:
        """A cookie that the page's own script made."""
        self._cookies[name] = str(value)

    def path_of(self, address: str) -> str:
        """An address that an answer gave, as a path of this ERP."""
        parts = urlsplit(address)
        path = parts.path.removeprefix(self._base) if self._base else parts.path
        return path + (f"?{parts.query}" if parts.query else "")

    def _remember(self, line: str) -> None:
        pair, *attributes = line.split(";")
        name, _, value = pair.strip().partition("=")
        kept = {
            key.strip().lower(): item.strip() for key, _, item in (each.partition("=") for each in attributes)
        }
        if kept.get("max-age") in ("0", "-1") or "1970" in kept.get("expires", ""):
            self._cookies.pop(name, None)
        else:
            self._cookies[name] = value


def encoded(kind: str, content: str) -> str:
    """A header of this kind with Base64 after it."""
    return kind + base64.b64encode(content.encode()).decode()


def quoted(value: object) -> str:
    """A value as one part of a path."""
    return quote(str(value), safe="")


class _Fields(HTMLParser):
    """Collects what forms and metas hold; the first of a name counts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Takes down an input or a meta with a name."""
        given = dict(attrs)
        value = given.get({"input": "value", "meta": "content"}.get(tag, ""))
        if given.get("name") and value:
            self.found.setdefault(str(given["name"]), value)


def fields_of(body: bytes) -> Mapping[str, str]:
    """The fields of a page's forms with a value, and its metas, by name."""
    page = _Fields()
    page.feed(body.decode("utf-8", "replace"))
    return page.found


def kind_of(value: object) -> str:
    """What the outermost value of some JSON is."""
    if isinstance(value, dict):
        return "object"
    return "array" if isinstance(value, list) else "value"


def _at(value: Any, path: Sequence[str | int | Where | Each]) -> Any:
    for place, step in enumerate(path):
        if isinstance(step, Each):
            rows, rest = value if isinstance(value, list) else [], path[place + 1 :]
            if any(isinstance(each, Each) for each in rest):
                return _present([item for row in rows for item in _row_list(row, rest)])
            return _present([_at(row, rest) if rest else row for row in rows])
        value = _step(value, step)
    return _present(value)


def _row_list(row: Any, path: Sequence[str | int | Where | Each]) -> list[Any]:
    """The list that a row has there; a row may have none."""
    try:
        return list(_at(row, path))
    except LoadFault:
        return []


def _step(value: Any, step: str | int | Where) -> Any:
    if isinstance(step, Where):
        rows = value if isinstance(value, list) else []
        named = (row for row in rows if isinstance(row, dict) and row.get(step.name) == step.value)
        return next(named, None)
    if isinstance(value, dict):
        return value.get(step) if isinstance(step, str) else None
    inside = isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value)
    return value[step] if inside else None


def _present(value: Any) -> Any:
    if value in _EMPTY:
        raise LoadFault("answer.missing")
    return value


def _body(
    json: Any, form: Sequence[tuple[str, object]], multipart: Sequence[tuple[str, object]], text: str
) -> tuple[bytes, Mapping[str, str]]:
    if json is not ...:
        return jsons.dumps(json, separators=(",", ":")).encode(), {"Content-Type": "application/json"}
    if form:
        return urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    if multipart:
        parts = [
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in multipart
        ]
        kind = f"multipart/form-data; boundary={_BOUNDARY}"
        return ("".join(parts) + f"--{_BOUNDARY}--\r\n").encode(), {"Content-Type": kind}
    return text.encode(), _NO_HEADERS


def _check(reply: Reply, like: Like) -> None:
    if reply.status // 100 != like.status // 100:
        raise LoadFault("refused.login" if reply.status in (401, 403) else f"http.{reply.status}")
    if like.content and not reply.body:
        raise LoadFault("answer.empty")
    if not like.kind:
        return
    plain = reply.json()
    if isinstance(plain, dict) and plain.get("error") and "error" not in like.filled:
        raise LoadFault("refused.error")
    if kind_of(plain) != like.kind:
        raise LoadFault("answer.shape")
    if isinstance(plain, dict) and any(plain.get(name) in _EMPTY for name in like.filled):
        raise LoadFault("answer.empty")
    if like.kind == "array" and like.content and not plain:
        raise LoadFault("answer.empty")
