"""What people do for a go-live beside testing: rows of the project's lists, one model for each list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo, field_validator, model_validator

from harness.config.cells import MomentCell, Priority, choice, yes_or_count
from harness.config.rows import DayCell, Names, column
from harness.config.table import Line, NotBelow, Table, wrong
from harness.model import Outcome, Side

SUS = tuple(f"sus_{number}" for number in range(1, 11))
UMUX = ("umux_1", "umux_2")


class TrainingRow(Table):
    """One person, or a group of them, in one course: how many were to take it, took it and passed.

    Who it was is read only to know a person that is there twice: `load` puts a number for the name.
    """

    department: Annotated[Line, column("部门")]
    role: Annotated[Line | None, column("岗位", "职务")] = None
    course: Annotated[Line | None, column("课程", "training", "module", "培训内容", "培训课程")] = None
    person: Annotated[Line | None, column("工号", "staff_number", "employee", "姓名", "人员")] = None
    planned: Annotated[int, column("应训人数", "people", "计划人数", ge=1)] = 1
    completed: Annotated[int, column("完成人数", "done", "是否完成", "已完成", ge=0)] = 0
    day: Annotated[DayCell | None, column("完成日期", "date", "日期", "培训日期")] = None
    pass_mark: Annotated[NotBelow | None, column("及格分", "及格分数", "合格线")] = None
    score: Annotated[NotBelow | None, column("考核得分", "考核成绩", "得分", "成绩")] = None
    passed: Annotated[int | None, column("通过人数", "是否通过", "考核通过人数", ge=0)] = None

    @field_validator("planned")
    @classmethod
    def _is_one(cls, value: int, read: ValidationInfo) -> int:
        if read.data.get("person") and value != 1:
            raise wrong("one_person")
        return value

    @field_validator("completed", mode="before")
    @classmethod
    def _took_it(cls, value: Any, read: ValidationInfo) -> Any:
        return yes_or_count(value, read.data.get("planned"))

    @field_validator("passed", mode="before")
    @classmethod
    def _passed_it(cls, value: Any, read: ValidationInfo) -> Any:
        return yes_or_count(value, read.data.get("completed"))

    @field_validator("completed", "passed")
    @classmethod
    def _no_more(cls, value: int, read: ValidationInfo) -> int:
        most = read.data.get("planned" if read.field_name == "completed" else "completed")
        if most is not None and value > most:
            raise wrong("more_than", most=str(most))
        return value

    @field_validator("score")
    @classmethod
    def _has_a_mark(cls, value: Decimal, read: ValidationInfo) -> Decimal:
        if read.data.get("pass_mark") is None:
            raise wrong("no_pass_mark")
        return value

    @model_validator(mode="after")
    def _says_how_many(self) -> TrainingRow:
        # The mean score of a group says of nobody that they have passed.
        if self.score is not None and self.passed is None and self.planned > 1:
            raise wrong("group_score")
        return self

    @property
    def succeeded(self) -> int | None:
        """How many passed the assessment; None where there was none. Who did not take the course did not."""
        if self.score is None or self.pass_mark is None:
            return self.passed
        enough = self.completed if self.score >= self.pass_mark else 0
        return enough if self.passed is None else min(enough, self.passed)


def _side() -> BeforeValidator:
    return choice("config.side", Side)


class AnswerRow(Table):
    """One sheet with the answers of a questionnaire: SUS, UMUX-Lite or both, each complete or not at all."""

    department: Annotated[Line | None, column("部门")] = None
    side: Annotated[Side, column("系统", words="config.side"), _side()] = Side.TARGET
    day: Annotated[DayCell | None, column("日期", "date", "填写日期")] = None
    sus_1: Annotated[int | None, column("SUS1", "sus1", ge=1, le=5)] = None
    sus_2: Annotated[int | None, column("SUS2", "sus2", ge=1, le=5)] = None
    sus_3: Annotated[int | None, column("SUS3", "sus3", ge=1, le=5)] = None
    sus_4: Annotated[int | None, column("SUS4", "sus4", ge=1, le=5)] = None
    sus_5: Annotated[int | None, column("SUS5", "sus5", ge=1, le=5)] = None
    sus_6: Annotated[int | None, column("SUS6", "sus6", ge=1, le=5)] = None
    sus_7: Annotated[int | None, column("SUS7", "sus7", ge=1, le=5)] = None
    sus_8: Annotated[int | None, column("SUS8", "sus8", ge=1, le=5)] = None
    sus_9: Annotated[int | None, column("SUS9", "sus9", ge=1, le=5)] = None
    sus_10: Annotated[int | None, column("SUS10", "sus10", ge=1, le=5)] = None
    umux_1: Annotated[int | None, column("UMUX1", "umux1", ge=1, le=7)] = None
    umux_2: Annotated[int | None, column("UMUX2", "umux2", ge=1, le=7)] = None

    @model_validator(mode="after")
    def _is_complete(self) -> AnswerRow:
        gaps = [name for items in (SUS, UMUX) for name in self._gaps(items)]
        if gaps:
            raise wrong("unanswered", items=tuple(gaps))
        if self.sus is None and self.umux is None:
            raise wrong("unanswered", items=(SUS[0], UMUX[0]))
        return self

    def _gaps(self, items: Sequence[str]) -> list[str]:
        empty = [name for name in items if getattr(self, name) is None]
        return empty if len(empty) < len(items) else []

    @property
    def sus(self) -> tuple[int, ...] | None:
        """The ten answers of SUS; None on a sheet without them."""
        return self._answers(SUS)

    @property
    def umux(self) -> tuple[int, ...] | None:
        """The two answers of UMUX-Lite; None on a sheet without them."""
        return self._answers(UMUX)

    def _answers(self, items: Sequence[str]) -> tuple[int, ...] | None:
        found = tuple(getattr(self, name) for name in items)
        return None if None in found else found


class IncidentRow(Table):
    """One incident of the trial operation or of hypercare, and until when it is to be solved."""

    id: Annotated[Line, column("编号", "number", "incident", "事件编号", "工单号")]
    priority: Annotated[Priority, column("优先级", "severity", "级别", ge=1)]
    opened: Annotated[MomentCell, column("提出时间", "created", "报告时间", "创建时间")]
    due: Annotated[MomentCell | None, column("应解决时间", "deadline", "截止时间")] = None
    sla_hours: Annotated[NotBelow | None, column("SLA小时数", "sla", "SLA（小时）", "时限小时")] = None
    closed: Annotated[MomentCell | None, column("关闭时间", "solved", "解决时间")] = None
    department: Annotated[Line | None, column("部门")] = None
    title: Annotated[Line | None, column("标题", "summary", "描述", "主题")] = None


class BudgetRow(Table):
    """One item of the project's budget, in one currency."""

    item: Annotated[Line, column("预算科目", "position", "科目", "项目")]
    planned: Annotated[NotBelow, column("预算金额", "plan", "budget", "计划金额")]
    actual: Annotated[NotBelow, column("实际金额", "spent", "已发生", "实际发生")]
    currency: Annotated[Line, column("币种", "货币")]


class Place(StrEnum):
    """What a task of the runbook marks."""

    MILESTONE = "milestone"
    NO_RETURN = "no_return"


class TaskRow(Table):
    """One task of the runbook: its plan, and what the dress rehearsal made of it."""

    id: Annotated[Line, column("编号", "number", "任务编号", "序号")]
    task: Annotated[Line, column("任务", "title", "name", "任务名称")]
    owner: Annotated[Line, column("负责人", "责任人")]
    planned_start: Annotated[MomentCell, column("计划开始", "计划开始时间")]
    planned_end: Annotated[MomentCell, column("计划结束", "计划结束时间")]
    actual_start: Annotated[MomentCell | None, column("实际开始", "实际开始时间")] = None
    actual_end: Annotated[MomentCell | None, column("实际结束", "实际结束时间")] = None
    place: Annotated[
        Place | None, column("里程碑", "milestone", words="human.place"), choice("human.place", Place)
    ] = None
    depends_on: Annotated[Names, column("前置任务", "after", "依赖", "紧前任务")] = ()


class DecisionRow(Table):
    """One member of the committee, and what the committee decided on one run."""

    run: Annotated[Line, column("运行编号", "run_id", "运行")]
    outcome: Annotated[
        Outcome, column("决策", "decision", "决定", words="gate.outcome"), choice("gate.outcome", Outcome)
    ]
    day: Annotated[DayCell, column("决策日期", "date", "日期")]
    name: Annotated[Line, column("姓名", "member", "决策人")]
    role: Annotated[Line, column("职务", "岗位")]
    reason: Annotated[Line | None, column("理由", "remark", "原因", "条件")] = None

    @model_validator(mode="after")
    def _says_why(self) -> DecisionRow:
        if self.outcome is not Outcome.GO and not self.reason:
            raise wrong("no_reason")
        return self


def moments(row: Table) -> dict[str, datetime]:
    """The moments of a row that are given."""
    return {name: value for name, value in row if isinstance(value, datetime)}
