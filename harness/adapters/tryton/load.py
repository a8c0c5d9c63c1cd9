"""One simulated Tryton user: logs in over either wire form and does what its desk does.

Runs in the load generator's own process. It speaks the wire itself, because a load generator that is busy
with typed documents measures itself; what an answer holds is still checked, for a fast and empty one.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit

from harness.adapters.load import Answer, Http, LoadFault, Scenario, Seat
from harness.adapters.tryton.load_scenarios import DESKS
from harness.adapters.wire import jsonrpc
from harness.model import Environment
from harness.values import Value
from harness.written import reference_of

_ELSEWHERE = frozenset({404, 405})  # 8.0 answers these where 7.0 has its calls
_OK, _NOTHING, _UNAUTHORIZED = 200, 204, 401
_JSON: Mapping[str, str] = MappingProxyType({"Content-Type": "application/json"})


class TrytonLoadSession:
    """A logged-in user of either wire form, with records of the company to work on."""

    def __init__(self) -> None:
        self.number = 0
        self._done = 0
        self._headers = dict(_JSON)
        self._language = "en"
        self._context: Mapping[str, Value] = MappingProxyType({})
        self._desks = [desk(self) for desk in DESKS]

    def login(self, environment: Environment, http: Http, seat: Seat) -> None:
        """Finds the wire form, logs in, and reads what the seat's scenarios work on."""
        self._http, self._seat, self.number = http, seat, seat.number
        base = urlsplit(environment.url).path.rstrip("/")
        database = quote(str(environment.options.get("database", "")))
        self._language = str(environment.options.get("language", "en"))
        self._log_in(f"{base}/{database}/")
        preferences = self.call("model.res.user.get_preferences", True)
        self._context = {**preferences, "language": self._language}
        for desk in self._desks:
            if set(desk.names) & set(seat.scenarios):
                desk.prepare()

    def scenarios(self) -> Mapping[str, Scenario]:
        """What the users of this ERP do; those of the seat are prepared."""
        return {name: does for desk in self._desks for name, does in desk.scenarios().items()}

    def call(self, method: str, *params: Value, context: Mapping[str, Value] | None = None) -> Any:
        """The result of a method; LoadFault when there is none."""
        return _result(self._post(method, [*params, {**self._context, **(context or {})}]))

    def reference(self) -> str:
        """A reference that no other document has."""
        return reference_of(self._seat.run, self._seat.number, self._done)

    def turn(self) -> int:
        """How often this was asked, from 1."""
        self._done += 1
        return self._done

    def log_in(self) -> Callable[[], None]:
        """Opens another session of the same account; what is returned ends that one."""
        headers = {**_JSON, "Authorization": _session(self._seat, _result(self._ask_for_session()))}
        return lambda: self._leave(headers)

    def _log_in(self, path: str) -> None:
        for self._path in (path, f"{path}rpc/"):
            answer = self._ask_for_session()
            if answer.status not in _ELSEWHERE:
                break
        self._headers["Authorization"] = _session(self._seat, _result(answer))

    def _ask_for_session(self) -> Answer:
        account = self._seat.account
        params: list[Value] = [account.user, {"password": account.password.reveal()}, self._language]
        return self._post("common.db.login", params, _JSON)

    def _leave(self, headers: Mapping[str, str]) -> None:
        answer = self._post("common.db.logout", [], headers)
        if answer.status not in (_OK, _NOTHING):
            raise LoadFault(f"http.{answer.status}")

    def _post(self, method: str, params: Sequence[Value], headers: Mapping[str, str] | None = None) -> Answer:
        body = jsonrpc.dumps({"id": 1, "method": method, "params": params})
        return self._http.send("POST", self._path, body, self._headers if headers is None else headers)


def _session(seat: Seat, result: Any) -> str:
    if not isinstance(result, list) or len(result) < 2:
        raise LoadFault("refused.login")
    token = f"{seat.account.user}:{result[0]}:{result[1]}"
    return f"Session {base64.b64encode(token.encode()).decode()}"


def _result(answer: Answer) -> Any:
    if answer.status != _OK:
        raise LoadFault("refused.login" if answer.status == _UNAUTHORIZED else f"http.{answer.status}")
    try:
        found = jsonrpc.loads(answer.body)
    except ValueError as problem:
        raise LoadFault("answer.not_json") from problem
    if not isinstance(found, dict):
        return found
    if found.get("error"):
        raise LoadFault(f"refused.{_kind(found['error'])}")
    return found.get("result")


def _kind(error: Value) -> str:
    """Tryton's word for why; never its message, which may hold data."""
    name = error[0] if isinstance(error, list) and error else ""
    return str(name) if str(name).isidentifier() else "error"
