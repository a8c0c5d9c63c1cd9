"""The course of a project: its rehearsals in a row, and what the next run is held against. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harness.evidence import Manifest
from harness.gate import Earlier, Rehearsal, Seen, follow
from harness.history.entries import Entry, known_differences


def before(manifest: Manifest, entry: Entry) -> bool:
    """Whether the entry is a rehearsal that this run comes after: of its profile, and created before it."""
    return entry.rehearsal and entry.profile == manifest.profile and entry.created < manifest.created


def so_far(entries: Iterable[Entry]) -> Earlier:
    """What rehearsals of one profile have found, in the order in which they were created."""
    found = Earlier()
    for entry in sorted(entries, key=_age):
        found = follow(found, _seen(entry))
    return found


def rehearsals(entries: Iterable[Entry]) -> Mapping[str, Rehearsal]:
    """By run what each rehearsal found, against those of its own profile before it."""
    profiles: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.rehearsal:
            profiles.setdefault(entry.profile, []).append(entry)
    return {each.run: each for own in profiles.values() for each in so_far(own).rehearsals}


def latest(entries: Iterable[Entry]) -> tuple[Rehearsal, ...]:
    """The rehearsals of the profile that was rehearsed last, the first one first."""
    known = sorted((entry for entry in entries if entry.rehearsal), key=_age)
    return so_far(entry for entry in known if entry.profile == known[-1].profile).rehearsals


def _age(entry: Entry) -> tuple[object, str]:
    return entry.created, entry.run


def _seen(entry: Entry) -> Seen:
    return Seen(
        entry.run,
        entry.created,
        entry.last.milestone,
        entry.last.outcome,
        known_differences(entry),
        entry.concluded,
        entry.amounts,
    )
