"""Coverage as people read it: per kind of document, per department, per requirement; as CSV and JSON too."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from harness.gate import BusinessCoverage, Cell, CellState, Judgement, Requirement, RequirementState
from harness.gate.covering import tally, word
from harness.messages import Language
from harness.model import Text, text
from harness.reporting.wording import plain, say
from harness.values import as_cell

SHOWN = (
    CellState.VERIFIED,
    CellState.REFUSED,
    CellState.WAIVED,
    CellState.FAILED,
    CellState.NOT_VERIFIED,
)
"""The states in the order of the columns."""
_COLOURS = {
    CellState.VERIFIED: "green",
    CellState.REFUSED: "green",
    CellState.WAIVED: "yellow",
    CellState.FAILED: "bold red",
    CellState.NOT_VERIFIED: "dim",
}
_REQUIREMENT_COLOURS = {
    RequirementState.VERIFIED: "green",
    RequirementState.WAIVED: "yellow",
    RequirementState.FAILED: "bold red",
}


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One kind of document of one module: which operations on it are in which state."""

    module: str
    document: str
    operations: Mapping[CellState, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """One department: how the operations that its checks do stand. An empty name is of nobody."""

    department: str
    counts: Mapping[CellState, int]


def documents(cells: Iterable[Cell]) -> tuple[DocumentRow, ...]:
    """A row for each kind of document, in the order of module and document."""
    found: dict[tuple[str, str], dict[CellState, list[str]]] = {}
    for cell in cells:
        of = cell.operation
        states = found.setdefault((of.module, of.document), {})
        states.setdefault(cell.state, []).append(of.operation)
    return tuple(
        DocumentRow(*key, {state: tuple(names) for state, names in found[key].items()})
        for key in sorted(found)
    )


def departments(cells: Sequence[Cell]) -> tuple[DepartmentRow, ...]:
    """A row for each department; what no department does comes last. A cell may be of several."""
    names = sorted({name for cell in cells for name in cell.departments})
    rows = [DepartmentRow(name, tally(c for c in cells if name in c.departments)) for name in names]
    nobody = [cell for cell in cells if not cell.departments]
    return (*rows, *((DepartmentRow("", tally(nobody)),) if nobody else ()))


def is_told(coverage: BusinessCoverage) -> bool:
    """Whether there is anything to tell: what is done in business, or requirements that checks serve."""
    return bool(coverage.cells) or any(item.checks or item.title for item in coverage.requirements)


def intro(coverage: BusinessCoverage) -> Text:
    """All cells in one sentence; the states add up to the total."""
    if not coverage.cells:
        return text("coverage.none")
    counts = {str(state): count for state, count in tally(coverage.cells).items()}
    return text("coverage.intro", total=len(coverage.cells), **counts)


def requirements_intro(coverage: BusinessCoverage) -> Text:
    """All requirements in one sentence."""
    states = [item.state for item in coverage.requirements]
    counts = {str(state): states.count(state) for state in RequirementState}
    return text("coverage.requirements_intro", total=len(states), **counts)


def render(judgement: Judgement, language: Language) -> RenderableType:
    """The whole coverage as rich shows it."""
    coverage = judgement.coverage
    return Group(*_blocks(coverage, language))


def _blocks(coverage: BusinessCoverage, language: Language) -> Iterator[RenderableType]:
    yield Line(say(text("coverage.heading"), language), style="bold")
    yield Line(say(intro(coverage), language))
    if coverage.cells:
        yield _document_table(coverage, language)
        yield Line(f"\n{say(text('coverage.departments'), language)}", style="bold")
        yield _department_table(coverage, language)
    if coverage.requirements:
        yield Line(f"\n{say(text('coverage.requirements'), language)}", style="bold")
        yield Line(say(requirements_intro(coverage), language))
        yield _requirement_table(coverage.requirements, language)
    if coverage.without_requirement:
        sentence = text("coverage.without_requirement", count=len(coverage.without_requirement))
        yield Line(f"\n{say(sentence, language)}")
        yield Line("  " + ", ".join(plain(name) for name in coverage.without_requirement), style="dim")


def _table(*keys: str, language: Language, numbers: bool = False) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
        padding=(0, 1),
        collapse_padding=True,
        header_style="bold dim",
    )
    for place, key in enumerate(keys):
        table.add_column(
            say(text(key), language),
            overflow="fold",
            vertical="top",
            justify="right" if numbers and place else "left",
        )
    return table


def names_of(row: DocumentRow, state: CellState, language: Language) -> str:
    """The operations of a row that are in one state, in one phrase."""
    names = (say(word("operation", name), language) for name in row.operations.get(state, ()))
    return ("、" if language is Language.ZH else ", ").join(names)


def _document_table(coverage: BusinessCoverage, language: Language) -> Table:
    heads = ("coverage.column.module", "coverage.column.document")
    table = _table(*heads, *(f"coverage.state.{state}" for state in SHOWN), language=language)
    for row in documents(coverage.cells):
        table.add_row(
            Line(say(word("module", row.module), language)),
            Line(say(word("document", row.document), language)),
            *(Line(names_of(row, state, language), _COLOURS[state]) for state in SHOWN),
        )
    return table


def _department_table(coverage: BusinessCoverage, language: Language) -> Table:
    heads = (*(f"coverage.state.{state}" for state in SHOWN), "coverage.column.total")
    table = _table("coverage.column.department", *heads, language=language, numbers=True)
    for row in departments(coverage.cells):
        name = plain(row.department, 60) or say(text("coverage.no_department"), language)
        counts = [row.counts[state] for state in SHOWN]
        table.add_row(Line(name), *(f"{count:,}" for count in (*counts, sum(counts))))
    return table


def _requirement_table(requirements: Sequence[Requirement], language: Language) -> Table:
    names = ("requirement", "title", "state", "checks", "criteria")
    table = _table(*(f"coverage.column.{name}" for name in names), language=language)
    for item in requirements:
        state = say(text(f"coverage.requirement.{item.state}"), language)
        table.add_row(
            Line(plain(item.id, 60)),
            Line(plain(item.title, 120)),
            Line(state, _REQUIREMENT_COLOURS.get(item.state, "dim")),
            Line(served_by(item.checks)),
            Line(", ".join(item.criteria)),
        )
    return table


def served_by(checks: Sequence[str], most: int = 3) -> str:
    """The first few checks of a requirement, and how many more there are."""
    named = ", ".join(plain(name, 80) for name in checks[:most])
    return f"{named} +{len(checks) - most:,}" if len(checks) > most else named


def as_csv(judgement: Judgement, language: Language) -> str:
    """A line for each operation, with its state and checks, for a spreadsheet program."""
    names = ("module", "document", "operation", "state", "department", "checks")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(say(text(f"coverage.column.{name}"), language) for name in names)
    for cell in judgement.coverage.cells:
        of = cell.operation
        line = (
            say(word("module", of.module), language),
            say(word("document", of.document), language),
            say(word("operation", of.operation), language),
            say(text(f"coverage.state.{cell.state}"), language),
            "; ".join(cell.departments),
            "; ".join(cell.checks),
        )
        writer.writerow(map(as_cell, line))
    return out.getvalue()


def as_json(judgement: Judgement) -> str:
    """Everything with its codes, for programs."""
    coverage = judgement.coverage
    content: dict[str, Any] = {
        "totals": {str(state): count for state, count in tally(coverage.cells).items()},
        "operations": [
            {
                "module": cell.operation.module,
                "document": cell.operation.document,
                "operation": cell.operation.operation,
                "state": str(cell.state),
                "checks": cell.checks,
                "departments": cell.departments,
            }
            for cell in coverage.cells
        ],
        "requirements": [
            {
                "id": item.id,
                "title": item.title,
                "state": str(item.state),
                "checks": item.checks,
                "criteria": item.criteria,
                "department": item.department,
            }
            for item in coverage.requirements
        ],
        "without_requirement": coverage.without_requirement,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
