"""Small recordings made by hand, and an ERP in a few lines that answers what they say, with new tokens."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from harness.adapters.load import Answer, Seat
from harness.model import Account, Environment, Secret, Side
from harness.performance.har import Converted, Wishes, convert

HOST = "erp.example:8000"
USER, PASSWORD = "wang.fang", "Sesam+öffne/Dich-42"
BEGAN = datetime(2026, 3, 9, 9, tzinfo=UTC)
SENT = ("application/json", "application/x-www-form-urlencoded", "text/xml")


def entry(
    method: str,
    path: str,
    *,
    at: float = 0.0,
    sent: Any = None,
    form: str = "",
    headers: Mapping[str, str] = MappingProxyType({}),
    status: int = 200,
    answer: Any = None,
    html: str = "",
    returned: Mapping[str, str] = MappingProxyType({}),
    host: str = HOST,
    mime: str = "",
    kind: str = "",
    scheme: str = "http",
) -> dict[str, Any]:
    """One entry of a recording."""
    request: dict[str, Any] = {"method": method, "url": f"{scheme}://{host}{path}"}
    request["headers"] = [{"name": name, "value": value} for name, value in headers.items()]
    if sent is not None:
        told = sent if isinstance(sent, str) else json.dumps(sent)
        request["postData"] = {"mimeType": SENT[0] if not isinstance(sent, str) else SENT[2], "text": told}
    if form:
        request["postData"] = {"mimeType": SENT[1], "text": form}
    body = html or ("" if answer is None else json.dumps(answer))
    media = mime or ("text/html" if html else "application/json")
    return {
        "startedDateTime": (BEGAN + timedelta(seconds=at)).isoformat(),
        "time": 50,
        "_resourceType": kind,
        "request": request,
        "response": {
            "status": status,
            "headers": [{"name": name, "value": value} for name, value in returned.items()],
            "content": {"mimeType": media, "text": body, "size": len(body)},
        },
    }


def recorded(folder: Path, *entries: dict[str, Any]) -> Path:
    """The file."""
    path = folder / "recorded.har"
    path.write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
    return path


def converted(folder: Path, *entries: dict[str, Any], **wishes: Any) -> Converted:
    """What becomes of it."""
    return convert(recorded(folder, *entries), Wishes("work", **wishes))


def environment(**options: Any) -> Environment:
    """The ERP under load: another address and another database than the recorded one."""
    return Environment(Side.TARGET, "tryton", "http://127.0.0.1:1/erp", options=options)


def seat(user: str = "li.na", password: str = "Other-77-pass") -> Seat:
    """A simulated user with an account of its own."""
    return Seat("r", 0, Account("sales", user, Secret(password)))


class Wire:
    """Answers by a function, and keeps what was sent."""

    def __init__(self, answer: Callable[[str, str, bytes, Mapping[str, str]], Answer]) -> None:
        self._answer = answer
        self.sent: list[tuple[str, str, bytes, Mapping[str, str]]] = []

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] = MappingProxyType({})
    ) -> Answer:
        """The answer to one request."""
        self.sent.append((method, path, body, dict(headers)))
        return self._answer(method, path, body, headers)


def answered(plain: Any = None, status: int = 200, html: str = "", **headers: str) -> Answer:
    """One answer; `set_cookie` is the header Set-Cookie."""
    body = html.encode() if html else b"" if plain is None else json.dumps(plain).encode()
    return Answer(status, body, tuple((name.replace("_", "-"), value) for name, value in headers.items()))


def session(made: Converted, folder: Path) -> Any:
    """The written class, imported as the generator imports it."""
    path = folder / "work_sessions.py"
    path.write_text(made.files["work_sessions.py"], encoding="utf-8")
    spec = importlib.util.spec_from_file_location("work_sessions", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.RecordedSession()


@contextmanager
def timed(transaction: str, write: Any = None) -> Iterator[None]:
    """A stopwatch that takes no time."""
    yield


def run(user: Any, wire: Wire, env: Environment | None = None, times: int = 1) -> None:
    """Logs in, and does the recorded work."""
    user.login(env or environment(), wire, seat())
    for _ in range(times):
        for scenario in user.scenarios().values():
            scenario(timed)
