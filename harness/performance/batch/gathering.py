"""Runs a batch on one side, or on both in turn, over growing numbers of documents."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from harness.adapters.batches import BatchOrder, RunsBatches
from harness.adapters.protocol import Adapter
from harness.errors import ConfigError, Refused, Unreachable
from harness.model import Attachment, Capture, Environment, Item, Part, Side, Text, text
from harness.performance.batch.plan import BatchPlan, Run
from harness.performance.batch.recording import Done, Failed, Step, recording_value
from harness.performance.batch.words import batch_name
from harness.performance.job import run_token
from harness.performance.safety import demand_batch

_NO = (Refused, Unreachable)


def gather(
    plan: BatchPlan,
    environments: Mapping[Side, Environment],
    part: Part,
    open_side: Callable[[Side], Adapter],
    *,
    day: date,
    hosts: Iterable[str] = (),
    writes: bool = False,
) -> Capture:
    """Everything the runs of `part` gave, whatever happened to them.

    `open_side` gives the adapter of a side as the plan's role; `hosts` are the only ones that may be loaded;
    `writes` is true when the check is marked as writing. ConfigError or WriteRefused before anything is sent.
    """
    sides = tuple(Side) if part.side is None else (part.side,)
    chosen = {side: environments[side] for side in sides}
    demand_batch(plan.batch, plan.role, chosen, hosts, writes=writes)
    adapters = {side: _able(open_side(side), plan) for side in sides}
    night = _Night(plan, adapters, day)
    started = time.perf_counter()
    for number, run in enumerate(plan.runs(sides)):
        if run.side not in night.failed:
            night.do(run, number)
    names = sorted({name for adapter in adapters.values() for name in adapter.batches()})
    return Capture(
        value=recording_value(plan, night.done, night.failed.values()),
        attachments=(Attachment("runs.csv", "text/csv", _table(night.done).encode()),),
        universe=tuple(Item("batch", name) for name in names),
        measures={"runs": len(night.done), "seconds": Decimal(f"{time.perf_counter() - started:.1f}")},
        failure=_failure(part, plan, night.failed),
    )


def _able(adapter: Adapter, plan: BatchPlan) -> RunsBatches:
    known = adapter.batches() if isinstance(adapter, RunsBatches) else ()
    if not isinstance(adapter, RunsBatches) or plan.batch not in known:
        name, side = adapter.environment.adapter, adapter.environment.side.value
        raise ConfigError(
            text("batch.config.cannot", adapter=name, side=side, batch=plan.batch, known=tuple(known))
        )
    return adapter


@dataclass(frozen=True, slots=True)
class _Night:
    """The runs so far. A side that said no is not asked again: what it would say next means nothing."""

    plan: BatchPlan
    adapters: Mapping[Side, RunsBatches]
    day: date
    token: str = field(default_factory=run_token)
    done: list[Done] = field(default_factory=list)
    failed: dict[Side, Failed] = field(default_factory=dict)

    def do(self, run: Run, number: int) -> None:
        """One run with everything around it, of which only the batch itself is timed."""
        adapter = self.adapters[run.side]
        order = BatchOrder(self.plan.batch, run.volume, self.day, f"B{self.token}{number:03}")
        step = Step.READY
        try:
            documents = adapter.ready_batch(order)
            try:
                step = Step.RUN
                started = time.perf_counter()
                adapter.run_batch(order, documents)
                seconds = Decimal(f"{time.perf_counter() - started:.6f}")
                step = Step.READ
                figures = dict(adapter.batch_figures(order, documents))
            except _NO:
                with suppress(*_NO):  # as well as it can be: what it said first is what counts
                    adapter.tidy_batch(order, documents)
                raise
            step = Step.TIDY
            adapter.tidy_batch(order, documents)
        except _NO as no:
            self.failed[run.side] = _failed(run, step, no)
            return
        self.done.append(Done(run.side, run.repeat, run.volume, seconds, figures))


def _failed(run: Run, step: Step, no: Refused | Unreachable) -> Failed:
    if isinstance(no, Refused):
        return Failed(run.side, run.volume, step, no.code, no.message)
    return Failed(run.side, run.volume, step, "unreachable", str(no))


def _failure(part: Part, plan: BatchPlan, failed: Mapping[Side, Failed]) -> Text | None:
    """A side's own part has failed when its ERP did; of a pair, the comparison says which."""
    if part.side is None or part.side not in failed:
        return None
    refused = failed[part.side]
    return text(
        "batch.failure",
        batch=batch_name(plan.batch),
        side=part.side.value,
        message=refused.message or refused.code,
    )


def _table(done: Sequence[Done]) -> str:
    """The runs as a table that a spreadsheet opens."""
    names = sorted({name for run in done for name in run.figures})
    content = io.StringIO()
    writer = csv.writer(content)
    writer.writerow(["side", "repeat", "volume", "seconds", *names])
    for run in done:
        figures = [run.figures.get(name, "") for name in names]
        writer.writerow([run.side.value, run.repeat, run.volume, run.seconds, *figures])
    return content.getvalue()
