"""Reads the files of controls, and says everything that is wrong with them at once."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError

from harness.config.problems import Problem, nearest, raise_problems
from harness.messages import text
from harness.model import Side
from harness.reconcile.business.control import Carry, Column, Control, Identity, Query
from harness.sqltext import SqlTextError, parse_query


def load(path: Path) -> Control:
    """The control of one file; ConfigError that lists every problem of it."""
    control, problems = _read(path)
    raise_problems(problems)
    assert control is not None
    return control


def load_folder(path: Path) -> tuple[Control, ...]:
    """The controls of a folder by name of file; ConfigError that lists the problems of all files."""
    files = sorted(path.glob("*.toml"))
    if not files:
        raise_problems([Problem(str(path), "", text("business.problem.no_control"))])
    problems: list[Problem] = []
    first: dict[str, Control] = {}
    named: dict[str, Path] = {}
    for file in files:
        control, found = _read(file)
        problems += found
        if control is None:
            continue
        other = named.setdefault(control.control, file)
        if other is not file:
            reason = text("business.problem.double_control", file=other.name)
            problems.append(Problem(file.name, "control", reason))
        first.setdefault(control.control, control)
    raise_problems(problems)
    return tuple(first.values())


def _read(path: Path) -> tuple[Control | None, list[Problem]]:
    file = path.name
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError):
        return None, [Problem(str(path), "", text("business.problem.unreadable"))]
    except tomllib.TOMLDecodeError as error:
        return None, [Problem(file, "", text("business.problem.syntax", why=str(error)))]
    try:
        control = Control.model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        return None, [_shape(file, data, item) for item in found]
    problems = list(_meaning(file, control))
    return (None if problems else control), problems


_MODELS: Mapping[str, type[BaseModel]] = MappingProxyType(
    {"columns": Column, "identities": Identity, "carries": Carry, "source": Query, "target": Query}
)


def _shape(file: str, data: Mapping[str, Any], error: Any) -> Problem:
    """A problem that the models found: a key that is missing, unknown, or of the wrong type."""
    path = _path(data, error["loc"])
    match error["type"]:
        case "missing":
            return Problem(file, path, text("business.problem.missing"))
        case "extra_forbidden":
            valid = _keys_beside(error["loc"])
            near = nearest(str(error["loc"][-1]), valid)
            return Problem(file, path, text("business.problem.unknown_key"), near, valid)
        case "enum" | "literal_error":
            expected = str(error["ctx"]["expected"]).replace(" or ", ",")
            valid = tuple(part.strip(" '") for part in expected.split(","))
            return Problem(file, path, text("business.problem.not_valid"), valid=valid)
    return Problem(file, path, text("business.problem.wrong", why=str(error["msg"])))


def _keys_beside(place: tuple[int | str, ...]) -> tuple[str, ...]:
    model = _MODELS.get(str(place[0]), Control) if len(place) > 1 else Control
    names = [info.alias or name for name, info in model.model_fields.items()]
    return tuple(name for name in names if name != "name" or model is not Column)


def _path(data: Mapping[str, Any], place: tuple[int | str, ...]) -> str:
    """The key path as it stands in the file: columns are tables there, not a list."""
    parts = list(place)
    columns = data.get("columns")
    if len(parts) > 1 and parts[0] == "columns" and isinstance(parts[1], int) and isinstance(columns, dict):
        parts[1] = list(columns)[parts[1]]
    return ".".join(str(part) for part in parts)


def _meaning(file: str, control: Control) -> Iterator[Problem]:
    """Problems between keys, each well formed by itself."""
    yield from _queries(file, control)
    known = tuple(column.name for column in control.columns)
    for path, name in _references(control):
        if name not in known:
            reason = text("business.problem.no_column", name=name)
            yield Problem(file, path, reason, nearest(name, known), known)
    yield from _columns(file, control)
    yield from _numbers(file, control)
    yield from _rules(file, control)


def _queries(file: str, control: Control) -> Iterator[Problem]:
    for side in Side:
        own = control.source if side is Side.SOURCE else control.target
        path = f"{side}.query" if own else "query"
        if not control.sql(side):
            yield Problem(file, f"{side}.query", text("business.problem.no_query"))
            continue
        if own is None and side is Side.TARGET and control.source is None:
            continue  # the one query of both sides has been looked at
        try:
            parse_query(control.sql(side))
        except SqlTextError as error:
            yield Problem(file, path, text(f"reconcile.problem.sql_{error.code}", detail=error.detail))


def _references(control: Control) -> Iterator[tuple[str, str]]:
    yield from ((f"key.{place}", name) for place, name in enumerate(control.key))
    if control.amount:
        yield "amount", control.amount
    for column in control.columns:
        if column.currency:
            yield f"columns.{column.name}.currency", column.currency
    for place, rule in enumerate(control.identities):
        yield from ((f"identities.{place}", name) for name in (*rule.terms, *rule.by))
    for place, carry in enumerate(control.carries):
        names = (carry.ends, carry.starts, carry.along, *carry.within)
        yield from ((f"carries.{place}", name) for name in names)


def _columns(file: str, control: Control) -> Iterator[Problem]:
    for column in control.columns:
        path = f"columns.{column.name}"
        if column.currency and not column.type.is_numeric:
            yield Problem(file, path, text("business.problem.not_a_number", name=column.name))
        if column.label and column.name in control.key:
            yield Problem(file, path, text("business.problem.label_in_key"))
        if column.tolerance is None:
            continue
        if column.label or column.personal or not column.type.is_numeric or column.name in control.key:
            yield Problem(file, path, text("business.problem.no_tolerance_here"))
        if not (column.unit and column.reason):
            yield Problem(file, path, text("business.problem.tolerance_reason"))


def _numbers(file: str, control: Control) -> Iterator[Problem]:
    columns = {column.name: column for column in control.columns}
    wanted = [("amount", control.amount)] if control.amount else []
    for place, rule in enumerate(control.identities):
        wanted += [(f"identities.{place}", name) for name in rule.terms]
    for place, carry in enumerate(control.carries):
        wanted += [(f"carries.{place}", carry.ends), (f"carries.{place}", carry.starts)]
    for path, name in wanted:
        column = columns.get(name or "")
        if column and (not column.type.is_numeric or column.personal):
            yield Problem(file, path, text("business.problem.not_a_number", name=column.name))
    main = columns.get(control.amount or "")
    if main and main.currency is None:
        yield Problem(file, "amount", text("business.problem.no_currency", name=main.name))


def _rules(file: str, control: Control) -> Iterator[Problem]:
    names = Counter(rule.name for rule in control.rules)
    for name, times in names.items():
        if times > 1:
            yield Problem(file, f"identities.{name}", text("business.problem.double_rule"))
    if circle := _circle(control):
        yield Problem(file, f"identities.{circle}", text("business.problem.circular"))


def _circle(control: Control) -> str | None:
    """The rule that computes a column from itself, over others: nothing would then be a first cause."""
    made_of: dict[str, set[str]] = {}
    for rule in control.identities:
        if rule.by or len(rule.equals) != 1:
            continue
        made_of.setdefault(rule.equals[0], set()).update((*rule.add, *rule.subtract))
        reached, waiting = set[str](), [rule.equals[0]]
        while waiting:
            parts = made_of.get(waiting.pop(), set()) - reached
            reached |= parts
            waiting += parts
        if rule.equals[0] in reached:
            return rule.name
    return None
