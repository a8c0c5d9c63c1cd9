"""From a voucher to the ledger: an entry by hand, its reversal, and what must never be posted."""

from decimal import Decimal

import pytest

from harness.documents import EntryDraft, PostingDraft
from harness.flows.flow import Flow


@pytest.mark.check(
    "function.manual_entry",
    en="Journal entry by hand and its reversal",
    zh="手工凭证与冲销",
    module="accounting",
    department="accounting",
    severity="critical",
    requirements=["S10", "S24"],
)
@pytest.mark.writes
def test_manual_entry(flow: Flow) -> None:
    """Enter, post, reverse; an unbalanced entry must not be posted, a posted one not deleted."""
    ledger = flow.ledger("accounting")
    one, other = ledger.manual_accounts(2)
    debit = PostingDraft(one, debit=Decimal("1234.56"))

    with flow.step("enter", en="Enter the voucher", zh="录入凭证"):
        balanced = (debit, PostingDraft(other, credit=Decimal("1234.56")))
        entry = ledger.create_entry(EntryDraft(flow.day, balanced, "手工凭证"))
        flow.keep("entry", ledger.entry(entry))

    with flow.step("post", en="Post it", zh="过账"):
        ledger.post_entry(entry)
        flow.keep("entry", ledger.entry(entry))

    with flow.refusal("delete_posted", en="Delete a posted entry", zh="删除已过账的凭证"):
        ledger.delete_entry(entry)

    with flow.refusal("post_unbalanced", en="Post an unbalanced entry", zh="过账借贷不平的凭证"):
        unbalanced = (debit, PostingDraft(other, credit=Decimal("1234.55")))
        ledger.post_entry(ledger.create_entry(EntryDraft(flow.day, unbalanced, "借贷不平")))

    with flow.step("reverse", en="Reverse it", zh="冲销"):
        flow.keep("reversal", ledger.entry(ledger.reverse_entry(entry)))
        flow.keep("entry", ledger.entry(entry))
