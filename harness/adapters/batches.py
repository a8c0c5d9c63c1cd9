"""What an ERP adapter may be able to do at night: jobs over many documents, due by morning.

Asked with `isinstance`, as the capabilities of `protocol.py`; everything but `batches` and `batch_figures`
demands the write guard. Only `run_batch` is timed: making documents ready and tidying up are not the batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeAlias, runtime_checkable

from harness.documents import Ref

Figures: TypeAlias = Mapping[str, int | Decimal]
"""What a batch came to. Two systems that did the same work on the same data have the same figures."""

DOCUMENTS = "documents"
"""The figure that every batch has: how many of the documents made ready it has taken."""


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """One run of a batch: over so many documents, dated so.

    `tag` occurs once in the ERP's life: names that must differ are made of it, and never an amount.
    """

    batch: str
    count: int
    day: date
    tag: str

    def __post_init__(self) -> None:
        if self.count < 1 or not self.batch or not self.tag:
            raise ValueError("a batch has a name, a tag and at least one document")


@runtime_checkable
class RunsBatches(Protocol):
    """Runs the ERP's batches, over documents that it makes ready for them."""

    def batches(self) -> tuple[str, ...]:
        """The names of the batches it can run; asks nothing of the ERP."""

    def ready_batch(self, order: BatchOrder) -> tuple[Ref, ...]:
        """Makes `order.count` documents that the batch will take, and sees to it that it takes no others.

        Their number, dates and amounts follow from the order alone, so that both sides get the same.
        """

    def run_batch(self, order: BatchOrder, documents: tuple[Ref, ...]) -> None:
        """Runs the batch and returns when the ERP says that it is done; Refused when it says no."""

    def batch_figures(self, order: BatchOrder, documents: tuple[Ref, ...]) -> Figures:
        """What became of these documents, read from the ERP: `documents`, other counts, and sums."""

    def tidy_batch(self, order: BatchOrder, documents: tuple[Ref, ...]) -> None:
        """Leaves the ERP usable, and the next run as fast as this one."""
