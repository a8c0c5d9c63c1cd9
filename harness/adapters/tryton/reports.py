"""The reports of Tryton's general ledger, as the screens behind them show them."""

from __future__ import annotations

from datetime import date

from harness.adapters.tryton.client import Row, TrytonClient
from harness.adapters.tryton.form import Form
from harness.adapters.tryton.lookups import first
from harness.adapters.tryton.plain import money, name
from harness.adapters.tryton.records import create
from harness.adapters.tryton.speaking import Speaking
from harness.documents import Ref
from harness.inhouse import AccountTotal, ReportLine, TaxBox
from harness.values import Value

BOX = "account.tax.code"
_TOTALS = ["account.code", "account.name", "start_balance", "debit", "credit", "end_balance"]


def create_tax_box(client: TrytonClient, box: TaxBox) -> Ref:
    """A tax code that sums one share of one tax up."""
    tax = first(client, "account.tax", [["name", "=", box.share.tax]])
    lines: list[Value] = [{"operator": "+", "tax": tax, "amount": box.share.part, "type": "invoice"}]
    values: dict[str, Value] = {"name": box.title, "company": _company(client), "lines": [["create", lines]]}
    return Ref("tax_box", create(client, BOX, values))


def balance_list(client: TrytonClient, year: Ref) -> tuple[AccountTotal, ...]:
    """What the general ledger shows of the year."""
    context: Row = {"company": _company(client), "fiscalyear": int(year.id), "posted": True}
    rows = client.search_read("account.general_ledger.account", [], _TOTALS, context=context)
    totals = [
        AccountTotal(
            account=name(row, "account.code", "account.name"),
            opening=money(row["start_balance"]),
            debit=money(row["debit"]),
            credit=money(row["credit"]),
            closing=money(row["end_balance"]),
        )
        for row in rows
    ]
    used = (total for total in totals if total.opening or total.debit or total.credit or total.closing)
    return tuple(sorted(used, key=lambda total: total.account))


def statement(client: TrytonClient, kind: str, context: Row) -> tuple[ReportLine, ...]:
    """The types of accounts of one statement with their amounts, from the top."""
    company = _company(client)
    domain: list[Value] = [["statement", "=", kind], ["company", "=", company]]
    rows = client.search_read(
        "account.account.type",
        domain,
        ["name", "amount"],
        context={"company": company, "posted": True, **context},
    )
    lines = (ReportLine(str(row["name"]), money(row["amount"])) for row in rows)
    return tuple(line for line in lines if line.amount)


def tax_report(client: TrytonClient, year: Ref, boxes: tuple[Ref, ...]) -> tuple[ReportLine, ...]:
    """The tax codes over the months of the year."""
    months: list[Value] = [["fiscalyear", "=", int(year.id)], ["type", "=", "standard"]]
    periods: list[Value] = [row["id"] for row in client.search_read("account.period", months, ["id"])]
    wanted: list[Value] = [["id", "in", [int(box.id) for box in boxes]]]
    rows = client.search_read(BOX, wanted, ["name", "amount"], context={"periods": periods})
    return tuple(ReportLine(str(row["name"]), money(row["amount"])) for row in rows)


def _company(client: TrytonClient) -> Value:
    return Form(client, "account.move").values.get("company")


class Reports(Speaking):
    """Reports what the ledger holds."""

    def create_tax_box(self, box: TaxBox) -> Ref:
        """A line of the tax report."""
        self._demand("create_tax_box")
        return create_tax_box(self._client, box)

    def balance_list(self, year: Ref) -> tuple[AccountTotal, ...]:
        """Every account with something on it."""
        return balance_list(self._client, year)

    def balance_sheet(self, day: date) -> tuple[ReportLine, ...]:
        """The balance sheet on this day."""
        return statement(self._client, "balance", {"date": day, "cumulate": True})

    def income_statement(self, year: Ref) -> tuple[ReportLine, ...]:
        """The income statement of the year."""
        return statement(self._client, "income", {"fiscalyear": int(year.id)})

    def tax_report(self, year: Ref, boxes: tuple[Ref, ...]) -> tuple[ReportLine, ...]:
        """These lines of the tax report."""
        return tax_report(self._client, year, boxes)
