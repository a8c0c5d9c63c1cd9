"""Asks one side: the request filled in and sent, the answer taken down without what must not be kept."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote
from xml.sax.saxutils import escape

from harness.adapters.options import account_of, password_of
from harness.adapters.protocol import Adapter, AnswersRequests, HttpAnswer
from harness.contracts.body import at, parents, parsed, replaced, shape
from harness.contracts.contract import SAFE, Contract, Request
from harness.errors import ConfigError
from harness.model import Capture, Environment, Item, Side, text
from harness.redact import mask
from harness.values import Value

ITEM = "contract"
_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_LOCATION = "location"


def gather(contract: Contract, adapter: Adapter, *, mask_key: bytes) -> Capture:
    """The answer of the adapter's side.

    Texts are stored as they are only where everything is made up; elsewhere masked, equal ones alike.
    """
    if not isinstance(adapter, AnswersRequests):
        raise ConfigError(text("contracts.not_capable", adapter=adapter.environment.adapter))
    environment = adapter.environment
    request = filled(contract, environment)
    answer = adapter.exchange(
        request.method,
        request.path,
        content=request.body.encode(),
        headers=request.headers,
        logged_in=contract.role is not None,
        reads=contract.reads or request.method in SAFE,
    )
    key = None if environment.synthetic else mask_key
    return Capture(_value(contract, environment, answer, key), universe=(Item(ITEM, contract.check_id),))


def filled(contract: Contract, environment: Environment) -> Request:
    """The request of one side with every `{{name}}` replaced, quoted as its place demands."""
    request = contract.sent_to(environment.side)
    known = _known(contract, environment)
    kind = next((value for name, value in request.headers.items() if name.lower() == "content-type"), "")
    in_body = _in_json if "json" in kind else _in_xml if "xml" in kind else str
    return request.model_copy(
        update={
            "path": _filled(contract, request.path, known, lambda value: quote(value, safe="")),
            "headers": {name: _filled(contract, item, known, str) for name, item in request.headers.items()},
            "body": _filled(contract, request.body, known, in_body),
        }
    )


def _known(contract: Contract, environment: Environment) -> Mapping[str, Callable[[], str]]:
    options = {name: str(item) for name, item in environment.options.items() if isinstance(item, str | int)}
    unique = secrets.token_hex(4)
    known: dict[str, Callable[[], str]] = {"unique": lambda: unique} | {
        name: lambda item=item: item for name, item in options.items()
    }
    role = contract.account or contract.role
    if role is not None:
        account = account_of(environment, role)
        known |= {"user": lambda: account.user, "password": lambda: password_of(environment, account)}
    return known


def _filled(
    contract: Contract, content: str, known: Mapping[str, Callable[[], str]], quoted: Callable[[str], str]
) -> str:
    def one(found: re.Match[str]) -> str:
        if found[1] not in known:
            names = tuple(sorted(known))
            raise ConfigError(
                text("contracts.unknown_place", contract=contract.contract, name=found[1], known=names)
            )
        return quoted(known[found[1]]())

    return _PLACE.sub(one, content)


def _in_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _in_xml(value: str) -> str:
    return escape(value, {'"': "&quot;", "'": "&apos;"})


def _value(contract: Contract, environment: Environment, answer: HttpAnswer, key: bytes | None) -> Value:
    form, body = parsed(answer.body, answer.headers.get("content-type", ""))
    wanted = contract.answer
    request = contract.sent_to(environment.side)
    kept = dict.fromkeys(wanted.varies)
    return {
        "asked": f"{request.method} {request.path}",
        "status": answer.status,
        "location": _sanitized(answer.headers.get(_LOCATION, ""), environment),
        "headers": {name.lower(): answer.headers.get(name.lower()) for name in wanted.headers},
        "form": form,
        "body": _masked(replaced(body, kept), key),
        "lacking": _lacking(contract, answer, form, body),
        "told": _told(contract, environment),
    }


def _told(contract: Contract, environment: Environment) -> Value:
    """What partners were told of beforehand: another request for this side, differences that are accepted."""
    changed = contract.target if environment.side is Side.TARGET else contract.source
    reason = changed.reason
    plain = contract.request
    return {
        "request": None if reason is None else {"en": reason.en, "zh": reason.zh},
        "instead_of": f"{plain.method} {plain.path}",
        "accepted": [
            {"path": item.path, "en": item.reason.en, "zh": item.reason.zh}
            for item in contract.answer.accepted
        ],
    }


def _sanitized(location: str, environment: Environment) -> str:
    """Where a redirection leads, without the server's own address and the query, which may hold anything."""
    return location.removeprefix(environment.url).partition("?")[0]


def _lacking(contract: Contract, answer: HttpAnswer, form: str, body: Value) -> list[Value]:
    """What the contract says of the answer and is not so."""
    wanted = contract.answer
    found: list[Value] = []
    if wanted.status is not None and answer.status != wanted.status:
        return [{"what": "status", "expected": str(wanted.status), "found": str(answer.status)}]
    for path, shapes in wanted.fields.items():
        seen = sorted(_shapes(body, path) - set(shapes.split("|")))
        if seen and "any" not in shapes:
            found.append({"what": path, "expected": shapes, "found": ", ".join(seen)})
    content = answer.body.decode("utf-8", "replace")
    found += [
        {"what": "contains", "expected": wish, "found": "absent"}
        for wish in wanted.contains
        if wish not in content
    ]
    return found


def _shapes(body: Value, path: str) -> set[str]:
    """The shapes at a path; `absent` where a table lacks the field, or where nothing is there at all."""
    shapes = {shape(value) for value in at(body, path)}
    name = path.rpartition(".")[2]
    if "[" not in name:
        lacking = [
            table for table in parents(body, path) if not isinstance(table, Mapping) or name not in table
        ]
        shapes |= {"absent"} if lacking or not shapes else set()
    return shapes or {"absent"}


def _masked(value: Value, key: bytes | None) -> Value:
    if key is None:
        return value
    if isinstance(value, Mapping):
        return {name: _masked(item, key) for name, item in value.items()}
    if isinstance(value, str):
        return value if value.startswith("(") and value.endswith(")") else mask(value, key)
    if isinstance(value, Sequence):
        return [_masked(item, key) for item in value]
    return value
