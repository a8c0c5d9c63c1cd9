"""One user's requests to a service: tokens against forged requests, refusals in comparable words, batches."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import httpx

from harness.adapters.guard import WriteGuard
from harness.adapters.odata import batch
from harness.adapters.odata.batch import Request
from harness.adapters.wire.http import HttpSession
from harness.errors import Refused, Unreachable
from harness.model import text

# What these mean is fixed by HTTP; other refusals are told apart by the service's own code.
_CODES = {401: "login", 403: "access", 404: "not_found", 412: "changed", 428: "changed", 429: "rate_limit"}
_TOKEN = "X-CSRF-Token"  # noqa: S105  # the name of a header
_SAFE = "$,()/'=:;*@"
_LONGEST_WORDS = 200


class ODataSession:
    """Sends what it is told to. Everything but reading asks the guard before it sends anything."""

    def __init__(
        self,
        http: HttpSession,
        guard: WriteGuard,
        *,
        language: str | None = None,
        query: Mapping[str, str] | None = None,
    ) -> None:
        self._http = http
        self._guard = guard
        self.side = guard.environment.side
        self.url = http.url
        self._headers = {"Accept-Language": language} if language else {}
        self._query = dict(query or {})
        self._token: str | None = None

    def demand(self, action: str) -> None:
        """Asks the write guard, where something is read before it is written."""
        self._guard.demand(action)

    def path(self, resource: str, options: Mapping[str, str] | None = None) -> str:
        """A resource of the service with its options, as it stands in an address."""
        given = {**self._query, **(options or {})}
        written = "&".join(f"{name}={quote(value, safe=_SAFE)}" for name, value in given.items())
        return f"{resource}?{written}" if written else resource

    def following(self, link: str) -> str:
        """The address of a next page. Only its path counts: servers behind others say the wrong host.

        Unreachable when it is none of this service's: it would be sent the password.
        """
        known, found = urlsplit(self._http.url), urlsplit(urljoin(f"{self._http.url}/", link))
        if not found.path.startswith(f"{known.path}/"):
            raise Unreachable(text("adapters.odata.elsewhere", url=self._http.url))
        return f"{known.scheme}://{known.netloc}{found.path}?{found.query}"

    def get(self, path: str, headers: Mapping[str, str]) -> httpx.Response:
        """What is there; Refused when the service says no."""
        return self.accepted(Request("GET", path), self._send("GET", path, headers))

    def attempt(self, request: Request) -> httpx.Response:
        """The answer, whatever it says; a token is fetched when one is required."""
        if not request.reads:
            self._guard.demand(f"{request.method} {urlsplit(request.path).path}")
        return self._with_token(request)

    def batch(self, requests: Sequence[Request], headers: Mapping[str, str]) -> list[httpx.Response]:
        """The answers to several requests, each with its own status, sent as one."""
        for request in requests:
            if not request.reads:
                self._guard.demand(f"{request.method} {urlsplit(request.path).path}")
        inner = [Request(r.method, r.path, {**self._headers, **r.headers}, r.content) for r in requests]
        sent = Request(
            "POST",
            self.path("$batch"),
            {"Accept": "multipart/mixed", **headers, "Content-Type": batch.CONTENT_TYPE},
            batch.body(inner),
        )
        response = self.accepted(sent, self._with_token(sent))
        try:
            found = batch.answers(response.headers.get("Content-Type", ""), response.content)
        except ValueError as problem:
            raise self.unusable(response) from problem
        if len(found) != len(requests):
            raise self.unusable(response)
        return found

    def accepted(self, request: Request, response: httpx.Response) -> httpx.Response:
        """The answer, unless it refuses."""
        if response.is_success:
            return response
        status = response.status_code
        given, words = _error(response)
        known = _CODES.get(status)
        code = known or (given if given and not given.isdigit() else f"http_{status}")
        message = words or f"HTTP {status}"
        action = f"{request.method} {urlsplit(request.path).path}"
        sentence = text("adapters.refused", side=self.side.value, action=action, code=code, message=message)
        raise Refused(sentence, code=code, message=message)

    def data(self, response: httpx.Response) -> dict[str, Any]:
        """The JSON object of an answer, with exact numbers."""
        try:
            data = json.loads(response.content, parse_float=Decimal)
        except (ValueError, RecursionError) as problem:
            raise self.unusable(response) from problem
        if not isinstance(data, dict):
            raise self.unusable(response)
        return data

    def unusable(self, response: httpx.Response) -> Unreachable:
        """The error for an answer that no such service gives."""
        return Unreachable(text("adapters.http.not_json", url=self._http.url, status=response.status_code))

    def close(self) -> None:
        """Releases the connections."""
        self._http.close()

    def _with_token(self, request: Request) -> httpx.Response:
        """Sends the token that is known. When the service requires one, nothing was done yet: once more."""
        response = self._send(request.method, request.path, self._tokened(request), request.content)
        required = response.headers.get(_TOKEN, "").lower() == "required"
        if response.status_code != httpx.codes.FORBIDDEN or not required:
            return response
        root = self._send("GET", self.path(""), {"Accept": "application/json", _TOKEN: "Fetch"})
        self._token = root.headers.get(_TOKEN)
        if self._token is None:
            return response
        return self._send(request.method, request.path, self._tokened(request), request.content)

    def _tokened(self, request: Request) -> Mapping[str, str]:
        return {**request.headers, **({_TOKEN: self._token} if self._token else {})}

    def _send(
        self, method: str, path: str, headers: Mapping[str, str], content: bytes | None = None
    ) -> httpx.Response:
        address = path if "://" in path else f"/{path}"
        return self._http.send(method, address, content=content, headers={**self._headers, **headers})


def _error(response: httpx.Response) -> tuple[str, str]:
    """Code and message, as far as the answer has them: V2 says the message's language with it."""
    try:
        found = json.loads(response.content)["error"]
        message = found.get("message")
        words = message.get("value") if isinstance(message, Mapping) else message
        return str(found.get("code") or ""), str(words or "")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        plain = response.headers.get("Content-Type", "").startswith("text/plain")
        return "", response.text.strip()[:_LONGEST_WORDS] if plain else ""
