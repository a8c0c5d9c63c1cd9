"""The risk register: what may go wrong with the upgrade, who answers for it, and which checks bear on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from harness.config.problems import Problem, nearest, raise_problems
from harness.config.rows import Names, checked, read_rows
from harness.config.sources import Source, read_toml
from harness.config.table import Line, Table, wrong
from harness.config.validation import check
from harness.config.words import code_of, one_of
from harness.messages import text
from harness.model import Area

STEPS = 5
"""Probability and impact each go from 1 to this."""

AREA, MODULE, REQUIREMENT = "area", "module", "requirement"
_WORDS: Mapping[str, str] = {"领域": AREA, "模块": MODULE, "需求": REQUIREMENT}
_KINDS = (AREA, MODULE, REQUIREMENT)


class RiskKind(StrEnum):
    """What a risk is about."""

    TECHNICAL = "technical"
    BUSINESS = "business"
    PEOPLE = "people"


def _not_a_switch(value: Any) -> Any:
    if isinstance(value, bool):  # which would count as 1
        raise wrong("type", expected="config.type.whole")
    return value


def _selectors(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(_selector, names))


def _selector(name: str) -> str:
    head, mark, rest = name.replace("：", ":").partition(":")
    kind = _WORDS.get(head, head.lower())
    if not mark or kind not in _KINDS:
        return name
    if kind != AREA:
        return f"{kind}:{rest}"
    area = code_of("gate.area", rest)
    if area not in tuple(Area):
        raise wrong("choice", nearest=nearest(area, tuple(Area)), valid=tuple(map(str, Area)))
    return f"{kind}:{area}"


def _steps(title: str, *also: str) -> Any:
    return Field(title=title, json_schema_extra={"also": list(also)}, ge=1, le=STEPS)


def _column(title: str, *also: str) -> Any:
    return Field(title=title, json_schema_extra={"also": list(also)})


_Whole = Annotated[int, BeforeValidator(_not_a_switch)]


class RiskRow(Table):
    """One risk as people estimate it.

    `checks` name those that bear on it: by id, by a pattern with *, or as `area:`, `module:` or
    `requirement:` with a name. `limit` is the highest score that this risk may have.
    """

    id: Annotated[Line, _column("风险编号", "编号")]
    title: Annotated[Line, _column("风险", "risk", "风险描述", "风险名称")]
    title_zh: Annotated[Line | None, _column("风险中文名称")] = None
    kind: Annotated[
        RiskKind,
        _column("类别", "category", "风险类别"),
        BeforeValidator(lambda value: one_of("risk.kind", value, {}, tuple(RiskKind))),
    ]
    probability: Annotated[_Whole, _steps("可能性", "likelihood", "概率", "发生概率")]
    impact: Annotated[_Whole, _steps("影响程度", "影响")]
    owner: Annotated[Line | None, _column("责任人")] = None
    mitigation: Annotated[Line | None, _column("应对措施", "措施")] = None
    mitigation_zh: Annotated[Line | None, _column("应对措施中文")] = None
    checks: Annotated[Names, _column("相关检查", "检查"), AfterValidator(_selectors)] = ()
    limit: Annotated[
        Annotated[int, BeforeValidator(_not_a_switch)] | None,
        Field(title="风险值上限", json_schema_extra={"also": ["上限"]}, ge=1, le=STEPS * STEPS),
    ] = None


class RisksTable(Table):
    """The register as TOML: every risk is a [[risk]]."""

    schema_number: Literal[1] = Field(default=1, alias="schema")
    risk: tuple[RiskRow, ...] = ()


def load_risks(path: Path, file: str) -> tuple[RiskRow, ...]:
    """The register, as TOML, CSV or XLSX; ConfigError with every wrong cell, and ids that are there twice."""
    problems = list[Problem]()
    read = _toml if path.suffix.lower() == ".toml" else _table
    first: dict[str, int] = {}
    rows = []
    for number, place, row in read(path, file, problems):
        known = first.setdefault(row.id, number)
        if known != number:
            reason = text("config.rows.twice", name=row.id, first=known)
            problems.append(Problem(file, place, reason, line=number))
        rows.append(row)
    raise_problems(problems)
    return tuple(rows)


def _table(path: Path, file: str, problems: list[Problem]) -> Iterator[tuple[int, str, RiskRow]]:
    for number, cells in read_rows(path, file, (RiskRow,), "id", problems):
        row = checked(RiskRow, file, number, cells, "id", problems)
        if row is not None:
            yield number, "id", row


def _toml(path: Path, file: str, problems: list[Problem]) -> Iterator[tuple[int, str, RiskRow]]:
    source = read_toml(path, file)
    table = None if source.problems else check(RisksTable, source, "", source.data)
    problems += source.sorted_problems()
    if table is not None and not table.risk:
        problems.append(Problem(file, "risk", text("config.rows.no_risk")))
    for index, row in enumerate(table.risk if table else ()):
        yield _line(source, index), f"risk.{index}.id", row


def _line(source: Source, index: int) -> int:
    return source.line(f"risk.{index}.id") or index + 1
