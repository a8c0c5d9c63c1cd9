"""Turns a rule that the target breaks, and the source did not, into findings. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from harness.messages import text
from harness.model import CheckSpec, Finding, FindingKind, Text, Title
from harness.reconcile.business.control import Control
from harness.reconcile.business.rules import Gap, Group, where
from harness.reconcile.outcome import GROUP_ABOVE

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Violation:
    """A gap of the target, and what the same gap was on the source (nought where the rule held)."""

    gap: Gap
    known: Decimal

    @property
    def amount(self) -> Decimal:
        """By how much the rule is broken more, or otherwise, than it was."""
        return abs(self.gap.gap - self.known)


def violations(
    spec: CheckSpec,
    control: Control,
    source: Mapping[tuple[str, Group], Gap],
    target: Mapping[tuple[str, Group], Gap],
) -> Iterator[Finding]:
    """What the target breaks in another way than the source did; more than a few of a rule as one."""
    by_rule: dict[tuple[str, str | None], list[Violation]] = defaultdict(list)
    crowds: Counter[str] = Counter()
    for name, gap in target.items():
        known = source[name].gap if name in source else Decimal(0)
        if gap.gap != known:
            by_rule[gap.rule, gap.currency].append(Violation(gap, known))
            crowds[gap.rule] += 1
    for (rule, _), found in sorted(by_rule.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        if crowds[rule] > GROUP_ABOVE:
            yield _many(spec, control, found)
        else:
            yield from (_one(spec, control, violation) for violation in found)


def _one(spec: CheckSpec, control: Control, violation: Violation) -> Finding:
    gap, place = violation.gap, where(control, violation.gap.group)
    sentence = text(
        "business.finding.rule.one",
        entity=control.title.title,
        rule=_title(control, gap.rule),
        where=place,
        actual=gap.actual,
        expected=gap.expected,
        gap=gap.gap,
    )
    return Finding(
        check_id=spec.id,
        kind=FindingKind.VIOLATION,
        entity=control.mapping.entity,
        severity=spec.severity,
        text=sentence,
        key=place,
        field=gap.rule,
        source_value=violation.known,
        target_value=gap.gap,
        amount=violation.amount if gap.currency else None,
        currency=gap.currency,
    )


def _many(spec: CheckSpec, control: Control, found: Sequence[Violation]) -> Finding:
    gap = found[0].gap
    examples = tuple(_example(control, violation.gap) for violation in found[:_EXAMPLES])
    sentence = text(
        "business.finding.rule.many",
        entity=control.title.title,
        rule=_title(control, gap.rule),
        count=len(found),
        examples=examples,
    )
    return Finding(
        check_id=spec.id,
        kind=FindingKind.VIOLATION,
        entity=control.mapping.entity,
        severity=spec.severity,
        text=sentence,
        key=f"currency={gap.currency}" if gap.currency else None,
        field=gap.rule,
        amount=sum((violation.amount for violation in found), Decimal(0)) if gap.currency else None,
        currency=gap.currency,
        count=len(found),
    )


def _example(control: Control, gap: Gap) -> Text:
    return text("business.example.rule", where=where(control, gap.group), gap=gap.gap)


def _title(control: Control, name: str) -> Title:
    return next(rule.title.title for rule in control.rules if rule.name == name)
