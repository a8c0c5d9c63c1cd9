"""What Tryton does over many documents at once, as its own client starts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from harness.adapters.batches import BatchOrder, Figures
from harness.adapters.tryton.batch_books import DepreciationRun, MassInvoicing, MonthEnd
from harness.adapters.tryton.batch_goods import PartyImport, PlanningRun
from harness.adapters.tryton.client import TrytonClient
from harness.adapters.tryton.speaking import Speaking
from harness.documents import Ref
from harness.errors import AdapterError
from harness.model import text


class _Job(Protocol):
    """One batch; see `harness.adapters.batches`."""

    def ready(self, client: TrytonClient, order: BatchOrder) -> tuple[Ref, ...]: ...
    def run(self, client: TrytonClient, order: BatchOrder, documents: Sequence[Ref]) -> None: ...
    def figures(self, client: TrytonClient, order: BatchOrder, documents: Sequence[Ref]) -> Figures: ...
    def tidy(self, client: TrytonClient, order: BatchOrder, documents: Sequence[Ref]) -> None: ...


_JOBS: Mapping[str, _Job] = MappingProxyType(
    {
        "depreciation": DepreciationRun(),
        "import": PartyImport(),
        "mass_invoicing": MassInvoicing(),
        "month_end": MonthEnd(),
        "planning": PlanningRun(),
    }
)


class Batches(Speaking):
    """Runs batches."""

    def batches(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(_JOBS)

    def ready_batch(self, order: BatchOrder) -> tuple[Ref, ...]:
        """The documents for one run."""
        self._demand("ready_batch")
        return _job(order).ready(self._client, order)

    def run_batch(self, order: BatchOrder, documents: tuple[Ref, ...]) -> None:
        """The batch itself."""
        self._demand("run_batch")
        _job(order).run(self._client, order, documents)

    def batch_figures(self, order: BatchOrder, documents: tuple[Ref, ...]) -> Figures:
        """What became of the documents."""
        return _job(order).figures(self._client, order, documents)

    def tidy_batch(self, order: BatchOrder, documents: tuple[Ref, ...]) -> None:
        """Ends what would make the next run another one."""
        self._demand("tidy_batch")
        _job(order).tidy(self._client, order, documents)


def _job(order: BatchOrder) -> _Job:
    if order.batch not in _JOBS:
        raise AdapterError(text("batch.unknown_batch", batch=order.batch, known=tuple(_JOBS)))
    return _JOBS[order.batch]
