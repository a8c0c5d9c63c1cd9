"""What the statements say about a target that is wrong, as findings: the cause, beside what it causes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace

from harness.model import CheckSpec, Finding, FindingKind, Severity, Side, text
from harness.performance.sql.analysis import Asked, Lost, Statistics

WITHOUT_WAITING = 25
"""How many times more a step that has not become slower must send a statement to be a finding."""

_MOST = 5


def statements(spec: CheckSpec, found: Statistics, slow: Collection[str]) -> Iterator[Finding]:
    """Steps that ask far more often, and tables whose index is lost.

    They weigh as much as the check where one of the `slow` transactions does it; else nobody waits for it
    yet: they are minor, and a new version may well ask a few times more.
    """
    yield from _repeated(spec, found, slow)
    yield from _lost(spec, found, slow)


def _repeated(spec: CheckSpec, found: Statistics, slow: Collection[str]) -> Iterator[Finding]:
    by_step: dict[str, list[Asked]] = defaultdict(list)
    for asked in found.asked:
        for transaction in asked.steps:
            if asked.more_calls(transaction) >= (1 if transaction in slow else WITHOUT_WAITING):
                by_step[transaction].append(asked)
    for transaction, several in sorted(by_step.items()):
        several.sort(key=lambda asked, step=transaction: -asked.work(step, Side.TARGET).calls)  # type: ignore[misc]
        for asked in several[:_MOST]:
            source, target = (asked.work(transaction, side).calls for side in Side)
            sentence = text(
                "performance.sql.more_calls",
                transaction=transaction,
                source=source,
                target=target,
                statement=asked.form,
            )
            yield replace(
                _finding(spec, transaction, {transaction} & {*slow}),
                text=sentence,
                key=asked.form,
                field="statements",
                source_value=source,
                target_value=target,
            )


def _lost(spec: CheckSpec, found: Statistics, slow: Collection[str]) -> Iterator[Finding]:
    tables: dict[str, Lost] = {}
    steps: dict[str, set[str]] = defaultdict(set)
    for each in found.lost:
        tables.setdefault(each.now.table, each)
        steps[each.now.table].add(each.transaction)
    for table, one in sorted(tables.items()):
        was, now = one.was, one.now
        sentence = text(
            "performance.sql.lost_index",
            table=table,
            rows=now.rows,
            index=was.index or "",
            columns=now.columns,
            transactions=tuple(sorted(steps[table])),
        )
        yield replace(
            _finding(spec, table, steps[table] & {*slow}),
            text=sentence,
            field="index",
            source_value=was.index,
        )


def _finding(spec: CheckSpec, entity: str, waited_for: Collection[str]) -> Finding:
    severity = spec.severity if waited_for else Severity.MINOR
    return Finding(spec.id, FindingKind.REGRESSION, entity, severity, text("performance.sql.changed"))
