"""What people do in Tryton when something is wrong: return, delete, post again, write off."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from harness.adapters.tryton.client import TrytonClient
from harness.adapters.tryton.documents import INVOICE
from harness.adapters.tryton.lookups import id_of
from harness.adapters.tryton.records import create, delete, press
from harness.adapters.tryton.sales import Sales, start_payment
from harness.adapters.tryton.trades import trade_of
from harness.adapters.tryton.wizard import Wizard, asks, entered
from harness.documents import Ref
from harness.errors import AdapterError, Refused
from harness.model import text
from harness.values import Value

_REASON = "account.move.reconcile.write_off"


def return_order(client: TrytonClient, order: Ref) -> Ref:
    """The draft order that Tryton's wizard makes of all goods, with negative quantities."""
    trade = trade_of(order)
    wizard = Wizard(client, trade.returning, trade.model, int(order.id))
    wizard.open("start")
    wizard.send("return_", {"start": {}})
    wizard.close()
    origin: list[Value] = [["origin", "=", f"{trade.model},{order.id}"]]
    rows = client.search_read(trade.model, origin, ["id"], order=[["id", "DESC"]], limit=1)
    if not rows:  # the wizard ended and did nothing: that is about the ERP, not about the harness
        sentence = text("adapters.tryton.not_returned", order=order.id)
        raise Refused(sentence, code="not_returned", message=trade.returning)
    return Ref(trade.kind, str(rows[0]["id"]))


def write_off_reason(client: TrytonClient, name: str, account: str) -> Ref:
    """The reason of this name, made if there is none; what it writes off goes to `account`."""
    rows = client.search_read(_REASON, [["name", "=", name]], ["id"], limit=1)
    if rows:
        return Ref("write_off_reason", str(rows[0]["id"]))
    number = id_of(client, "account.account", "code", account)
    values: dict[str, Value] = {
        "name": name,
        "journal": id_of(client, "account.journal", "type", "write-off"),
        "credit_account": number,
        "debit_account": number,
    }
    return Ref("write_off_reason", create(client, _REASON, values))


def write_off(
    client: TrytonClient, method: str | None, invoice: Ref, paid: Decimal, reason: Ref, day: date
) -> None:
    """Pays by the wizard and lets it write off what is missing."""
    wizard, start, shown = start_payment(client, method, invoice, paid, day)
    if not asks(shown):
        raise AdapterError(text("adapters.tryton.nothing_to_write_off", invoice=invoice.id))
    ask = entered(shown)
    chosen: dict[str, Value] = {
        "type": "writeoff",
        "writeoff": int(reason.id),
        "lines": ask.get("lines_to_pay"),
    }
    wizard.send("pay", {"start": start, "ask": {**ask, **chosen}})
    wizard.close()


class Corrections(Sales):
    """Returns, deletes, posts again, writes off."""

    def return_order(self, order: Ref) -> Ref:
        """A draft order that takes all goods of the order back."""
        self._demand("return_order")
        return return_order(self._client, order)

    def post_invoice(self, invoice: Ref) -> None:
        """Presses the button, whatever the invoice's state is."""
        press(self._client, INVOICE, invoice.id, "post")

    def delete_invoice(self, invoice: Ref) -> None:
        """Deletes an invoice."""
        delete(self._client, INVOICE, invoice.id)

    def write_off_reason(self, name: str, account: str) -> Ref:
        """The reason of this name, made if there is none."""
        self._demand("write_off_reason")
        return write_off_reason(self._client, name, account)

    def write_off(self, invoice: Ref, paid: Decimal, reason: Ref, paid_on: date) -> None:
        """Pays by the payment wizard and writes the rest off."""
        self._demand("write_off")
        write_off(self._client, self._method, invoice, paid, reason, paid_on)
