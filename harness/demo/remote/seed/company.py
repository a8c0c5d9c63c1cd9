"""The company, its currencies, people, calendar, accounts, taxes and terms."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from proteus import Model
from trytond.modules.account.tests.tools import create_chart, create_fiscalyear, get_accounts
from trytond.modules.account_invoice.tests.tools import set_fiscalyear_invoice_sequences
from trytond.modules.company.tests.tools import create_company

from seed.proteus_batch import one, save

# Flows post documents at the real date, so the calendar reaches well beyond it.
FISCAL_YEARS = range(2025, 2036)
ROLES = {
    "seller": ("Li Na", "en", ("Sales",)),
    "buyer": ("Jonas Becker", "en", ("Purchase", "Purchase Request")),
    "clerk": ("Emily Carter", "en", ("Account", "Accounting Party", "Payment", "Statement")),
    "picker": ("Zhang Wei", "en", ("Stock", "Stock Force Assignment", "Production")),
    "viewer": ("Anna Vogel", "en", ()),
    "xiaoli": ("李晓丽", "zh_CN", ("Sales",)),
}
RATES = (
    ("EUR", "Euro", "€", "978", ("0.1328", "0.1276", "0.1219")),
    ("USD", "US Dollar", "$", "840", ("0.1370", "0.1391", "0.1404")),
)
RATE_DAYS = (dt.date(2025, 1, 1), dt.date(2025, 7, 1), dt.date(2026, 1, 1))
ACCOUNT_CODES = {
    "Main Cash": "1001",
    "Main Receivable": "1122",
    "Main Payable": "2202",
    "Main Tax": "2221",
    "Main Revenue": "6001",
    "Main Expense": "6401",
}


@dataclass(frozen=True)
class Firm:
    """What the other parts of the seed need of the company."""

    company: Any
    employee: Any
    currencies: dict[str, Any]
    accounts: dict[str, Any]
    taxes: dict[str, Any]
    terms: dict[str, Any]
    payment_method: Any


def create(session: Any, passwords: dict[str, str]) -> Firm:
    """Sets the company up, ready to trade."""
    currencies = _currencies()
    party = Model.get("party.party")(name="海风贸易有限公司 (Seewind Trading Co.)", code="SEEWIND")
    party.save()
    create_company(party, currency=currencies["CNY"])
    company = one("company.company")
    employee = _staff(session, company, passwords)
    _calendar(company)
    create_chart(company)
    _number_accounts()
    accounts = get_accounts(company)
    _exchange_differences(accounts)
    return Firm(
        company=company,
        employee=employee,
        currencies=currencies,
        accounts=accounts,
        taxes=_taxes(accounts),
        terms=_terms(),
        payment_method=_payment_method(company, accounts),
    )


def _exchange_differences(accounts: dict[str, Any]) -> None:
    """Where gains and losses by rates and rounding go; without them no odd cent in euros can be posted."""
    settings = Model.get("account.configuration")(1)
    settings.currency_exchange_credit_account = accounts["revenue"]
    settings.currency_exchange_debit_account = accounts["expense"]
    settings.save()


def _number_accounts() -> None:
    """The codes that Chinese accounting standards give these accounts; reports are read by them."""
    accounts = Model.get("account.account").find([("name", "in", list(ACCOUNT_CODES))])
    for account in accounts:
        account.code = ACCOUNT_CODES[account.name]
    save(accounts)


def _currencies() -> dict[str, Any]:
    Currency = Model.get("currency.currency")
    yuan = Currency(name="Yuan Renminbi", code="CNY", symbol="¥", numeric_code="156")
    yuan.rounding, yuan.digits = Decimal("0.01"), 2
    yuan.rates.new(date=RATE_DAYS[0], rate=Decimal(1))
    records = [yuan]
    for code, name, symbol, numeric, rates in RATES:
        currency = Currency(name=name, code=code, symbol=symbol, numeric_code=numeric)
        currency.rounding, currency.digits = Decimal("0.01"), 2
        for day, rate in zip(RATE_DAYS, rates, strict=True):
            currency.rates.new(date=day, rate=Decimal(rate))
        records.append(currency)
    return {currency.code: currency for currency in save(records)}


def _staff(session: Any, company: Any, passwords: dict[str, str]) -> Any:
    User, Employee = Model.get("res.user"), Model.get("company.employee")
    names = ["Wang Fang", *(name for name, _, _ in ROLES.values())]
    parties = save([Model.get("party.party")(name=name) for name in names])
    employees = save([Employee(party=party, company=company) for party in parties])
    admin = User(session.user)
    _join(admin, company, employees[0])
    admin.save()
    users = []
    for (login, (name, language, groups)), employee in zip(ROLES.items(), employees[1:], strict=True):
        user = User(name=name, login=login, password=passwords[login], email=f"{login}@example.com")
        user.language = one("ir.lang", ("code", "=", language))
        _join(user, company, employee)
        for group in groups:
            user.groups.append(one("res.group", ("name", "=", group)))
        users.append(user)
    save(users)
    session._context = User.get_preferences(True, session.context)
    return employees[0]


def _join(user: Any, company: Any, employee: Any) -> None:
    user.companies.append(Model.get("company.company")(company.id))
    user.company = Model.get("company.company")(company.id)
    user.employees.append(Model.get("company.employee")(employee.id))
    user.employee = Model.get("company.employee")(employee.id)


def _calendar(company: Any) -> None:
    for year in FISCAL_YEARS:
        whole = (dt.date(year, 1, 1), dt.date(year, 12, 31))
        fiscal_year = create_fiscalyear(company, whole)
        fiscal_year.start_date, fiscal_year.end_date = whole
        fiscal_year.name = str(year)
        set_fiscalyear_invoice_sequences(fiscal_year).click("create_period")


def _taxes(accounts: dict[str, Any]) -> dict[str, Any]:
    Tax = Model.get("account.tax")
    taxes = []
    for name, rate in (("VAT 13%", "0.13"), ("VAT 6%", "0.06")):
        tax = Tax(name=name, description=name, type="percentage", rate=Decimal(rate))
        tax.invoice_account = tax.credit_note_account = accounts["tax"]
        taxes.append(tax)
    return {tax.name: tax for tax in save(taxes)}


def _terms() -> dict[str, Any]:
    Term = Model.get("account.invoice.payment_term")
    direct = Term(name="Direct")
    direct.lines.new(type="remainder")
    month = Term(name="30 days")
    month.lines.new(type="remainder").relativedeltas.new(days=30)
    halves = Term(name="Half at once, half in 60 days")
    halves.lines.new(type="percent", ratio=Decimal("0.5"))
    halves.lines.new(type="remainder").relativedeltas.new(days=60)
    return {term.name: term for term in save([direct, month, halves])}


def _payment_method(company: Any, accounts: dict[str, Any]) -> Any:
    journal = one("account.journal", ("type", "=", "cash"))
    method = Model.get("account.invoice.payment.method")(name="Bank transfer", company=company)
    method.journal = journal
    method.credit_account = method.debit_account = accounts["cash"]
    method.save()
    return method
