"""Income statement and tax report over a fiscal year of their own."""

from decimal import Decimal

import pytest

from harness.documents import EntryDraft, PostingDraft, TaxShare
from harness.flows.flow import Flow
from harness.inhouse import TaxBox

BASE, TAX = TaxShare("VAT 13%", "base"), TaxShare("VAT 13%", "tax")


@pytest.mark.check(
    "function.reports",
    en="Income statement and tax report",
    zh="利润表与税务报表",
    module="accounting",
    department="accounting",
    severity="critical",
    profile="rehearsal",
    requirements=["S10", "S46"],
)
@pytest.mark.writes
def test_reports(flow: Flow) -> None:
    """What is posted with tax shows in both reports to the cent; a draft shows in neither."""
    ledger, books, reports = flow.ledger("admin"), flow.books("admin"), flow.reports("admin")
    cash, tax, income, expense = ledger.manual_accounts(4)

    with flow.step("open", en="Open a fiscal year and two tax boxes", zh="新建会计年度与税务栏目"):
        year = books.open_next_year()
        boxes = (
            reports.create_tax_box(TaxBox("销项税额 Output tax", TAX)),
            reports.create_tax_box(TaxBox("计税销售额 Taxed sales", BASE)),
        )

    with flow.step("sell", en="Post income with tax", zh="含税收入过账"):
        sold = (
            PostingDraft(cash, debit=Decimal("1130.11")),
            PostingDraft(income, credit=Decimal("1000.10"), tax=BASE),
            PostingDraft(tax, credit=Decimal("130.01"), tax=TAX),
        )
        ledger.post_entry(ledger.create_entry(EntryDraft(year.start, sold, "销售")))

    with flow.step("spend", en="Post an expense, enter another", zh="费用过账，另录一张草稿"):
        spent = (PostingDraft(expense, debit=Decimal("333.33")), PostingDraft(cash, credit=Decimal("333.33")))
        ledger.post_entry(ledger.create_entry(EntryDraft(year.end, spent, "费用")))
        ledger.create_entry(EntryDraft(year.end, spent, "草稿"))

    with flow.step("income", en="Income statement", zh="利润表"):
        flow.keep("income_statement", reports.income_statement(year.ref))

    with flow.step("tax", en="Tax report", zh="税务报表"):
        flow.keep("tax_report", reports.tax_report(year.ref, boxes))

    with flow.refusal("no_party", en="Post without a party on receivables", zh="应收科目未填客户即过账"):
        (receivable,) = flow.items("accounting").item_accounts(1)
        lines = (PostingDraft(receivable, debit=Decimal(1)), PostingDraft(cash, credit=Decimal(1)))
        ledger.post_entry(ledger.create_entry(EntryDraft(year.start, lines)))
