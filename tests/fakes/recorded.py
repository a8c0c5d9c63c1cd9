"""Conversations with real Tryton servers, recorded once and replayed word for word.

Recorded anew with:  python -m tests.fakes.recorded harness.toml
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from harness.adapters.registry import open_adapter
from harness.config import load
from harness.documents import LineDraft, OrderDraft, PartyDraft
from harness.model import Side

FOLDER = Path(__file__).with_name("conversations")
# What the adapter needs of a field's definition; the rest is large and says nothing more.
_DEFINITION = ("type", "relation", "on_change")


@dataclass
class Recorder(httpx.BaseTransport):
    """Passes everything on and keeps it, without secrets."""

    inner: httpx.BaseTransport
    calls: list[dict[str, Any]] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The real answer."""
        response = self.inner.handle_request(request)
        response.read()
        call = asked(request)
        answer = json.loads(response.content) if response.status_code == 200 else None
        self.calls.append({**call, "status": response.status_code, "answer": _kept(call["method"], answer)})
        return response


@dataclass
class Replay(httpx.BaseTransport):
    """Answers as recorded; anything else than what was asked then is a failure."""

    calls: list[dict[str, Any]]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The recorded answer."""
        call, expected = asked(request), self.calls.pop(0)
        assert call == {name: expected[name] for name in ("path", "method", "params")}
        if expected["answer"] is None:
            return httpx.Response(expected["status"])
        return httpx.Response(expected["status"], json=expected["answer"])


def asked(request: httpx.Request) -> dict[str, Any]:
    """What a request asks, without the password and without the login's context."""
    call = json.loads(request.content)
    params = ["***"] if call["method"] == "common.db.login" else call["params"]
    return {"path": request.url.path, "method": call["method"], "params": params}


def replay(name: str) -> tuple[Replay, date]:
    """The conversation recorded as `name`, and the day it is about."""
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    head, *calls = (json.loads(line) for line in lines)
    return Replay(calls), date.fromisoformat(head["day"])


def trade(adapter: Any, day: date) -> dict[str, Any]:
    """An order to cash with a payment in two parts; every document on the way."""
    sales, stock, accounting = (adapter.as_role(role) for role in ("sales", "stock", "accounting"))
    products = sales.sellable_products(2)
    party = sales.create_party(
        PartyDraft("海风贸易 & O'Neil", "人民路 1 号\n2 楼", "200000", "上海", "CN", "a@example.com")
    )
    lines = (LineDraft(products[0], Decimal(12)), LineDraft(products[1], Decimal(3), Decimal("9.99")))
    order = sales.create_order(OrderDraft(party, day, lines, reference="PO 1"))
    found = {"draft": sales.order(order)}
    sales.quote_order(order)
    sales.confirm_order(order)
    found |= {"confirmed": sales.order(order), "planned": stock.deliveries(order)}
    stock.ship_order(order, day)
    accounting.invoice_order(order, day)
    found |= {"shipped": stock.deliveries(order), "unposted": accounting.invoices(order)}
    accounting.post_invoices(order)
    (invoice,) = accounting.invoices(order)
    accounting.pay_invoice(invoice.ref, Decimal("10.00"), day)
    accounting.pay_invoice(invoice.ref, invoice.open_amount - 10, day)
    return found | {
        "posted": (invoice,),
        "paid": accounting.invoices(order),
        "balances": accounting.balances(order),
        "order": sales.order(order),
    }


def _kept(method: str, answer: Any) -> Any:
    if method == "common.db.login" and answer:
        return {"id": 1, "result": [answer["result"][0], "token"]}
    if method.endswith(".fields_get"):
        fields = answer["result"].items()
        reduced = {name: {part: item[part] for part in _DEFINITION if part in item} for name, item in fields}
        return {"id": 1, "result": reduced}
    if method.startswith("wizard.") and "fields_view" in str(answer):
        view = answer["result"]["view"]
        view["fields_view"] = {"fields": dict.fromkeys(view["fields_view"]["fields"])}
        view.pop("buttons", None)
    return answer


def _record(config: Path) -> None:
    pair = load(config, environ=os.environ, overrides={}).pair
    for side in Side:
        recorder = Recorder(httpx.HTTPTransport())
        adapter: Any = open_adapter(pair[side], writes=True, transport=recorder)
        day = date.today()
        trade(adapter, day)
        series = ".".join(adapter.version().split(".")[:2])
        adapter.close()
        calls = [{"day": day.isoformat()}, *recorder.calls]
        lines = (json.dumps(call, ensure_ascii=False, separators=(",", ":")) for call in calls)
        (FOLDER / f"trade-{series}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _record(Path(sys.argv[1]))
