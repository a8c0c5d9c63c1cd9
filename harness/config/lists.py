"""What a project lists in tables of its own: its requirements, and what the company does in its ERP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field

from harness.config.problems import Problem, raise_problems
from harness.config.rows import checked, read_rows
from harness.config.table import Line, Table
from harness.config.words import word
from harness.messages import text

T = TypeVar("T", bound=Table)


class RequirementRow(Table):
    """One requirement that the upgrade is held against."""

    id: Annotated[Line, Field(title="需求编号")]
    title: Annotated[Line, Field(title="需求名称")]
    department: Annotated[Line | None, Field(title="部门")] = None


class OperationRow(Table):
    """One thing that the company does in its ERP, whatever any check touches."""

    module: Annotated[Line, Field(title="模块"), word("coverage.module")]
    document: Annotated[Line, Field(title="单据类型"), word("coverage.document")]
    operation: Annotated[Line, Field(title="操作"), word("coverage.operation")]
    department: Annotated[Line | None, Field(title="部门")] = None


def load_requirements(path: Path, file: str) -> tuple[RequirementRow, ...]:
    """The project's requirements; ConfigError with every wrong cell, or an id that is there twice."""
    problems = list[Problem]()
    first: dict[str, int] = {}
    rows = []
    for number, row in _rows(path, file, RequirementRow, "id", problems):
        known = first.setdefault(row.id, number)
        if known != number:
            reason = text("config.rows.twice", name=row.id, first=known)
            problems.append(Problem(file, "id", reason, line=number))
        rows.append(row)
    raise_problems(problems)
    return tuple(rows)


def load_operations(path: Path, file: str) -> tuple[OperationRow, ...]:
    """What the company does; ConfigError with every wrong cell."""
    problems = list[Problem]()
    rows = tuple(row for _, row in _rows(path, file, OperationRow, "operation", problems))
    raise_problems(problems)
    return rows


def _rows(
    path: Path, file: str, model: type[T], key: str, problems: list[Problem]
) -> Iterator[tuple[int, T]]:
    for number, cells in read_rows(path, file, (model,), key, problems):
        row = checked(model, file, number, cells, key, problems)
        if row is not None:
            yield number, row
