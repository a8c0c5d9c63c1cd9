"""What became of a judgement since an earlier one of the same milestone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from harness.gate.judgement import Judgement, Standing, WaiverState
from harness.model import Area, Text, Verdict, Waiver, text

_Key = tuple[str, Area | None]


def since(before: Verdict, waivers: Sequence[WaiverState], after: Judgement) -> tuple[Text, ...]:
    """The recommendation, criteria that are met or not met any more, and waivers that accept anew."""
    known = {state.waiver for state in waivers if state.standing is Standing.ACCEPTED}
    now = after.verdict
    return (*_outcome(before, now), *_criteria(before, now), *_waivers(known, after.waivers))


def _outcome(before: Verdict, after: Verdict) -> Iterator[Text]:
    was, now = before.outcome, after.outcome
    if was is not now and was is not None and now is not None:
        yield text("gate.since.outcome", was=text(f"gate.outcome.{was}"), now=text(f"gate.outcome.{now}"))


def _criteria(before: Verdict, after: Verdict) -> Iterator[Text]:
    earlier, later = _met(before), _met(after)
    for key, met in later.items():
        if key in earlier and earlier[key] is not met:
            rule, area = key
            where = text(f"gate.area.{area}") if area else text("gate.whole_run")
            title = text(f"gate.rule.{rule}.title")
            yield text("gate.since.met" if met else "gate.since.unmet", title=title, area=where)


def _met(verdict: Verdict) -> Mapping[_Key, bool]:
    """By rule and area whether all its lines are met."""
    found: dict[_Key, bool] = {}
    for result in verdict.rules:
        key = (result.rule, result.area)
        found[key] = found.get(key, True) and result.passed
    return found


def _waivers(known: Set[Waiver], states: Sequence[WaiverState]) -> Iterator[Text]:
    for state in states:
        if state.standing is Standing.ACCEPTED and state.waiver not in known:
            waiver = state.waiver
            yield text(
                "gate.since.waiver", id=waiver.id, differences=state.differences, approver=waiver.approver
            )
