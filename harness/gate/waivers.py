"""Which findings a waiver accepts, and what the waiver is worth. A waiver accepts; it never hides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import translate
from itertools import chain

from harness.gate.amounts import amounts_of
from harness.gate.judgement import JudgedCheck, JudgedFinding, Standing, WaiverState
from harness.model import Finding, Waiver


@dataclass(frozen=True, slots=True)
class Selector:
    """The selector of a waiver, ready to be asked of many findings. What it does not name, it accepts."""

    fingerprint: str | None
    tests: tuple[tuple[str, Callable[[str], object]], ...]

    def matches(self, finding: Finding) -> bool:
        """Whether every part of the selector agrees with the finding."""
        if self.fingerprint is not None and self.fingerprint != finding.fingerprint:
            return False
        for name, test in self.tests:  # noqa: SIM110  # asked millions of times in a large run
            if not test(_named(finding, name)):
                return False
        return True


def _named(finding: Finding, name: str) -> str:
    found = finding.check_id if name == "check" else getattr(finding, name)
    return "" if found is None else str(found)


def selector(waiver: Waiver) -> Selector:
    """The waiver's selector: the fingerprint exactly, everything else as a pattern of `*` and `?` alone."""
    named = ((name, getattr(waiver, name)) for name in ("entity", "kind", "field", "check", "key"))
    tests = tuple((name, _test(str(glob))) for name, glob in named if glob is not None)
    return Selector(waiver.fingerprint, tests)


def _test(glob: str) -> Callable[[str], object]:
    """A bracket stands for itself: fields of documents have them, as in `entries[].lines[].account`."""
    if "*" in glob or "?" in glob:
        return re.compile(translate(glob.replace("[", "[[]"))).match
    return glob.__eq__


class _Places:
    """Where the findings of a check, or with a fingerprint, are: a waiver is asked about those alone."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self._findings = findings
        self._by_check: dict[str, list[int]] = {}
        self._by_fingerprint: dict[str, list[int]] = {}
        for place, finding in enumerate(findings):
            self._by_check.setdefault(finding.check_id, []).append(place)
            self._by_fingerprint.setdefault(finding.fingerprint, []).append(place)

    def matched(self, waiver: Waiver) -> list[int]:
        """The places of the findings that the waiver's selector agrees with, in their order."""
        chosen = selector(waiver)
        found = self._findings
        return [place for place in self._candidates(waiver) if chosen.matches(found[place])]

    def _candidates(self, waiver: Waiver) -> Iterable[int]:
        if waiver.fingerprint is not None:
            return self._by_fingerprint.get(waiver.fingerprint, ())
        if waiver.check is None:
            return range(len(self._findings))
        named = _test(waiver.check)
        concerned = [places for check, places in self._by_check.items() if named(check)]
        return concerned[0] if len(concerned) == 1 else sorted(chain.from_iterable(concerned))


def apply(
    findings: Sequence[Finding], waivers: Sequence[Waiver], checks: Sequence[JudgedCheck], today: date
) -> tuple[tuple[JudgedFinding, ...], tuple[WaiverState, ...]]:
    """Every finding with the waiver that accepts it, every waiver with its standing, in the given order."""
    places_of = _Places(findings)
    matched = [places_of.matched(waiver) for waiver in waivers]
    states = tuple(
        _state(waiver, [findings[place] for place in places], checks, today)
        for waiver, places in zip(waivers, matched, strict=True)
    )
    accepted: dict[int, Waiver] = {}
    for state, places in zip(states, matched, strict=True):
        if state.standing is Standing.ACCEPTED:
            for place in places:
                accepted.setdefault(place, state.waiver)
    judged = tuple(JudgedFinding(finding, accepted.get(place)) for place, finding in enumerate(findings))
    return judged, states


def _state(
    waiver: Waiver, matched: Sequence[Finding], checks: Sequence[JudgedCheck], today: date
) -> WaiverState:
    return WaiverState(
        waiver,
        _standing(waiver, len(matched), checks, today),
        len(matched),
        sum(finding.count for finding in matched),
        amounts_of(matched),
    )


def _standing(waiver: Waiver, matched: int, checks: Sequence[JudgedCheck], today: date) -> Standing:
    if waiver.expires < today:
        return Standing.EXPIRED
    if _person(waiver.owner) == _person(waiver.approver):
        return Standing.SELF_APPROVED
    if matched > waiver.limit:
        return Standing.TOO_BROAD
    if matched:
        return Standing.ACCEPTED
    return Standing.UNUSED if _could_have_matched(waiver, checks) else Standing.DORMANT


def _person(name: str) -> str:
    return " ".join(name.split()).casefold()


def _could_have_matched(waiver: Waiver, checks: Sequence[JudgedCheck]) -> bool:
    # A waiver for a check that this run has not brought to an end is not unused: nobody looked.
    named = _test(waiver.check) if waiver.check is not None else None
    concerned = [check for check in checks if named is None or named(check.id)]
    return any(check.state.concluded for check in concerned) and (
        named is not None or all(check.state.concluded for check in concerned)
    )
