"""Turns what a comparison found into findings that a person can act on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal

from harness.messages import text
from harness.model import CheckSpec, Finding, FindingKind, Param, Severity, Title
from harness.reconcile.entity import EntityMapping, FieldMapping
from harness.reconcile.outcome import GROUP_ABOVE, Example, Outcome, Tally, TotalLine
from harness.values import Value

_EXAMPLES = 3
ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Findings:
    """The findings of one entity's outcome."""

    spec: CheckSpec
    mapping: EntityMapping
    outcome: Outcome

    def all(self) -> tuple[Finding, ...]:
        """Row differences first, then totals that no row difference explains."""
        return (*self._of_rows(), *self._of_totals(), *self._of_counts())

    def _of_rows(self) -> Iterator[Finding]:
        crowds: dict[tuple[FindingKind, str | None], int] = {}
        for tally in self.outcome.tallies:
            # Whether a crowd becomes one finding must not depend on how it splits by currency.
            at = (tally.kind, tally.field)
            crowds[at] = crowds.get(at, 0) + tally.count
        for tally in self.outcome.tallies:
            if crowds[tally.kind, tally.field] > GROUP_ABOVE:
                yield self._grouped(tally)
            else:
                yield from self._each(tally)

    def _each(self, tally: Tally) -> Iterator[Finding]:
        by_key: dict[str, list[Example]] = {}
        for example in tally.examples:
            by_key.setdefault(example.key, []).append(example)
        for key in sorted(by_key, key=_natural):
            yield self._one(tally, key, by_key[key])

    def _one(self, tally: Tally, key: str, examples: list[Example]) -> Finding:
        first = examples[0]
        params: dict[str, Param] = {"where": _where(first), "times": len(examples)}
        kind = tally.kind.value
        if tally.kind is FindingKind.MISMATCH:
            params |= {"source": _param(first.source_value), "target": _param(first.target_value)}
            params["field"] = self._field_title(tally.field)
        elif len(examples) > 1:
            kind = f"{kind}_times"
        return self._finding(tally, f"one.{kind}", params, key, len(examples), _sum(examples), first)

    def _grouped(self, tally: Tally) -> Finding:
        examples = sorted(tally.examples[:_EXAMPLES], key=lambda example: _natural(example.key))
        params: dict[str, Param] = {
            "count": tally.count,
            "examples": tuple(self._example(tally, example) for example in examples),
            "field": self._field_title(tally.field),
        }
        several = self.mapping.amount is not None and self.mapping.amount.currency_from is not None
        key = f"currency={tally.currency}" if several and tally.amount is not None else None
        return self._finding(tally, f"many.{tally.kind}", params, key, tally.count, tally.amount)

    def _example(self, tally: Tally, example: Example) -> Param:
        if tally.kind is not FindingKind.MISMATCH:
            return _where(example)
        source, target = _param(example.source_value), _param(example.target_value)
        return text("reconcile.example", where=_where(example), source=source, target=target)

    def _finding(
        self,
        tally: Tally,
        sentence: str,
        params: Mapping[str, Param],
        key: str | None,
        count: int,
        amount: Decimal | None,
        example: Example | None = None,
    ) -> Finding:
        return Finding(
            check_id=self.spec.id,
            kind=tally.kind,
            entity=self.mapping.entity,
            severity=self._severity(tally.field),
            text=text(f"reconcile.finding.{sentence}", entity=self.mapping.title.title, **params),
            key=key,
            field=tally.field,
            source_value=example.source_value if example else None,
            target_value=example.target_value if example else None,
            amount=amount,
            currency=tally.currency if amount is not None else None,
            count=count,
        )

    def _of_totals(self) -> Iterator[Finding]:
        for line in self.outcome.unexplained():
            total = self.mapping.totals[line.total]
            group = ", ".join(
                f"{name}={'NULL' if cell is None else cell}"
                for name, cell in zip(total.by, line.group, strict=True)
            )
            column = next(field for field in self.mapping.fields if field.name == total.sum)
            yield self._total(line, column, group)

    def _total(self, line: TotalLine, column: FieldMapping, group: str) -> Finding:
        amount = abs(line.unexplained) if column.money else None
        currency = self.mapping.amount.currency if self.mapping.amount and amount is not None else None
        return Finding(
            check_id=self.spec.id,
            kind=FindingKind.TOTAL_MISMATCH,
            entity=self.mapping.entity,
            severity=self.spec.severity,
            text=text(
                "reconcile.finding.total",
                entity=self.mapping.title.title,
                field=self._field_title(column.name),
                group=group or "*",
                source=line.source,
                target=line.target,
                unexplained=line.unexplained,
            ),
            key=group or None,
            field=column.name,
            source_value=line.source,
            target_value=line.target,
            amount=amount,
            currency=currency,
        )

    def _of_counts(self) -> Iterator[Finding]:
        outcome = self.outcome
        if outcome.uncounted:
            yield Finding(
                check_id=self.spec.id,
                kind=FindingKind.TOTAL_MISMATCH,
                entity=self.mapping.entity,
                severity=self.spec.severity,
                text=text(
                    "reconcile.finding.count",
                    entity=self.mapping.title.title,
                    source=outcome.source_rows,
                    target=outcome.target_rows,
                ),
                field=ROWS,
                source_value=outcome.source_rows,
                target_value=outcome.target_rows,
            )

    def _severity(self, name: str | None) -> Severity:
        own = next((field.severity for field in self.mapping.fields if field.name == name), None)
        return own or self.spec.severity

    def _field_title(self, name: str | None) -> Title | str | None:
        titles = (field.title for field in self.mapping.fields if field.name == name)
        heading = next(titles, None)
        return heading.title if heading else name


def _where(example: Example) -> str:
    return f"{example.key} ({example.label})" if example.label else example.key


def _sum(examples: list[Example]) -> Decimal | None:
    amounts = [example.amount for example in examples if example.amount is not None]
    return sum(amounts, Decimal(0)) if amounts else None


def _param(value: Value) -> Param:
    if isinstance(value, timedelta | time):
        return str(value)
    return value if isinstance(value, bool | int | str | Decimal) or value is None else str(value)


def _natural(key: str) -> tuple[tuple[bool, int, str], ...]:
    """Orders keys as a person does: id=9 comes before id=10."""
    parts: list[tuple[bool, int, str]] = []
    word = ""
    for part in key.replace("=", " = ").split():
        if part.isdigit():
            parts.append((False, int(part), ""))
        else:
            word = part
            parts.append((True, 0, word))
    return tuple(parts)
