"""Which findings a waiver accepts, and what the waiver is worth. A waiver accepts; it never hides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import translate

from harness.gate.amounts import amounts_of
from harness.gate.judgement import JudgedCheck, JudgedFinding, Standing, WaiverState
from harness.model import Finding, Waiver


@dataclass(frozen=True, slots=True)
class Selector:
    """The selector of a waiver, ready to be asked of many findings. What it does not name, it accepts."""

    fingerprint: str | None
    patterns: tuple[tuple[str, re.Pattern[str]], ...]

    def matches(self, finding: Finding) -> bool:
        """Whether every part of the selector agrees with the finding."""
        if self.fingerprint is not None and self.fingerprint != finding.fingerprint:
            return False
        return all(pattern.match(_named(finding, name)) for name, pattern in self.patterns)


def _named(finding: Finding, name: str) -> str:
    found = finding.check_id if name == "check" else getattr(finding, name)
    return "" if found is None else str(found)


def selector(waiver: Waiver) -> Selector:
    """The waiver's selector: the fingerprint exactly, everything else as a pattern of `*` and `?` alone.

    A bracket stands for itself: fields of documents have them, as in `entries[].lines[].account`.
    """
    named = ((name, getattr(waiver, name)) for name in ("check", "kind", "entity", "field", "key"))
    patterns = tuple(
        (name, re.compile(translate(str(glob).replace("[", "[[]"))))
        for name, glob in named
        if glob is not None
    )
    return Selector(waiver.fingerprint, patterns)


def apply(
    findings: Sequence[Finding], waivers: Sequence[Waiver], checks: Sequence[JudgedCheck], today: date
) -> tuple[tuple[JudgedFinding, ...], tuple[WaiverState, ...]]:
    """Every finding with the waiver that accepts it, every waiver with its standing, in the given order."""
    matched = [_matched(waiver, findings) for waiver in waivers]
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


def _matched(waiver: Waiver, findings: Sequence[Finding]) -> list[int]:
    chosen = selector(waiver)
    return [place for place, finding in enumerate(findings) if chosen.matches(finding)]


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
    named = re.compile(translate(waiver.check)) if waiver.check is not None else None
    concerned = [check for check in checks if named is None or named.match(check.id)]
    return any(check.state.concluded for check in concerned) and (
        named is not None or all(check.state.concluded for check in concerned)
    )
