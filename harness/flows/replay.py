"""Documents that the source already has, entered again in the target: for a source that may only be read.

    for past in replay.sales(5):
        with replay.step("enter", en="Enter the order again", zh="重新录入订单"):
            order = sales.create_order(past.again(replay.customer(past), replay.day))
            ...
            replay.keep_again(past, "order", sales.order(order))

On the source the past documents are read and kept, and the loop's body is never entered. On the target
the body runs for each of them, twice, so that what varies there by itself is known.

Everything is entered on the day of the run: periods of the past are closed, and numbers must ascend with
the dates. Of dates only those that follow from terms are kept, each with the day of its document. Names
of customers are masked before anything is kept, on both sides with the same key; whose order it was is
found by its number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date

from harness.adapters.business import RemembersSales, RunsFlows
from harness.adapters.protocol import Adapter
from harness.documents import (
    Balance,
    Delivery,
    Invoice,
    LineDraft,
    Order,
    OrderDraft,
    Ref,
    as_value,
    from_value,
)
from harness.errors import AdapterError
from harness.flows.flow import Flow, not_capable
from harness.flows.terms import interval
from harness.model import Capture, Part, Title, text
from harness.redact import mask
from harness.values import Value

_NAMES = frozenset({"customer", "party"})
_LOOK_AT = 20  # orders looked at for each that is wanted
_PERIODS = frozenset({"date", "effective", "period"})


@dataclass(frozen=True, slots=True)
class PastSale:
    """An order of the source with what followed from it."""

    order: Order
    deliveries: tuple[Delivery, ...]
    invoices: tuple[Invoice, ...]
    balances: tuple[Balance, ...]

    def again(self, customer: Ref, day: date) -> OrderDraft:
        """The same order to enter on another day: products, quantities, prices and terms."""
        lines = tuple(LineDraft(line.product, line.quantity, line.unit_price) for line in self.order.lines)
        return OrderDraft(customer, day, lines, self.order.reference, self.order.payment_term)

    @property
    def straight(self) -> bool:
        """Whether it went in one delivery and one invoice, as it will when it is entered again."""
        return len(self.deliveries) == len(self.invoices) == 1

    @property
    def paid(self) -> bool:
        """Whether nothing is open any more."""
        return bool(self.invoices) and not any(invoice.open_amount for invoice in self.invoices)


class Replay(Flow):
    """A flow over past documents; `stored` is what was kept of the source, None on the source itself."""

    def __init__(
        self,
        open_role: Callable[[str], Adapter],
        *,
        part: Part,
        stored: Callable[[], Capture | None],
        check_id: str,
        seed: str,
        day: date,
        key: bytes,
        stepping: Callable[[Title], AbstractContextManager[object]] = lambda title: nullcontext(),
    ) -> None:
        super().__init__(open_role, check_id=check_id, seed=seed, day=day, stepping=stepping)
        self._part = part
        self._stored = stored
        self._key = key
        self._again: list[dict[str, Value]] = []
        self._passed_over = 0

    def sales(self, limit: int, role: str = "sales") -> Iterator[PastSale]:
        """The newest orders that are done, as the source has them.

        Those that were delivered or invoiced in several parts are passed over, and counted; those of the
        run's own day are left out.
        """
        if self._part is not Part.SOURCE:
            yield from self._remembered()
            return
        adapter = self._open_role(role)
        if not isinstance(adapter, RemembersSales):
            raise not_capable(adapter, "RemembersSales")
        if not isinstance(adapter, RunsFlows):
            raise not_capable(adapter, "RunsFlows")
        for ref in adapter.finished_orders(limit * _LOOK_AT):
            order = adapter.order(ref)
            if order.date is None or order.date >= self.day:
                continue  # made by the checks themselves, on this side alone
            past = PastSale(order, adapter.deliveries(ref), adapter.invoices(ref), adapter.balances(ref))
            if not past.straight:
                self._passed_over += 1
                continue
            if len(self._again) == limit:
                break
            content = comparable(as_value(past), self._key)
            assert isinstance(content, dict)
            self._again.append({"key": _key_of(past), **content})

    def keep_again(self, past: PastSale, name: str, document: object) -> None:
        """Keeps what came out on the target, beside what the source has of the same name."""
        self.keep(f"{_key_of(past)}/{name}", comparable(as_value(document), self._key))

    def customer(self, past: PastSale, role: str = "sales") -> Ref:
        """Whose order it was, found on the target by the order's number."""
        adapter = self._open_role(role)
        if not isinstance(adapter, RemembersSales):
            raise not_capable(adapter, "RemembersSales")
        return adapter.customer_of(_key_of(past))

    def capture(self) -> Capture:
        """What was gathered; on the source, the past documents."""
        gathered = super().capture()
        if self._part is not Part.SOURCE:
            return gathered
        assert isinstance(gathered.value, dict)
        return Capture(value={**gathered.value, "past": self._again, "passed_over": self._passed_over})

    def _remembered(self) -> Iterator[PastSale]:
        stored = self._stored()
        value = stored.value if stored is not None else None
        past = value.get("past", []) if isinstance(value, dict) else []
        assert isinstance(past, list)
        for each in past:
            assert isinstance(each, dict)
            yield from_value(PastSale, each)


def _key_of(past: PastSale) -> str:
    if past.order.number is None:
        raise AdapterError(text("flows.replay.no_number", order=past.order.ref.id))
    return past.order.number


def comparable(content: Value, key: bytes, document_date: date | None = None) -> Value:
    """The content without names and without the days on which it was made; see the module."""
    if isinstance(content, list):
        return [comparable(item, key, document_date) for item in content]
    if not isinstance(content, dict):
        return content
    dated = content.get("date", document_date)
    known = dated if isinstance(dated, date) else document_date
    return {name: _comparable(name, item, key, known) for name, item in content.items()}


def _comparable(name: str, value: Value, key: bytes, document_date: date | None) -> Value:
    if name in _NAMES and value:
        return mask(value, key)
    if name == "due" and isinstance(value, date) and document_date is not None:
        return interval(document_date, value)
    if name in _PERIODS and value is not None:
        return f"({type(value).__name__})"
    return comparable(value, key, document_date)
