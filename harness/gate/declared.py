"""What is judged beside the run: what people found, did and signed, what the project lists, its past."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harness.config.human import AnswerRow, BudgetRow, DecisionRow, IncidentRow, TaskRow, TrainingRow
from harness.config.lists import LISTS, OperationRow, RequirementRow, SignOffRow
from harness.config.risks import RiskRow
from harness.config.surroundings import FactsTable
from harness.config.table import Table
from harness.coverage import OPERATION, Operation
from harness.gate.rehearsed import Earlier
from harness.manual import NOTHING, Manual
from harness.model import Item


@dataclass(frozen=True, slots=True)
class Declared:
    """Results by hand, the project's lists by their names below [project], its risks, and its production.

    Nothing of it is in the run's capture. `earlier` is None where no history could be read.
    """

    manual: Manual = NOTHING
    operations: tuple[OperationRow, ...] = ()
    requirements: tuple[RequirementRow, ...] = ()
    sign_offs: tuple[SignOffRow, ...] = ()
    training: tuple[TrainingRow, ...] = ()
    usability: tuple[AnswerRow, ...] = ()
    incidents: tuple[IncidentRow, ...] = ()
    budget: tuple[BudgetRow, ...] = ()
    runbook: tuple[TaskRow, ...] = ()
    decisions: tuple[DecisionRow, ...] = ()
    risks: tuple[RiskRow, ...] = ()
    production: FactsTable | None = None
    earlier: Earlier | None = None

    def universe(self) -> tuple[Item, ...]:
        """What the company does, as items of the coverage."""
        return tuple(Item(OPERATION, str(cell_of(row))) for row in self.operations)

    def departments(self) -> Iterator[tuple[Operation, str]]:
        """Which department does what, whether anybody has tested it or not."""
        for row in self.operations:
            if row.department:
                yield cell_of(row), row.department
        for result in self.manual.results:
            if result.department and result.covers:
                yield result.covers, result.department

    def contents(self) -> Mapping[str, bytes]:
        """Each part that there is, as bytes: what the verdict's digests are of, and its folder keeps."""
        parts = {"manual": self.manual.content() if self.manual != NOTHING else b""}
        if self.production and self.production.facts():
            parts["production"] = self.production.model_dump_json(exclude_none=True).encode()
        for name in (*LISTS, "risks"):
            rows: Sequence[Table] = getattr(self, name)
            parts[name] = b"\n".join(row.model_dump_json().encode() for row in rows)
        parts["rehearsals"] = b"" if self.earlier is None else self.earlier.content()
        return {name: content for name, content in parts.items() if content}

    def digests(self) -> dict[str, str]:
        """SHA-256 of each part that there is."""
        return {name: hashlib.sha256(content).hexdigest() for name, content in self.contents().items()}


NOTHING_DECLARED: Final = Declared()
"""Nobody tested by hand, and the project lists nothing."""


def cell_of(row: OperationRow) -> Operation:
    """The cell of the coverage that a row of the project's list is about."""
    return Operation(row.module, row.document, row.operation)
