"""What people did beside testing and what the committee decided, as small tables for every report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import TypeAlias

from harness.gate import Decision, HumanEvidence, Judgement, Signature
from harness.gate.human.incidents import Handled, IncidentState
from harness.gate.human.runbook import Rehearsed, Task, TaskState
from harness.gate.human.spending import Spent
from harness.gate.human.training import Trained
from harness.gate.human.usability import FEWEST, Score
from harness.gate.judgement import Amount
from harness.gate.rules import amount_text
from harness.gate.rules.human import ASKING, percent
from harness.model import Text, text

FIGURES = frozenset(
    {
        *("planned", "completed", "assessed", "passed", "sheets", "mean", "interval"),
        *(state.value for state in IncidentState),
        *("minutes_planned", "minutes", "overrun"),
        *("money_planned", "money", "money_overrun", "share"),
    }
)
"""Columns of numbers."""

_NAMED = 10  # sentences below one table
Cell: TypeAlias = "Text | str"
"""A sentence of the catalogue, or text from outside, which a report makes harmless."""


@dataclass(frozen=True, slots=True)
class Block:
    """One small table with what there is to say of it; `columns` are keys below human.column."""

    heading: Text
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[Text, ...] = ()


def blocks(judgement: Judgement) -> tuple[Block, ...]:
    """One block for each list that is provided."""
    human = judgement.human
    return tuple(_BLOCKS[name](human) for name in _BLOCKS if name not in human.absent())


def absent(judgement: Judgement) -> Text | None:
    """What is not provided and no criterion asks for; a criterion that does says so itself."""
    asked = {result.rule for result in judgement.verdict.rules}
    names = tuple(
        text(f"human.list.{name}") for name in judgement.human.absent() if not asked & set(ASKING[name])
    )
    return text("human.absent", lists=names) if names else None


def decision_of(judgement: Judgement) -> Text | None:
    """The decision that counts for this run, beside the recommendation; None without one."""
    for each in judgement.decisions:
        if each.standing is Signature.VALID:
            return _decided(each, judgement)
    return None


def _decided(decision: Decision, judgement: Judgement) -> Text:
    recommended = judgement.verdict.outcome
    return text(
        f"human.decision.{decision.against}",
        day=decision.day,
        outcome=text(f"gate.outcome.{decision.outcome}"),
        recommended=None if recommended is None else text(f"gate.outcome.{recommended}"),
    )


def decisions(judgement: Judgement) -> Block | None:
    """Every decision of the file, with what it is worth for this run; None where there is no file."""
    if not judgement.decisions:
        return None
    rows = tuple(
        (
            each.day.isoformat(),
            text(f"gate.outcome.{each.outcome}"),
            "; ".join(f"{name} ({role})" for name, role in each.members),
            " ".join(each.reasons) or text("human.decision.no_reason"),
            text(f"human.decision.standing.{each.standing}", run=each.run),
        )
        for each in judgement.decisions
    )
    columns = ("day", "outcome", "members", "reason", "counts")
    return Block(text("human.list.decisions"), columns, rows)


def _training(human: HumanEvidence) -> Block:
    rows = tuple(
        (
            each.department,
            _number(each.planned),
            _share(each.completed, each),
            _number(each.assessed),
            _share(each.passed, each),
        )
        for each in human.training
    )
    columns = ("department", "planned", "completed", "assessed", "passed")
    return Block(text("human.list.training"), columns, rows)


def _share(number: int, trained: Trained) -> str:
    return f"{number:,} ({percent(Decimal(number) / trained.planned)})"


def _usability(human: HumanEvidence) -> Block:
    rows = tuple(
        (
            text(f"human.instrument.{each.instrument}"),
            text(f"report.column.{each.side}"),
            each.department or text("human.everybody"),
            _number(each.sheets),
            f"{each.mean:f}",
            f"{each.low:f} – {each.high:f}" if each.low is not None else "—",
        )
        for each in human.usability
    )
    columns = ("instrument", "side", "department", "sheets", "mean", "interval")
    return Block(text("human.list.usability"), columns, rows, tuple(_too_few(human.usability)))


def _too_few(scores: Iterable[Score]) -> Iterator[Text]:
    for each in scores:
        if not each.enough:
            name = text(f"human.instrument.{each.instrument}")
            side = text(f"report.column.{each.side}")
            yield text(
                "human.usability.too_few", instrument=name, side=side, actual=each.sheets, limit=FEWEST
            )


def _incidents(human: HumanEvidence) -> Block:
    found = human.incidents or Handled()
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            text("human.priority", priority=each.priority),
            *map(_number, (each.late, each.no_sla, each.open, each.solved_late, each.solved)),
        )
        for each in found.priorities
    )
    columns = ("priority", "late", "no_sla", "open", "solved_late", "solved")
    notes = [
        text(
            f"human.incident.{each.state}", id=each.id, priority=each.priority, due=each.due, hours=each.hours
        )
        for each in found.past[:_NAMED]
    ]
    if found.to_come:
        notes.append(text("human.incident.to_come", count=found.to_come))
    return Block(text("human.list.incidents"), columns, rows, (*notes, *_more(len(found.past))))


def _more(count: int) -> tuple[Text, ...]:
    return (text("report.more", count=count - _NAMED),) if count > _NAMED else ()


def _runbook(human: HumanEvidence) -> Block:
    assert human.runbook is not None
    rows = tuple(_task(task) for task in human.runbook.tasks if _is_told(task))
    columns = ("task", "owner", "state", "minutes_planned", "minutes", "overrun", "mark")
    return Block(text("human.list.runbook"), columns, rows, tuple(_rehearsal(human.runbook)))


def _is_told(task: Task) -> bool:
    """What held up, is not done or marks a point; the other tasks went as planned."""
    unusual = task.state is not TaskState.DONE or (task.overrun or 0) > 0 or task.early
    return bool(unusual or task.critical or task.place)


def _task(task: Task) -> tuple[Cell, ...]:
    marks = [text(f"human.place.{task.place}")] if task.place else []
    marks += [text("human.runbook.critical")] if task.critical else []
    marks += [text("human.runbook.early")] if task.early else []
    return (
        f"{task.id} {task.task}",
        task.owner,
        text(f"human.task.{task.state}"),
        _number(task.planned),
        _number(task.actual),
        _number(task.overrun),
        text("human.runbook.marks", marks=tuple(marks)),
    )


def _rehearsal(run: Rehearsed) -> Iterator[Text]:
    done = len(run.tasks) - len(run.undone)
    yield text("human.runbook.done", done=done, total=len(run.tasks), planned=run.planned, actual=run.actual)
    yield text("human.runbook.begun", at=run.begun) if run.begun else text("human.runbook.not_begun")
    if run.path_planned is None:
        yield text("human.runbook.no_path")
    else:
        yield text("human.runbook.path", planned=run.path_planned, actual=run.path_actual, slip=run.slip)
    if run.no_return is None:
        yield text("human.runbook.no_point")
    else:
        planned, actual = run.no_return
        yield text("human.runbook.point", planned=planned, actual=actual)


def _budget(human: HumanEvidence) -> Block:
    rows = tuple(
        (
            each.currency,
            _money(each.planned),
            _money(each.actual),
            _money(each.actual - each.planned),
            _overrun(each),
        )
        for each in human.budget
    )
    notes = [
        text(
            "human.budget.item",
            item=item.item,
            planned=_amount(item.planned, each.currency),
            actual=_amount(item.actual, each.currency),
        )
        for each in human.budget
        for item in each.beyond
    ]
    columns = ("currency", "money_planned", "money", "money_overrun", "share")
    return Block(text("human.list.budget"), columns, rows, (*notes[:_NAMED], *_more(len(notes))))


def _overrun(spent: Spent) -> str:
    share = spent.overrun
    return "—" if share is None else f"{(share * 100).quantize(Decimal('0.1'), ROUND_DOWN):+f} %"


def _money(amount: Decimal) -> str:
    return f"{amount:,f}"


def _amount(amount: Decimal, currency: str) -> Text:
    return amount_text(Amount(amount, currency))


def _number(count: int | None) -> str:
    return "—" if count is None else f"{count:,}"


_BLOCKS: dict[str, Callable[[HumanEvidence], Block]] = {
    "training": _training,
    "usability": _usability,
    "incidents": _incidents,
    "runbook": _runbook,
    "budget": _budget,
}
