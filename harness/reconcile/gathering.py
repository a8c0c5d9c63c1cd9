"""Gathers one entity: both sides live, or one side for later."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from harness.config.problems import Problem, raise_problems
from harness.evidence.codec import to_value
from harness.messages import text
from harness.model import Capture, Cover, Item, Part, Side, Text
from harness.reconcile import references, schema, stored
from harness.reconcile.checkpoint import Checkpoint
from harness.reconcile.engine import Compared, compare_live, stream
from harness.reconcile.entity import EntityMapping
from harness.reconcile.patience import Patience
from harness.reconcile.progress import Report
from harness.reconcile.rows import RowForm, sorted_rows
from harness.reconcile.schema import Columns
from harness.reconcile.snapshot import SideUnreachable, opened
from harness.reconcile.totals import Counting
from harness.reconcile.view import Place, View
from harness.values import Value

_SIDES: Mapping[Part, tuple[Side, ...]] = {
    Part.PAIR: (Side.SOURCE, Side.TARGET),
    Part.SOURCE: (Side.SOURCE,),
    Part.TARGET: (Side.TARGET,),
}


def gather(
    mapping: EntityMapping,
    places: Mapping[Side, Place],
    part: Part,
    *,
    mask_key: bytes,
    report: Report | None = None,
    checkpoint: Path | None = None,
) -> Capture:
    """What a part of the check knows; ConfigError when the mapping does not fit a live schema.

    A database that does not answer is a capture with a failure: that is the environment's fault. In the
    folder `checkpoint` a comparison of two PostgreSQL databases leaves what it has done when it is
    interrupted, and goes on from there; when it is complete the folder is emptied.
    """
    form = RowForm(mapping, mask_key)
    try:
        if part is Part.PAIR:
            return _pair(mapping, places, form, report, Checkpoint(checkpoint))
        with ExitStack() as stack:
            views = {side: stack.enter_context(opened(places[side], side)) for side in _SIDES[part]}
            columns = _checked(mapping, views)
            view = next(iter(views.values()))
            capture = _side(mapping, columns, view, form)
            return _with_references(capture, references.gather(mapping, views, form))
    except SideUnreachable as error:
        return unavailable(error, part)


def _with_references(capture: Capture, orphans: Value) -> Capture:
    value = capture.value if isinstance(capture.value, Mapping) else {}
    return replace(capture, value={**value, "references": orphans}) if orphans else capture


def unavailable(error: SideUnreachable, part: Part) -> Capture:
    """The capture of a part whose database did not answer."""
    value = {"kind": "unavailable", "side": error.side.value} if part is Part.PAIR else None
    return Capture(value, failure=error.sentence)


def _checked(mapping: EntityMapping, views: Mapping[Side, View]) -> dict[Side, Columns | None]:
    problems: list[Problem] = []
    columns = {side: schema.check(mapping, view, problems) for side, view in views.items()}
    raise_problems(problems)
    return columns


def _pair(
    mapping: EntityMapping,
    places: Mapping[Side, Place],
    form: RowForm,
    report: Report | None,
    checkpoint: Checkpoint,
) -> Capture:
    """Compares both sides; a connection that drops is opened anew, and what is finished is not done again."""
    started, patience = time.monotonic(), Patience()
    while True:
        try:
            with ExitStack() as stack:
                views = {side: stack.enter_context(opened(places[side], side)) for side in Side}
                columns = _checked(mapping, views)
                patience.reached()
                compared = compare_live(mapping, views, form, report, checkpoint=checkpoint)
                orphans = references.gather(mapping, views, form)
            checkpoint.discard()
            capture = _compared(mapping, columns, compared, started, _renewed(checkpoint, patience))
            return _with_references(capture, orphans)
        except SideUnreachable as error:
            if not patience.wait(error):
                raise


def _renewed(checkpoint: Checkpoint, patience: Patience) -> tuple[Text, ...]:
    """What a reader must know of a comparison that was not made in one go."""
    caveats: list[Text] = []
    if patience.renewals:
        caveats.append(text("reconcile_engine.caveat.new_snapshot", count=patience.renewals))
    if checkpoint.resumed and checkpoint.begun is not None and not patience.renewals:
        begun = checkpoint.begun
        caveats.append(text("reconcile_engine.caveat.resumed", count=checkpoint.resumed, begun=begun))
    return tuple(caveats)


def _compared(
    mapping: EntityMapping,
    columns: Mapping[Side, Columns | None],
    compared: Compared,
    started: float,
    caveats: tuple[Text, ...],
) -> Capture:
    seconds = Decimal(time.monotonic() - started).quantize(Decimal("0.001"))
    outcome = compared.outcome
    measures: dict[str, Value] = {
        "gather_seconds": seconds,
        "segments": compared.segments,
        "bad_segments": compared.bad_segments,
        "rows_read": compared.rows_read,
        "rows_per_second": int((outcome.source_rows + outcome.target_rows) / max(seconds, Decimal("0.001"))),
        **compared.how,
    }
    value = {**_value("rows", mapping, columns), "outcome": to_value(outcome)}
    return Capture(value, universe=_universe(columns), caveats=(*_open(columns), *caveats), measures=measures)


def _side(
    mapping: EntityMapping, columns: Mapping[Side, Columns | None], view: View, form: RowForm
) -> Capture:
    counting = Counting(mapping)
    with sorted_rows(counting.through(stream(mapping, view, form))) as rows:
        attachment = stored.attachment(mapping, rows)
    value = {**_value("side", mapping, columns), "side": stored.side_value(counting)}
    return Capture(
        value,
        attachments=(attachment,),
        universe=_universe(columns),
        caveats=_open(columns),
        measures={"rows": counting.rows},
    )


def _value(kind: str, mapping: EntityMapping, columns: Mapping[Side, Columns | None]) -> dict[str, Value]:
    covers = [[cover.kind, cover.item, cover.how] for cover in _covers(mapping, columns)]
    return {"kind": kind, "mapping": mapping.as_value(), "covers": covers, "open": _open_names(columns)}


def _covers(mapping: EntityMapping, columns: Mapping[Side, Columns | None]) -> Iterator[Cover]:
    """What the comparison looks at, by the names of both sides; said only once it has compared."""
    for side, found in columns.items():
        if found is None:
            yield from (Cover("table", name, "totals") for name in schema.tables(mapping, side))
            continue
        yield Cover("table", found.table, "rows")
        yield from (Cover("column", f"{found.table}.{name}", "rows") for name in found.compared)
        yield from (
            Cover("column", f"{found.table}.{name}", f"ignored: {reason}") for name, reason in found.ignored
        )


def _universe(columns: Mapping[Side, Columns | None]) -> tuple[Item, ...]:
    names = (
        f"{found.table}.{name}" for found in columns.values() if found is not None for name in found.existing
    )
    return tuple(Item("column", name) for name in dict.fromkeys(names))


def _open_names(columns: Mapping[Side, Columns | None]) -> tuple[str, ...]:
    names = (f"{found.table}.{name}" for found in columns.values() if found for name in found.open)
    return tuple(dict.fromkeys(names))


def _open(columns: Mapping[Side, Columns | None]) -> tuple[Text, ...]:
    names = _open_names(columns)
    return (text("reconcile.caveat.open_columns", count=len(names), columns=names),) if names else ()
