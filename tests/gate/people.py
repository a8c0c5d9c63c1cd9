"""Rows of the project's lists made by hand, around the time at which the runs of the tests are judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from harness.config.human import AnswerRow, BudgetRow, DecisionRow, IncidentRow, TaskRow, TrainingRow
from harness.gate import Declared
from harness.model import Outcome
from tests.gate.runs import AS_OF, manifest

BEGAN = AS_OF - timedelta(days=3)


def human(**lists: Sequence[Any]) -> dict[str, Any]:
    """What `judged` is given so that the project has these lists."""
    return {"declared": Declared(**{name: tuple(rows) for name, rows in lists.items()})}


def trained(department: str, planned: int, completed: int, passed: int | None, **more: Any) -> TrainingRow:
    """A group of a department."""
    told = {"department": department, "planned": planned, "completed": completed, "passed": passed}
    return TrainingRow.model_validate(
        {name: value for name, value in told.items() if value is not None} | more
    )


def person(number: str, **more: Any) -> TrainingRow:
    """One person of finance who took a course and passed it, unless `more` says otherwise."""
    told = {"department": "finance", "person": number, "completed": "yes", "pass_mark": "60", "score": "80"}
    return TrainingRow.model_validate(told | more)


def sheets(count: int, spread: int = 0, **more: Any) -> list[AnswerRow]:
    """Sheets that all score 75 on SUS, or up to `spread` answers away from it, and 77.07 on UMUX-Lite."""
    return [_sheet((place % 3 - 1) * spread, more) for place in range(count)]


def _sheet(away: int, more: dict[str, Any]) -> AnswerRow:
    answers = {f"sus_{item}": 4 if item % 2 else 2 for item in range(1, 11)}
    for item in (1, 3, 5)[: abs(away)]:
        answers[f"sus_{item}"] += 1 if away > 0 else -3
    return AnswerRow.model_validate({**answers, "umux_1": 6, "umux_2": 6, **more})


def incident(priority: int, hours: float | None, **more: Any) -> IncidentRow:
    """One that was opened two hours ago, to be solved in `hours`; `closed`: so many hours after that."""
    opened = AS_OF - timedelta(hours=2)
    told: dict[str, Any] = {"id": f"I-{priority}-{hours}", "priority": priority, "opened": opened}
    if hours is not None:
        told["sla_hours"] = Decimal(str(hours))
    if "closed" in more:
        more["closed"] = opened + timedelta(hours=more["closed"])
    return IncidentRow.model_validate(told | more)


def cost(planned: str, actual: str, currency: str = "CNY", item: str = "Licences") -> BudgetRow:
    """One item of the budget."""
    return BudgetRow.model_validate(
        {"item": item, "planned": planned, "actual": actual, "currency": currency}
    )


@dataclass(frozen=True)
class _Plan:
    begin: int
    end: int


def task(name: str, start: float | None, end: float | None, **more: Any) -> TaskRow:
    """A task with its minutes in the rehearsal; the plan is an hour for each, one after the other by name."""
    plan = {"a": _Plan(0, 60), "b": _Plan(60, 120), "c": _Plan(120, 180)}[name]
    told: dict[str, Any] = {
        "id": name,
        "task": f"Task {name}",
        "owner": "Wang Fang",
        "planned_start": BEGAN - timedelta(days=30) + timedelta(minutes=plan.begin),
        "planned_end": BEGAN - timedelta(days=30) + timedelta(minutes=plan.end),
    }
    if start is not None:
        told["actual_start"] = BEGAN + timedelta(minutes=start)
    if end is not None:
        told["actual_end"] = BEGAN + timedelta(minutes=end)
    return TaskRow.model_validate(told | more)


def decision(outcome: Outcome = Outcome.GO, **more: Any) -> DecisionRow:
    """The decision of the head of finance on the run of the tests."""
    told = {
        "run": manifest().run_id,
        "outcome": outcome,
        "day": AS_OF.date(),
        "name": "Chen Jing",
        "role": "CFO",
        "reason": "The month must be closed in the new system.",
    }
    return DecisionRow.model_validate(told | more)
