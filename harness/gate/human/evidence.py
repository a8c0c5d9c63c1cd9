"""All of it in one value; what the project does not provide is empty, which is never good."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Final

from harness.gate.human.incidents import Handled, handled
from harness.gate.human.runbook import Rehearsed, rehearsed
from harness.gate.human.spending import Spent, spent
from harness.gate.human.training import Trained, trained
from harness.gate.human.usability import Score, scores

if TYPE_CHECKING:  # what is declared knows of rehearsals, and those of judgements with this evidence
    from harness.gate.declared import Declared


@dataclass(frozen=True, slots=True)
class HumanEvidence:
    """Training by department, scores of questionnaires, incidents, the budget, the runbook's rehearsal."""

    training: tuple[Trained, ...] = ()
    usability: tuple[Score, ...] = ()
    incidents: Handled | None = None
    budget: tuple[Spent, ...] = ()
    runbook: Rehearsed | None = None

    def absent(self) -> tuple[str, ...]:
        """Which of it nobody has provided."""
        return tuple(name for name in (field.name for field in fields(self)) if not getattr(self, name))


NOTHING_DONE: Final = HumanEvidence()
"""Nothing is provided."""


def human_evidence(declared: Declared, as_of: datetime) -> HumanEvidence:
    """What the project's lists come to as of a time: what is dated later has not happened yet."""
    return HumanEvidence(
        training=trained(declared.training, as_of),
        usability=scores(declared.usability, as_of),
        incidents=handled(declared.incidents, as_of) if declared.incidents else None,
        budget=spent(declared.budget),
        runbook=rehearsed(declared.runbook, as_of) if declared.runbook else None,
    )
