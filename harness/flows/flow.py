"""What a business check holds in its hand: steps, roles, inputs, and the documents it keeps.

    with flow.step("confirm", en="Confirm the order", zh="确认订单"):
        sales.confirm_order(order)
        flow.keep("order", sales.order(order))

    with flow.refusal("unbalanced", en="Post an unbalanced entry", zh="过账借贷不平的凭证"):
        ledger.post_entry(unbalanced)

A step that the ERP refuses ends the flow: that is evidence about the ERP, not an error of the check.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date
from decimal import Decimal
from typing import TypeVar

from harness.adapters import operations
from harness.adapters.business import (
    Buys,
    BuysOnRequest,
    Corrects,
    DeliversPartly,
    ExchangesFiles,
    KeepsLedger,
    Returns,
    RunsFlows,
)
from harness.adapters.inhouse import (
    ClosesBooks,
    KeepsAssets,
    KeepsBank,
    KeepsMasterData,
    KeepsStock,
    Produces,
    ReconcilesItems,
    ReportsBooks,
)
from harness.adapters.protocol import Adapter
from harness.coverage import OPERATION, Operation
from harness.documents import LineDraft, OrderDraft, PurchaseDraft, Ref, as_value
from harness.errors import ConfigError, Refused, Unreachable
from harness.flows.data import FlowData
from harness.flows.opened import OpenedRoles
from harness.flows.outcomes import ACCEPTED, DECLINED, DONE, IGNORED, REFUSED, UNREACHABLE, VIOLATED
from harness.model import Capture, Cover, Item, Text, Title, text
from harness.values import Value

D = TypeVar("D")
_COVERED = {DONE: "run", IGNORED: "run", DECLINED: "refused"}


class FlowEnded(Exception):
    """A step did not succeed on this environment; the capture so far says which, and how."""


class Flow:
    """One run of a business process on one environment.

    `day` is the explicit date of every document; `data` draws the inputs, the same on every side.
    """

    def __init__(
        self,
        open_role: Callable[[str], Adapter],
        *,
        check_id: str,
        seed: str,
        day: date,
        stepping: Callable[[Title], AbstractContextManager[object]] = lambda title: nullcontext(),
    ) -> None:
        self.day = day
        self._stepping = stepping
        self.data = FlowData(seed)
        self._opened = OpenedRoles(open_role)
        self._check_id = check_id
        self._steps: list[dict[str, Value]] = []
        self._documents: list[dict[str, Value]] = []
        self._expectations: list[dict[str, Value]] = []
        self._failure: Text | None = None
        self._refused: str | None = None
        self._started_from: dict[str, Value] | None = None
        self._inside = False
        self._offered: set[Operation] = set()
        self._calls: list[tuple[str, bool]] = []

    def _open_role(self, name: str) -> Adapter:
        """The ERP as one role; what is asked of it is noted, so that coverage needs no word of the flow."""
        adapter = self._opened(name)
        self._offered |= operations.offered(adapter)
        return operations.observed(adapter, lambda done, refused: self._calls.append((str(done), refused)))

    def role(self, name: str) -> RunsFlows:
        """The ERP as seen by one role of the configuration."""
        adapter = self._open_role(name)
        if not isinstance(adapter, RunsFlows):
            raise not_capable(adapter, "RunsFlows")
        return adapter

    def ledger(self, name: str) -> KeepsLedger:
        """The general ledger as seen by one role."""
        adapter = self._open_role(name)
        if not isinstance(adapter, KeepsLedger):
            raise not_capable(adapter, "KeepsLedger")
        return adapter

    def files(self, name: str) -> ExchangesFiles:
        """Exports and imports as one role does them."""
        adapter = self._open_role(name)
        if not isinstance(adapter, ExchangesFiles):
            raise not_capable(adapter, "ExchangesFiles")
        return adapter

    def started_from(self, run: str, number: int) -> None:
        """Says which set of which preparation this flow goes on with."""
        self._started_from = {"run": run, "set": number}

    def partly(self, name: str) -> DeliversPartly:
        """Deliveries in parts, by one role."""
        adapter = self._open_role(name)
        if not isinstance(adapter, DeliversPartly):
            raise not_capable(adapter, "DeliversPartly")
        return adapter

    def returns(self, name: str) -> Returns:
        """Goods that come back, as one role enters them."""
        adapter = self._open_role(name)
        if not isinstance(adapter, Returns):
            raise not_capable(adapter, "Returns")
        return adapter

    def corrections(self, name: str) -> Corrects:
        """What one role tries with posted invoices, and writes off."""
        adapter = self._open_role(name)
        if not isinstance(adapter, Corrects):
            raise not_capable(adapter, "Corrects")
        return adapter

    def purchasing(self, name: str) -> Buys:
        """Orders to suppliers, as one role enters them."""
        adapter = self._open_role(name)
        if not isinstance(adapter, Buys):
            raise not_capable(adapter, "Buys")
        return adapter

    def requests(self, name: str) -> BuysOnRequest:
        """What is asked of purchasing, as one role sees it."""
        adapter = self._open_role(name)
        if not isinstance(adapter, BuysOnRequest):
            raise not_capable(adapter, "BuysOnRequest")
        return adapter

    def books(self, name: str) -> ClosesBooks:
        """Fiscal years and periods as seen by one role."""
        adapter = self._open_role(name)
        if not isinstance(adapter, ClosesBooks):
            raise not_capable(adapter, "ClosesBooks")
        return adapter

    def reports(self, name: str) -> ReportsBooks:
        """The reports of the ledger as seen by one role."""
        adapter = self._open_role(name)
        if not isinstance(adapter, ReportsBooks):
            raise not_capable(adapter, "ReportsBooks")
        return adapter

    def items(self, name: str) -> ReconcilesItems:
        """Open items as seen by one role."""
        adapter = self._open_role(name)
        if not isinstance(adapter, ReconcilesItems):
            raise not_capable(adapter, "ReconcilesItems")
        return adapter

    def bank(self, name: str) -> KeepsBank:
        """Bank statements as seen by one role."""
        adapter = self._open_role(name)
        if not isinstance(adapter, KeepsBank):
            raise not_capable(adapter, "KeepsBank")
        return adapter

    def assets(self, name: str) -> KeepsAssets:
        """Fixed assets as seen by one role."""
        adapter = self._open_role(name)
        if not isinstance(adapter, KeepsAssets):
            raise not_capable(adapter, "KeepsAssets")
        return adapter

    def stock(self, name: str) -> KeepsStock:
        """The goods in stock as seen by one role."""
        adapter = self._open_role(name)
        if not isinstance(adapter, KeepsStock):
            raise not_capable(adapter, "KeepsStock")
        return adapter

    def production(self, name: str) -> Produces:
        """Production as seen by one role."""
        adapter = self._open_role(name)
        if not isinstance(adapter, Produces):
            raise not_capable(adapter, "Produces")
        return adapter

    def master_data(self, name: str) -> KeepsMasterData:
        """Products and parties as seen by one role."""
        adapter = self._open_role(name)
        if not isinstance(adapter, KeepsMasterData):
            raise not_capable(adapter, "KeepsMasterData")
        return adapter

    def expect_refusal(self, step: str) -> None:
        """The ERP must refuse the step of this name, and the flow ends there; see `refusal`."""
        self._refused = step

    @contextmanager
    def step(self, name: str, *, en: str, zh: str) -> Iterator[None]:
        """A named step. What the ERP refuses, leaves unanswered or does wrong in it ends the flow."""
        with self._recorded(name, Title(en, zh)) as outcome:
            expected = name == self._refused
            try:
                yield
            except Refused as refusal:
                outcome |= {"code": refusal.code, "message": refusal.message}
                outcome["outcome"] = DECLINED if expected else REFUSED
                if expected:
                    raise FlowEnded from refusal
                self._failure = text("flows.step_refused", step=Title(en, zh), message=refusal.message)
                raise FlowEnded from refusal
            outcome["outcome"] = ACCEPTED if expected else DONE

    @contextmanager
    def refusal(self, name: str, *, en: str, zh: str) -> Iterator[None]:
        """A step that the ERP must refuse; the flow goes on either way.

        The same refusal must come on both sides: for the same kind of reason, in words that a user reads.
        """
        with self._tried(name, Title(en, zh), otherwise=ACCEPTED):
            yield

    @contextmanager
    def attempt(self, name: str, *, en: str, zh: str) -> Iterator[None]:
        """A step that must change nothing, refused or not: a button pressed twice, a document posted again.

        Whether it is refused may differ between the sides: the documents kept right after it decide.
        """
        with self._tried(name, Title(en, zh), otherwise=IGNORED):
            yield

    @contextmanager
    def _tried(self, name: str, title: Title, *, otherwise: str) -> Iterator[None]:
        with self._recorded(name, title) as outcome:
            try:
                yield
            except Refused as refusal:
                outcome |= {"outcome": DECLINED, "code": refusal.code, "message": refusal.message}
            else:
                outcome["outcome"] = otherwise

    @contextmanager
    def _recorded(self, name: str, title: Title) -> Iterator[dict[str, Value]]:
        started = time.perf_counter()
        outcome: dict[str, Value] = {"outcome": "error"}
        self._inside = True
        try:
            with self._stepping(title):
                yield outcome
        except Unreachable as silence:
            outcome |= {"outcome": UNREACHABLE, "code": "", "message": str(silence)}
            self._failure = text("flows.step_unreachable", step=title)
            raise FlowEnded from silence
        except AssertionError as violation:
            outcome |= {"outcome": VIOLATED, "code": "", "message": str(violation)}
            self._failure = text("flows.step_violated", step=title, message=str(violation))
            raise FlowEnded from violation
        finally:
            self._inside = False
            seconds = Decimal(f"{time.perf_counter() - started:.3f}")
            outcome |= self._asked()
            self._steps.append({"name": name, "en": title.en, "zh": title.zh, "seconds": seconds, **outcome})

    def _asked(self) -> dict[str, Value]:
        """What was asked of the ERP since the last step: what it did, and what it refused."""
        calls, self._calls = self._calls, []
        did = dict.fromkeys(item for item, refused in calls if not refused)
        refused = dict.fromkeys(item for item, refused in calls if refused)
        return {"did": list(did), "refused": list(refused)}

    def expect(self, name: str, found: Value | object, expected: Value | object) -> None:
        """What a value must be, whatever the source says; one that differs on the target is a finding.

        It decides where there is no oracle: new functions, and a source that nothing may be written to.
        """
        known = {"found": as_value(found), "expected": as_value(expected)}
        self._expectations.append({"step": self._step_now(), "name": name, **known})

    def keep(self, name: str, document: object) -> None:
        """Keeps a document, or a tuple of them, as evidence of the step it is called in, or right after."""
        self._documents.append({"step": self._step_now(), "name": name, "content": as_value(document)})

    def _step_now(self) -> int:
        return len(self._steps) if self._inside else max(len(self._steps) - 1, 0)

    def first(self, documents: Sequence[D]) -> D:
        """The first of the documents; the step fails when the ERP has none."""
        if not documents:
            raise AssertionError(str(text("flows.none_there")))
        return documents[0]

    def order(
        self,
        customer: Ref,
        lines: tuple[LineDraft, ...],
        *,
        payment_term: str | None = None,
        currency: str | None = None,
        invoice_delivered: bool = False,
    ) -> OrderDraft:
        """An order of this flow's day."""
        return OrderDraft(
            customer,
            self.day,
            lines,
            payment_term=payment_term,
            currency=currency,
            invoice_delivered=invoice_delivered,
        )

    def purchase(self, supplier: Ref | None, lines: tuple[LineDraft, ...]) -> PurchaseDraft:
        """An order to a supplier, of this flow's day."""
        return PurchaseDraft(supplier, self.day, lines)

    def capture(self) -> Capture:
        """All that this run gathered, as plain values."""
        names = [str(step["name"]) for step in self._steps]
        if self._refused is not None and self._refused not in names and self._failure is None:
            raise ConfigError(text("flows.no_such_step", name=self._refused, steps=tuple(names)))
        items = [f"{self._check_id}.{name}" for name in names]
        how = [_COVERED.get(str(step["outcome"])) for step in self._steps]
        return Capture(
            value={
                "steps": self._steps,
                "documents": self._documents,
                "expectations": self._expectations,
                **({"prepared": self._started_from} if self._started_from else {}),
            },
            universe=(
                *(Item("flow_step", item) for item in items),
                *(Item(OPERATION, str(item)) for item in sorted(self._offered)),
            ),
            covers=(
                *(Cover("flow_step", item, by) for item, by in zip(items, how, strict=True) if by),
                *self._opened.touched(),
            ),
            measures={
                f"step_seconds.{name}": step["seconds"] for name, step in zip(names, self._steps, strict=True)
            },
            failure=self._failure,
        )


def not_capable(adapter: Adapter, capability: str) -> ConfigError:
    """A flow asks for what this adapter cannot do."""
    return ConfigError(text("flows.not_capable", adapter=adapter.environment.adapter, capability=capability))
