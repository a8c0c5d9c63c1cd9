"""What must hold of an adapter that keeps books, assets, stock, production and master data.

A part of the conformance suite: `AdapterConformance` takes it in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from harness.documents import EntryDraft, PartyDraft, PostingDraft, Ref, TaxShare
from harness.errors import Refused
from harness.inhouse import (
    AssetDraft,
    BankLineDraft,
    BankStatementDraft,
    BillOfMaterials,
    GoodsDraft,
    ProductDraft,
    ProductionDraft,
    StockDraft,
    TaxBox,
)
from harness.model import Environment
from harness.testing.conformance_base import Declared
from harness.testing.declarations import Sample

_REF = Ref("any", "1")
_DAY = date(2026, 3, 31)
_PARTY = PartyDraft("Conformance 有限公司", "Long Street 1", "200000", "上海", "CN")
_ASSET = AssetDraft(_REF, Decimal(1), Decimal(0), _DAY, _DAY)
_STATEMENT = BankStatementDraft("x", _DAY, Decimal(0), Decimal(0), ())
_STOCK = StockDraft(_DAY, "x", ())
WRITES: Mapping[str, Mapping[str, Callable[[Any, Sample], object]]] = {
    "ClosesBooks": {
        "open_earlier_year": lambda adapter, _: adapter.open_earlier_year(),
        "open_next_year": lambda adapter, _: adapter.open_next_year(),
        "close_period": lambda adapter, _: adapter.close_period(_REF),
        "reopen_period": lambda adapter, _: adapter.reopen_period(_REF),
        "carry_result": lambda adapter, _: adapter.carry_result(_REF),
        "close_year": lambda adapter, _: adapter.close_year(_REF),
        "reopen_year": lambda adapter, _: adapter.reopen_year(_REF),
    },
    "ReportsBooks": {
        "create_tax_box": lambda adapter, _: adapter.create_tax_box(TaxBox("x", TaxShare("x", "tax"))),
    },
    "ReconcilesItems": {
        "reconcile_entries": lambda adapter, _: adapter.reconcile_entries("1", (_REF,)),
        "unreconcile_entries": lambda adapter, _: adapter.unreconcile_entries("1", (_REF,)),
    },
    "KeepsBank": {
        "create_statement": lambda adapter, _: adapter.create_statement(_STATEMENT),
        "check_statement": lambda adapter, _: adapter.check_statement(_REF),
        "post_statement": lambda adapter, _: adapter.post_statement(_REF),
        "delete_statement": lambda adapter, _: adapter.delete_statement(_REF),
    },
    "KeepsAssets": {
        "create_asset": lambda adapter, _: adapter.create_asset(_ASSET),
        "start_asset": lambda adapter, _: adapter.start_asset(_REF),
        "depreciate": lambda adapter, _: adapter.depreciate(_DAY),
        "dispose_asset": lambda adapter, _: adapter.dispose_asset(_REF),
        "delete_asset": lambda adapter, _: adapter.delete_asset(_REF),
    },
    "KeepsStock": {
        "receive_goods": lambda adapter, _: adapter.receive_goods(_STOCK),
        "transfer_goods": lambda adapter, _: adapter.transfer_goods(_STOCK),
        "count_goods": lambda adapter, _: adapter.count_goods(_STOCK),
        "cancel_stock": lambda adapter, _: adapter.cancel_stock(_REF),
        "delete_stock": lambda adapter, _: adapter.delete_stock(_REF),
    },
    "Produces": {
        "create_bill": lambda adapter, _: adapter.create_bill(BillOfMaterials("x", _REF, ())),
        "create_production": lambda adapter, _: adapter.create_production(
            ProductionDraft(_REF, _REF, Decimal(1), _DAY)
        ),
        "start_production": lambda adapter, _: adapter.start_production(_REF),
        "finish_production": lambda adapter, _: adapter.finish_production(_REF),
        "cancel_production": lambda adapter, _: adapter.cancel_production(_REF),
    },
    "KeepsMasterData": {
        "create_product": lambda adapter, _: adapter.create_product(ProductDraft("x")),
        "change_product": lambda adapter, _: adapter.change_product(_REF, {"name": "y"}),
        "delete_product": lambda adapter, _: adapter.delete_product(_REF),
        "register_party": lambda adapter, _: adapter.register_party(_PARTY),
        "change_party": lambda adapter, _: adapter.change_party(_REF, {"name": "y"}),
        "delete_party": lambda adapter, _: adapter.delete_party(_REF),
    },
}
"""Every way to change something, per capability."""


class InhouseConformance(Declared):
    """What must hold inside the company."""

    def test_a_closed_year_takes_no_posting(self, environment: Environment, writer: Any) -> None:
        """Closed is closed, for a month and a year; the balances survive, and it opens again."""
        books = self._at_work(environment, writer, "ClosesBooks", "ReportsBooks", "KeepsLedger")
        cash, _, income = books.manual_accounts(3)
        amount = Decimal("12.34")
        lines = (PostingDraft(cash, debit=amount), PostingDraft(income, credit=amount))
        year = books.open_earlier_year()
        (january, *_rest) = year.periods
        books.post_entry(books.create_entry(EntryDraft(january.end, lines)))
        totals = books.balance_list(year.ref)
        books.close_period(january.ref)
        with pytest.raises(Refused):
            books.post_entry(books.create_entry(EntryDraft(january.end, lines)))
        with pytest.raises(Refused):
            books.close_period(january.ref)
        with pytest.raises(Refused):
            books.close_year(year.ref)
        earned = books.income_statement(year.ref)
        books.carry_result(year.ref)
        books.close_year(year.ref)
        closed = books.fiscal_year(year.ref)
        books.reopen_year(year.ref)

        assert [(total.account, total.debit, total.credit) for total in totals] == [
            (cash, amount, 0),
            (income, 0, amount),
        ]
        assert amount in {abs(line.amount) for line in earned}
        assert {period.state for period in closed.periods} == {closed.state} != {year.state}
        assert books.fiscal_year(year.ref).state == year.state
        assert cash in {total.account for total in books.balance_list(year.ref)}

    def test_open_items_are_settled_when_they_are_equal(self, environment: Environment, writer: Any) -> None:
        """A claim and its payment; what differs by a cent stays open."""
        books = self._at_work(environment, writer, "ReconcilesItems", "KeepsLedger", "KeepsMasterData")
        party = books.register_party(_PARTY)
        cash, _, income = books.manual_accounts(3)
        (account,) = books.item_accounts(1)
        amount, less = Decimal("10.00"), Decimal("9.99")
        claim, paid, short = (
            books.create_entry(EntryDraft(date.today(), lines))
            for lines in (
                (PostingDraft(account, debit=amount, party=party), PostingDraft(income, credit=amount)),
                (PostingDraft(cash, debit=amount), PostingDraft(account, credit=amount, party=party)),
                (PostingDraft(cash, debit=less), PostingDraft(account, credit=less, party=party)),
            )
        )
        for entry in (claim, paid, short):
            books.post_entry(entry)
        with pytest.raises(Refused):
            books.reconcile_entries(account, (claim, short))
        books.reconcile_entries(account, (claim, paid))
        settled = books.entry(claim)
        books.unreconcile_entries(account, (claim, paid))

        assert [line.reconciled for line in settled.lines if line.account == account] == [True]
        assert not any(line.reconciled for line in books.entry(claim).lines)

    def test_a_bank_statement_is_posted_when_it_adds_up(self, environment: Environment, writer: Any) -> None:
        """Its lines become entries; a wrong closing balance is refused."""
        bank = self._at_work(environment, writer, "KeepsBank", "KeepsMasterData")
        line = BankLineDraft(date.today(), Decimal("7.50"), bank.register_party(_PARTY), "x")
        unequal, statement = (
            bank.create_statement(
                BankStatementDraft("C", date.today(), Decimal(1), Decimal(closing), (line,))
            )
            for closing in ("8.51", "8.50")
        )
        with pytest.raises(Refused):
            bank.check_statement(unequal)
        bank.check_statement(statement)
        bank.post_statement(statement)
        with pytest.raises(Refused):
            bank.delete_statement(statement)

        found = bank.statement(statement)
        assert (found.closing, len(found.entries)) == (Decimal("8.50"), 1)
        assert sum(x.debit for x in found.entries[0].lines) == Decimal("7.50")

    def test_an_asset_is_written_off_to_its_residual_value(
        self, environment: Environment, writer: Any
    ) -> None:
        """The plan ends at the residual value; what is disposed of is gone."""
        assets = self._at_work(environment, writer, "KeepsAssets", "KeepsMasterData")
        product = assets.create_product(ProductDraft("Machine", kind="asset", months=12))
        start = date.today().replace(day=1)
        end = start.replace(year=start.year + 1) - timedelta(days=1)
        asset = assets.create_asset(AssetDraft(product, Decimal(1200), Decimal(120), start, end))
        assets.start_asset(asset)
        planned = assets.asset(asset)
        assets.depreciate(start + timedelta(days=31))
        assets.dispose_asset(asset)
        with pytest.raises(Refused):
            assets.dispose_asset(asset)
        gone = assets.asset(asset)

        assert sum(line.amount for line in planned.plan) == Decimal(1080)
        assert planned.plan[-1].remaining == Decimal(120)
        assert not any(line.posted for line in planned.plan)
        assert any(line.posted for line in gone.plan)
        assert all(
            sum(line.debit for line in entry.lines) == sum(line.credit for line in entry.lines)
            for entry in gone.entries
        )

    def test_goods_come_in_move_and_are_counted(self, environment: Environment, writer: Any) -> None:
        """What is moved is what there is: not more, and worth what it cost."""
        stock = self._at_work(environment, writer, "KeepsStock", "KeepsMasterData")
        here, there = stock.stock_places(2)
        product, supplier = (
            stock.create_product(ProductDraft("Tea", unit="Kilogram", costing="average")),
            None,
        )
        supplier = stock.register_party(_PARTY)
        day = date.today()
        bought = (GoodsDraft(product, Decimal(10), Decimal("2.50")),)
        receipt = stock.receive_goods(StockDraft(day, here, bought, supplier=supplier))
        stock.transfer_goods(StockDraft(day, here, (GoodsDraft(product, Decimal(4)),), destination=there))
        with pytest.raises(Refused):
            stock.transfer_goods(StockDraft(day, here, (GoodsDraft(product, Decimal(7)),), destination=there))
        count = stock.count_goods(StockDraft(day, here, (GoodsDraft(product, Decimal("5.5")),)))
        for undo in (stock.cancel_stock, stock.delete_stock):
            with pytest.raises(Refused):
                undo(count)

        assert {(item.place, item.quantity) for item in stock.on_hand(product)} == {
            (here, Decimal("5.5")),
            (there, Decimal(4)),
        }
        assert stock.stock_value(product).value == Decimal("9.5") * Decimal("2.50")
        assert stock.stock_document(receipt).date == day

    def test_what_is_made_costs_what_went_in(self, environment: Environment, writer: Any) -> None:
        """Scrap takes its share of the parts, and the good ones its cost."""
        works = self._at_work(environment, writer, "Produces", "KeepsStock", "KeepsMasterData")
        (here,) = works.stock_places(1)
        part = works.create_product(ProductDraft("Part", cost=Decimal(3)))
        made = works.create_product(ProductDraft("Made", costing="average", made=True))
        bill = works.create_bill(BillOfMaterials("Made", made, (GoodsDraft(part, Decimal(2)),)))
        works.count_goods(StockDraft(date.today(), here, (GoodsDraft(part, Decimal(10)),)))
        order = works.create_production(ProductionDraft(bill, made, Decimal(4), date.today()))
        works.start_production(order)
        works.finish_production(order, scrap=Decimal(1))
        value = works.stock_value(made)
        unused = works.on_hand(part)

        assert (value.quantity, value.value) == (3, 24)
        assert {item.quantity for item in unused} == {2}
        assert len(works.production(order).outputs) == 2

    def test_a_running_production_is_taken_back_wholly_or_not_at_all(
        self, environment: Environment, writer: Any
    ) -> None:
        """Its parts are on the shelf again if it can be cancelled; it goes on if that is refused."""
        works = self._at_work(environment, writer, "Produces", "KeepsStock", "KeepsMasterData")
        (here,) = works.stock_places(1)
        part = works.create_product(ProductDraft("Part"))
        made = works.create_product(ProductDraft("Made", made=True))
        bill = works.create_bill(BillOfMaterials("Made", made, (GoodsDraft(part, Decimal(2)),)))
        works.count_goods(StockDraft(date.today(), here, (GoodsDraft(part, Decimal(10)),)))
        order = works.create_production(ProductionDraft(bill, made, Decimal(4), date.today()))
        works.start_production(order)
        running = works.production(order).state
        try:
            works.cancel_production(order)
            cancelled = True
        except Refused:
            cancelled = False

        assert (works.production(order).state != running) is cancelled
        assert {item.quantity for item in works.on_hand(part)} == ({10} if cancelled else {2})

    def test_master_data_is_kept_as_it_was_entered(self, environment: Environment, writer: Any) -> None:
        """Found by a part of its name in any case, and not once it is retired."""
        masters = self._at_work(environment, writer, "KeepsMasterData")
        product = masters.create_product(ProductDraft("Öl 机油 Qqz", "goods", "Kilogram", Decimal("1.2345")))
        party = masters.register_party(_PARTY)
        found = {item.ref for item in masters.find_products("机油 qQZ")}
        masters.change_product(product, {"active": False, "list_price": Decimal(2)})
        masters.change_party(party, {"name": "Umbenannt"})

        assert product in found
        assert product not in {item.ref for item in masters.find_products("机油 qQZ")}
        changed = masters.product(product)
        assert (changed.unit, changed.list_price, changed.active) == ("Kilogram", 2, False)
        assert masters.party(party).name == "Umbenannt"

    def _at_work(self, environment: Environment, writer: Any, *capabilities: str) -> Any:
        self._trading(*capabilities)
        return writer.as_role("admin") if "admin" in environment.accounts else writer
