"""waivers.toml: the findings that people have accepted, each with reason, owner, approver and end."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from harness.config.problems import raise_problems
from harness.config.sources import Source, read_toml
from harness.config.table import Count, Day, Line, Table, wrong
from harness.config.validation import check
from harness.model import FindingKind, Waiver


class WaiverTable(Table):
    """One accepted difference. The selectors are joined by *and*; key and field may be patterns."""

    id: Line
    reason: Line
    owner: Line
    approver: Line
    expires: Day
    ticket: Line | None = None
    fingerprint: Line | None = None
    check: Line | None = None
    kind: FindingKind | None = None
    entity: Line | None = None
    field: Line | None = None
    key: Line | None = None
    limit: Count = 1

    @model_validator(mode="after")
    def _selects(self) -> WaiverTable:
        if not (self.fingerprint or self.check or self.entity):
            raise wrong("no_selector")
        return self

    def waiver(self) -> Waiver:
        """The waiver as the gate knows it."""
        return Waiver(**{name: getattr(self, name) for name in type(self).model_fields})


class WaiversTable(Table):
    """The file: every waiver is a [[waiver]]."""

    schema_number: Literal[1] = Field(default=1, alias="schema")
    waiver: tuple[WaiverTable, ...] = ()


def load_waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a file, in its order; ConfigError with every problem."""
    source = read_toml(path, path.name)
    waivers = check_waivers(source)
    raise_problems(source.problems)
    assert waivers is not None
    return waivers


def check_waivers(source: Source) -> tuple[Waiver, ...] | None:
    """The waivers of a file that was read; None with the problems added to the source."""
    if source.problems:
        return None
    table = check(WaiversTable, source, "", source.data)
    _check_ids(source)
    if table is None or source.problems:
        return None
    return tuple(item.waiver() for item in table.waiver)


def _check_ids(source: Source) -> None:
    rows = source.data.get("waiver")
    seen: set[str] = set()
    for index, row in enumerate(rows if isinstance(rows, list) else []):
        name = row.get("id") if isinstance(row, dict) else None
        if isinstance(name, str) and name in seen:
            source.problem(f"waiver.{index}.id", "double_id", id=name)
        elif isinstance(name, str):
            seen.add(name)
