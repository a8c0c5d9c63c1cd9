"""Who has signed off this run, and whether the signature still counts: it is evidence like a check's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Protocol

from harness.config.lists import Consent, SignOffRow
from harness.gate.judgement import JudgedCheck, JudgedFinding, Signature, SignOff


class Dated(Protocol):
    """A line that somebody signed on a day, about one run."""

    @property
    def run(self) -> str:
        """The run that it is about."""

    @property
    def day(self) -> date:
        """When it was signed."""


def elsewhere(row: Dated, run: str, as_of: date) -> Signature | None:
    """Why a line says nothing of this run as of this day; None when it does."""
    if row.run != run:
        return Signature.OTHER_RUN
    return Signature.TO_COME if row.day > as_of else None


def sign_offs(
    rows: Sequence[SignOffRow],
    run: str,
    checks: Iterable[JudgedCheck],
    findings: Iterable[JudgedFinding],
    as_of: date,
) -> tuple[SignOff, ...]:
    """Every line of the file, in the order of departments and days, with what it is worth for this run.

    Of the lines of one department on this run the latest day's counts; of one day's, the least favourable.
    """
    checks = tuple(checks)
    open_in = _open_in(checks, findings)
    tested = {(check.department or "").casefold() for check in checks if check.state.concluded}
    latest = {row.department.casefold(): row for row in _on(rows, run, as_of)}
    return tuple(
        SignOff(
            department=row.department,
            name=row.name,
            role=row.role,
            day=row.day,
            run=row.run,
            consent=row.decision,
            outstanding=row.outstanding,
            actual=open_in.get(row.department.casefold(), 0),
            standing=_standing(row, run, latest, open_in, as_of),
            remark=row.remark,
            tested=row.department.casefold() in tested,
        )
        for row in sorted(rows, key=_as_listed)
    )


def _open_in(checks: Iterable[JudgedCheck], findings: Iterable[JudgedFinding]) -> dict[str, int]:
    departments = {check.id: (check.department or "").casefold() for check in checks}
    counted: dict[str, int] = {}
    for judged in findings:
        if judged.open:
            department = departments.get(judged.finding.check_id, "")
            counted[department] = counted.get(department, 0) + 1
    return counted


def _on(rows: Sequence[SignOffRow], run: str, as_of: date) -> Iterator[SignOffRow]:
    valid = (row for row in rows if elsewhere(row, run, as_of) is None)
    yield from sorted(valid, key=_less_favourable)


def _as_listed(row: SignOffRow) -> tuple[object, ...]:
    worst_first = -list(Consent).index(row.decision)
    said = (row.outstanding, row.run, row.remark or "", row.role or "")
    return row.department.casefold(), row.day, row.name, worst_first, *said


def _less_favourable(row: SignOffRow) -> tuple[object, ...]:
    return row.day, list(Consent).index(row.decision), -row.outstanding, row.name, row.remark or ""


def _standing(
    row: SignOffRow, run: str, latest: dict[str, SignOffRow], open_in: dict[str, int], as_of: date
) -> Signature:
    if why := elsewhere(row, run, as_of):
        return why
    if latest[row.department.casefold()] is not row:
        return Signature.SUPERSEDED
    if row.decision is Consent.REJECTED:
        return Signature.REJECTED
    if row.outstanding < open_in.get(row.department.casefold(), 0):
        return Signature.UNINFORMED
    return Signature.VALID
