"""What customers are registered with, beyond the documents of a sale."""

from decimal import Decimal

import pytest

from harness.adapters.protocol import Condition
from harness.documents import PartyDraft
from harness.flows.flow import Flow


@pytest.mark.check(
    "function.partner_defaults",
    en="Defaults of a new customer",
    zh="新客户的默认值",
    module="party",
    severity="major",
)
@pytest.mark.writes
def test_partner_defaults(flow: Flow) -> None:
    """A new customer starts with the credit limit and the points that it starts with today."""
    sales = flow.role("sales")

    with flow.step("register", en="Register the customer", zh="登记客户"):
        partner = sales.create_party(PartyDraft("Defaults", "Street 1", "200000", "上海", "CN"))
        fields = ("CreditLimit", "Loyalty", "CreatedOn")
        where = (Condition("PartnerId", "=", partner.id),)
        (row,) = sales.read("BusinessPartners", fields, where)  # type: ignore[attr-defined]
        assert row["CreditLimit"] > Decimal(0)
        flow.keep("partner", row)
