"""The file that says which sets, properties and actions of a service are which business document.

    [order]
    entity = "SalesOrders"
    lines = "Items"                                 # the link to its lines

    [order.fields]
    number = "OrderNumber"
    customer = "Partner/Name"                       # a path through a link
    currency = { value = "CNY" }                    # not in the service
    state = { property = "Status", values = { "01" = "Draft", "02" = "Released" } }

The names on the left are those of `harness.documents`; `docs/odata.md` shows a whole file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from harness.config.problems import nearest, raise_problems
from harness.config.sources import Source, read_toml
from harness.config.table import Line, Switch, Table, wrong
from harness.config.validation import check
from harness.documents import (
    Delivery,
    EntryLine,
    Invoice,
    InvoiceLine,
    JournalEntry,
    Order,
    OrderLine,
    StockMove,
)

# What a document is made of, rather than read from a property.
_PARTS = frozenset({"ref", "lines", "moves", "entries"})
DOCUMENTS: Mapping[str, tuple[type, type]] = {
    "order": (Order, OrderLine),
    "delivery": (Delivery, StockMove),
    "invoice": (Invoice, InvoiceLine),
    "entry": (JournalEntry, EntryLine),
}


class FieldTable(Table):
    """Where a value comes from: a property, translated if it is among `values`, or a fixed value."""

    property: Line | None = None
    value: Line | None = None
    values: Mapping[str, Line] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_of_both(self) -> FieldTable:
        if (self.property is None) == (self.value is None):
            raise wrong("property_or_value")
        return self


From = Annotated[
    FieldTable, BeforeValidator(lambda value: {"property": value} if isinstance(value, str) else value)
]
"""The path of a property, or a table that says more."""


class DocumentTable(Table):
    """A business document. Without `lines` every row is a line, and rows of one number are one document."""

    entity: Line
    fields: Mapping[str, From]
    line: Mapping[str, From]
    lines: Line | None = None


class CreateLineTable(Table):
    """The properties of a line of a new order."""

    product: Line
    quantity: Line
    unit_price: Line | None = None


class CreateOrderTable(Table):
    """The properties of a new order and, below `line`, of its lines."""

    customer: Line
    date: Line
    reference: Line | None = None
    payment_term: Line | None = None
    line: CreateLineTable


class OrderTable(DocumentTable):
    """A sales order, and the properties that are set when one is entered.

    `finished` says by the values of properties which orders are delivered, invoiced and paid.
    """

    lines: Line
    finished: Mapping[str, Line] = Field(default_factory=dict)
    create: CreateOrderTable


class FollowingTable(DocumentTable):
    """A document that follows another one. `of` is the property that holds that one's key."""

    of: Line


class CreatePartyTable(Table):
    """The properties of a new customer."""

    name: Line
    street: Line | None = None
    postal_code: Line | None = None
    city: Line | None = None
    country: Line | None = None
    email: Line | None = None


class PartyTable(Table):
    """A customer."""

    entity: Line
    create: CreatePartyTable


class ProductTable(Table):
    """Goods. Those of which `on_hand` is above zero can be sold."""

    entity: Line
    code: Line
    on_hand: Line


class ActionTable(Table):
    """What is called for one step of the business; `skip` says that the ERP has no such step.

    It is an action of the document, or with `document` one of the service itself, which is then given the
    document's key as that parameter.
    """

    call: Line | None = None
    document: Line | None = None
    date: Line | None = None
    amount: Line | None = None
    when: Mapping[str, Line] = Field(default_factory=dict)
    skip: Switch = False

    @model_validator(mode="after")
    def _called_or_skipped(self) -> ActionTable:
        if (self.call is None) != self.skip:
            raise wrong("call_or_skip")
        return self


class ActionsTable(Table):
    """The steps of the business, by the names of `harness.adapters.business.RunsFlows`."""

    quote_order: ActionTable
    confirm_order: ActionTable
    ship_order: ActionTable
    invoice_order: ActionTable
    post_invoices: ActionTable
    pay_invoice: ActionTable


# The document that each step is about.
ABOUT: Mapping[str, Literal["order", "delivery", "invoice"]] = {
    "quote_order": "order",
    "confirm_order": "order",
    "ship_order": "delivery",
    "invoice_order": "order",
    "post_invoices": "invoice",
    "pay_invoice": "invoice",
}


class Mapped(Table):
    """A whole file. `version` is the path of the ERP's own version."""

    version: Line | None = None
    party: PartyTable
    product: ProductTable
    order: OrderTable
    delivery: FollowingTable
    invoice: FollowingTable
    entry: FollowingTable
    actions: ActionsTable

    def document(self, name: str) -> DocumentTable:
        """The table of one kind of document."""
        found: DocumentTable = getattr(self, name)
        return found

    def action(self, step: str) -> ActionTable:
        """The table of one step."""
        found: ActionTable = getattr(self.actions, step)
        return found


def load(path: Path) -> tuple[Mapped, Source]:
    """The file and where its keys stand; ConfigError with every problem of it."""
    source = read_toml(path, path.name)
    if source.problems:
        raise_problems(source.problems)
    data = dict(source.data)
    if data.pop("schema", None) != 1:
        source.problem("schema", "choice", valid=("1",))
    mapped = check(Mapped, source, "", data)
    if mapped is not None:
        for name, (document, line) in DOCUMENTS.items():
            table = mapped.document(name)
            _check_names(source, f"{name}.fields", table.fields, document)
            _check_names(source, f"{name}.line", table.line, line)
    raise_problems(source.sorted_problems())
    assert mapped is not None
    return mapped, source


def _check_names(source: Source, path: str, given: Mapping[str, Any], document: type) -> None:
    known = {item.name: item for item in fields(document) if item.name not in _PARTS}
    for name in given:
        if name not in known:
            valid = tuple(known)
            source.problem(f"{path}.{name}", "unknown_key", nearest=nearest(name, valid), valid=valid)
    for name, item in known.items():
        if name not in given and item.default is MISSING and item.default_factory is MISSING:
            source.problem(f"{path}.{name}", "missing")
