"""A small sales ERP that is not Tryton: its own names, numbers, states and rules. Held in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Entity = dict[str, Any]

TAX = Decimal("0.13")
CENT = Decimal("0.01")
# What each role may do; `*` is everything. An action is the name of a bound action, or `<verb> <set>`.
ROLES: dict[str, set[str]] = {
    "admin": {"*"},
    "sales": {"POST BusinessPartners", "POST SalesOrders", "Sales.Quote", "Sales.Release"},
    "stock": {"Sales.PostGoodsIssue"},
    "accounting": {"Sales.Bill", "PATCH CustomerInvoices", "Sales.Post", "Sales.ReceivePayment"},
    "viewer": set(),
}


class Denied(Exception):
    """The ERP says no: an HTTP status, its own code, and a sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass
class SalesErp:
    """The data and rules. `version` "1" or "2" changes how values travel and how much fits a page."""

    version: str = "1"
    partners: int = 0
    roles: dict[str, set[str]] = field(
        default_factory=lambda: {name: set(may) for name, may in ROLES.items()}
    )
    sets: dict[str, dict[str, Entity]] = field(default_factory=dict)
    _next: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in KEYS:
            self.sets[name] = {}
        for number in range(1, 6):
            self._add(
                "Materials",
                f"MAT-{number:02}",
                Description=f"物料 {number}",
                BaseUnit="PCE",
                ListPrice=Decimal("9.99") * number,
                OnHand=Decimal(0 if number == 2 else 1000),
            )
        for number in range(self.partners):
            self.create("BusinessPartners", {"Name": f"Partner {number}", "Country": "CN"})

    def require(self, role: str, action: str) -> None:
        """Denied unless the role may do this."""
        may = self.roles[role]
        if "*" not in may and action not in may:
            raise Denied(403, "access", f"Role {role} is not authorized for {action}")

    def create(self, name: str, values: Mapping[str, Any]) -> Entity:
        """A new entity of a set that users may add to."""
        if name == "BusinessPartners":
            return self._add(
                name,
                self._number("BP"),
                CreditLimit=Decimal("5000.50"),
                CreatedOn=date(2026, 1, 31),
                **values,
            )
        if name == "SalesOrders":
            return self._order(values)
        raise Denied(405, "not_allowed", f"{name} cannot be created")

    def change(self, name: str, key: str, values: Mapping[str, Any]) -> None:
        """Changes properties of one entity."""
        entity = self.one(name, key)
        if name == "CustomerInvoices" and entity["Status"] != "Open":
            raise Denied(409, "state", f"Invoice {key} is {entity['Status']}")
        entity.update(values)
        entity["@version"] += 1

    def delete(self, name: str, key: str) -> None:
        """Deletes one entity."""
        self.one(name, key)
        del self.sets[name][key]

    def one(self, name: str, key: str) -> Entity:
        """The entity with this key."""
        if key not in self.sets[name]:
            raise Denied(404, "not_found", f"{name} has no {key}")
        return self.sets[name][key]

    def act(self, name: str, key: str, action: str, values: Mapping[str, Any]) -> None:
        """Runs a bound action."""
        actions = {
            ("SalesOrders", "Sales.Quote"): self._quote,
            ("SalesOrders", "Sales.Release"): self._release,
            ("SalesOrders", "Sales.Bill"): self._bill,
            ("OutboundDeliveries", "Sales.PostGoodsIssue"): self._issue,
            ("CustomerInvoices", "Sales.Post"): self._post,
            ("CustomerInvoices", "Sales.ReceivePayment"): self._receive,
        }
        if (name, action) not in actions:
            raise Denied(404, "not_found", f"{name} has no action {action}")
        entity = self.one(name, key)
        actions[name, action](entity, values)
        entity["@version"] += 1

    def _order(self, values: Mapping[str, Any]) -> Entity:
        self.one("BusinessPartners", values.get("PartnerId", ""))
        number = self._number("SO")
        items = [self._item(number, place, item) for place, item in enumerate(values["Items"], start=1)]
        head = {name: value for name, value in values.items() if name != "Items"}
        net = sum((item["NetAmount"] for item in items), Decimal(0))
        return self._add(
            "SalesOrders",
            number,
            **{"Currency": "CNY", "CustomerReference": None, **head},
            Status="Draft",
            DeliveryStatus="None",
            BillingStatus="None",
            **_amounts(net),
            Items=items,
        )

    def _item(self, order: str, place: int, values: Mapping[str, Any]) -> Entity:
        material = self.one("Materials", values["MaterialNumber"])
        price = values.get("NetPrice") or material["ListPrice"]
        item = {
            "ItemId": f"{order}/{place * 10}",
            "OrderNumber": order,
            "MaterialNumber": material["MaterialNumber"],
            "Quantity": values["Quantity"],
            "Unit": material["BaseUnit"],
            "NetPrice": price,
            "NetAmount": (price * values["Quantity"]).quantize(CENT, ROUND_HALF_UP),
            "TaxCode": "V13",
        }
        return self._add("SalesOrderItems", item.pop("ItemId"), **item)

    def _quote(self, order: Entity, _values: Mapping[str, Any]) -> None:
        _expect(order, "Draft")
        order["Status"] = "Offered"

    def _release(self, order: Entity, _values: Mapping[str, Any]) -> None:
        _expect(order, "Offered")
        order.update(Status="Released", DeliveryStatus="Open", BillingStatus="Open")
        self._add(
            "OutboundDeliveries",
            self._number("DL"),
            OrderNumber=order["OrderNumber"],
            Status="Planned",
            GoodsIssueDate=None,
        )

    def _issue(self, delivery: Entity, values: Mapping[str, Any]) -> None:
        _expect(delivery, "Planned")
        delivery.update(Status="Issued", GoodsIssueDate=values["GoodsIssueDate"])
        order = self.one("SalesOrders", delivery["OrderNumber"])
        order["DeliveryStatus"] = "Complete"
        for item in order["Items"]:
            self.one("Materials", item["MaterialNumber"])["OnHand"] -= item["Quantity"]

    def _bill(self, order: Entity, values: Mapping[str, Any]) -> None:
        if order["DeliveryStatus"] != "Complete":
            raise Denied(409, "state", f"Order {order['OrderNumber']} is not delivered")
        self._add(
            "CustomerInvoices",
            self._number("IV"),
            OrderNumber=order["OrderNumber"],
            PartnerId=order["PartnerId"],
            Status="Open",
            BillingDate=values["BillingDate"],
            Currency=order["Currency"],
            OpenAmount=order["GrossAmount"],
            **_amounts(order["NetAmount"]),
        )
        order["BillingStatus"] = "Billed"

    def _post(self, invoice: Entity, _values: Mapping[str, Any]) -> None:
        _expect(invoice, "Open")
        invoice["Status"] = "Posted"
        partner, gross = invoice["PartnerId"], invoice["GrossAmount"]
        due, entry = invoice["BillingDate"] + timedelta(days=30), self._number("JE")
        self._journal(invoice, entry, "Sales", "112200", gross, Decimal(0), partner, due)
        self._journal(invoice, entry, "Sales", "600100", Decimal(0), invoice["NetAmount"])
        self._journal(invoice, entry, "Sales", "222101", Decimal(0), invoice["TaxAmount"])

    def _receive(self, invoice: Entity, values: Mapping[str, Any]) -> None:
        _expect(invoice, "Posted")
        amount = values["Amount"]
        if not 0 < amount <= invoice["OpenAmount"]:
            raise Denied(400, "validation", f"{amount} is not between 0 and {invoice['OpenAmount']}")
        invoice["OpenAmount"] -= amount
        entry, day, partner = self._number("JE"), values["PaidOn"], invoice["PartnerId"]
        self._journal(invoice, entry, "Bank", "100200", amount, Decimal(0), day=day)
        self._journal(invoice, entry, "Bank", "112200", Decimal(0), amount, partner, day=day)
        if not invoice["OpenAmount"]:
            invoice["Status"] = "Paid"
            self.one("SalesOrders", invoice["OrderNumber"])["BillingStatus"] = "Paid"

    def _journal(
        self,
        invoice: Entity,
        entry: str,
        journal: str,
        account: str,
        debit: Decimal,
        credit: Decimal,
        partner: str | None = None,
        due: date | None = None,
        day: date | None = None,
    ) -> None:
        day = day or invoice["BillingDate"]
        self._add(
            "LedgerPostings",
            self._number("FI"),
            EntryNumber=entry,
            InvoiceNumber=invoice["InvoiceNumber"],
            Journal=journal,
            Period=f"{day:%Y-%m}",
            PostingDate=day,
            Account=account,
            Debit=debit,
            Credit=credit,
            PartnerId=partner,
            DueDate=due,
        )

    def _add(self, name: str, key: str, **values: Any) -> Entity:
        entity = {KEYS[name]: key, **values, "@version": 1}
        self.sets[name][key] = entity
        return entity

    def _number(self, series: str) -> str:
        self._next[series] = self._next.get(series, 0) + 1
        return f"{series}-{self._next[series]:05}"


KEYS = {
    "BusinessPartners": "PartnerId",
    "Materials": "MaterialNumber",
    "SalesOrders": "OrderNumber",
    "SalesOrderItems": "ItemId",
    "OutboundDeliveries": "DeliveryNumber",
    "CustomerInvoices": "InvoiceNumber",
    "LedgerPostings": "PostingId",
}


def _amounts(net: Decimal) -> Entity:
    tax = (net * TAX).quantize(CENT, ROUND_HALF_UP)
    return {"NetAmount": net, "TaxAmount": tax, "GrossAmount": net + tax}


def _expect(entity: Entity, state: str) -> None:
    if entity["Status"] != state:
        raise Denied(409, "state", f"Expected status {state}, found {entity['Status']}")
