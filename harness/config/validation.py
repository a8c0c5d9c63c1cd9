"""Checks data against a table's model and says what is wrong in our own sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from harness.config.problems import nearest
from harness.config.sources import Source
from harness.config.table import Table
from harness.messages import text

T = TypeVar("T", bound=Table)

_TYPES = {
    "string_type": "config.type.text",
    "bool_type": "config.type.switch",
    "int_type": "config.type.whole",
    "int_from_float": "config.type.whole",
    "list_type": "config.type.list",
    "tuple_type": "config.type.list",
    "dict_type": "config.type.table",
    "mapping_type": "config.type.table",
    "model_type": "config.type.table",
    "model_attributes_type": "config.type.table",
}
_BOUNDS = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}


def check(model: type[T], source: Source, path: str, data: object) -> T | None:
    """The table at `path`, or None with its problems added to the source."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        # The error holds the values it refused, so it never leaves this function.
        details = error.errors(include_url=False)
    for detail in details:
        where = ".".join([path, *map(str, detail["loc"])] if path else map(str, detail["loc"]))
        if not source.has_problem(where):
            _add(model, source, where, detail)
    return None


def _add(model: type[Table], source: Source, path: str, detail: ErrorDetails) -> None:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind.startswith("config.reason."):
        _add_ours(source, path, kind.removeprefix("config.reason."), context)
    elif kind == "missing":
        source.problem(path, "missing")
    elif kind == "extra_forbidden":
        *parents, name = detail["loc"]
        valid = keys_at(model, parents)
        source.problem(path, "unknown_key", nearest=nearest(str(name), valid), valid=valid)
    elif kind in ("enum", "literal_error"):
        valid = tuple(re.findall(r"'([^']*)'", str(context["expected"]))) or (str(context["expected"]),)
        given = detail["input"]
        source.problem(path, "choice", nearest=nearest(str(given), valid), valid=valid)
    elif kind in _BOUNDS:
        source.problem(path, f"bound_{_BOUNDS[kind]}", bound=str(context[_BOUNDS[kind]]))
    elif kind in ("too_long", "too_short"):
        source.problem(path, "length")
    else:
        expected = _TYPES.get(kind, "config.type.other")
        source.problem(path, "type", expected=text(expected))


def _add_ours(source: Source, path: str, reason: str, context: Mapping[str, Any]) -> None:
    params = {
        name: text(item) if name == "expected" else item for name, item in context.items() if name != "reason"
    }
    source.problem(path, reason, **params)


def keys_at(model: type[Table], path: Sequence[int | str]) -> tuple[str, ...]:
    """The keys that the table at `path` below `model` may have."""
    found: Any = model
    for part in path:
        found = _inside(found, part)
    if isinstance(found, type) and issubclass(found, BaseModel):
        return tuple(item.alias or name for name, item in found.model_fields.items())
    return ()


def _inside(kind: Any, part: int | str) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        by_name = {item.alias or name: item.annotation for name, item in kind.model_fields.items()}
        return _plain(by_name.get(str(part)))
    arguments = get_args(kind)
    if get_origin(kind) is tuple and arguments:
        return _plain(arguments[0])
    return _plain(arguments[-1]) if arguments else None


def _plain(kind: Any) -> Any:
    while get_origin(kind) in (Annotated, Union, UnionType):
        kind = next(item for item in get_args(kind) if item is not NoneType)
    return kind
