"""The rules of the gate: each a value with a pure evaluation. How they are worded is the catalogue's.

To add one: an entry in RULES, its sentences under `gate.rule.<name>` (title, passed, failed and, where
there can be none, no_data), and test cases for pass, fail and no data.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from harness.config.policy import LimitShape, RuleShape
from harness.gate.judgement import CheckState
from harness.gate.risk import RiskClass
from harness.gate.rules import checks, evidence, findings, human, parity, people, rehearsals, risks
from harness.gate.rules.rule import COUNT, Assessment, Rule, amount_text, amounts_text
from harness.gate.unverified import KINDS
from harness.model import Severity

__all__ = ["RULES", "SHAPES", "Assessment", "Rule", "amount_text", "amounts_text"]

_NEEDED_COUNT = RuleShape(LimitShape.COUNT)
_NOTHING = RuleShape()
_NAMES = RuleShape(LimitShape.NAMES)
_AMOUNT = RuleShape(LimitShape.AMOUNT, required=False)
_COUNTS = RuleShape(LimitShape.TABLE, keys=MappingProxyType({str(severity): COUNT for severity in Severity}))
_RISK = RuleShape(LimitShape.COUNT, words=MappingProxyType({str(each): each.highest for each in RiskClass}))
_SHARE = RuleShape(LimitShape.SHARE, required=False)
_SHARES = RuleShape(LimitShape.TABLE, keys=MappingProxyType(dict.fromkeys(("rows", *sorted(KINDS)), _SHARE)))

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule.name: rule
        for rule in (
            Rule("run_complete", checks.run_complete, _NOTHING, None, per_area=False),
            Rule("evidence_present", checks.evidence_present, default=1, at_least=True),
            Rule("no_open_findings", findings.no_open_findings, by_severity=True),
            Rule("findings_within", findings.findings_within, _COUNTS, None),
            Rule("no_broken_checks", checks.in_state(CheckState.BROKEN), by_severity=True),
            Rule("no_undecided", checks.in_state(CheckState.UNDECIDED), by_severity=True),
            Rule("no_skipped", checks.in_state(CheckState.SKIPPED), by_severity=True),
            Rule("failures_explained", checks.failures_explained, _NOTHING, None),
            Rule("minimum_checks", checks.minimum_checks, _NEEDED_COUNT, None, at_least=True),
            Rule("no_weaker_evidence", checks.no_weaker_evidence),
            Rule("no_reruns", checks.no_reruns),
            Rule(
                "amount_within_materiality",
                findings.amount_within_materiality,
                _AMOUNT,
                None,
                per_area=False,
            ),
            Rule("waivers_valid", people.waivers_valid, per_area=False),
            Rule("waivers_used", people.waivers_used, per_area=False),
            Rule("policy_not_weakened", evidence.policy_not_weakened, _NOTHING, None, per_area=False),
            Rule("coverage_share", evidence.coverage_share, _SHARES, None, per_area=False, at_least=True),
            Rule("manual_age_days", evidence.manual_age_days, _NEEDED_COUNT, None, per_area=False),
            Rule("signed_off", people.signed_off, _NAMES, None, per_area=False),
            *human.RULES,
            Rule("risks_within", risks.risks_within, _RISK, None, per_area=False),
            Rule("risks_owned", risks.risks_owned, per_area=False),
            Rule("environment_parity", parity.environment_parity, per_area=False),
            Rule(
                "rehearsals_converge",
                rehearsals.rehearsals_converge,
                _NEEDED_COUNT,
                None,
                per_area=False,
                by_severity=True,
                at_least=True,
            ),
            Rule("evidence_age_days", evidence.evidence_age_days, _NEEDED_COUNT, None, per_area=False),
        )
    }
)

SHAPES: Mapping[str, RuleShape] = MappingProxyType({name: rule.shape for name, rule in RULES.items()})
"""What policy.toml may say about each rule; the configuration checks it before anything runs."""
