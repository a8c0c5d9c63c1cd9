"""Two runs side by side: which differences came, went and stayed, and what else is not as it was. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from harness.gate import Amount, CheckState
from harness.history.entries import Criterion, Difference, Entry
from harness.model import Severity


class Fate(StrEnum):
    """What became of a difference. `unseen`: its check came to no conclusion in the second run."""

    NEW = "new"
    GONE = "gone"
    UNSEEN = "unseen"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Fated:
    """A difference and what became of it; as the second run has it, if that has it at all."""

    fate: Fate
    difference: Difference

    @property
    def accepted(self) -> bool:
        """Whether people have accepted all of it."""
        return not self.difference.open.down_to(Severity.MINOR)


@dataclass(frozen=True, slots=True)
class Turned:
    """A check that is in another state; None where a run does not have it."""

    check: str
    was: CheckState | None
    now: CheckState | None


@dataclass(frozen=True, slots=True)
class Asked:
    """An exit criterion that is not asked for as it was, or not met as it was; None where it is not asked."""

    was: Criterion | None
    now: Criterion | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that is otherwise in the second run, and what is the same of the differences."""

    first: Entry
    second: Entry
    differences: tuple[Fated, ...]
    checks: tuple[Turned, ...]
    criteria: tuple[Asked, ...]

    def of(self, fate: Fate) -> tuple[Fated, ...]:
        """The differences of one fate, the worst first."""
        return tuple(each for each in self.differences if each.fate is fate)

    def amounts(self, fate: Fate) -> tuple[Amount, ...]:
        """The money that the differences of one fate affect, accepted or not, by currency."""
        return sums(amount for each in self.of(fate) for amount in each.difference.amounts)

    @property
    def policy_changed(self) -> bool:
        """Whether the two were judged by different policies."""
        return self.first.last.policy != self.second.last.policy


def compare(first: Entry, second: Entry) -> Comparison:
    """The second run held against the first."""
    return Comparison(
        first,
        second,
        tuple(sorted(_differences(first, second), key=_worst_first)),
        tuple(_checks(first, second)),
        tuple(_criteria(first, second)),
    )


def sums(amounts: Iterable[Amount]) -> tuple[Amount, ...]:
    """The amounts added up by currency."""
    found: dict[str | None, Amount] = {}
    for amount in amounts:
        known = found.get(amount.currency)
        found[amount.currency] = Amount(known.total + amount.total, amount.currency) if known else amount
    return tuple(found[name] for name in sorted(found, key=lambda name: name or ""))


def _differences(first: Entry, second: Entry) -> Iterator[Fated]:
    was = {each.fingerprint: each for each in first.differences}
    now = {each.fingerprint for each in second.differences}
    for each in second.differences:
        yield Fated(Fate.SAME if each.fingerprint in was else Fate.NEW, each)
    for name, each in was.items():
        if name not in now:
            yield Fated(Fate.GONE if each.check in second.concluded else Fate.UNSEEN, each)


def _worst_first(fated: Fated) -> tuple[object, ...]:
    difference = fated.difference
    amount = max((each.total for each in difference.amounts), default=Decimal(0))
    return fated.accepted, difference.severity.rank, -amount, difference.check, difference.fingerprint


def _checks(first: Entry, second: Entry) -> Iterator[Turned]:
    was = {each.id: each.state for each in first.checks}
    now = {each.id: each.state for each in second.checks}
    for check in sorted(was.keys() | now.keys()):
        if was.get(check) is not now.get(check):
            yield Turned(check, was.get(check), now.get(check))


def _criteria(first: Entry, second: Entry) -> Iterator[Asked]:
    was, now = _numbered(first.criteria), _numbered(second.criteria)
    for key in dict.fromkeys((*was, *now)):
        if was.get(key) != now.get(key):
            yield Asked(was.get(key), now.get(key))


def _numbered(criteria: Iterable[Criterion]) -> dict[tuple[object, ...], Criterion]:
    """Criteria by rule and area; several lines of one rule and area in their order."""
    found: dict[tuple[object, ...], Criterion] = {}
    for each in criteria:
        place = sum(key[:2] == (each.rule, each.area) for key in found)
        found[each.rule, each.area, place] = each
    return found
