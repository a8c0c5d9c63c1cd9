"""Open items of a customer, settled against each other."""

from decimal import Decimal

import pytest

from harness.documents import EntryDraft, PostingDraft
from harness.flows.flow import Flow


@pytest.mark.check(
    "function.open_items",
    en="Open items reconciled and opened again",
    zh="往来核销与取消核销",
    module="accounting",
    department="accounting",
    severity="critical",
    profile="rehearsal",
    requirements=["S10", "S25"],
)
@pytest.mark.writes
def test_open_items(flow: Flow) -> None:
    """Claim and payment are settled when they are equal, and only then; once, and back again."""
    ledger, items = flow.ledger("admin"), flow.items("admin")
    customer = flow.master_data("sales").register_party(flow.data.customer())
    cash, _, income = ledger.manual_accounts(3)
    (receivable,) = items.item_accounts(1)
    amount, less = Decimal("500.00"), Decimal("499.99")

    with flow.step("post", en="Post the claim and two payments", zh="应收与两笔收款过账"):
        claim = PostingDraft(receivable, debit=amount, party=customer)
        drafts = [(claim, PostingDraft(income, credit=amount))]
        for paid in (amount, less):
            payment = PostingDraft(receivable, credit=paid, party=customer)
            drafts.append((PostingDraft(cash, debit=paid), payment))
        sold, full, short = (ledger.create_entry(EntryDraft(flow.day, lines)) for lines in drafts)
        for entry in (sold, full, short):
            ledger.post_entry(entry)

    with flow.refusal("unequal", en="Settle unequal amounts", zh="核销金额不等的往来"):
        items.reconcile_entries(receivable, (sold, short))

    with flow.step("settle", en="Settle equal amounts", zh="核销金额相等的往来"):
        items.reconcile_entries(receivable, (sold, full))
        flow.keep("entry", (ledger.entry(sold), ledger.entry(full), ledger.entry(short)))

    with flow.refusal("twice", en="Settle them once more", zh="重复核销"):
        items.reconcile_entries(receivable, (sold, full))

    with flow.step("undo", en="Take the settlement back", zh="取消核销"):
        items.unreconcile_entries(receivable, (sold, full))
        flow.keep("entry", (ledger.entry(sold), ledger.entry(full)))
