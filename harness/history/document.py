"""The history as JSON, with codes and no sentences, for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from harness.gate import Amount, Counts, Rehearsal, risen
from harness.history.comparison import Asked, Comparison, Fate
from harness.history.course import latest, rehearsals
from harness.history.entries import Difference, Entry
from harness.history.unsteady import unsteady
from harness.model import Severity


def as_json(project: str, entries: Sequence[Entry], since: Comparison | None = None) -> str:
    """All runs of the project with what moved between rehearsals, and the unsteady checks."""
    course = rehearsals(entries)
    content: dict[str, Any] = {
        "project": project,
        "runs": [_run(entry, course.get(entry.run)) for entry in entries],
        "convergence": _convergence(latest(entries)),
        "unsteady": [
            {"check": each.check, "between": each.between, "states": each.states, "runs": each.runs}
            for each in unsteady(entries)
        ],
    }
    if since is not None:
        content["since"] = _comparison(since)
    return _written(content)


def comparison_json(compared: Comparison) -> str:
    """Two runs side by side."""
    return _written(_comparison(compared))


def _written(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _convergence(trend: Sequence[Rehearsal]) -> dict[str, Any]:
    return {
        "severity": Severity.CRITICAL,
        "runs": [each.run for each in trend],
        "open": [each.standing(Severity.CRITICAL) for each in trend],
        "risen": [after.run for _, after in risen(trend, Severity.CRITICAL)],
    }


def _run(entry: Entry, rehearsal: Rehearsal | None) -> dict[str, Any]:
    moved = rehearsal and rehearsal.moved
    return {
        "run": entry.run,
        "created": entry.created.isoformat(),
        "profile": entry.profile,
        "scope": entry.scope,
        "complete": entry.complete,
        "altered": entry.altered,
        "rehearsal": entry.rehearsal,
        "milestone": entry.last.milestone,
        "outcome": entry.last.outcome,
        "scope_passed": entry.last.scope_passed,
        "judgements": len(entry.judgements),
        "policies": len({each.policy for each in entry.judgements}),
        "open": _counts(entry.open),
        "amounts": _amounts(entry.amounts),
        "moved": moved and {"new": moved.new, "gone": moved.gone, "back": moved.back, "unseen": moved.unseen},
        "evidence": entry.root,
    }


def _comparison(compared: Comparison) -> dict[str, Any]:
    return {
        "first": compared.first.run,
        "second": compared.second.run,
        "outcomes": [compared.first.last.outcome, compared.second.last.outcome],
        "milestones": [compared.first.last.milestone, compared.second.last.milestone],
        "policy_changed": compared.policy_changed,
        "amounts": {fate: _amounts(compared.amounts(fate)) for fate in Fate},
        "differences": [
            {"fate": each.fate, "accepted": each.accepted, **_difference(each.difference)}
            for each in compared.differences
        ],
        "checks": [{"check": each.check, "was": each.was, "now": each.now} for each in compared.checks],
        "criteria": [_asked(each) for each in compared.criteria],
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "fingerprint": difference.fingerprint,
        "check": difference.check,
        "severity": difference.severity,
        "sentence": difference.key,
        "count": difference.count,
        "amounts": _amounts(difference.amounts),
    }


def _asked(asked: Asked) -> dict[str, Any]:
    known = asked.now or asked.was
    assert known is not None
    sides = {
        name: each and {"severity": each.severity, "limit": each.limit, "passed": each.passed}
        for name, each in (("was", asked.was), ("now", asked.now))
    }
    return {"rule": known.rule, "area": known.area, **sides}


def _counts(counts: Counts) -> dict[str, int]:
    return {str(level): getattr(counts, level) for level in Severity}


def _amounts(amounts: Iterable[Amount]) -> list[dict[str, str | None]]:
    return [{"total": str(each.total), "currency": each.currency} for each in amounts]
