"""Conditions as `$filter`. Every service knows these operators: `in` is written as a choice of equals."""

from __future__ import annotations

from collections.abc import Sequence

from harness.adapters.odata.edm import Version, literal, typed_text
from harness.adapters.protocol import Condition
from harness.errors import AdapterError
from harness.model import text
from harness.values import Value

_OPERATORS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_KNOWN = (*_OPERATORS, "in", "like")


def test(condition: Condition, edm: str, version: Version) -> str | None:
    """One condition on a property of this type; None when nothing can ever meet it."""
    field, value = condition.field, condition.value
    if condition.operator in _OPERATORS:
        return f"{field} {_OPERATORS[condition.operator]} {_literal(value, edm, version)}"
    if condition.operator == "in" and isinstance(value, list | tuple):
        equals = [f"{field} eq {_literal(item, edm, version)}" for item in value]
        return f"({' or '.join(equals)})" if equals else None
    if condition.operator == "like":
        return _like(field, str(value), version)
    raise AdapterError(text("adapters.unknown_operator", operator=condition.operator, known=_KNOWN))


def joined(tests: Sequence[str]) -> dict[str, str]:
    """The option of the address; all of the tests must hold."""
    return {"$filter": " and ".join(tests)} if tests else {}


def _literal(value: Value, edm: str, version: Version) -> str:
    return literal(typed_text(value, edm), edm, version)


def _like(field: str, pattern: str, version: Version) -> str:
    inner = literal(pattern.strip("%"), "Edm.String")
    if pattern.startswith("%") and pattern.endswith("%"):
        return f"substringof({inner},{field})" if version is Version.V2 else f"contains({field},{inner})"
    if pattern.endswith("%"):
        return f"startswith({field},{inner})"
    return f"endswith({field},{inner})" if pattern.startswith("%") else f"{field} eq {inner}"
