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
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date
from decimal import Decimal

from harness.adapters.business import KeepsLedger, RunsFlows
from harness.adapters.operations import (
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
from harness.documents import LineDraft, OrderDraft, Ref, as_value
from harness.errors import ConfigError, Refused, Unreachable
from harness.flows.data import FlowData
from harness.flows.outcomes import ACCEPTED, DECLINED, DONE, REFUSED, UNREACHABLE, VIOLATED
from harness.model import Capture, Cover, Item, Text, Title, text
from harness.values import Value

_COVERED = {DONE: "run", DECLINED: "refused"}


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
        self._open_role = open_role
        self._check_id = check_id
        self._steps: list[dict[str, Value]] = []
        self._documents: list[dict[str, Value]] = []
        self._expectations: list[dict[str, Value]] = []
        self._failure: Text | None = None
        self._refused: str | None = None
        self._started_from: dict[str, Value] | None = None

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

    def started_from(self, run: str, number: int) -> None:
        """Says which set of which preparation this flow goes on with."""
        self._started_from = {"run": run, "set": number}

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
        with self._recorded(name, Title(en, zh)) as outcome:
            try:
                yield
            except Refused as refusal:
                outcome |= {"outcome": DECLINED, "code": refusal.code, "message": refusal.message}
            else:
                outcome["outcome"] = ACCEPTED

    @contextmanager
    def _recorded(self, name: str, title: Title) -> Iterator[dict[str, Value]]:
        started = time.perf_counter()
        outcome: dict[str, Value] = {"outcome": "error"}
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
            seconds = Decimal(f"{time.perf_counter() - started:.3f}")
            self._steps.append({"name": name, "en": title.en, "zh": title.zh, "seconds": seconds, **outcome})

    def expect(self, name: str, found: Value | object, expected: Value | object) -> None:
        """What a value must be, whatever the source says; one that differs on the target is a finding.

        It decides where there is no oracle: new functions, and a source that nothing may be written to.
        """
        known = {"found": as_value(found), "expected": as_value(expected)}
        self._expectations.append({"step": len(self._steps), "name": name, **known})

    def keep(self, name: str, document: object) -> None:
        """Keeps a document, or a tuple of them, as evidence of the step it is called in."""
        self._documents.append({"step": len(self._steps), "name": name, "content": as_value(document)})

    def order(
        self, customer: Ref, lines: tuple[LineDraft, ...], *, payment_term: str | None = None
    ) -> OrderDraft:
        """An order of this flow's day."""
        return OrderDraft(customer=customer, date=self.day, lines=lines, payment_term=payment_term)

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
            universe=tuple(Item("flow_step", item) for item in items),
            covers=tuple(Cover("flow_step", item, by) for item, by in zip(items, how, strict=True) if by),
            measures={
                f"step_seconds.{name}": step["seconds"] for name, step in zip(names, self._steps, strict=True)
            },
            failure=self._failure,
        )


def not_capable(adapter: Adapter, capability: str) -> ConfigError:
    """The error of a project whose adapter cannot do what a flow needs."""
    return ConfigError(text("flows.not_capable", adapter=adapter.environment.adapter, capability=capability))
