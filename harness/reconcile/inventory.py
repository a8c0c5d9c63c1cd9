"""What tables and columns there are on each side, with row counts: the universe of the data area.

What no mapping covers shows as *not verified*; a table that lost all its rows and is mapped by nobody
is a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from harness.coverage import larger
from harness.messages import text
from harness.model import (
    Area,
    Capture,
    CheckSpec,
    Conclusion,
    Finding,
    FindingKind,
    Item,
    Mode,
    Part,
    Severity,
    Side,
    Status,
    Title,
)
from harness.reconcile.entity import COMPARATOR, EntityMapping
from harness.reconcile.snapshot import SideUnreachable, opened
from harness.reconcile.view import Place, View
from harness.sqltext import quoted
from harness.sqltext.dialects import sql_dialect
from harness.values import Value

CHECK_ID = "data.inventory"
KIND = "inventory"
_TABLES_PER_QUERY = 100


def spec() -> CheckSpec:
    """The check that lists what there is and finds tables that lost everything."""
    return CheckSpec(
        id=CHECK_ID,
        title=Title(en="Tables and columns of both systems", zh="两套系统的数据表与字段清单"),
        area=Area.DATA,
        module="system",
        mode=Mode.PAIR,
        comparator=COMPARATOR,
        severity=Severity.MAJOR,
        requirements=("S01",),
    )


def gather_inventory(mappings: Sequence[EntityMapping], places: Mapping[Side, Place], part: Part) -> Capture:
    """Tables with their row counts, of the sides of this part; the universe is what holds rows."""
    sides = list(Side) if part.side is None else [part.side]
    try:
        with ExitStack() as stack:
            views = {side: stack.enter_context(opened(places[side], side)) for side in sides}
            counts = {side: row_counts(view) for side, view in views.items()}
            universe = tuple(_universe(views, counts))
    except SideUnreachable as error:
        nothing = {"kind": "unavailable", "side": error.side.value} if part is Part.PAIR else None
        return Capture(nothing, failure=error.sentence)
    value: Value = {
        "kind": KIND,
        "tables": {side.value: dict(found) for side, found in counts.items()},
        "mapped": {side.value: sorted(mapped_tables(mappings, side)) for side in sides},
    }
    measures = {f"{side}_tables": len(found) for side, found in counts.items()}
    return Capture(value, universe=universe, measures=measures)


def row_counts(view: View) -> dict[str, int]:
    """Every table of the side's own schema with its exact number of rows."""
    names = list(view.catalogue())
    dialect = sql_dialect(view.dialect)
    counts: dict[str, int] = {}
    for start in range(0, len(names), _TABLES_PER_QUERY):
        some = names[start : start + _TABLES_PER_QUERY]
        parts = (
            f"SELECT {place}, count(*) FROM {_quoted(name, dialect)}"  # noqa: S608  # names from the catalogue
            for place, name in enumerate(some)
        )
        counts |= {some[place]: rows for place, rows in view.all(" UNION ALL ".join(parts))}
    return counts


def mapped_tables(mappings: Iterable[EntityMapping], side: Side) -> set[str]:
    """The tables of one side whose rows some mapping compares."""
    return {table for mapping in mappings if (table := mapping.relation(side).table) is not None}


def compare(spec: CheckSpec, captures: Mapping[Part, Capture]) -> Conclusion:
    """A table with rows that vanished or was emptied, and that nobody maps, is a finding."""
    tables: dict[str, dict[str, int]] = {}
    mapped: set[str] = set()
    for capture in captures.values():
        value: Any = capture.value
        tables |= value["tables"]
        mapped |= set(value["mapped"].get(Side.SOURCE.value, ()))
    source, target = tables[Side.SOURCE], tables[Side.TARGET]
    measures = {"source_tables": len(source), "target_tables": len(target), "mapped_tables": len(mapped)}
    if not any(source.values()):
        return Conclusion(Status.UNKNOWN, text("reconcile.reason.no_rows"), measures=measures)
    findings = tuple(_lost(spec, source, target, mapped))
    if not findings:
        return Conclusion(Status.PASSED, measures=measures)
    reason = text("reconcile.reason.lost_tables", count=len(findings))
    return Conclusion(Status.FAILED, reason, findings, measures=measures)


def _lost(
    spec: CheckSpec, source: Mapping[str, int], target: Mapping[str, int], mapped: set[str]
) -> Iterator[Finding]:
    for table, rows in sorted(source.items()):
        if not rows or target.get(table) or table in mapped:
            continue
        sentence = "table_emptied" if table in target else "table_gone"
        yield Finding(
            check_id=spec.id,
            kind=FindingKind.MISSING_IN_TARGET,
            entity="table",
            severity=spec.severity,
            text=text(f"reconcile.finding.{sentence}", table=table, rows=rows),
            key=table,
            source_value=rows,
            target_value=target.get(table),
        )


def _universe(views: Mapping[Side, View], counts: Mapping[Side, Mapping[str, int]]) -> Iterator[Item]:
    """What holds rows on either side, once, with the larger number of rows.

    An empty table holds nothing to verify.
    """
    found: dict[tuple[str, str], Item] = {}
    for side, view in views.items():
        for table, columns in view.catalogue().items():
            rows = counts[side].get(table)
            if not rows:
                continue
            names = (("table", table), *(("column", f"{table}.{column}") for column in columns))
            for kind, name in names:
                found[kind, name] = larger(found.get((kind, name)), Item(kind, name, rows))
    yield from found.values()


def _quoted(name: str, dialect: str) -> str:
    return quoted(name, dialect) if "." not in name else f'"{name}"'
