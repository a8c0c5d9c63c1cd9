"""Business documents by a mapping: what is made of rows, and what a service that has changed makes of it."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.adapters.business import RunsFlows
from harness.adapters.odata.adapter import OPTIONS, ODataAdapter
from harness.adapters.odata.documents import grouped, made
from harness.adapters.odata.mapping import FieldTable, FollowingTable
from harness.adapters.registry import open_adapter
from harness.documents import (
    Delivery,
    EntryLine,
    InvoiceLine,
    LineDraft,
    OrderDraft,
    OrderLine,
    PartyDraft,
    Ref,
)
from harness.errors import ConfigError, Refused
from harness.model import Account, Environment, Secret, Side
from tests.fakes.odata import DOCUMENTS, PASSWORD, ROOT, ODataErp
from tests.fakes.sales_erp import ROLES, SalesErp

DAY = date(2026, 3, 31)


def field(name: str, **values: str) -> FieldTable:
    return FieldTable(property=name, values=values)


def lacking(name: str) -> Exception:
    return LookupError(name)


def opened(erp: ODataErp, mapping: Path | None = DOCUMENTS, role: str = "admin", **options: Any) -> Any:
    """The adapter of a fake."""
    environment = Environment(
        side=Side.TARGET,
        adapter="odata",
        url=f"http://erp.example{ROOT}",
        accounts={name: Account(name, name, Secret(PASSWORD)) for name in ROLES},
        options=({"documents": mapping.name} if mapping else {}) | options,
        folder=str(mapping.parent if mapping else ""),
        allow_writes=True,
    )
    return open_adapter(environment, role, writes=True, transport=erp.transport())


@pytest.fixture
def erp() -> ODataErp:
    """An ERP without customers."""
    return ODataErp(SalesErp())


def changed(tmp_path: Path, *pairs: tuple[str, str]) -> Path:
    """The mapping with something else in it."""
    content = DOCUMENTS.read_text("utf-8")
    for right, wrong in pairs:
        assert right in content
        content = content.replace(right, wrong, 1)
    file = tmp_path / "sales.toml"
    file.write_text(content, "utf-8")
    return file


def ordered(adapter: Any, **more: Any) -> Ref:
    customer = adapter.create_party(PartyDraft("客户", "s", "1", "上海", "CN"))
    lines = (LineDraft("MAT-01", Decimal(2)),)
    order: Ref = adapter.create_order(OrderDraft(customer, DAY, lines, **more))
    return order


# Rows and documents


def test_values_are_those_of_the_document() -> None:
    """Whole numbers become amounts, moments days, one tax a list of it, codes the names they stand for."""
    named = {
        "product": field("No"),
        "quantity": field("Qty"),
        "unit": FieldTable(value="PCE"),
        "unit_price": field("Price"),
        "amount": field("Sum"),
        "taxes": field("Tax", V1="VAT 13%"),
    }
    row = {"No": 7, "Qty": 3, "Price": Decimal("1.10"), "Sum": Decimal("3.30"), "Tax": "V1"}
    found = made(OrderLine, named, row, lacking)

    assert found == OrderLine("7", Decimal(3), "PCE", Decimal("1.10"), Decimal("3.30"), ("VAT 13%",))
    assert type(found.quantity) is Decimal
    delivery = {
        "number": field("No"),
        "state": field("S"),
        "customer": field("P/N"),
        "effective": field("At"),
    }
    row = {"No": "1", "S": "X", "P": {"N": "客户"}, "At": datetime(2026, 3, 31, 23, 0)}
    made_of = made(Delivery, delivery, row, lacking, ref=Ref("delivery", "1"), moves=())
    assert (made_of.effective, made_of.customer) == (DAY, "客户")


def test_nothing_where_something_must_be_is_no_document() -> None:
    """A total that has become empty is not a total of zero; only a debit without a credit is."""
    line = {name: field(name) for name in ("product", "account", "quantity", "unit_price", "amount")}
    row: dict[str, Any] = dict.fromkeys(line) | {"quantity": 1, "unit_price": 1}
    with pytest.raises(LookupError, match="amount"):
        made(InvoiceLine, line, row, lacking)
    entry = {name: field(name) for name in ("account", "debit", "credit")}

    posted = made(EntryLine, entry, {"account": "1", "debit": Decimal(5), "credit": None}, lacking)
    assert (posted.debit, posted.credit) == (5, 0)


def test_rows_of_one_number_are_one_document(erp: ODataErp) -> None:
    """Where a ledger is a list of lines."""
    fields = {"number": field("EntryNumber")}
    table = FollowingTable(entity="LedgerPostings", of="InvoiceNumber", fields=fields, line={})
    rows = [{"EntryNumber": "A", "PostingId": "1"}, {"EntryNumber": "B", "PostingId": "2"}]
    rows.append({"EntryNumber": "A", "PostingId": "3"})
    found = list(grouped(table, opened(erp)._service.typed, rows))

    assert [(read.key, len(read.lines)) for read in found] == [("1", 2), ("2", 1)]


# What is offered


def test_without_a_mapping_there_are_records_and_no_business(erp: ODataErp) -> None:
    adapter = opened(erp, None)

    assert type(adapter) is ODataAdapter
    assert not isinstance(adapter, RunsFlows)
    assert (adapter.count("Materials"), adapter.version()) == (5, "4.0 (OData)")


def test_a_mapping_that_fits_is_found_right(erp: ODataErp) -> None:
    adapter = opened(erp)
    adapter.check_setup()

    assert adapter.version() == "1"


def test_what_does_not_fit_is_told_all_at_once(erp: ODataErp, tmp_path: Path) -> None:
    """By file, line and key, with the nearest name."""
    wrong = (
        ('name = "Name"', 'name = "Nmae"'),
        ('lines = "Items"', 'lines = "Itmes"'),
        ('call = "Bill"', 'call = "Invoice"'),
        ('date = "GoodsIssueDate"', 'date = "Day"'),
    )
    with pytest.raises(ConfigError) as caught:
        opened(erp, changed(tmp_path, *wrong)).check_setup()

    said = str(caught.value)
    for key in ("party.create.name", "order.line.product", "actions.invoice_order.call"):
        assert key in said
    assert "actions.ship_order.date" in said
    assert "sales.toml:10  party.create.name" in said
    assert "Name" in said


def test_a_service_that_lost_an_action_refuses_that_step_only(erp: ODataErp, tmp_path: Path) -> None:
    """It has changed: that is evidence about the ERP, at its step."""
    adapter = opened(erp, changed(tmp_path, ('call = "Release"', 'call = "Confirm"')))
    order = ordered(adapter)
    adapter.quote_order(order)
    with pytest.raises(Refused) as caught:
        adapter.confirm_order(order)

    assert caught.value.code == "not_offered"
    assert "actions.confirm_order.call" in caught.value.message
    assert adapter.order(order).state == "Offered"


def test_what_the_mapping_has_no_name_for_is_no_silence(erp: ODataErp) -> None:
    """A payment term that is drawn and cannot be entered would make another order."""
    with pytest.raises(ConfigError, match=r"order\.create\.payment_term"):
        ordered(opened(erp), payment_term="30 days")


def test_a_skipped_step_sends_nothing(erp: ODataErp, tmp_path: Path) -> None:
    adapter = opened(erp, changed(tmp_path, ('call = "Quote"', "skip = true")))
    order = ordered(adapter)
    before = erp.requests
    adapter.quote_order(order)

    assert erp.requests == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"document": "x"}, "document"),
        ({"query": "100"}, "query"),
        ({"documents": "none.toml"}, r"none\.toml"),
    ],
)
def test_a_wrong_option_is_told(erp: ODataErp, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        opened(erp, None, **options)


# Orders that people made


def test_finished_orders_and_their_customers_are_found(erp: ODataErp) -> None:
    adapter = opened(erp)
    first, second = ordered(adapter), ordered(adapter)
    assert adapter.finished_orders(5) == ()
    for order in (first, second):
        adapter.quote_order(order)
        adapter.confirm_order(order)
        adapter.ship_order(order, DAY)
        adapter.invoice_order(order, DAY)
        adapter.post_invoices(order)
        (invoice,) = adapter.invoices(order)
        adapter.pay_invoice(invoice.ref, invoice.open_amount, DAY)

    assert adapter.finished_orders(5) == (second, first)
    assert adapter.finished_orders(1) == (second,)
    assert adapter.order(first).customer == "客户"
    assert adapter.customer_of(first.id) == Ref("party", "BP-00001")


def test_documents_are_looked_up_by_the_role_that_is_named(erp: ODataErp) -> None:
    """A picker may ship without the right to read."""
    users: list[str] = []
    handle = erp.handle

    def recorded(request: httpx.Request) -> httpx.Response:
        users.append(request.headers["Authorization"])
        return handle(request)

    erp.handle = recorded  # type: ignore[method-assign]
    stock = opened(erp, role="stock", reader="viewer")
    stock.count("Materials")
    shipping = set(users)
    users.clear()
    stock.deliveries(Ref("order", "none"))

    assert set(users) & shipping == set()


def test_it_shows_no_password(erp: ODataErp) -> None:
    assert repr(opened(erp)) == "ODataSales(target, 'admin')"


@pytest.mark.parametrize("page", ["odata.md", "odata.zh-CN.md"])
def test_every_option_is_documented(page: str) -> None:
    content = (Path(__file__).parents[3] / "docs" / page).read_text("utf-8")

    assert tuple(re.findall(r"^\| `(\w+)` \|", content, re.M)) == OPTIONS
