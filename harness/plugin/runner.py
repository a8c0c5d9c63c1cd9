"""Runs one part of one check: gathers, records, concludes. The boundary between the ERP and the tool.

What the ERP does wrong ends as a finding or a reason; whatever else goes wrong makes the part *broken*.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

import pytest

from harness.compare import conclude, stored_captures
from harness.errors import HarnessError, Refused, Unreachable
from harness.flows.flow import FlowEnded
from harness.messages import Language, render
from harness.model import (
    Capture,
    CheckSpec,
    Conclusion,
    Part,
    Status,
    Text,
    text,
)
from harness.plugin import allure, ordering
from harness.plugin.session import Session
from harness.plugin.specs import PART, SPEC

GATHER: pytest.StashKey[Callable[[], Capture | None]] = pytest.StashKey()
# Runs in place of the test's own function: what is prepared is made by another.
ACT: pytest.StashKey[Callable[[], None]] = pytest.StashKey()
RECORDED: pytest.StashKey[bool] = pytest.StashKey()
_WAIT_SECONDS = 1800
_POLL_SECONDS = 0.5
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class _Clock:
    started: datetime
    tick: float

    def seconds(self) -> Decimal:
        return Decimal(f"{time.perf_counter() - self.tick:.3f}")


def run_part(item: pytest.Function, session: Session) -> None:
    """Runs the part; raises pytest's failure when it has not passed, after everything is recorded."""
    spec, part = item.stash[SPEC], item.stash[PART]
    clock = _Clock(datetime.now(UTC), time.perf_counter())
    if part is Part.COMPARISON:
        conclusion = conclude(spec, stored_captures(session.run, spec.id))
    else:
        # compared as stored: redacted, so that an offline comparison sees the same
        capture = session.recorder.capture(spec, part, _gather(item))
        conclusion = conclude(spec, {part: capture}) if part is Part.PAIR else _of_side(capture)
    _record(session, spec, part, conclusion, clock)
    item.stash[RECORDED] = True
    language = Language(session.config.project.language)
    allure.show(spec, part, conclusion.findings, language)
    if session.run.manifest.synthetic:
        allure.show_pictures(conclusion.attachments)
    if conclusion.status is not Status.PASSED:
        pytest.fail(session.redactor.text(_told(conclusion, language)), pytrace=False)


def record_broken(item: pytest.Item, session: Session, error: BaseException | None, *, skipped: bool) -> None:
    """Records a part that ended outside `run_part`: set-up, a crash of the check, a skip."""
    why = session.redactor.text(_explained(error))
    conclusion = (
        Conclusion(Status.SKIPPED, text("plugin.skipped", why=why))
        if skipped
        else Conclusion(Status.BROKEN, text("plugin.crashed", why=why))
    )
    clock = _Clock(datetime.now(UTC), time.perf_counter())
    _record(session, item.stash[SPEC], item.stash[PART], conclusion, clock)
    item.stash[RECORDED] = True


def wait_for_earlier(item: pytest.Function, session: Session, planned: list[tuple[CheckSpec, Part]]) -> None:
    """Waits, when several processes run, until the checks of earlier phases have ended."""
    deadline = time.monotonic() + _WAIT_SECONDS
    spec = item.stash[SPEC]
    if all(ordering.phase(other) >= ordering.phase(spec) for other, _ in planned):
        return
    while waiting := ordering.unfinished_before(spec, session.run.read(), planned):
        if time.monotonic() > deadline:
            raise HarnessError(text("plugin.waited", checks=tuple(waiting)))
        time.sleep(_POLL_SECONDS)


def _gather(item: pytest.Function) -> Capture:
    arguments = {name: item.funcargs[name] for name in item._fixtureinfo.argnames}
    failure: Text | None = None
    try:
        item.stash.get(ACT, partial(item.obj, **arguments))()
    except FlowEnded:
        pass  # the flow's capture says where and why
    except Refused as refusal:
        failure = text("plugin.refused", message=refusal.message)
    except Unreachable as silence:
        failure = silence.sentence
    gathered = item.stash[GATHER]() if GATHER in item.stash else None
    if gathered is None and failure is None:
        raise HarnessError(text("plugin.gathered_nothing"))
    capture = gathered if gathered is not None else Capture(value=None)
    return replace(capture, failure=failure) if failure is not None else capture


def _of_side(capture: Capture) -> Conclusion:
    """A side's own part passes when the ERP did what was asked; the comparison judges the rest."""
    if capture.failure is not None:
        return Conclusion(Status.FAILED, capture.failure)
    return Conclusion(Status.PASSED, measures=capture.measures)


def _record(session: Session, spec: CheckSpec, part: Part, conclusion: Conclusion, clock: _Clock) -> None:
    session.recorder.conclude(spec, part, conclusion, started=clock.started, seconds=clock.seconds())


def _told(conclusion: Conclusion, language: Language) -> str:
    lines = [render(conclusion.reason, language) if conclusion.reason else conclusion.status.value]
    for finding in conclusion.findings[:_SHOWN]:
        worth = " ".join(str(part) for part in (finding.amount, finding.currency) if part is not None)
        amount = f" [{worth}]" if finding.amount is not None else ""
        lines.append(f"- {finding.severity}: {render(finding.text, language)}{amount}")
    if len(conclusion.findings) > _SHOWN:
        lines.append(f"... +{len(conclusion.findings) - _SHOWN}")
    return "\n".join(lines)


def _explained(error: BaseException | None) -> str:
    if error is None:
        return "?"
    return str(error) if isinstance(error, HarnessError) else f"{type(error).__name__}: {error}"
