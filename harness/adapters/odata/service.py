"""The entities of one service as one user: read page by page, changed by the version that was seen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import unquote

import httpx

from harness.adapters.odata.batch import Request
from harness.adapters.odata.description import parse_metadata
from harness.adapters.odata.dialect import V2, Page, tree
from harness.adapters.odata.session import ODataSession
from harness.adapters.odata.typed import Row, Typed
from harness.adapters.protocol import Condition
from harness.values import Value

_KEY_IN_ADDRESS = re.compile(r"\(([^()]*)\)/?$")
_VERSION_IS_MISSING = frozenset({412, 428})


@dataclass(frozen=True, slots=True)
class Query:
    """What to read of a set. `fields` may be paths through links, such as `Partner/Name`."""

    name: str
    fields: tuple[str, ...]
    where: tuple[Condition, ...] = ()
    order: tuple[str, ...] = ()
    limit: int | None = None


@dataclass(slots=True)
class Described:
    """What all roles of one environment share: the service's description, once somebody has read it."""

    typed: Typed | None = None


class ODataService:
    """Typed by the service's own description, which is read when it is first needed."""

    def __init__(self, session: ODataSession, described: Described) -> None:
        self._session = session
        self._described = described
        self._versioned: set[str] = set()

    @property
    def typed(self) -> Typed:
        """What the service says of itself."""
        if self._described.typed is None:
            response = self._session.get(self._session.path("$metadata"), {"Accept": "application/xml"})
            try:
                description = parse_metadata(response.content)
            except ValueError as problem:
                raise self._session.unusable(response) from problem
            self._described.typed = Typed(description, self._session.side, self._session.url)
        return self._described.typed

    # Reading

    def count(self, name: str, where: Sequence[Condition] = ()) -> int:
        """How many entities match."""
        self.typed.entity(name)
        test = self.typed.test(name, where)
        if test is None:
            return 0
        response = self._get(f"{name}/$count", test)
        try:
            return int(response.text)
        except ValueError as problem:
            raise self._session.unusable(response) from problem

    def read(self, query: Query) -> Iterator[Row]:
        """The entities that match, page by page; names are checked at once."""
        path = self._path(query)
        if path is None:
            return iter(())
        return self._rows(query, lambda: self._session.get(path, self.typed.dialect.headers))

    def read_all(self, queries: Sequence[Query]) -> list[list[Row]]:
        """The same for several queries; the first page of each is asked for in one `$batch`."""
        if len(queries) < 2:
            return [list(self.read(query)) for query in queries]
        paths = [self._path(query) for query in queries]
        asked = [Request("GET", path, self.typed.dialect.headers) for path in paths if path is not None]
        answers = iter(self.batch(asked) if asked else ())
        return [
            [] if path is None else list(self._rows(query, partial(self._accepted, query, next(answers))))
            for query, path in zip(queries, paths, strict=True)
        ]

    def one(self, name: str, key: str, fields: Sequence[str]) -> Row:
        """The entity with this key; Refused when there is none that the user may see."""
        for field in fields:
            self.typed.property_of(name, field)
        wanted = tree(fields)
        response = self._get(self.typed.address(name, key), self.typed.dialect.selection(wanted))
        return self.typed.row(self.typed.entity(name), self._entity(response), wanted, self._all)

    def single(self, path: str) -> Value:
        """A value of the only entity of a set, or of its first: `SystemInfo/Version`."""
        name, _, field = path.partition("/")
        self.typed.property_of(name, field)
        items = self._page(self._get(name, {})).items
        if not items:
            raise self.typed.lacking(path)
        return self.typed.row(self.typed.entity(name), items[0], tree([field]), self._all)[field]

    def probe(self) -> None:
        """Refused when the user may not see what the service consists of."""
        self._session.get(self._session.path(""), self.typed.dialect.headers)

    def attempted(self, request: Request) -> httpx.Response:
        """The answer to one request, whatever it says."""
        return self._session.attempt(request)

    def batch(self, requests: Sequence[Request]) -> list[httpx.Response]:
        """The answers to several requests sent as one, each with a status of its own."""
        return self._session.batch(requests, self.typed.dialect.batch_headers)

    # Changing

    def create(self, name: str, values: Row) -> str:
        """The key of a new entity; values behind links make entities there, in the same request."""
        self._session.demand(f"POST {name}")
        request = self._request("POST", name, self.typed.body(self.typed.entity(name), values))
        return self.created(name, self._session.accepted(request, self._session.attempt(request)))

    def created(self, name: str, response: httpx.Response) -> str:
        """The key of what a request has made."""
        if response.content:
            return self.typed.key_of(name, self._entity(response))
        found = _KEY_IN_ADDRESS.search(unquote(response.headers.get("Location", "")))
        if found is None:
            raise self._session.unusable(response)
        return found[1] if "=" in found[1] else found[1].strip("'").replace("''", "'")

    def change(self, name: str, key: str, values: Row) -> None:
        """Changes properties of one entity."""
        self._session.demand(f"PATCH {name}")
        body = self.typed.body(self.typed.entity(name), values)
        address = self.typed.address(name, key)
        self._change(name, key, self._request(self.typed.dialect.change_method, address, body))

    def delete(self, name: str, key: str) -> None:
        """Deletes one entity."""
        self._session.demand(f"DELETE {name}")
        self._change(name, key, self._request("DELETE", self.typed.address(name, key)))

    def act(self, name: str, key: str, action: str, values: Row | None = None) -> None:
        """Runs an action of one entity."""
        self._session.demand(f"{name}/{action}")
        found = self.typed.action(name, action)
        if isinstance(self.typed.dialect, V2):
            given = {**self.typed.key(name, key), **self.typed.literals(found, values or {})}
            request = self._request(found.method, self._session.path(found.path, given))
        else:
            body = self.typed.arguments(found, values or {})
            request = self._request("POST", f"{self.typed.address(name, key)}/{found.path}", body)
        self._change(name, key, request)

    def call(self, action: str, values: Row) -> None:
        """Runs an action of the service itself."""
        self._session.demand(action)
        found = self.typed.action(None, action)
        if isinstance(self.typed.dialect, V2):
            path = self._session.path(found.path, self.typed.literals(found, values))
            request = self._request(found.method, path)
        else:
            request = self._request("POST", found.path, self.typed.arguments(found, values))
        self._session.accepted(request, self._session.attempt(request))

    def close(self) -> None:
        """Releases the connections."""
        self._session.close()

    def _change(self, name: str, key: str, request: Request) -> None:
        """Names the version it changes where the service demands that; which sets do is found by trying."""
        if name not in self._versioned:
            response = self._session.attempt(request)
            if response.status_code not in _VERSION_IS_MISSING:
                self._session.accepted(request, response)
                return
            self._versioned.add(name)
        version = self._version(name, key)
        headers = {**request.headers, **({"If-Match": version} if version else {})}
        named = Request(request.method, request.path, headers, request.content)
        self._session.accepted(named, self._session.attempt(named))

    def _version(self, name: str, key: str) -> str | None:
        keys = {"$select": ",".join(self.typed.entity(name).keys)}
        response = self._get(self.typed.address(name, key), keys)
        return self.typed.dialect.etag(self._entity(response)) or response.headers.get("ETag")

    def _request(self, method: str, path: str, body: object = None) -> Request:
        """A change. Servers look for a type even where V2 puts all there is to say into the address."""
        dialect = self.typed.dialect
        headers = {**dialect.headers, "Content-Type": dialect.content_type}
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        return Request(method, path, headers, content)

    def _get(self, resource: str, options: dict[str, str]) -> httpx.Response:
        return self._session.get(self._session.path(resource, options), self.typed.dialect.headers)

    def _path(self, query: Query) -> str | None:
        """The address of a query; None when nothing can match."""
        for field in (*query.fields, *(item.removeprefix("-") for item in query.order)):
            self.typed.property_of(query.name, field)
        test = self.typed.test(query.name, query.where)
        if test is None:
            return None
        keys = [key for key in self.typed.entity(query.name).keys if key not in query.order]
        order = [
            f"{item.removeprefix('-')} {'desc' if item.startswith('-') else 'asc'}"
            for item in (*query.order, *keys)
        ]
        options = {**self.typed.dialect.selection(tree(query.fields)), **test, "$orderby": ",".join(order)}
        if query.limit is not None:
            options["$top"] = str(query.limit)
        return self._session.path(query.name, options)

    def _rows(self, query: Query, first: Callable[[], httpx.Response]) -> Iterator[Row]:
        kind, wanted = self.typed.entity(query.name), tree(query.fields)
        for place, item in enumerate(self._all(self._page(first()))):
            if query.limit is not None and place >= query.limit:
                return
            yield self.typed.row(kind, item, wanted, self._all)

    def _all(self, page: Page) -> Iterable[Any]:
        """What a page holds, and all the pages after it. Unreachable when they go round in a circle."""
        seen: set[str] = set()
        while True:
            yield from page.items
            if not page.following:
                return
            address = self._session.following(page.following)
            if address in seen:
                raise self.typed.lacking(page.following)
            seen.add(address)
            page = self._page(self._session.get(address, self.typed.dialect.headers))

    def _accepted(self, query: Query, response: httpx.Response) -> httpx.Response:
        return self._session.accepted(Request("GET", query.name), response)

    def _page(self, response: httpx.Response) -> Page:
        try:
            return self.typed.dialect.page(self._session.data(response))
        except (LookupError, TypeError, AttributeError) as problem:
            raise self._session.unusable(response) from problem

    def _entity(self, response: httpx.Response) -> Any:
        try:
            return self.typed.dialect.entity(self._session.data(response))
        except (LookupError, TypeError, ValueError) as problem:
            raise self._session.unusable(response) from problem


def at(row: Row, path: str) -> Value:
    """The value at the end of a path; None when a link on the way leads nowhere."""
    value: Any = row
    for part in path.split("/"):
        if isinstance(value, list):
            value = [None if item is None else item[part] for item in value]
        elif value is not None:
            value = value[part]
    found: Value = value
    return found
