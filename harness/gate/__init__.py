"""The quality gate: rules, waivers and the verdict over a stored run. Pure; it speaks to no ERP."""

from harness.gate.judge import judge
from harness.gate.judgement import (
    Amount,
    AreaState,
    AreaSummary,
    CheckState,
    JudgedCheck,
    JudgedFinding,
    Judgement,
    Standing,
    WaiverState,
)
from harness.gate.rules import RULES, SHAPES, Rule
from harness.gate.store import from_bytes, to_bytes

__all__ = [
    "RULES",
    "SHAPES",
    "Amount",
    "AreaState",
    "AreaSummary",
    "CheckState",
    "JudgedCheck",
    "JudgedFinding",
    "Judgement",
    "Rule",
    "Standing",
    "WaiverState",
    "from_bytes",
    "judge",
    "to_bytes",
]
