"""Gathers one control: the lists of both sides live, or of one side for later."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice

from harness.config.problems import Problem, raise_problems
from harness.messages import text
from harness.model import Capture, Part, Side
from harness.reconcile import schema
from harness.reconcile.business import lists
from harness.reconcile.business.control import Control
from harness.reconcile.engine import stream
from harness.reconcile.gathering import unavailable
from harness.reconcile.rows import Cells, RowForm
from harness.reconcile.snapshot import SideUnreachable, opened
from harness.reconcile.view import Place, View
from harness.values import Value

LINES = 200_000
"""A list for people is summed up in the query: more lines than this are refused."""


def gather(control: Control, places: Mapping[Side, Place], part: Part, *, mask_key: bytes) -> Capture:
    """The control's lists of this part's sides; ConfigError when the query does not fit a live schema.

    A database that does not answer is a capture with a failure: that is the environment's fault.
    """
    form = RowForm(control.mapping, mask_key)
    sides = tuple(Side) if part.side is None else (part.side,)
    try:
        with ExitStack() as stack:
            views = {side: stack.enter_context(opened(places[side], side)) for side in sides}
            _check(control, views)
            found = {side: _lines(control, view, form) for side, view in views.items()}
    except SideUnreachable as error:
        return unavailable(error, part)
    # A list covers no table: it sums up some columns of it, and the mappings verify the rows.
    value: Value = {"kind": lists.KIND, "control": control.as_value()}
    attachments = tuple(lists.attachment(side, lines) for side, lines in found.items())
    return Capture(value, attachments, measures={f"{side}_rows": len(lines) for side, lines in found.items()})


def _check(control: Control, views: Mapping[Side, View]) -> None:
    problems: list[Problem] = []
    for view in views.values():
        schema.check(control.mapping, view, problems)
    raise_problems([replace(problem, file=f"{control.control}.toml") for problem in problems])


def _lines(control: Control, view: View, form: RowForm) -> list[Cells]:
    lines = [cells for _, cells in islice(stream(control.mapping, view, form), LINES + 1)]
    if len(lines) > LINES:
        reason = text("business.problem.too_long", limit=LINES)
        raise_problems([Problem(f"{control.control}.toml", f"{view.side}.query", reason)])
    return lines
