"""Entries made by hand, and run directories as they lie on a disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from harness.evidence import Manifest, Run
from harness.gate import Amount, CheckState, Counts, Judgement, judge, to_bytes
from harness.history import Entry
from harness.history.entries import Checked, Criterion, Difference, Judged
from harness.model import Area, Conclusion, Outcome, Part, Severity, Side, Status, text
from tests.evidence.samples import a_capture, a_finding, a_recorder, a_result, a_spec
from tests.gate.runs import FLOOR_LINE, policy

PROJECT = "Tryton 7.0 to 8.0"
FIRST = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
RULES = policy(FLOOR_LINE, areas=[Area.FUNCTION])


def moment(day: int) -> datetime:
    """So many days after the first run."""
    return FIRST + timedelta(days=day)


def difference(name: str, severity: Severity = Severity.CRITICAL, **more: Any) -> Difference:
    """An open difference of the one check that there is, of 10.00 CNY."""
    values: dict[str, Any] = {
        "check": "data.sales",
        "key": "flows.mismatch",
        "count": 1,
        "open": Counts.of([severity]),
        "amounts": (Amount(Decimal("10.00"), "CNY"),),
    }
    return Difference(name, severity=severity, **(values | more))


def judged(number: int = 1, outcome: Outcome | None = Outcome.NO_GO, **more: Any) -> Judged:
    """A judgement by the milestone SIT."""
    values: dict[str, Any] = {
        "as_of": moment(number),
        "milestone": "SIT",
        "scope_passed": None if outcome else False,
        "policy": "p1",
        "waivers": "w1",
    }
    return Judged(number, outcome=outcome, **(values | more))


def entry(day: int, *found: Difference | str, state: CheckState = CheckState.FAILED, **more: Any) -> Entry:
    """The complete run of a day, with these differences of its one check."""
    differences = tuple(difference(each) if isinstance(each, str) else each for each in found)
    values: dict[str, Any] = {
        "project": PROJECT,
        "run": f"r{day}",
        "created": moment(day),
        "profile": "smoke",
        "scope": (),
        "sealed": True,
        "complete": True,
        "root": f"root {day}",
        "world": "one world",
        "judgements": (judged(),),
        "amounts": tuple(amount for each in differences for amount in each.amounts),
        "differences": differences,
        "checks": (Checked("data.sales", Area.DATA, state, 1),),
        "criteria": (Criterion("no_open_findings", Area.DATA, Severity.CRITICAL, "0", not found),),
    }
    return Entry(**(values | more))


def run_directory(
    root: Path, name: str = "r1", keys: Sequence[str] = ("SO-1",), *, day: int = 1, **more: Any
) -> Run:
    """A run on the disk that found differences at these keys, sealed and judged once."""
    run = Run.create(root, manifest(name, day, **more))
    with a_recorder(run) as recorder:
        spec = a_spec()
        recorder.plan((spec, part) for part in (Part.SOURCE, Part.TARGET, Part.COMPARISON))
        for part in (Part.SOURCE, Part.TARGET):
            recorder.capture(spec, part, a_capture())
            recorder.result(a_result(spec, part))
        concluded = Conclusion(
            Status.FAILED if keys else Status.PASSED,
            text("evidence.notice.unsealed") if keys else None,
            tuple(a_finding(key=key) for key in keys),
        )
        recorder.conclude(spec, Part.COMPARISON, concluded, started=moment(day), seconds=Decimal(1))
    run.seal()
    judge_again(run)
    return run


def manifest(name: str, day: int, scope: Iterable[str] = (), project: str = PROJECT) -> Manifest:
    """What a run was started with."""
    return Manifest(
        name, moment(day), "0.1.0", project, "smoke", tuple(scope), (Side.SOURCE, Side.TARGET), "0" * 64
    )


def judge_again(run: Run, rules: Any = RULES, hours: int = 1) -> Judgement:
    """Judges the run and stores the judgement."""
    as_of = run.manifest.created + timedelta(hours=hours + len(run.judgements()))
    judgement = judge(run.read(), run.manifest, rules, (), as_of, "SIT")
    run.add_judgement(to_bytes(judgement), {})
    return judgement
