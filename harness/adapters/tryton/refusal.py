"""How Tryton says no, in the words that a finding can be compared by."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.errors import Refused
from harness.model import Side, text
from harness.values import Value

# Tryton sends one class for rights, validation and everything else; only its English text tells them apart.
_ACCESS = re.compile(
    r"You are not allowed to (access|execute|modify|create|write|delete|read)\b|Calling button "
)
_VALIDATION = re.compile(
    r"The value .* (is not valid|is too long|is not one of)|A value is required|The number of digits"
)
# 8.0 says so where 7.0 leaves out in silence what is not in the right state.
_STATE = re.compile(r"You can not call ")


def refusal(action: str, side: Side, error: Value) -> Refused:
    """The refusal that a JSON-RPC `error` stands for."""
    kind, details = _parts(error)
    if kind == "UserError":
        return _refused(action, side, _code_of(details), _sentence(details[:2]))
    if kind == "UserWarning":
        name = str(details[0]) if details else ""
        return _refused(action, side, "UserWarning", _sentence(details[1:3]), name)
    if kind == "ConcurrencyException":
        return _refused(action, side, "concurrency", _sentence(details))
    if kind == "LoginException":
        return _refused(action, side, "login", _sentence(details[1:2]))
    return _refused(action, side, "server_error", kind)


def http_refusal(action: str, side: Side, status: int) -> Refused:
    """The refusal that a bare HTTP status stands for."""
    code = {401: "login", 403: "access", 429: "rate_limit"}.get(status, f"http_{status}")
    return _refused(action, side, code, f"HTTP {status}")


def _refused(action: str, side: Side, code: str, message: str, warning: str | None = None) -> Refused:
    sentence = text("adapters.refused", side=side.value, action=action, code=code, message=message)
    return Refused(sentence, code=code, message=message, warning=warning)


def _parts(error: Value) -> tuple[str, Sequence[Value]]:
    if isinstance(error, Sequence) and not isinstance(error, str | bytes) and error:
        details = error[1] if len(error) > 1 else ()
        if isinstance(details, Sequence) and not isinstance(details, str | bytes):
            return str(error[0]), details
        return str(error[0]), (details,)
    return str(error), ()


def _code_of(details: Sequence[Value]) -> str:
    message = str(details[0]) if details else ""
    if _ACCESS.search(message):
        return "access"
    if _STATE.search(message):
        return "state"
    has_domain = len(details) > 2 and bool(details[2])
    return "validation" if has_domain or _VALIDATION.search(message) else "UserError"


def _sentence(parts: Sequence[Value]) -> str:
    return " - ".join(str(part) for part in parts if part)
