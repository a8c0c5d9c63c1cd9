"""Refusals of both systems side by side: both must say no, for the same reason, in readable words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.flows.outcomes import ACCEPTED, DECLINED, IGNORED
from harness.model import CheckSpec, Finding, FindingKind, Text, Title, text
from harness.values import Value
from harness.wording import Unclear, is_chinese, unclear


@dataclass(frozen=True, slots=True)
class Answer:
    """What one system answered to a step that it must refuse."""

    title: Title
    outcome: str
    code: str
    message: str


_UNDECIDED = {
    (ACCEPTED, ACCEPTED): "flows.both_accept",
    (IGNORED, DECLINED): "flows.now_refused",
    (DECLINED, IGNORED): "flows.now_ignored",
}


def compared(
    spec: CheckSpec, source: Mapping[str, Answer], target: Mapping[str, Answer]
) -> Iterator[Finding]:
    """One finding for each step, by its name, that the two systems did not refuse alike."""
    for name, before in source.items():
        now = target.get(name)
        if now is None:  # the target stopped earlier: that is a finding of its own
            continue
        if (before.outcome, now.outcome) == (DECLINED, ACCEPTED):
            yield _finding(spec, name, before, "flows.target_accepts", FindingKind.VIOLATION, before.code)
        elif (before.outcome, now.outcome) == (ACCEPTED, DECLINED):
            yield _finding(
                spec, name, now, "flows.target_refuses", FindingKind.REGRESSION, ACCEPTED, now.code
            )
        elif before.outcome == now.outcome == DECLINED:
            yield from _both_declined(spec, name, before, now)


def undecided(source: Mapping[str, Answer], target: Mapping[str, Answer]) -> tuple[Text, ...]:
    """What the answers alone do not decide.

    What neither refuses although the flow says that it must be has nothing to compare with; where one refuses
    and the other goes on without effect, the documents decide.
    """
    both = [(source[name], target[name]) for name in source if name in target]
    return tuple(
        text(
            _UNDECIDED[before.outcome, now.outcome], step=before.title, message=before.message or now.message
        )
        for before, now in both
        if (before.outcome, now.outcome) in _UNDECIDED
    )


def shown(source: Mapping[str, Answer], target: Mapping[str, Answer]) -> Value:
    """Both sides' words, step by step."""
    return {
        name: {
            side: {"outcome": answer.outcome, "code": answer.code, "message": answer.message}
            for side, answer in (("source", source[name]), ("target", target.get(name)))
            if answer is not None
        }
        for name in source
    }


def _both_declined(spec: CheckSpec, name: str, before: Answer, now: Answer) -> Iterator[Finding]:
    if before.code != now.code:
        yield _finding(
            spec, name, now, "flows.refused_otherwise", FindingKind.MISMATCH, before.code, now.code
        )
        return
    problem = unclear(now.message)
    if problem is None and is_chinese(before.message) != is_chinese(now.message):
        problem = Unclear.LANGUAGE
    if problem is not None and unclear(before.message) is None:
        key = f"flows.message.{problem}"
        yield _finding(spec, name, now, key, FindingKind.VIOLATION, before.message, now.message)


def _finding(
    spec: CheckSpec,
    name: str,
    answer: Answer,
    key: str,
    kind: FindingKind,
    source: str,
    target: str = ACCEPTED,
) -> Finding:
    return Finding(
        check_id=spec.id,
        kind=kind,
        entity=spec.module,
        severity=spec.severity,
        text=text(key, flow=spec.title, step=answer.title, message=answer.message),
        field=name,
        step=name,
        source_value=source,
        target_value=target,
    )
