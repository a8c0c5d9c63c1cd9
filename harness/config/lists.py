"""What a project lists in tables of its own: requirements, what the company does, who has signed off."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, model_validator

from harness.config.problems import Problem, raise_problems
from harness.config.rows import DayCell, checked, read_rows
from harness.config.table import Line, Table, wrong
from harness.config.words import one_of, word
from harness.messages import text

T = TypeVar("T", bound=Table)


def _column(title: str, *also: str, ge: int | None = None) -> Any:
    return Field(title=title, json_schema_extra={"also": list(also)}, ge=ge)


def _consent() -> BeforeValidator:
    return BeforeValidator(lambda value: one_of("gate.consent", value, {}, tuple(Consent)))


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


class Consent(StrEnum):
    """What a department says of going live."""

    APPROVED = "approved"
    CONDITIONAL = "conditional"
    REJECTED = "rejected"


class SignOffRow(Table):
    """One department's word on one run; `outstanding` are the open differences that the signer knew of."""

    department: Annotated[Line, _column("部门")]
    name: Annotated[Line, _column("姓名", "signed_by", "签字人")]
    role: Annotated[Line | None, _column("职务", "岗位")] = None
    day: Annotated[DayCell, _column("签字日期", "date", "日期")]
    run: Annotated[Line, _column("运行编号", "run_id", "运行")]
    decision: Annotated[Consent, _column("意见", "决定"), _consent()]
    outstanding: Annotated[int, _column("未关闭差异数", "open", "open_differences", "未关闭差异", ge=0)]
    remark: Annotated[Line | None, _column("备注", "condition", "conditions", "条件")] = None

    @model_validator(mode="after")
    def _says_why(self) -> SignOffRow:
        if self.decision is not Consent.APPROVED and not self.remark:
            raise wrong("no_remark")
        return self


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


def load_sign_offs(path: Path, file: str) -> tuple[SignOffRow, ...]:
    """Who has signed off what; ConfigError with every wrong cell."""
    problems = list[Problem]()
    rows = tuple(row for _, row in _rows(path, file, SignOffRow, "department", problems))
    raise_problems(problems)
    return rows


def _rows(
    path: Path, file: str, model: type[T], key: str, problems: list[Problem]
) -> Iterator[tuple[int, T]]:
    for number, cells in read_rows(path, file, (model,), key, problems):
        row = checked(model, file, number, cells, key, problems)
        if row is not None:
            yield number, row
