"""What the keys of one field, and those of `[rows]`, may say together."""

from __future__ import annotations

from collections.abc import Iterator

from harness.config.problems import Problem
from harness.messages import text
from harness.reconcile.entity import EntityMapping, FieldMapping
from harness.reconcile.kinds import Kind


def rules(file: str, mapping: EntityMapping) -> Iterator[Problem]:
    """Every combination of keys that means nothing, or that needs a reason and has none."""
    for field in mapping.fields:
        path = f"fields.{field.name}"
        if field.money and not field.type.is_numeric:
            yield Problem(file, path, text("reconcile.problem.not_a_number", name=field.name))
        yield from _tolerance(file, path, field, is_key=field.name in mapping.key)
        yield from _declared(file, path, field)
        yield from _value_map(file, path, field)
    for label in mapping.labels:
        if label.map or label.has_tolerance or label.ignore_case:
            yield Problem(file, f"labels.{label.name}", text("reconcile.problem.label_not_compared"))
    yield from _rows(file, mapping)


def _tolerance(file: str, path: str, field: FieldMapping, *, is_key: bool) -> Iterator[Problem]:
    if not field.has_tolerance:
        return
    if field.personal or not field.type.is_numeric or is_key:
        yield Problem(file, path, text("reconcile.problem.no_tolerance_here"))
    if not (field.unit and field.reason):
        yield Problem(file, path, text("reconcile.problem.tolerance_reason"))


def _declared(file: str, path: str, field: FieldMapping) -> Iterator[Problem]:
    """What makes two unequal values equal says why that is right."""
    wanted = (
        ("ignore_case", field.ignore_case, Kind.TEXT),
        ("date_only", field.date_only, Kind.TIMESTAMP),
        ("zone", field.zone is not None, Kind.TIMESTAMP),
    )
    for name, given, kind in wanted:
        if given and field.type is not kind:
            reason = text("reconcile.problem.only_for_kind", key=name, kind=kind.value)
            yield Problem(file, f"{path}.{name}", reason, valid=(kind.value,))
        elif given and not field.reason:
            yield Problem(file, path, text("reconcile.problem.needs_reason", key=name))


def _value_map(file: str, path: str, field: FieldMapping) -> Iterator[Problem]:
    if "map" in field.model_fields_set and not field.map:
        yield Problem(file, f"{path}.map", text("reconcile.problem.map_empty"))
    if field.map and (field.type is not Kind.TEXT or field.personal):
        yield Problem(file, f"{path}.map", text("reconcile.problem.map_not_text"))
    if field.unmapped == "keep" and not field.map:
        yield Problem(file, f"{path}.unmapped", text("reconcile.problem.no_map"))


def _rows(file: str, mapping: EntityMapping) -> Iterator[Problem]:
    rows = mapping.rows
    if (rows.relation == "shipped") != (rows.rule is not None):
        yield Problem(file, "rows.rule", text("reconcile.problem.shipped_rule"))
    if rows.relation != "equal" and not rows.reason:
        yield Problem(file, "rows", text("reconcile.problem.needs_reason", key="relation"))
