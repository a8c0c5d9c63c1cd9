"""What a project lists in tables of its own: requirements, what the company does, what people did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Generic, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from harness.config.cells import choice
from harness.config.human import (
    AnswerRow,
    BudgetRow,
    DecisionRow,
    IncidentRow,
    TaskRow,
    TrainingRow,
    moments,
)
from harness.config.problems import Problem, raise_problems
from harness.config.rows import DayCell, checked, column, read_rows
from harness.config.table import Line, Table, wrong
from harness.config.words import word
from harness.messages import text
from harness.model import Text

T = TypeVar("T", bound=Table)
Numbered: TypeAlias = "Sequence[tuple[int, Any]]"
"""Rows, each with the number of its line."""
Fault: TypeAlias = "tuple[int, str, Text]"
"""What no row can see by itself: line, column, reason."""


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

    department: Annotated[Line, column("部门")]
    name: Annotated[Line, column("姓名", "signed_by", "签字人")]
    role: Annotated[Line | None, column("职务", "岗位")] = None
    day: Annotated[DayCell, column("签字日期", "date", "日期")]
    run: Annotated[Line, column("运行编号", "run_id", "运行")]
    decision: Annotated[
        Consent, column("意见", "决定", words="gate.consent"), choice("gate.consent", Consent)
    ]
    outstanding: Annotated[int, column("未关闭差异数", "open", "open_differences", "未关闭差异", ge=0)]
    remark: Annotated[Line | None, column("备注", "condition", "conditions", "条件")] = None

    @model_validator(mode="after")
    def _says_why(self) -> SignOffRow:
        if self.decision is not Consent.APPROVED and not self.remark:
            raise wrong("no_remark")
        return self


def _unchecked(rows: Numbered) -> Iterator[Fault]:
    yield from ()


def _as_read(rows: tuple[T, ...]) -> tuple[T, ...]:
    return rows


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """One list of a project, with its name below [project].

    `key` is the column that must be there; `faults` says what is wrong between rows; `kept` gives the rows
    as they are judged and stored.
    """

    name: str
    model: type[T]
    key: str
    faults: Callable[[Numbered], Iterable[Fault]] = _unchecked
    kept: Callable[[tuple[T, ...]], tuple[T, ...]] = _as_read


def _once(rows: Numbered) -> Iterator[Fault]:
    """Every id is there once."""
    first: dict[str, int] = {}
    for number, row in rows:
        known = first.setdefault(row.id, number)
        if known != number:
            yield number, "id", text("config.rows.twice", name=row.id, first=known)


def _incidents(rows: Numbered) -> Iterator[Fault]:
    yield from _once(rows)
    for number, row in rows:
        for name in ("due", "closed"):
            yield from _in_order(number, row, "opened", name)


def _runbook(rows: Numbered) -> Iterator[Fault]:
    yield from _once(rows)
    tasks = {row.id: row for _, row in rows}
    for number, row in rows:
        yield from _in_order(number, row, "planned_start", "planned_end")
        yield from _in_order(number, row, "actual_start", "actual_end")
        if row.actual_end is not None and row.actual_start is None:
            yield number, "actual_start", text("config.rows.no_start")
        for name in row.depends_on:
            if name not in tasks:
                yield number, "depends_on", text("config.rows.no_task", name=name)
    for number, row in rows:
        if _leads_to(row.id, row.depends_on, tasks):
            yield number, "depends_on", text("config.rows.circle", name=row.id)
            return


def _in_order(number: int, row: Any, first: str, then: str) -> Iterator[Fault]:
    earlier, later = getattr(row, first), getattr(row, then)
    if earlier is not None and later is not None and later < earlier:
        yield number, then, text("config.rows.too_early", first=first)


def _leads_to(wanted: str, names: Iterable[str], tasks: Mapping[str, TaskRow]) -> bool:
    """Whether a task is among what these ones depend on, however far."""
    seen, todo = set[str](), list(names)
    while todo:
        name = todo.pop()
        if name == wanted:
            return True
        if name in tasks and name not in seen:
            seen.add(name)
            todo += tasks[name].depends_on
    return False


def _nameless(rows: tuple[TrainingRow, ...]) -> tuple[TrainingRow, ...]:
    """A number for each person: nothing that is stored says who was trained and how well."""
    numbers: dict[str, str] = {}
    for row in rows:
        if row.person is not None:
            numbers.setdefault(row.person.casefold(), str(len(numbers) + 1))
    return tuple(
        row if row.person is None else row.model_copy(update={"person": numbers[row.person.casefold()]})
        for row in rows
    )


REQUIREMENTS = Listing("requirements", RequirementRow, "id", _once)
OPERATIONS = Listing("operations", OperationRow, "operation")
SIGN_OFFS = Listing("sign_offs", SignOffRow, "department")
TRAINING = Listing("training", TrainingRow, "department", kept=_nameless)
USABILITY = Listing("usability", AnswerRow, "")
INCIDENTS = Listing("incidents", IncidentRow, "id", _incidents)
BUDGET = Listing("budget", BudgetRow, "item")
RUNBOOK = Listing("runbook", TaskRow, "id", _runbook)
DECISIONS = Listing("decisions", DecisionRow, "outcome")

LISTS: Mapping[str, Listing[Any]] = MappingProxyType(
    {
        each.name: each
        for each in (
            REQUIREMENTS,
            OPERATIONS,
            SIGN_OFFS,
            TRAINING,
            USABILITY,
            INCIDENTS,
            BUDGET,
            RUNBOOK,
            DECISIONS,
        )
    }
)
"""By its key below [project], each list that a project may have."""


def load_list(listing: Listing[T], path: Path, file: str, zone: str = "UTC") -> tuple[T, ...]:
    """The rows of a list; ConfigError with every wrong cell. `zone` is that of times without an offset."""
    problems = list[Problem]()
    rows = list[tuple[int, T]]()
    for number, cells in read_rows(path, file, (listing.model,), listing.key, problems):
        row = checked(listing.model, file, number, cells, listing.key, problems)
        if row is not None:
            rows.append((number, _placed(row, ZoneInfo(zone))))
    for line, name, reason in listing.faults(rows):
        problems.append(Problem(file, name, reason, line=line))
    raise_problems(problems)
    return listing.kept(tuple(row for _, row in rows))


def _placed(row: T, zone: ZoneInfo) -> T:
    """The row with its times in UTC; those without an offset were written down in the zone."""
    placed = {
        name: (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
        for name, at in moments(row).items()
    }
    return row.model_copy(update=placed) if placed else row
