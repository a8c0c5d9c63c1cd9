"""One login at a Tryton server: typed calls, guarded by what is known to only read."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress

import httpx

from harness.adapters.guard import WriteGuard
from harness.adapters.options import password_of
from harness.adapters.tryton.busy import gave_up, patiently
from harness.adapters.tryton.methods import only_reads
from harness.adapters.tryton.refusal import http_refusal, refusal
from harness.adapters.tryton.server import HEADERS, Server, discover
from harness.adapters.tryton.touched import Touches
from harness.adapters.wire import jsonrpc
from harness.adapters.wire.http import HttpSession
from harness.adapters.wire.kept import SessionStore
from harness.errors import AdapterError, HarnessError, Refused, Unreachable
from harness.model import Account, Cover, Secret, text
from harness.values import Value
from harness.ways import ApiKey, BrowserSession, ByCertificate, ClientCredentials

Row = Mapping[str, Value]
_METHODS = "system.listMethods"


class TrytonClient:
    """Calls remote methods as one user, logging in when the first one is made.

    Every call that is not known to only read asks the guard first; nothing is sent when it refuses.
    """

    def __init__(
        self, http: HttpSession, database: str, account: Account, guard: WriteGuard, language: str
    ) -> None:
        self.guard = guard
        self._http = http
        self._database = database
        self._account = account
        self._language = language
        self._side = guard.environment.side
        self._server: Server | None = None
        self._session: Secret | None = None
        self._context: Row = {}
        self._fields: dict[str, Mapping[str, Row]] = {}
        self._touches = Touches()

    def __repr__(self) -> str:
        return f"TrytonClient({self._http.url!r}, {self._database!r}, {self._account.role!r})"

    @property
    def server(self) -> Server:
        """What answers at the URL; asked once."""
        if self._server is None:
            self._server = discover(self._http, self._database)
        return self._server

    @property
    def context(self) -> Row:
        """The user's own context (company, groups) with the configured language."""
        self._log_in()
        return self._context

    def call_sure(self, method: str, *params: Value) -> Value:
        """The method's result, saying yes to each warning, as a user does who means it."""
        answered: set[str] = set()
        while True:
            try:
                return self.call(method, *params)
            except Refused as asked:
                if asked.warning is None or asked.warning in answered:
                    raise
                answered.add(asked.warning)
                self.call("model.res.user.warning.skip", asked.warning)

    def call(self, method: str, *params: Value, context: Row | None = None) -> Value:
        """The method's result. Refused when Tryton says no, WriteRefused before sending a locked write."""
        if not only_reads(method):
            self.guard.demand(method)
        self._touches.note(method, params)
        sent = (*params, {**self.context, **(context or {})})
        response = self._post(method, sent)
        if response.status_code == httpx.codes.UNAUTHORIZED:
            # The session is too old for this method, and the server ran nothing: log in and ask again.
            self._session = None
            self._log_in()
            response = self._post(method, sent)
        return self._result(method, response)

    def methods(self) -> tuple[str, ...]:
        """Every remote method that the server offers."""
        self._log_in()
        found = self._result(_METHODS, self._post(_METHODS, ()))  # it takes no context
        return tuple(found) if isinstance(found, list) else ()

    def touches(self) -> tuple[Cover, ...]:
        """What was called since this was last asked."""
        return self._touches.take()

    def fields(self, model: str) -> Mapping[str, Row]:
        """The definitions of a model's fields; AdapterError when there is no such model."""
        if model not in self._fields:
            try:
                found = self.call(f"model.{model}.fields_get", [])
            except Refused as problem:
                if problem.code != "server_error":
                    raise
                raise AdapterError(
                    text("adapters.unknown_model", model=model, side=self._side.value)
                ) from problem
            self._fields[model] = found  # type: ignore[assignment]  # fields_get maps names to definitions
        return self._fields[model]

    def search_read(
        self,
        model: str,
        domain: Sequence[Value],
        fields: Sequence[str],
        *,
        order: Sequence[Value] = (["id", "ASC"],),
        limit: int | None = None,
        offset: int = 0,
        context: Row | None = None,
    ) -> list[Row]:
        """One page of records, in Tryton's own shape."""
        found = self.call(
            f"model.{model}.search_read", domain, offset, limit, order, list(fields), context=context
        )
        return list(found)  # type: ignore[arg-type]  # search_read answers with a list of records

    @property
    def url(self) -> str:
        """Where the server is."""
        return self._http.url

    def send(self, method: str, path: str, content: bytes, headers: Mapping[str, str]) -> httpx.Response:
        """A request as it is, as this user."""
        authorization = {}
        if not isinstance(self._account.way, ApiKey | ClientCredentials | ByCertificate):
            self._log_in()
            authorization = self._authorization()
        return self._http.send(method, path, content=content, headers={**headers, **authorization})

    def _authorization(self) -> dict[str, str]:
        if self._session is None or self._session == Secret(""):
            return {}
        return {"Authorization": f"Session {self._session.reveal()}"}

    def close(self) -> None:
        """Logs out if it ever logged in; a server that is gone is no reason to fail.

        A session that a person opened is left open: it is for the next run too.
        """
        if self._session is not None and self._account.way is None:
            with suppress(HarnessError):
                self._post("common.db.logout", ())
        self._session = None
        self._http.close()

    def _log_in(self) -> None:
        if self._session is not None:
            return
        if isinstance(self._account.way, BrowserSession):
            self._session = self._kept()
        else:
            self._session = self._by_password()
        preferences = self._result(
            "model.res.user.get_preferences", self._post("model.res.user.get_preferences", (True, {}))
        )
        self._context = {**preferences, "language": self._language}  # type: ignore[dict-item]

    def _by_password(self) -> Secret:
        account, environment = self._account, self.guard.environment
        secret = {"password": password_of(environment, account)}
        response = self._post("common.db.login", (account.user, secret, self._language))
        if response.status_code == httpx.codes.NOT_FOUND:
            sentence = text("adapters.tryton.no_database", url=self._http.url, database=self._database)
            raise AdapterError(sentence)
        login = self._login_result(response)
        return _token(account.user, login[0], login[1])

    def _kept(self) -> Secret:
        """What the web client keeps: 7.0 the session itself, 8.0 a cookie that goes by itself."""
        kept = SessionStore.of_user().kept(self.guard.environment, self._account.role)
        stored = json.loads(kept.stored(f"sao_session_{self._database}") or "{}")
        if stored.get("session"):
            return _token(stored["login"], stored["user_id"], stored["session"])
        return Secret("")

    def _login_result(self, response: httpx.Response) -> Sequence[Value]:
        sentence = text(
            "adapters.login_refused",
            side=self._side.value,
            role=self._account.role,
            user=self._account.user,
        )
        try:
            found = self._result("common.db.login", response)
        except Refused as problem:
            raise Refused(sentence, code=problem.code, message=problem.message) from problem
        if not isinstance(found, list) or len(found) < 2:
            raise Refused(sentence, code="login", message="")
        return found

    def _post(self, method: str, params: Sequence[Value]) -> httpx.Response:
        content = jsonrpc.dumps({"id": 1, "method": method, "params": list(params)})
        headers = {**HEADERS, **self._authorization()}
        path = self.server.path
        return patiently(lambda: self._http.send("POST", path, content=content, headers=headers, own=gave_up))

    def _result(self, method: str, response: httpx.Response) -> Value:
        if gave_up(response):
            raise Unreachable(text("adapters.tryton.busy", url=self._http.url))
        if response.status_code != httpx.codes.OK:
            raise http_refusal(method, self._side, response.status_code)
        try:
            answer = jsonrpc.loads(response.content)
        except ValueError as problem:
            sentence = text("adapters.http.not_json", url=self._http.url, status=response.status_code)
            raise Unreachable(sentence) from problem
        if not isinstance(answer, dict):
            return answer
        if answer.get("error"):
            raise refusal(method, self._side, answer["error"])
        return answer.get("result")


def _token(user: str, id: Value, session: Value) -> Secret:
    plain = ":".join((user, str(id), str(session)))
    return Secret(base64.b64encode(plain.encode()).decode())
