"""What the run does not know, in sentences: it is listed beside the recommendation, never left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from harness.coverage import OPERATION, KindCoverage
from harness.gate.facts import Facts
from harness.gate.judgement import JudgedCheck, Signature
from harness.model import Area, Item, Text, text

_LARGEST = 5  # how many gaps are named: the whole list is in the run
KINDS = frozenset(
    {
        "check", "table", "column", "flow_step", "operation", "right", "screen", "transaction", "contract",
        "batch", "combination",
    }
)  # fmt: skip
"""What a universe may be made of, as far as there are words for it."""


def not_verified(facts: Facts) -> tuple[Text, ...]:
    """Areas without evidence, areas nobody asked for, checks without a conclusion, gaps, reservations."""
    return (
        *_areas(facts),
        *_unconcluded(facts.checks),
        *_gaps(facts),
        *_reservations(facts.checks),
        *_signed_blindly(facts),
    )


def _signed_blindly(facts: Facts) -> Iterator[Text]:
    """A department of which no check came to a conclusion has nothing open, whatever its system does."""
    for signed in facts.sign_offs:
        if signed.standing is Signature.VALID and not signed.tested:
            yield text("gate.unverified.untested", department=signed.department, name=signed.name)


def _areas(facts: Facts) -> Iterator[Text]:
    verified = {check.area for check in facts.checks if check.state.concluded}
    for area in facts.asked:
        if area not in verified:
            yield text("gate.unverified.asked", area=text(f"gate.area.{area}"), milestone=facts.milestone)
    unasked = tuple(area for area in Area if area not in facts.asked)
    case = "outside" if facts.scoped else "not_asked"
    if nothing := _names(area for area in unasked if area not in verified):
        yield text(f"gate.unverified.{case}", areas=nothing, milestone=facts.milestone)


def _names(areas: Iterable[Area]) -> tuple[Text, ...]:
    return tuple(text(f"gate.area.{area}") for area in areas)


def _unconcluded(checks: Sequence[JudgedCheck]) -> Iterator[Text]:
    for check in checks:
        if not check.state.concluded:
            state = text(f"gate.state.{check.state}")
            yield text("gate.unverified.check", check=check.title, state=state, reason=check.reason)


def _gaps(facts: Facts) -> Iterator[Text]:
    for kind in facts.coverage:
        if kind.total and kind.not_verified and kind.kind != OPERATION:  # has a sentence of its own
            yield _gap(kind)


def _gap(kind: KindCoverage) -> Text:
    name = kind_name(kind.kind)
    sentence = text("gate.unverified.gap", kind=name, covered=kind.covered, total=kind.total)
    if kind.gaps:
        largest = largest_gaps(kind)
        unseen = text("gate.unverified.unseen", count=len(kind.gaps), largest=largest)
        sentence = text("gate.unverified.both", first=sentence, second=unseen)
    if kind.left_out:
        by_choice = text("gate.unverified.left_out", count=len(kind.left_out))
        sentence = text("gate.unverified.both", first=sentence, second=by_choice)
    return sentence


def kind_name(kind: str) -> Text | str:
    """What items of a kind are called."""
    return text(f"gate.kind.{kind}") if kind in KINDS or kind == "rows" else kind


def largest_gaps(kind: KindCoverage) -> tuple[Text, ...]:
    """The gaps that hold the most, with what they hold."""
    return tuple(_sized(item) for item in kind.gaps[:_LARGEST])


def _sized(item: Item) -> Text:
    if item.size is None:
        return text("gate.unverified.item", item=item.item)
    return text("gate.unverified.sized", item=item.item, size=item.size)


def _reservations(checks: Sequence[JudgedCheck]) -> Iterator[Text]:
    for check in checks:
        for caveat in check.caveats:
            yield text("gate.unverified.reservation", check=check.title, caveat=caveat)
