"""An adapter whose batches take a known time, refuse on request, and remember what they were asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from harness.adapters.batches import BatchOrder, Figures
from harness.documents import Ref
from harness.errors import Refused, Unreachable
from harness.model import Account, Environment, Secret, Side, text

DAY = date(2026, 3, 31)


def environment(side: Side) -> Environment:
    """A system that may be loaded and written to."""
    return Environment(
        side=side,
        adapter="scripted",
        url="http://127.0.0.1:9/",
        accounts=MappingProxyType({"admin": Account("admin", "admin", Secret("canary-4711"))}),
        allow_writes=True,
        load=True,
    )


@dataclass
class Scripted:
    """`refuses` is the step that says no from the third run on; `silent` makes it unreachable instead."""

    environment: Environment
    refuses: str = ""
    silent: bool = False
    calls: list[tuple[str, int]] = field(default_factory=list)
    orders: list[BatchOrder] = field(default_factory=list)
    role: str = "admin"

    def version(self) -> str:
        return "1"

    def as_role(self, role: str) -> Scripted:
        return self

    def close(self) -> None: ...

    def batches(self) -> tuple[str, ...]:
        return ("month_end", "planning")

    def ready_batch(self, order: BatchOrder) -> tuple[Ref, ...]:
        self.orders.append(order)
        self._called("ready", order)
        return tuple(Ref("entry", str(number)) for number in range(order.count))

    def run_batch(self, order: BatchOrder, documents: tuple[Ref, ...]) -> None:
        assert len(documents) == order.count
        self._called("run", order)

    def batch_figures(self, order: BatchOrder, documents: tuple[Ref, ...]) -> Figures:
        self._called("read", order)
        return {"documents": len(documents), "debit": Decimal("10.10") * order.count}

    def tidy_batch(self, order: BatchOrder, documents: tuple[Ref, ...]) -> None:
        self._called("tidy", order)

    def _called(self, step: str, order: BatchOrder) -> None:
        self.calls.append((step, order.count))
        if step == self.refuses and sum(name == step for name, _ in self.calls) > 2:
            if self.silent:
                raise Unreachable(text("adapters.http.not_json", url="http://127.0.0.1:9/", status=500))
            raise Refused(text("batch.tryton.no_month"), code="no_month", message="not now")
