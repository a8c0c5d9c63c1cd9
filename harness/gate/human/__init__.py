"""What people did for the go-live beside testing, added up from the project's lists. Pure."""

from harness.gate.human.evidence import NOTHING_DONE, HumanEvidence, human_evidence
from harness.gate.human.incidents import Handled, Incident, IncidentState
from harness.gate.human.runbook import Rehearsed, Task
from harness.gate.human.spending import Spent
from harness.gate.human.training import Trained
from harness.gate.human.usability import FEWEST, Instrument, Score

__all__ = [
    "FEWEST",
    "NOTHING_DONE",
    "Handled",
    "HumanEvidence",
    "Incident",
    "IncidentState",
    "Instrument",
    "Rehearsed",
    "Score",
    "Spent",
    "Task",
    "Trained",
    "human_evidence",
]
