"""What the committee decided on this run. It stands beside the recommendation, and never changes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from harness.config.human import DecisionRow
from harness.gate.judgement import Against, Decision, Signature
from harness.gate.signing import elsewhere
from harness.model import Outcome

_CAREFUL = tuple(Outcome)  # the most daring first
_Key = tuple[str, date, Outcome]


def decisions(
    rows: Sequence[DecisionRow], run: str, as_of: date, recommended: Outcome | None
) -> tuple[Decision, ...]:
    """Every decision of the file with its members, by day, and what it is worth for this run.

    Of those on this run the latest day's counts; of one day's, the most careful one.
    """
    found: dict[_Key, list[DecisionRow]] = {}
    for row in sorted(rows, key=lambda row: (row.day, row.run, _CAREFUL.index(row.outcome))):
        found.setdefault((row.run, row.day, row.outcome), []).append(row)
    counting = [key for key, members in found.items() if elsewhere(members[0], run, as_of) is None]
    return tuple(
        _decision(members, run, as_of, recommended, counts=key in counting[-1:])
        for key, members in found.items()
    )


def _decision(
    members: Sequence[DecisionRow], run: str, as_of: date, recommended: Outcome | None, *, counts: bool
) -> Decision:
    row = members[0]
    standing = Signature.VALID if counts else elsewhere(row, run, as_of) or Signature.SUPERSEDED
    return Decision(
        outcome=row.outcome,
        day=row.day,
        run=row.run,
        members=tuple((member.name, member.role) for member in members),
        reasons=tuple(dict.fromkeys(member.reason for member in members if member.reason)),
        standing=standing,
        against=_against(row.outcome, recommended),
    )


def _against(decided: Outcome, recommended: Outcome | None) -> Against:
    if recommended is None:
        return Against.NOTHING
    daring = _CAREFUL.index(recommended) - _CAREFUL.index(decided)
    return Against.OVERRIDE if daring > 0 else Against.CAREFUL if daring < 0 else Against.SAME
