"""Turns what a comparison found into findings that a person can act on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from decimal import Decimal

from harness.messages import text
from harness.model import CheckSpec, Finding, FindingKind, Param, Severity, Text, Title
from harness.reconcile.crowds import folded
from harness.reconcile.entity import EntityMapping, FieldMapping
from harness.reconcile.exact import summed
from harness.reconcile.outcome import GROUP_ABOVE, Example, Outcome, Tally, TotalLine
from harness.reconcile.shapes import ShapeKind
from harness.values import Value

_EXAMPLES = 3
ROWS = "rows"
_WITHOUT_MEASURE = frozenset({ShapeKind.LOST_LAST, ShapeKind.TIME_LOST})  # theirs only serves grouping


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
        crowds: dict[tuple[FindingKind, str | None], list[Tally]] = {}
        for tally in self.outcome.tallies:
            crowds.setdefault((tally.kind, tally.field), []).append(tally)
        for (kind, _), tallies in crowds.items():
            # Whether a crowd becomes one finding must not depend on how it splits by currency or shape.
            if kind is FindingKind.VIOLATION:
                yield from self._unmapped(tallies)
            elif sum(tally.count for tally in tallies) > GROUP_ABOVE:
                yield from map(self._grouped, folded(tallies))
            else:
                yield from self._each(tallies)

    def _unmapped(self, tallies: Sequence[Tally]) -> Iterator[Finding]:
        """One finding a code that the map does not know; with too many codes, one for all of them."""
        if len(tallies) > GROUP_ABOVE:
            codes = tuple(_code(tally) for tally in tallies[:_EXAMPLES])
            joined = self._joined(tallies)
            params: dict[str, Param] = {"count": joined.count, "codes": len(tallies), "examples": codes}
            yield self._of_map(joined, "many.unmapped", params, None)
            return
        for tally in tallies:
            examples = tuple(_where(example) for example in tally.examples[:_EXAMPLES])
            params = {"count": tally.count, "code": _code(tally), "examples": examples}
            sentence = "one.unmapped" if tally.count == 1 else "some.unmapped"
            yield self._of_map(tally, sentence, params, f"{tally.field}={_code(tally)}")

    def _joined(self, tallies: Sequence[Tally]) -> Tally:
        currencies = {tally.currency for tally in tallies if tally.amount is not None}
        amounts = [tally.amount for tally in tallies if tally.amount is not None]
        one = len(currencies) == 1  # amounts in several currencies do not add up
        return replace(
            tallies[0],
            count=sum(tally.count for tally in tallies),
            amount=summed(amounts) if one else None,
            currency=next(iter(currencies)) if one else None,
        )

    def _of_map(self, tally: Tally, sentence: str, params: dict[str, Param], key: str | None) -> Finding:
        params["field"] = self._field_title(tally.field)
        return self._finding(tally, sentence, params, key, tally.count, tally.amount)

    def _each(self, tallies: Sequence[Tally]) -> Iterator[Finding]:
        by_key: dict[tuple[str, str | None], list[tuple[Tally, Example]]] = {}
        for tally in tallies:
            for example in tally.examples:
                by_key.setdefault((example.key, tally.currency), []).append((tally, example))
        for key, currency in sorted(by_key, key=lambda item: (_natural(item[0]), item[1] or "")):
            found = by_key[key, currency]
            yield self._one(found[0][0], key, [example for _, example in found])

    def _one(self, tally: Tally, key: str, examples: list[Example]) -> Finding:
        first = examples[0]
        params: dict[str, Param] = {"where": _where(first), "times": len(examples)}
        kind = tally.kind.value
        if tally.kind is FindingKind.MISMATCH:
            params |= {"source": _param(first.source_value), "target": _param(first.target_value)}
            params["field"] = self._field_title(tally.field)
            if how := self._how(tally):
                kind, params["how"] = f"{kind}_shaped", how
        elif len(examples) > 1:
            kind = f"{kind}_times"
        return self._finding(tally, f"one.{kind}", params, key, len(examples), _sum(examples), first)

    def _grouped(self, tally: Tally) -> Finding:
        if tally.count == 1:
            return self._one(tally, tally.examples[0].key, list(tally.examples))
        examples = sorted(tally.examples[:_EXAMPLES], key=lambda example: _natural(example.key))
        params: dict[str, Param] = {
            "count": tally.count,
            "examples": tuple(self._example(tally, example) for example in examples),
            "field": self._field_title(tally.field),
        }
        sentence = f"many.{tally.kind}"
        if how := self._how(tally):
            sentence, params["how"] = f"{sentence}_shaped", how
        return self._finding(tally, sentence, params, self._crowd_key(tally), tally.count, tally.amount)

    def _crowd_key(self, tally: Tally) -> str | None:
        """What tells a crowd from the others of its field; never the values of its rows."""
        parts = []
        if tally.shape is not None and tally.shape.kind is not ShapeKind.CHANGED:
            measure = "" if tally.shape.kind is ShapeKind.OVERWRITTEN else tally.shape.detail
            parts.append(f"change={tally.shape.kind} {measure}".rstrip())
        several = self.mapping.amount is not None and self.mapping.amount.currency_from is not None
        if several and tally.amount is not None:
            parts.append(f"currency={tally.currency}")
        return ", ".join(parts) or None

    def _how(self, tally: Tally) -> Text | None:
        """How the values changed, in words; None when there is nothing to say beyond that they did."""
        shape = tally.shape
        if shape is None or shape.kind is ShapeKind.CHANGED:
            return None
        if not shape.detail or shape.kind in _WITHOUT_MEASURE:
            return text(f"reconcile.shape.{shape.kind}")
        detail: Param = shape.detail
        if shape.kind is ShapeKind.SWAPPED:
            detail = self._field_title(shape.detail)
        return text(f"reconcile.shape.{shape.kind}_by", detail=detail)

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


def _code(tally: Tally) -> str:
    return tally.shape.detail if tally.shape else ""


def _where(example: Example) -> str:
    return f"{example.key} ({example.label})" if example.label else example.key


def _sum(examples: list[Example]) -> Decimal | None:
    amounts = [example.amount for example in examples if example.amount is not None]
    return summed(amounts) if amounts else None


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
