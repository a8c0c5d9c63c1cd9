"""The tables of the history, and an entry as their rows and back. They are alike in every database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import Boolean, Column, Integer, MetaData, RowMapping, Table, Text

from harness.gate import Amount, CheckState, Counts
from harness.history.entries import Checked, Criterion, Difference, Entry, Judged
from harness.model import Area, Outcome, Severity, Status

FORMAT = 1

Rows: TypeAlias = dict[str, list[dict[str, Any]]]

METADATA = MetaData()
_SEVERITIES = {str(level): level for level in Severity}
_LEVELS = tuple(_SEVERITIES)
_NO_AMOUNT = json.dumps([])


def _key(name: str) -> Column[Any]:
    return Column(name, Text, primary_key=True)


def _named(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False)


def _optional(name: str) -> Column[Any]:
    return Column(name, Text)


def _number(name: str, *, key: bool = False) -> Column[Any]:
    return Column(name, Integer, primary_key=key, nullable=False, autoincrement=False)


def _switch(name: str) -> Column[Any]:
    return Column(name, Boolean, nullable=False)


HISTORY = Table("harness_history", METADATA, _number("format", key=True))
RUNS = Table(
    "harness_runs", METADATA, _key("project"), _key("run"), _named("created"), _named("profile"),
    _named("scope"), _switch("sealed"), _switch("complete"), _named("root"), _named("world"),
    _named("amounts"), _switch("altered"),
)  # fmt: skip
JUDGEMENTS = Table(
    "harness_judgements", METADATA, _key("project"), _key("run"), _number("number", key=True),
    _named("as_of"), _named("milestone"), _optional("outcome"), Column("scope_passed", Boolean),
    _named("policy"), _named("waivers"),
)  # fmt: skip
DIFFERENCES = Table(
    "harness_differences", METADATA, _key("project"), _key("run"), _key("fingerprint"), _named("check_id"),
    _named("severity"), _named("sentence"), _number("count"),
    *(_number(f"open_{level}") for level in _LEVELS), _named("amounts"),
)  # fmt: skip
CHECKS = Table(
    "harness_checks", METADATA, _key("project"), _key("run"), _key("id"), _named("area"), _named("state"),
    _number("attempts"), _named("varied"), _switch("manual"),
)  # fmt: skip
CRITERIA = Table(
    "harness_criteria", METADATA, _key("project"), _key("run"), _number("number", key=True),
    _named("rule"), _optional("area"), _named("severity"), _named("limits"), _switch("passed"),
)  # fmt: skip
OF_A_RUN = (JUDGEMENTS, DIFFERENCES, CHECKS, CRITERIA, RUNS)


def rows_of(entry: Entry) -> Rows:
    """The entry as rows, by the names of their tables."""
    own = {"project": entry.project, "run": entry.run}
    return {
        RUNS.name: [own | _run(entry)],
        JUDGEMENTS.name: [own | _judged(each) for each in entry.judgements],
        DIFFERENCES.name: [own | _difference(each) for each in entry.differences],
        CHECKS.name: [own | _check(each) for each in entry.checks],
        CRITERIA.name: [own | {"number": n} | _criterion(each) for n, each in enumerate(entry.criteria)],
    }


def entry_from(run: RowMapping, judgements: Iterable[RowMapping]) -> Entry:
    """The entry without its details: `detailed` adds them."""
    return Entry(
        project=run["project"],
        run=run["run"],
        created=_moment(run["created"]),
        profile=run["profile"],
        scope=tuple(json.loads(run["scope"])),
        sealed=run["sealed"],
        complete=run["complete"],
        root=run["root"],
        world=run["world"],
        judgements=tuple(map(_judged_from, judgements)),
        amounts=_amounts_from(run["amounts"]),
        altered=run["altered"],
    )


def differences_from(rows: Iterable[Sequence[Any]]) -> tuple[Difference, ...]:
    """The differences in their rows, by the order of the columns: there may be very many."""
    return tuple(
        Difference(name, check, _SEVERITIES[severity], key, count, Counts(*counts), _amounts_from(amounts))
        for _, _, name, check, severity, key, count, *counts, amounts in rows
    )


def checks_from(rows: Sequence[RowMapping]) -> tuple[Checked, ...]:
    """The checks in their rows."""
    return tuple(
        Checked(
            row["id"],
            Area(row["area"]),
            CheckState(row["state"]),
            row["attempts"],
            tuple(map(Status, row["varied"].split())),
            row["manual"],
        )
        for row in rows
    )


def criteria_from(rows: Sequence[RowMapping]) -> tuple[Criterion, ...]:
    """The criteria in their rows."""
    return tuple(
        Criterion(
            row["rule"],
            Area(row["area"]) if row["area"] else None,
            Severity(row["severity"]),
            row["limits"],
            row["passed"],
        )
        for row in rows
    )


def _run(entry: Entry) -> dict[str, Any]:
    return {
        "created": _stamp(entry.created),
        "profile": entry.profile,
        "scope": json.dumps(entry.scope, ensure_ascii=False),
        "sealed": entry.sealed,
        "complete": entry.complete,
        "root": entry.root,
        "world": entry.world,
        "amounts": _amounts(entry.amounts),
        "altered": entry.altered,
    }


def _judged(judged: Judged) -> dict[str, Any]:
    return {
        "number": judged.number,
        "as_of": _stamp(judged.as_of),
        "milestone": judged.milestone,
        "outcome": judged.outcome,
        "scope_passed": judged.scope_passed,
        "policy": judged.policy,
        "waivers": judged.waivers,
    }


def _judged_from(row: RowMapping) -> Judged:
    outcome = Outcome(row["outcome"]) if row["outcome"] else None
    return Judged(
        row["number"],
        _moment(row["as_of"]),
        row["milestone"],
        outcome,
        row["scope_passed"],
        row["policy"],
        row["waivers"],
    )


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "fingerprint": difference.fingerprint,
        "check_id": difference.check,
        "severity": difference.severity,
        "sentence": difference.key,
        "count": difference.count,
        **{f"open_{level}": getattr(difference.open, level) for level in _LEVELS},
        "amounts": _amounts(difference.amounts),
    }


def _check(check: Checked) -> dict[str, Any]:
    return {
        "id": check.id,
        "area": check.area,
        "state": check.state,
        "attempts": check.attempts,
        "varied": " ".join(check.varied),
        "manual": check.manual,
    }


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {
        "rule": criterion.rule,
        "area": criterion.area,
        "severity": criterion.severity,
        "limits": criterion.limit,
        "passed": criterion.passed,
    }


def _stamp(at: datetime) -> str:
    """A time as text that sorts like it: databases keep zones each in its own way."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


def _amounts(amounts: Iterable[Amount]) -> str:
    """Exact digits: no database's idea of a decimal is between."""
    return json.dumps([[str(each.total), each.currency] for each in amounts])


def _amounts_from(stored: str) -> tuple[Amount, ...]:
    if stored == _NO_AMOUNT:
        return ()
    return tuple(Amount(Decimal(total), currency) for total, currency in json.loads(stored))
