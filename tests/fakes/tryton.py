"""Just enough of a Tryton server to test how the adapter speaks: both wire forms, sessions, typed values."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import httpx

from harness.adapters.wire import jsonrpc
from tests.fakes.tryton_lists import LISTS, METHODS

DATABASE = "books"
PASSWORD = "Sesam-42"
USERS = {"admin": 1, "seller": 2}
_FIELDS: dict[str, dict[str, Any]] = {
    "party.party": {
        "id": {"type": "integer"},
        "name": {"type": "char"},
        "code": {"type": "char"},
        "lang": {"type": "many2one", "relation": "ir.lang"},
        "credit": {"type": "numeric"},
        "weight": {"type": "float"},
        "born": {"type": "date"},
        "create_date": {"type": "timestamp"},
        "opens": {"type": "time"},
        "lead": {"type": "timedelta"},
        "photo": {"type": "binary"},
        "active": {"type": "boolean"},
    },
}

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "in": lambda one, other: one in other,
    "like": lambda one, other: str(other).strip("%") in str(one),
}


class TrytonServer:
    """One database with parties. `series` is "7.0" or "8.0"."""

    def __init__(self, series: str = "7.0", parties: int = 5) -> None:
        self.series = series
        self.calls: list[str] = []
        self.sessions: dict[str, str] = {}
        self.answers: dict[str, Any] = {}  # method to the `error` or HTTP status it answers with
        self.parties = {number: _party(number) for number in range(1, parties + 1)}

    def transport(self) -> httpx.MockTransport:
        """The server without a network."""
        return httpx.MockTransport(self.handle)

    def handle(self, request: httpx.Request) -> httpx.Response:
        """The answer to one request."""
        path = request.url.path
        root, place = ("/", f"/{DATABASE}/") if self.series == "7.0" else ("/rpc/", f"/{DATABASE}/rpc/")
        if request.method != "POST" or path not in {root, place}:
            return httpx.Response(404 if path.endswith("/rpc/") else 405)
        call: Any = jsonrpc.loads(request.content)
        method, params = call["method"], call["params"]
        self.calls.append(method)
        if path == root:
            version = "7.0.59" if self.series == "7.0" else "8.0"
            return self._reply({"id": call["id"], "result": version})
        if method == "common.db.login":
            return self._login(params)
        if self._user(request) is None:
            return httpx.Response(401)
        answer = self.answers.get(method)
        if isinstance(answer, int):
            return httpx.Response(answer)
        if answer is not None:
            return self._reply({"id": call["id"], "error": answer})
        try:
            return self._reply({"id": call["id"], "result": self._result(method, params)})
        except KeyError as problem:  # as the real one: an internal error, said with its text
            return self._reply({"id": call["id"], "error": [str(problem), ""]})

    def expire(self) -> None:
        """Ends every session."""
        self.sessions.clear()

    def _login(self, params: list[Any]) -> httpx.Response:
        user, given, _language = params
        if user not in USERS or given != {"password": PASSWORD}:
            return httpx.Response(401)
        token = f"token-{len(self.calls)}"
        self.sessions[token] = user
        login: list[Any] = [USERS[user], token] if self.series == "7.0" else [USERS[user], token, None]
        return self._reply({"id": 1, "result": login})

    def _user(self, request: httpx.Request) -> str | None:
        scheme, _, content = request.headers.get("authorization", "").partition(" ")
        if scheme != "Session":
            return None
        user, _, token = base64.b64decode(content).decode().split(":")
        return user if self.sessions.get(token) == user else None

    def _result(self, method: str, params: list[Any]) -> Any:
        if method == "common.db.logout":
            return None
        kind, _, rest = method.partition(".")
        model, _, action = rest.rpartition(".")
        if method == "model.res.user.get_preferences":
            return {"language": "zh_CN", "company": 1}
        if method == "system.listMethods":
            return list(METHODS)
        if model in LISTS:
            return _listed(model, action, params)
        if kind != "model" or model not in _FIELDS:
            raise KeyError(model)
        actions: Mapping[str, Callable[..., Any]] = {
            "fields_get": lambda _names, _context: _FIELDS[model],
            "default_get": lambda _names, _with_names, _context: {"active": True, "born": date.today()},
            "search_count": lambda domain, _offset, _limit, _context: len(self._found(domain)),
            "search_read": self._search_read,
            "create": self._create,
            "write": self._write,
            "delete": self._delete,
        }
        return actions[action](*params)

    def _found(self, domain: list[Any]) -> list[dict[str, Any]]:
        return [
            row
            for row in self.parties.values()
            if all(_COMPARE[operator](row[name], value) for name, operator, value in domain)
        ]

    def _search_read(
        self, domain: Any, offset: int, limit: int | None, order: Any, fields: list[str], _context: Any
    ) -> list[dict[str, Any]]:
        rows = self._found(domain)
        for name, direction in reversed(order):
            rows.sort(key=lambda row: row[name], reverse=direction == "DESC")
        found = rows[offset : None if limit is None else offset + limit]
        return [{name: row[name] for name in _sent(fields)} for row in found]

    def _create(self, values: list[dict[str, Any]], _context: Any) -> list[int]:
        number = max(self.parties, default=0) + 1
        self.parties[number] = {**_party(number), **values[0], "id": number}
        return [number]

    def _write(self, ids: list[int], values: dict[str, Any], _context: Any) -> None:
        self.parties[ids[0]].update(values)

    def _delete(self, ids: list[int], _context: Any) -> None:
        del self.parties[ids[0]]

    def _reply(self, answer: Any) -> httpx.Response:
        return httpx.Response(200, content=jsonrpc.dumps(answer))


def _listed(model: str, action: str, params: list[Any]) -> Any:
    definitions, rows = LISTS[model]
    match action:
        case "fields_get":
            return definitions
        case "default_get":
            return {}
        case "search_count":
            return len(rows)
        case "search_read":
            return [{"id": row["id"], **{name: row.get(name) for name in _sent(params[4])}} for row in rows]
    raise KeyError(action)


def _sent(fields: list[str]) -> list[str]:
    return [f"{name.partition('.')[0]}." if "." in name else name for name in dict.fromkeys(["id", *fields])]


def _party(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Partner {number}",
        "code": f"P{number:05}",
        "lang": 1 if number % 2 else None,
        "lang.": {"id": 1, "code": "zh_CN"} if number % 2 else None,
        "credit": Decimal("5000.50"),
        "weight": 1.5,
        "born": date(1990, 2, 28),
        "create_date": datetime(2026, 1, 31, 23, 59, 59, 999999),
        "opens": time(8, 30),
        "lead": timedelta(days=2, microseconds=1),
        "photo": b"\x00\xff",
        "active": True,
    }
