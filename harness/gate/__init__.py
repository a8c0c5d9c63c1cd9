"""The quality gate: rules, waivers and the verdict over a stored run. Pure; it speaks to no ERP."""

from harness.gate.declared import Declared
from harness.gate.judge import judge
from harness.gate.judgement import (
    Amount,
    AreaState,
    AreaSummary,
    BusinessCoverage,
    Cell,
    CellState,
    CheckState,
    Counts,
    JudgedCheck,
    JudgedFinding,
    Judgement,
    Moved,
    PolicyChange,
    Rehearsal,
    Requirement,
    RequirementState,
    Signature,
    SignOff,
    Standing,
    WaiverState,
)
from harness.gate.rehearsed import Earlier, Known
from harness.gate.rules import RULES, SHAPES, Rule
from harness.gate.store import from_bytes, to_bytes, verdict_of
from harness.gate.trend import Seen, follow, known_of, risen

__all__ = [
    "RULES",
    "SHAPES",
    "Amount",
    "AreaState",
    "AreaSummary",
    "BusinessCoverage",
    "Cell",
    "CellState",
    "CheckState",
    "Counts",
    "Declared",
    "Earlier",
    "JudgedCheck",
    "JudgedFinding",
    "Judgement",
    "Known",
    "Moved",
    "PolicyChange",
    "Rehearsal",
    "Requirement",
    "RequirementState",
    "Rule",
    "Seen",
    "SignOff",
    "Signature",
    "Standing",
    "WaiverState",
    "follow",
    "from_bytes",
    "judge",
    "known_of",
    "risen",
    "to_bytes",
    "verdict_of",
]
