"""Services shaped like OData V4: typed entities, pages, bound actions, and ETags where a change needs one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import httpx

from harness.adapters.guard import WriteGuard
from harness.adapters.protocol import Condition
from harness.adapters.wire.edm import EntityType, decode, encode, literal, parse_metadata
from harness.adapters.wire.http import HttpSession
from harness.errors import AdapterError, Refused, Unreachable
from harness.model import text
from harness.values import Value

Row = Mapping[str, Value]

_OPERATORS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_KNOWN = (*_OPERATORS, "in", "like")
_HEADERS = {"Accept": "application/json;IEEE754Compatible=true", "OData-MaxVersion": "4.0"}
_CODES = {401: "login", 403: "access", 404: "not_found", 412: "changed", 428: "changed", 429: "rate_limit"}


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity with the ETag that a change of it must name."""

    row: Row
    etag: str | None


class ODataService:
    """One service as one user. Everything but reading asks the guard before it sends anything."""

    def __init__(self, http: HttpSession, guard: WriteGuard) -> None:
        self._http = http
        self._guard = guard
        self._side = guard.environment.side.value
        self._sets: Mapping[str, EntityType] | None = None

    def entity_type(self, name: str) -> EntityType:
        """What `$metadata` says of an entity set; AdapterError with the nearest names."""
        sets = self._described()
        if name in sets:
            return sets[name]
        near = tuple(get_close_matches(name, sets, n=3, cutoff=0.3))
        if near:
            raise AdapterError(text("adapters.unknown_model_near", model=name, side=self._side, nearest=near))
        raise AdapterError(text("adapters.unknown_model", model=name, side=self._side))

    def count(self, name: str, where: Sequence[Condition] = ()) -> int:
        """How many entities match."""
        params = self._filter(name, where)
        response = self._send("GET", f"/{name}/$count", params=params)
        try:
            return int(response.text)
        except ValueError as problem:
            raise self._unusable(response) from problem

    def read(
        self,
        name: str,
        fields: Sequence[str],
        where: Sequence[Condition] = (),
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
        expand: str | None = None,
    ) -> Iterator[Row]:
        """The entities that match, page by page; names are checked at once."""
        entity_type = self.entity_type(name)
        for field in (*fields, *(item.removeprefix("-") for item in order)):
            self._property(name, entity_type, field)
        params = {"$select": ",".join(fields), **self._filter(name, where)}
        params["$orderby"] = ",".join(
            f"{item.removeprefix('-')} {'desc' if item.startswith('-') else 'asc'}"
            for item in (*order, *entity_type.keys)
        )
        if limit is not None:
            params["$top"] = str(limit)
        if expand is not None:
            params["$expand"] = expand
        return self._pages(name, entity_type, params, limit)

    def one(self, name: str, key: str) -> Entity:
        """The entity with this key; Refused when there is none that the user may see."""
        entity_type = self.entity_type(name)
        data = self._object(self._send("GET", self._path(name, key)))
        return Entity(self._typed(entity_type, data), data.get("@odata.etag"))

    def create(self, name: str, values: Row) -> Row:
        """A new entity, with nested ones, as the service answers it."""
        self._guard.demand(f"POST {name}")
        entity_type = self.entity_type(name)
        return self._typed(entity_type, self._object(self._send("POST", f"/{name}", body=values)))

    def change(self, name: str, key: str, values: Row) -> None:
        """Changes properties of one entity."""
        self._guard.demand(f"PATCH {name}")
        self._send("PATCH", self._path(name, key), body=values, etag=self.one(name, key).etag)

    def delete(self, name: str, key: str) -> None:
        """Deletes one entity."""
        self._guard.demand(f"DELETE {name}")
        self._send("DELETE", self._path(name, key), etag=self.one(name, key).etag)

    def act(self, name: str, key: str, action: str, values: Row | None = None) -> None:
        """Runs a bound action of one entity."""
        self._guard.demand(f"{name}/{action}")
        path = f"{self._path(name, key)}/{action}"
        self._send("POST", path, body=values or {}, etag=self.one(name, key).etag)

    def close(self) -> None:
        """Releases the connections."""
        self._http.close()

    def _described(self) -> Mapping[str, EntityType]:
        if self._sets is None:
            response = self._send("GET", "/$metadata", accept="application/xml")
            try:
                self._sets = parse_metadata(response.content)
            except ValueError as problem:
                raise self._unusable(response) from problem
        return self._sets

    def _property(self, name: str, entity_type: EntityType, field: str) -> str:
        if field in entity_type.properties:
            return entity_type.properties[field]
        known = entity_type.properties
        near = tuple(get_close_matches(field, known, n=3, cutoff=0.3)) or tuple(known)[:3]
        raise AdapterError(
            text("adapters.unknown_field", model=name, field=field, side=self._side, nearest=near)
        )

    def _path(self, name: str, key: str) -> str:
        entity_type = self.entity_type(name)
        edm = entity_type.properties[entity_type.keys[0]]
        return f"/{name}({quote(literal(key, edm), safe='')})"

    def _filter(self, name: str, where: Sequence[Condition]) -> dict[str, str]:
        entity_type = self.entity_type(name)
        tests = [
            self._test(condition, self._property(name, entity_type, condition.field)) for condition in where
        ]
        return {"$filter": " and ".join(tests)} if tests else {}

    def _test(self, condition: Condition, edm: str) -> str:
        field, value = condition.field, condition.value
        if condition.operator in _OPERATORS:
            return f"{field} {_OPERATORS[condition.operator]} {literal(value, edm)}"
        if condition.operator == "in" and isinstance(value, list | tuple):
            return f"{field} in ({','.join(literal(item, edm) for item in value)})"
        if condition.operator == "like":
            return _like(field, str(value))
        raise AdapterError(text("adapters.unknown_operator", operator=condition.operator, known=_KNOWN))

    def _pages(
        self, name: str, entity_type: EntityType, params: Mapping[str, str], limit: int | None
    ) -> Iterator[Row]:
        response = self._send("GET", f"/{name}", params=params)
        yielded = 0
        while True:
            page = self._object(response)
            for item in page.get("value", ()):
                if limit is not None and yielded >= limit:
                    return
                yielded += 1
                yield self._typed(entity_type, item)
            following = page.get("@odata.nextLink")
            if not following:
                return
            response = self._send("GET", self._own(following))

    def _own(self, link: str) -> str:
        """A link of the service, absolute; never one to another host, which would be sent the password."""
        target = urljoin(f"{self._http.url}/", link)
        if urlsplit(target)[:2] != urlsplit(self._http.url)[:2]:
            raise AdapterError(text("adapters.http.not_json", url=self._http.url, status=200))
        return target

    def _typed(self, entity_type: EntityType, data: Mapping[str, Any]) -> Row:
        row: dict[str, Value] = {}
        for name, value in data.items():
            if name in entity_type.links:
                row[name] = [self._typed(self._linked(entity_type.links[name]), item) for item in value]
            elif name in entity_type.properties:
                row[name] = self._decoded(name, value, entity_type.properties[name])
        return row

    def _linked(self, declared: str) -> EntityType:
        wanted = declared.removeprefix("Collection(").removesuffix(")").rpartition(".")[2]
        return next(item for item in self._described().values() if item.name == wanted)

    def _decoded(self, name: str, value: object, edm: str) -> Value:
        try:
            return decode(value, edm)
        except (ValueError, InvalidOperation) as problem:
            raise AdapterError(
                text("adapters.odata.no_type", url=self._http.url, field=name, type=edm)
            ) from problem

    def _send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Row | None = None,
        etag: str | None = None,
        accept: str | None = None,
    ) -> httpx.Response:
        headers = dict(_HEADERS)
        if accept:
            headers["Accept"] = accept
        if etag:
            headers["If-Match"] = etag
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json;IEEE754Compatible=true"
            content = json.dumps(encode(body), ensure_ascii=False).encode()
        response = self._http.send(method, path, content=content, headers=headers, params=params)
        if not response.is_success:
            raise self._refused(f"{method} {urlsplit(path).path}", response)
        return response

    def _refused(self, action: str, response: httpx.Response) -> Refused:
        try:
            error = self._object(response).get("error", {})
        except Unreachable:
            error = {}
        error = error if isinstance(error, dict) else {}
        code = str(error.get("code") or _CODES.get(response.status_code, f"http_{response.status_code}"))
        message = str(error.get("message") or f"HTTP {response.status_code}")
        sentence = text("adapters.refused", side=self._side, action=action, code=code, message=message)
        return Refused(sentence, code=code, message=message)

    def _object(self, response: httpx.Response) -> dict[str, Any]:
        try:
            data = json.loads(response.content, parse_float=Decimal)
        except ValueError as problem:
            raise self._unusable(response) from problem
        if not isinstance(data, dict):
            raise self._unusable(response)
        return data

    def _unusable(self, response: httpx.Response) -> Unreachable:
        return Unreachable(text("adapters.http.not_json", url=self._http.url, status=response.status_code))


def _like(field: str, pattern: str) -> str:
    inner = literal(pattern.strip("%"), "Edm.String")
    if pattern.startswith("%") and pattern.endswith("%"):
        return f"contains({field},{inner})"
    if pattern.endswith("%"):
        return f"startswith({field},{inner})"
    return f"endswith({field},{inner})" if pattern.startswith("%") else f"{field} eq {inner}"
