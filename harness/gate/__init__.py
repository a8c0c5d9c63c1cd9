"""The quality gate: rules, waivers and the verdict over a stored run. Pure; it speaks to no ERP."""

from harness.gate.declared import Declared
from harness.gate.human import HumanEvidence
from harness.gate.judge import judge
from harness.gate.judgement import (
    Against,
    Amount,
    AreaState,
    AreaSummary,
    BusinessCoverage,
    Cell,
    CellState,
    CheckState,
    Decision,
    JudgedCheck,
    JudgedFinding,
    Judgement,
    PolicyChange,
    Requirement,
    RequirementState,
    Signature,
    SignOff,
    Standing,
    WaiverState,
)
from harness.gate.risk import Level, Movement, Risk, RiskClass, RiskPoint
from harness.gate.rules import RULES, SHAPES, Rule
from harness.gate.store import from_bytes, risks_of, to_bytes, verdict_of

__all__ = [
    "RULES",
    "SHAPES",
    "Against",
    "Amount",
    "AreaState",
    "AreaSummary",
    "BusinessCoverage",
    "Cell",
    "CellState",
    "CheckState",
    "Decision",
    "Declared",
    "HumanEvidence",
    "JudgedCheck",
    "JudgedFinding",
    "Judgement",
    "Level",
    "Movement",
    "PolicyChange",
    "Requirement",
    "RequirementState",
    "Risk",
    "RiskClass",
    "RiskPoint",
    "Rule",
    "SignOff",
    "Signature",
    "Standing",
    "WaiverState",
    "from_bytes",
    "judge",
    "risks_of",
    "to_bytes",
    "verdict_of",
]
