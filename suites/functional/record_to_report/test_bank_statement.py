"""A bank statement from its entry to the ledger."""

from decimal import Decimal

import pytest

from harness.flows.flow import Flow
from harness.inhouse import BankLineDraft, BankStatementDraft


@pytest.mark.check(
    "function.bank_statement",
    en="Bank statement",
    zh="银行对账单",
    module="accounting",
    department="accounting",
    severity="critical",
    profile="rehearsal",
    requirements=["S10", "S25"],
)
@pytest.mark.writes
def test_bank_statement(flow: Flow) -> None:
    """Lines are posted against the party's account; the closing balance must be the sum of the lines."""
    bank = flow.bank("accounting")
    masters = flow.master_data("admin")
    payer, payee = (masters.register_party(flow.data.customer(country)) for country in ("CN", "DE"))
    lines = (
        BankLineDraft(flow.day, Decimal("1200.50"), payer, "货款"),
        BankLineDraft(flow.day, Decimal("-200.25"), payee, "退款"),
    )

    with flow.refusal("unbalanced", en="Check a statement with a wrong balance", zh="确认余额不符的对账单"):
        wrong = BankStatementDraft("Flow", flow.day, Decimal(100), Decimal("1100.24"), lines)
        bank.check_statement(bank.create_statement(wrong))

    with flow.step("enter", en="Enter the statement", zh="录入对账单"):
        draft = BankStatementDraft("Flow", flow.day, Decimal(100), Decimal("1100.25"), lines)
        statement = bank.create_statement(draft)
        flow.keep("statement", bank.statement(statement))

    with flow.refusal("post_draft", en="Post it before it is checked", zh="未确认即过账"):
        bank.post_statement(statement)

    with flow.step("check", en="Check it", zh="确认对账单"):
        bank.check_statement(statement)
        flow.keep("statement", bank.statement(statement))

    with flow.step("post", en="Post it", zh="对账单过账"):
        bank.post_statement(statement)
        flow.keep("statement", bank.statement(statement))

    with flow.refusal("delete", en="Delete the posted statement", zh="删除已过账的对账单"):
        flow.bank("admin").delete_statement(statement)
