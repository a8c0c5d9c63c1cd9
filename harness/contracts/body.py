"""Bodies as plain values: JSON, XML and text, each by what the server calls it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from xml.parsers.expat import ExpatError

import xmltodict

from harness.values import Value

JSON, XML, HTML, TEXT, BINARY, EMPTY = "json", "xml", "html", "text", "binary", "empty"
BROKEN = "broken"


def parsed(content: bytes, content_type: str) -> tuple[str, Value]:
    """The form of a body and its content. All numbers are decimals: 1 and 1.0 are one number in JSON."""
    form = _form(content, content_type)
    try:
        match form:
            case "json":
                return form, json.loads(
                    content, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_number
                )
            case "xml":
                return form, _plain(xmltodict.parse(content))
            case "text":
                return form, list(content.decode("utf-8-sig", "replace").splitlines())
            case "binary":
                return form, hashlib.sha256(content).hexdigest()
    except (ValueError, ExpatError):
        return f"{BROKEN} {form}", None
    return form, None


def shape(value: Value) -> str:
    """What partners would call the value."""
    match value:
        case None:
            return "null"
        case bool():
            return "switch"
        case int() | Decimal():
            return "number"
        case str():
            return "text"
        case Mapping():
            return "table"
        case Sequence():
            return "list"
    return "any"


def at(value: Value, path: str) -> Iterator[Value]:
    """Every value at a path such as `result[].code`; nothing where a field on the way is not there."""
    head, _, rest = path.partition(".")
    name, _, lists = head.partition("[")
    found: list[Value] = [value]
    if name:
        found = [item[name] for item in found if isinstance(item, Mapping) and name in item]
    for _ in range(lists.count("]")):
        found = [one for item in found if _is_list(item) for one in item]  # type: ignore[union-attr]
    for item in found:
        if rest:
            yield from at(item, rest)
        else:
            yield item


def parents(value: Value, path: str) -> Iterator[Value]:
    """Every table that should have the field at a path."""
    head, _, _ = path.rpartition(".")
    yield from at(value, head) if head else [value]


def replaced(value: Value, change: Mapping[str, object], path: str = "") -> Value:
    """The value with what stands at these paths replaced by its shape alone."""
    if path in change:
        return f"({shape(value)})"
    if isinstance(value, Mapping):
        return {
            name: replaced(item, change, f"{path}.{name}" if path else name) for name, item in value.items()
        }
    if _is_list(value):
        return [replaced(item, change, f"{path}[]") for item in value]  # type: ignore[union-attr]
    return value


def _form(content: bytes, content_type: str) -> str:
    kind = content_type.partition(";")[0].strip().lower()
    if not content:
        return EMPTY
    if kind.endswith(("json", "+json")):
        return JSON
    if kind in ("text/html", "application/xhtml+xml"):
        return HTML
    if kind.endswith(("/xml", "+xml")):
        return XML
    return TEXT if kind.startswith("text/") or kind == "application/csv" else BINARY


def _plain(value: object) -> Value:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return None if value is None else str(value)


def _is_list(value: Value) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
