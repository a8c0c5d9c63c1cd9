"""The year end in a fiscal year of its own: nobody else posts into it, and nothing lies before it."""

from decimal import Decimal

import pytest

from harness.documents import EntryDraft, PostingDraft
from harness.flows.flow import Flow


@pytest.mark.check(
    "function.year_end",
    en="Period and year close, and opening again",
    zh="期间结账、年度结账与反结账",
    module="accounting",
    department="accounting",
    severity="critical",
    profile="rehearsal",
    requirements=["S10", "S24"],
)
@pytest.mark.writes
def test_year_end(flow: Flow) -> None:
    """Post, close, carry forward; what is closed takes no posting until it is opened again."""
    ledger, books, reports = flow.ledger("admin"), flow.books("admin"), flow.reports("accounting")
    cash, _, income = ledger.manual_accounts(3)
    amount = Decimal("98765.43")
    sale = (PostingDraft(cash, debit=amount), PostingDraft(income, credit=amount))

    with flow.step("open", en="Open a fiscal year", zh="新建会计年度"):
        year = books.open_earlier_year()
        june = year.periods[5]

    with flow.step("post", en="Post into June", zh="六月过账"):
        ledger.post_entry(ledger.create_entry(EntryDraft(june.end, sale, "年结测试")))
        flow.keep("balance_list", reports.balance_list(year.ref))
        flow.keep("balance_sheet", reports.balance_sheet(year.end))

    with flow.step("close_period", en="Close June", zh="六月结账"):
        books.close_period(june.ref)

    with flow.refusal("post_closed", en="Post into the closed period", zh="向已结账期间过账"):
        ledger.post_entry(ledger.create_entry(EntryDraft(june.start, sale)))

    with flow.refusal("close_early", en="Close the year with income not carried", zh="损益未结转即年结"):
        books.close_year(year.ref)

    with flow.step("carry", en="Carry the result to equity", zh="结转本年损益"):
        flow.keep("closing_entry", ledger.entry(books.carry_result(year.ref)).lines)

    with flow.step("close_year", en="Close the year", zh="年度结账"):
        books.close_year(year.ref)
        flow.keep("state", books.fiscal_year(year.ref).states)
        flow.keep("balance_list", reports.balance_list(year.ref))

    with flow.refusal("reopen_period", en="Open a period of the closed year", zh="打开已结年度的期间"):
        books.reopen_period(june.ref)

    with flow.step("reopen", en="Open the year again", zh="反结账"):
        books.reopen_year(year.ref)
        flow.keep("state", books.fiscal_year(year.ref).states)
