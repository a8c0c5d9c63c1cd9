"""Rehearsals in a row: what each found, and what became of what the ones before it had found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from harness.evidence import Manifest
from harness.gate.amounts import amounts_of
from harness.gate.facts import Facts
from harness.gate.judgement import Amount, Counts, JudgedFinding, Moved, Rehearsal
from harness.gate.rehearsed import Earlier, Known
from harness.model import Outcome, Severity


@dataclass(frozen=True, slots=True)
class Seen:
    """What one complete run of the whole found: each difference once, and the checks that concluded."""

    run: str
    created: datetime
    milestone: str
    outcome: Outcome | None
    found: tuple[Known, ...]
    concluded: Set[str]
    amounts: tuple[Amount, ...] = ()


def follow(earlier: Earlier, seen: Seen) -> Earlier:
    """The rehearsals with one more at their end."""
    known = {each.fingerprint: each for each in earlier.known}
    found = {each.fingerprint: each for each in seen.found}
    away = [each for each in known.values() if each.present and each.fingerprint not in found]
    gone = [each for each in away if each.check in seen.concluded]
    unseen = [each for each in away if each.check not in seen.concluded]
    moved = Moved(
        new=sum(name not in known for name in found),
        gone=len(gone),
        back=sum(name in known and not known[name].present for name in found),
        unseen=len(unseen),
    )
    rehearsal = Rehearsal(
        seen.run,
        seen.created,
        seen.milestone,
        seen.outcome,
        sum((each.open for each in seen.found), Counts()),
        seen.amounts,
        sum((each.open for each in unseen), Counts()),
        moved if earlier.rehearsals else None,
    )
    known |= {each.fingerprint: replace(each, present=False) for each in gone} | found
    return Earlier((*earlier.rehearsals, rehearsal), tuple(known[name] for name in sorted(known)))


def rehearsals(earlier: Earlier | None, manifest: Manifest, facts: Facts) -> tuple[Rehearsal, ...]:
    """The earlier rehearsals and this run, not judged yet. Nothing where no history was read."""
    if earlier is None:
        return ()
    seen = Seen(
        manifest.run_id,
        manifest.created,
        facts.milestone,
        None,
        known_of(facts.findings),
        {check.id for check in facts.checks if check.state.concluded},
        amounts_of(judged.finding for judged in facts.findings if judged.open),
    )
    return follow(earlier, seen).rehearsals


def judged_as(trend: Sequence[Rehearsal], run: str, outcome: Outcome | None) -> tuple[Rehearsal, ...]:
    """The trend in which the run that has just been judged has its outcome."""
    return tuple(replace(each, outcome=outcome) if each.run == run else each for each in trend)


def risen(trend: Sequence[Rehearsal], severity: Severity) -> tuple[tuple[Rehearsal, Rehearsal], ...]:
    """The steps from one rehearsal to the next at which open differences became more."""
    return tuple(
        (before, after)
        for before, after in pairwise(trend)
        if after.standing(severity) > before.standing(severity)
    )


def known_of(findings: Iterable[JudgedFinding]) -> tuple[Known, ...]:
    """Each difference once: several findings may share a fingerprint."""
    found: dict[str, tuple[str, list[Severity]]] = {}
    for judged in findings:
        finding = judged.finding
        name = finding.fingerprint or finding.check_id
        _, open_ones = found.setdefault(name, (finding.check_id, []))
        if judged.open:
            open_ones.append(finding.severity)
    return tuple(Known(name, check, Counts.of(open_ones)) for name, (check, open_ones) in found.items())
