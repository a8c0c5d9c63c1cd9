"""Reads mapping files, and says everything that is wrong with them at once."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from harness.config.problems import Problem, nearest, raise_problems
from harness.messages import text
from harness.model import Side, Text
from harness.reconcile.entity import EntityMapping, FieldMapping, Reference, Relation
from harness.reconcile.rules import rules
from harness.reconcile.value_maps import resolve
from harness.sqltext import SqlTextError, parse_expression, parse_query

__all__ = ["EntityMapping", "load", "load_folder"]


def load(path: Path) -> EntityMapping:
    """The mapping of one file; ConfigError that lists every problem of it."""
    mapping, problems = _read(path)
    raise_problems(problems)
    assert mapping is not None
    return mapping


def load_folder(path: Path) -> tuple[EntityMapping, ...]:
    """The mappings of a folder by name of file; ConfigError that lists the problems of all files."""
    files = sorted(path.glob("*.toml"))
    if not files:
        raise_problems([Problem(str(path), "", text("reconcile.problem.no_mapping"))])
    read = [_read(file) for file in files]
    problems = [problem for _, found in read for problem in found]
    mappings = [mapping for mapping, _ in read if mapping is not None]
    problems += _doubles(files, [mapping for mapping, _ in read])
    raise_problems(problems)
    return tuple(mappings)


def _doubles(files: Sequence[Path], mappings: Sequence[EntityMapping | None]) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for file, mapping in zip(files, mappings, strict=True):
        if mapping is None:
            continue
        other = first.setdefault(mapping.entity, file)
        if other is not file:
            yield Problem(file.name, "entity", text("reconcile.problem.double_entity", file=other.name))


def _read(path: Path) -> tuple[EntityMapping | None, list[Problem]]:
    file = path.name
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError):
        return None, [Problem(str(path), "", text("reconcile.problem.unreadable"))]
    except tomllib.TOMLDecodeError as error:
        return None, [Problem(file, "", text("reconcile.problem.syntax", why=str(error)))]
    data, problems = resolve(data, path.parent, file)
    try:
        mapping = EntityMapping.model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        return None, [*problems, *(_shape(file, data, item) for item in found)]
    problems += _meaning(file, mapping)
    return (None if problems else mapping), problems


def _shape(file: str, data: dict[str, Any], error: Any) -> Problem:
    """A problem that the models found: a key that is missing, unknown, or of the wrong type."""
    path = _path(data, error["loc"])
    valid: tuple[str, ...] = ()
    match error["type"]:
        case "missing":
            reason = text("reconcile.problem.missing")
        case "extra_forbidden":
            valid = _keys_beside(error["loc"])
            name = str(error["loc"][-1])
            return Problem(file, path, text("reconcile.problem.unknown_key"), nearest(name, valid), valid)
        case "enum" | "literal_error":
            expected = str(error["ctx"]["expected"])
            valid = tuple(part.strip(" '") for part in expected.replace(" or ", ",").split(","))
            reason = text("reconcile.problem.not_valid")
        case _:
            reason = text("reconcile.problem.wrong", why=str(error["msg"]))
    return Problem(file, path, reason, valid=valid)


_MODELS: dict[str, type[BaseModel]] = {
    "source": Relation,
    "target": Relation,
    "fields": FieldMapping,
    "labels": FieldMapping,
    "references": Reference,
}


def _keys_beside(place: tuple[int | str, ...]) -> tuple[str, ...]:
    model: type[BaseModel] = EntityMapping
    if len(place) > 1:
        model = _MODELS.get(str(place[0]), EntityMapping)
    if model is EntityMapping and len(place) > 1:
        field = EntityMapping.model_fields[str(place[0])]
        nested = getattr(field.annotation, "__args__", (field.annotation,))[0]
        return tuple(getattr(nested, "model_fields", {}))
    names = [info.alias or name for name, info in model.model_fields.items()]
    return tuple(name for name in names if name != "name" or model is not FieldMapping)


def _path(data: dict[str, Any], place: tuple[int | str, ...]) -> str:
    """The key path as it stands in the file: fields and labels are tables there, not lists."""
    parts = list(place)
    if len(parts) > 1 and parts[0] in {"fields", "labels"} and isinstance(parts[1], int):
        names = data.get(str(parts[0]))
        if isinstance(names, dict):
            parts[1] = list(names)[parts[1]]
    return ".".join(str(part) for part in parts)


def _meaning(file: str, mapping: EntityMapping) -> Iterator[Problem]:
    """Problems between keys, each well formed by itself."""
    yield from _names(file, mapping)
    yield from rules(file, mapping)
    for side in Side:
        yield from _relation(file, mapping, side)
        yield from _expressions(file, mapping, side)


def _names(file: str, mapping: EntityMapping) -> Iterator[Problem]:
    known = tuple(field.name for field in mapping.fields)
    for name, times in Counter(column.name for column in mapping.columns).items():
        if times > 1:
            yield Problem(file, f"labels.{name}", text("reconcile.problem.double_name"))
    for path, name in _fields_named(mapping):
        if name not in known:
            yield _no_field(file, path, name, known)
    yield from _sums(file, mapping)
    every = tuple(column.name for column in (*mapping.fields, *mapping.labels))
    for path, name in _columns_named(mapping):
        if name not in every:
            yield _no_field(file, path, name, every)
    amount = mapping.amount
    if amount is not None and (amount.currency is None) == (amount.currency_from is None):
        yield Problem(file, "amount", text("reconcile.problem.one_currency"))


def _no_field(file: str, path: str, name: str, known: tuple[str, ...]) -> Problem:
    return Problem(file, path, text("reconcile.problem.no_field", name=name), nearest(name, known), known)


def _columns_named(mapping: EntityMapping) -> Iterator[tuple[str, str]]:
    """What may be a field or a label."""
    if mapping.amount is not None:
        yield "amount.field", mapping.amount.field
        if mapping.amount.currency_from is not None:
            yield "amount.currency_from", mapping.amount.currency_from
    for index, reference in enumerate(mapping.references):
        yield f"references.{index}.field", reference.field


def _fields_named(mapping: EntityMapping) -> Iterator[tuple[str, str]]:
    """What must be a field: keys, descriptions, and what totals add up."""
    for listed in ("key", "describe"):
        yield from ((f"{listed}.{index}", name) for index, name in enumerate(getattr(mapping, listed)))
    for index, total in enumerate(mapping.totals):
        yield f"totals.{index}.sum", total.sum
        yield from ((f"totals.{index}.by.{place}", name) for place, name in enumerate(total.by))


def _sums(file: str, mapping: EntityMapping) -> Iterator[Problem]:
    columns = {column.name: column for column in mapping.columns}
    wanted = [(f"totals.{index}.sum", total.sum) for index, total in enumerate(mapping.totals)]
    if mapping.amount is not None:
        wanted.append(("amount.field", mapping.amount.field))
    for path, name in wanted:
        if name in columns and (not columns[name].type.is_numeric or columns[name].personal):
            yield Problem(file, path, text("reconcile.problem.not_a_number", name=name))
    for index, total in enumerate(mapping.totals):
        for name in total.by:
            if name in columns and columns[name].personal:
                yield Problem(file, f"totals.{index}.by", text("reconcile.problem.personal_group", name=name))


def _relation(file: str, mapping: EntityMapping, side: Side) -> Iterator[Problem]:
    relation = mapping.relation(side)
    if (relation.table is None) == (relation.query is None):
        yield Problem(file, side.value, text("reconcile.problem.table_or_query"))
    if relation.query is not None:
        yield from _sql(file, f"{side}.query", relation.query, query=True)
    if relation.filter is not None:
        yield from _sql(file, f"{side}.filter", relation.filter)


def _expressions(file: str, mapping: EntityMapping, side: Side) -> Iterator[Problem]:
    for group, columns in (("fields", mapping.fields), ("labels", mapping.labels)):
        for column in columns:
            yield from _sql(file, f"{group}.{column.name}.{side}", column.expression(side))
    if side is Side.SOURCE:
        return
    if mapping.rows.rule is not None:
        yield from _sql(file, "rows.rule", mapping.rows.rule)
    for index, reference in enumerate(mapping.references):
        if reference.where is not None:
            yield from _sql(file, f"references.{index}.where", reference.where)


def _sql(file: str, path: str, content: str, *, query: bool = False) -> Iterator[Problem]:
    try:
        parse_query(content) if query else parse_expression(content)
    except SqlTextError as error:
        yield Problem(file, path, _sql_reason(error))


def _sql_reason(error: SqlTextError) -> Text:
    return text(f"reconcile.problem.sql_{error.code}", detail=error.detail)
