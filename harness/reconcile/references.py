"""References inside one side: every line has its order, every payment its invoice.

Each side lists its orphans; a finding is an orphan of the target that the source did not have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.config.problems import Problem, nearest
from harness.evidence.codec import from_value, to_value
from harness.messages import text
from harness.model import CheckSpec, Finding, FindingKind, Side, Text, Title
from harness.reconcile.entity import EntityMapping, Reference
from harness.reconcile.naming import Naming
from harness.reconcile.outcome import GROUP_ABOVE
from harness.reconcile.rows import Cells, RowForm
from harness.reconcile.statements import Statements
from harness.reconcile.view import View
from harness.sqltext import parse_expression, quoted
from harness.sqltext.dialects import sql_dialect
from harness.values import Value

KEPT = 20_000
"""So many orphans of one reference and side are remembered; beyond, they are only counted."""


@dataclass(frozen=True, slots=True)
class Orphans:
    """The rows of one side whose reference leads nowhere."""

    reference: int
    side: Side
    count: int
    rows: tuple[tuple[str | None, ...], ...]


class OrphanStatements(Statements):
    """The statements that find the orphans of one side."""

    def orphans(self, reference: Reference, *, only: str | None = None) -> str:
        """The cells of the rows whose reference is not there; of an obligatory one also where it is NULL."""
        dialect = sql_dialect(self.dialect)
        table, column = reference.place(self.side)
        cells = ", ".join(
            f"{self._cell(item)} AS c{place}" for place, item in enumerate(self.mapping.columns)
        )
        named = next(item for item in self.mapping.columns if item.name == reference.field)
        value = parse_expression(named.expression(self.side)).sql(dialect)
        conditions = [parse_expression(reference.where).sql(dialect)] if reference.where else []
        conditions += [only] if only else []
        inner = f"SELECT {cells}, {value} AS reference {self._from(_all(conditions))}"
        outer = ", ".join(f"orphans.c{place}" for place in range(len(self.mapping.columns)))
        parents = f"SELECT {quoted(column, dialect)} AS parent FROM {quoted(table, dialect)}"  # noqa: S608
        return (
            f"SELECT {outer} FROM ({inner}) orphans LEFT JOIN ({parents}) parents"  # noqa: S608
            f" ON parents.parent = orphans.reference WHERE parents.parent IS NULL"
            + (" AND orphans.reference IS NOT NULL" if reference.optional else "")
        )


def _all(conditions: Sequence[str]) -> str | None:
    return " AND ".join(f"({condition})" for condition in conditions) or None


def check(mapping: EntityMapping, view: View, file: str) -> Iterator[Problem]:
    """What the references of a mapping name and the side does not have."""
    for index, reference in enumerate(mapping.references):
        table, column = reference.place(view.side)
        own = view.side is Side.SOURCE
        existing = view.columns(table)
        if existing is None:
            key = "source_table" if own and reference.source_table else "table"
            reason = text(f"reconcile.problem.no_table_{view.side}", table=table)
            yield Problem(file, f"references.{index}.{key}", reason, nearest(table, view.catalogue()))
        elif column not in existing:
            key = "source_column" if own and reference.source_column else "column"
            reason = text(f"reconcile.problem.no_column_{view.side}", name=column, table=table)
            yield Problem(file, f"references.{index}.{key}", reason, nearest(column, existing), existing)


def gather(mapping: EntityMapping, views: Mapping[Side, View], form: RowForm) -> Value:
    """The orphans of the sides that are open, as they are stored."""
    return [to_value(found) for view in views.values() for found in _of_side(mapping, view, form)]


def _of_side(mapping: EntityMapping, view: View, form: RowForm) -> Iterator[Orphans]:
    sql = OrphanStatements(mapping, view.side, view.dialect)
    for index, reference in enumerate(mapping.references):
        count, kept = 0, list[Cells]()
        for values in view.rows(sql.orphans(reference)):
            count += 1
            if len(kept) < KEPT:
                kept.append(form.row(values)[1])
        yield Orphans(index, view.side, count, tuple(kept))


def stored(value: object) -> tuple[Orphans, ...]:
    """The orphans that `gather` stored."""
    return tuple(from_value(Orphans, item) for item in value) if isinstance(value, list | tuple) else ()


def findings(spec: CheckSpec, mapping: EntityMapping, orphans: Sequence[Orphans]) -> tuple[Finding, ...]:
    """What the target lost: single rows up to GROUP_ABOVE of one reference, above them one finding."""
    form, naming = RowForm(mapping, b""), Naming(mapping)
    found: list[Finding] = []
    for index, reference in enumerate(mapping.references):
        sides = {item.side: item for item in orphans if item.reference == index}
        source, target = sides.get(Side.SOURCE), sides.get(Side.TARGET)
        if source is None or target is None:
            continue
        fresh, unseen = _fresh(source, target, form)
        sentences = _Sentences(spec, mapping, reference, naming)
        found += sentences.of(sorted(fresh, key=naming.key), unseen)
    return tuple(found)


def _fresh(source: Orphans, target: Orphans, form: RowForm) -> tuple[list[Cells], int]:
    """The target's own orphans, and how many more there are than can be told apart."""
    if source.count > len(source.rows):
        return [], max(0, target.count - source.count)
    known = {form.digest(cells) for cells in source.rows}
    fresh = [cells for cells in target.rows if form.digest(cells) not in known]
    return fresh, target.count - len(target.rows)


@dataclass(frozen=True, slots=True)
class _Sentences:
    """Words the orphans of one reference."""

    spec: CheckSpec
    mapping: EntityMapping
    reference: Reference
    naming: Naming

    def of(self, fresh: Sequence[Cells], unseen: int) -> Iterator[Finding]:
        if len(fresh) + unseen <= GROUP_ABOVE:
            yield from (self._finding((cells,), 1, "orphan", self.naming.key(cells)) for cells in fresh)
            return
        for currency in dict.fromkeys(map(self.naming.currency, fresh)):
            some = [cells for cells in fresh if self.naming.currency(cells) == currency]
            key = f"{self._key}, currency={currency}" if self._several else self._key
            yield self._finding(some, len(some), "orphans", key)
        if unseen:
            yield self._finding((), unseen, "orphans_unseen", f"{self._key}, unseen")

    @property
    def _several(self) -> bool:
        return self.mapping.amount is not None and self.mapping.amount.currency_from is not None

    @property
    def _key(self) -> str:
        return f"{self.reference.table}.{self.reference.column}"

    def _finding(self, rows: Sequence[Cells], count: int, sentence: str, key: str) -> Finding:
        amounts = [amount for cells in rows if (amount := self.naming.amount(cells)) is not None]
        return Finding(
            check_id=self.spec.id,
            kind=FindingKind.VIOLATION,
            entity=self.mapping.entity,
            severity=self.spec.severity,
            text=self._text(rows, count, sentence),
            key=key,
            field=self.reference.field,
            amount=sum(amounts[1:], amounts[0]) if amounts else None,
            currency=self.naming.currency(rows[0]) if amounts else None,
            count=count,
        )

    def _text(self, rows: Sequence[Cells], count: int, sentence: str) -> Text:
        return text(
            f"reconcile.finding.{sentence}",
            entity=self.mapping.title.title,
            field=self._title,
            table=self.reference.table,
            column=self.reference.column,
            count=count,
            examples=tuple(map(self._where, rows[:3])),
        )

    @property
    def _title(self) -> Title | str:
        name = self.reference.field
        headings = (item.title for item in self.mapping.columns if item.name == name and item.title)
        return next((heading.title for heading in headings), name)

    def _where(self, cells: Cells) -> str:
        label = self.naming.label(cells)
        return f"{self.naming.key(cells)} ({label})" if label else self.naming.key(cells)
