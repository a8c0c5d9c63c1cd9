"""What the target tells people worse than the source when it refuses: no words, words for programmers, far
from the field, in another language, no way out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from harness.model import Attachment, CheckSpec, Finding, FindingKind, Severity, Text, text
from harness.ux.observed import Observed, Refusal, Step
from harness.ux.signatures import PERSONAL
from harness.values import Value, dumps
from harness.wording import advises, in_language, unclear

ACCEPTED = "accepted"
_SEVERITY: Mapping[str, Severity] = MappingProxyType(
    {"accepted": Severity.CRITICAL, "advice": Severity.MINOR}
)


def of_messages(spec: CheckSpec, source: Observed, target: Observed) -> Iterator[Finding]:
    """Findings for every refusal whose words are worse than the source's, each fault once."""
    for step, ours, theirs in _both(source, target):
        elsewhere = _at_other_fields(ours, theirs)
        # A message that does not fit the field it is at is the same fault as the other field.
        known = {*faults(ours, source.locale), *(("unbound",) if elsewhere else ())}
        for fault in faults(theirs, target.locale):
            if fault not in known:
                yield _finding(spec, step, fault, ours, theirs)
        if elsewhere:
            yield _finding(spec, step, "place", ours, theirs)


def same_faults(source: Observed, target: Observed) -> tuple[Text, ...]:
    """Where both sides are bad alike: no regression, and not better either."""
    return tuple(
        text("ux.caveat.message", step=step.title, fault=text(f"ux.fault.{fault}"))
        for step, ours, theirs in _both(source, target)
        for fault in faults(theirs, target.locale)
        if fault in faults(ours, source.locale)
    )


def faults(refusal: Refusal, locale: str) -> tuple[str, ...]:
    """What a person who meets this refusal can complain of, the worst first; nothing when it is good."""
    if refusal.outcome == ACCEPTED:
        return ("accepted",)
    words = refusal.words.replace(PERSONAL, "")
    if not words.strip():
        return ("empty",)
    if unclear(words):
        return ("technical",)
    found = {
        "unseen": not refusal.seen,
        "language": not in_language(words, locale),
        "unbound": bool(refusal.fields) and not refusal.bound,
        "advice": not advises(words) and not refusal.fields,
    }
    return tuple(name for name, is_so in found.items() if is_so)


def shown(source: Observed, target: Observed) -> tuple[Attachment, ...]:
    """Both sides' words, step by step; none where nothing was to be refused."""
    found: dict[str, Value] = {
        step.name: {
            side: {"outcome": one.outcome, "words": one.words, "fields": list(one.fields)}
            for side, one in (("source", ours), ("target", theirs))
        }
        for step, ours, theirs in _both(source, target)
    }
    return (Attachment("messages.json", "application/json", dumps(found), sensitive=True),) if found else ()


def _both(source: Observed, target: Observed) -> Iterator[tuple[Step, Refusal, Refusal]]:
    for step in source.judged:
        there = target.of_step(step.name)
        if step.refusal is not None and there and there[0].refusal is not None:
            yield step, step.refusal, there[0].refusal


def _at_other_fields(source: Refusal, target: Refusal) -> bool:
    """Whether a field that the source marks is left in the target for another; none at all is `unbound`."""
    answered = ACCEPTED not in (source.outcome, target.outcome)
    return answered and bool(set(source.fields) - set(target.fields))


def _finding(spec: CheckSpec, step: Step, fault: str, source: Refusal, target: Refusal) -> Finding:
    return Finding(
        check_id=spec.id,
        kind=FindingKind.VIOLATION,
        entity=step.screen,
        severity=_SEVERITY.get(fault, Severity.MAJOR),
        text=text(
            f"ux.finding.message.{fault}",
            step=step.title,
            words=target.words or text("ux.unnamed"),
            source=source.fields,
            target=target.fields,
        ),
        key=", ".join(source.fields) or step.name,
        field=f"message.{fault}",
        step=step.name,
        source_value=source.words,
        target_value=target.words,
    )
