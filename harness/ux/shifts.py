"""Steps in which things on the screen now jump without being asked: pure."""

from __future__ import annotations

from decimal import Decimal

from harness.model import CheckSpec, Finding, FindingKind, Severity, text
from harness.ux.observed import Observed

NOTICED = Decimal("0.1")  # what the web vitals call good ends here


def of_shifts(spec: CheckSpec, source: Observed, target: Observed) -> list[Finding]:
    """Steps whose layout shift is past what is good in every repetition, and more so than on the source."""
    findings: list[Finding] = []
    for step in source.judged:
        before = [item.layout_shift for item in source.of_step(step.name)]
        now = [item.layout_shift for item in target.of_step(step.name)]
        if now and before and min(now) >= max(before) + NOTICED:
            shown = text("ux.finding.layout_shift", step=step.title, source=max(before), target=min(now))
            findings.append(
                Finding(
                    check_id=spec.id,
                    kind=FindingKind.REGRESSION,
                    entity=step.screen,
                    severity=Severity.MAJOR,
                    text=shown,
                    key=step.name,
                    field="layout_shift",
                    step=step.name,
                    source_value=max(before),
                    target_value=min(now),
                )
            )
    return findings
