"""The stored form of a capture: written by the browser part, plain values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from harness.messages import Language, render
from harness.model import Text
from harness.ux.examined import to_value
from harness.ux.probes.inputs import sorted_waits
from harness.values import Value

if TYPE_CHECKING:
    from harness.ux.screens import ScreenFacts
    from harness.ux.steps import Refusal, StepRecord


@dataclass(frozen=True, slots=True)
class Repetition:
    """One time through the task. `problem` says why it was not completed."""

    steps: tuple[StepRecord, ...]
    problem: Text | None
    vitals: Mapping[str, Decimal | None]


def run_value(repetition: Repetition) -> Value:
    """One repetition."""
    return {
        "problem": _sentence(repetition.problem),
        "vitals": dict(repetition.vitals),
        "steps": [_step_value(step) for step in repetition.steps],
    }


def _step_value(step: StepRecord) -> Value:
    return {
        "name": step.name,
        "title": {"en": step.title.en, "zh": step.title.zh},
        "screen": step.screen,
        "prelude": step.prelude,
        "problem": _sentence(step.problem),
        "seconds": step.seconds,
        "clicks": step.effort.clicks,
        "keys": step.effort.keys,
        "hand_switches": step.effort.hand_switches,
        "dialogs": step.dialogs,
        "pages": step.complaints.pages,
        "waits": dict(sorted_waits(step.waits)),
        "bytes": step.transferred,
        "klm_seconds": step.effort.seconds,
        "requests": step.complaints.requests,
        "yardstick": step.yardstick,
        "layout_shift": step.layout_shift,
        "page_errors": list(step.complaints.page_errors),
        "console_errors": list(step.complaints.console_errors),
        "failed_requests": list(step.complaints.failed_requests),
        "refusal": None if step.refusal is None else _refusal_value(step.refusal),
    }


def _refusal_value(refusal: Refusal) -> Value:
    said = refusal.complaint
    return {
        "outcome": refusal.outcome,
        "words": said.words,
        "seen": said.seen,
        "bound": said.bound,
        "fields": list(said.fields),
    }


def _sentence(problem: Text | None) -> Value:
    if problem is None:
        return None
    return {"en": render(problem, Language.EN), "zh": render(problem, Language.ZH)}


def screen_value(facts: ScreenFacts) -> Value:
    """What one screen offers."""
    return {
        "elements": [[item.role, item.name, item.enabled] for item in facts.elements],
        "required": list(facts.required),
        "violations": None
        if facts.violations is None
        else [
            {
                "rule": item.rule,
                "impact": item.impact,
                "element": item.element,
                "help": item.help,
                "count": item.count,
            }
            for item in facts.violations
        ],
        "examined": to_value(facts.examined),
        "skipped": list(facts.skipped),
    }
