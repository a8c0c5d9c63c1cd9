"""One login at a Tryton server: typed calls, guarded by what is known to only read."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from contextlib import suppress

import httpx

from harness.adapters.guard import WriteGuard
from harness.adapters.tryton.methods import only_reads
from harness.adapters.tryton.refusal import http_refusal, refusal
from harness.adapters.tryton.server import HEADERS, Server, discover
from harness.adapters.wire import jsonrpc
from harness.adapters.wire.http import HttpSession
from harness.errors import AdapterError, HarnessError, Refused, Unreachable
from harness.model import Account, Secret, text
from harness.values import Value

Row = Mapping[str, Value]


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
        sent = (*params, {**self.context, **(context or {})})
        response = self._post(method, sent)
        if response.status_code == httpx.codes.UNAUTHORIZED:
            # The session is too old for this method, and the server ran nothing: log in and ask again.
            self._session = None
            self._log_in()
            response = self._post(method, sent)
        return self._result(method, response)

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

    def close(self) -> None:
        """Logs out if it ever logged in; a server that is gone is no reason to fail."""
        if self._session is not None:
            with suppress(HarnessError):
                self._post("common.db.logout", ())
            self._session = None

    def _log_in(self) -> None:
        if self._session is not None:
            return
        account = self._account
        secret = {"password": account.password.reveal()}
        response = self._post("common.db.login", (account.user, secret, self._language))
        if response.status_code == httpx.codes.NOT_FOUND:
            sentence = text("adapters.tryton.no_database", url=self._http.url, database=self._database)
            raise AdapterError(sentence)
        self._session = self._token(self._login_result(response))
        preferences = self._result(
            "model.res.user.get_preferences", self._post("model.res.user.get_preferences", (True, {}))
        )
        self._context = {**preferences, "language": self._language}  # type: ignore[dict-item]

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

    def _token(self, login: Sequence[Value]) -> Secret:
        plain = ":".join((self._account.user, str(login[0]), str(login[1])))
        return Secret(base64.b64encode(plain.encode()).decode())

    def _post(self, method: str, params: Sequence[Value]) -> httpx.Response:
        content = jsonrpc.dumps({"id": 1, "method": method, "params": list(params)})
        headers = dict(HEADERS)
        if self._session is not None:
            headers["Authorization"] = f"Session {self._session.reveal()}"
        return self._http.send("POST", self.server.path, content=content, headers=headers)

    def _result(self, method: str, response: httpx.Response) -> Value:
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
