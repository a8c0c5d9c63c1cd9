"""What a message about a judged run says: counts and a link. Nothing of an ERP can be in it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from harness.errors import HarnessError
from harness.evidence import Manifest
from harness.gate import Judgement
from harness.messages import Language
from harness.model import Severity, text
from harness.reporting.summary import summarise
from harness.reporting.wording import moment, plain, say

PART = "PART"
"""The result of a scoped run, which recommends nothing."""


def result_of(judgement: Judgement) -> str:
    """The recommendation, or that only a part was judged."""
    return str(judgement.verdict.outcome or PART)


def facts(
    judgement: Judgement, manifest: Manifest, language: Language, link: str | None
) -> Mapping[str, Any]:
    """All that a template may use: names that the project gave itself, counts, and the link."""
    told, verdict = summarise(judgement, manifest), judgement.verdict
    passed, planned = told.checks()
    severities = Counter(item.finding.severity for item in told.open)
    return {
        "project": plain(manifest.project, 80),
        "milestone": plain(verdict.milestone, 80),
        "run": manifest.run_id,
        "judged": moment(verdict.as_of),
        "result": result_of(judgement),
        "passed": verdict.scope_passed if verdict.outcome is None else None,
        "headline": _headline(judgement, language),
        "checks": {"passed": passed, "total": planned},
        "criteria": {"met": sum(rule.passed for rule in verdict.rules), "total": len(verdict.rules)},
        "open": {str(severity): severities[severity] for severity in Severity},
        "accepted": len(told.waived),
        "conditions": len(verdict.conditions),
        "not_verified": len(verdict.not_verified),
        "link": link,
        "language": str(language),
    }


def slack(known: Mapping[str, Any], language: Language) -> bytes:
    """The message as Slack, and what takes the same, reads it."""
    lines = [f"*{_inert(known['headline'])}*", _inert(_place(known, language)), *_counts(known, language)]
    if known["link"]:
        lines.append(f"<{_inert(known['link'])}|{_inert(say(text('report.name.page'), language))}>")
    return _json({"text": "\n".join(lines)})


def rendered(known: Mapping[str, Any], template: Path) -> bytes:
    """The message by the project's own template, which must give JSON; HarnessError when it does not."""
    # JSON, no page: `tojson` quotes what needs it, and what comes out is read back
    environment = SandboxedEnvironment(autoescape=False, undefined=StrictUndefined)
    try:
        content = environment.from_string(template.read_text(encoding="utf-8")).render(**known)
        return _json(json.loads(content))
    except (TemplateError, OSError, ValueError, TypeError) as problem:
        why = type(problem).__name__
        raise HarnessError(text("webhook.template", file=template.name, why=why)) from None


def _headline(judgement: Judgement, language: Language) -> str:
    outcome = judgement.verdict.outcome
    if outcome is not None:
        return say(text(f"gate.outcome.{outcome}"), language)
    return say(text("webhook.part" if judgement.verdict.scope_passed else "webhook.part_failed"), language)


def _place(known: Mapping[str, Any], language: Language) -> str:
    place = text(
        "report.place",
        project=known["project"],
        milestone=known["milestone"],
        run=known["run"],
        as_of=known["judged"],
    )
    return say(place, language)


def _counts(known: Mapping[str, Any], language: Language) -> list[str]:
    checks, criteria = known["checks"], known["criteria"]
    said = (
        text("webhook.checks", passed=checks["passed"], total=checks["total"]),
        text("webhook.criteria", met=criteria["met"], total=criteria["total"]),
        text("webhook.open", **known["open"]),
        text("webhook.accepted", count=known["accepted"]),
        text("webhook.conditions", count=known["conditions"]),
        text("webhook.not_verified", count=known["not_verified"]),
    )
    return [f"• {_inert(say(sentence, language))}" for sentence in said]


def _inert(content: str) -> str:
    """Text that mentions nobody and links nowhere."""
    return content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()
