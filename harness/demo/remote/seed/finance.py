"""Manual entries, payments by file, a bank statement, attachments and notes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from proteus import Model

from seed.clock import Clock
from seed.company import Firm
from seed.masters import Goods
from seed.proteus_batch import again, click, one, save

DAY = dt.date(2026, 3, 2)
LAST_DAY = dt.date(2026, 4, 30)
PAYMENTS = ("draft", "submitted", "approved", "processing", "succeeded", "failed")


def create(firm: Firm, goods: Goods, clock: Clock) -> None:
    """What the accountants add."""
    clock.turn(LAST_DAY)
    _entries(firm)
    _payments(firm)
    _statement(firm, goods)
    _paper(goods)


def _entries(firm: Firm) -> None:
    Move = Model.get("account.move")
    journal = one("account.journal", ("code", "=", "MISC"))
    moves = []
    for i in range(9):
        move = Move(journal=journal, date=DAY - dt.timedelta(days=25 * i))
        move.period = one("account.period", ("start_date", "<=", move.date), ("end_date", ">=", move.date))
        move.description = ("办公室租金", "Stromkosten", "Bank charges")[i % 3]
        amount = Decimal("1250.37") + Decimal("10.11") * i
        move.lines.new(account=firm.accounts["expense"], debit=amount, credit=Decimal(0))
        move.lines.new(account=firm.accounts["cash"], debit=Decimal(0), credit=amount)
        moves.append(move)
    click(save(moves)[3:], "post")


def _payments(firm: Firm) -> None:
    journal = Model.get("account.payment.journal")(name="Manual transfer", process_method="manual")
    journal.company, journal.currency = firm.company, firm.company.currency
    journal.save()
    lines = Model.get("account.move.line").find(
        [("account.type.payable", "=", True), ("reconciliation", "=", None), ("party", "!=", None),
         ("credit", ">", 0)], order=[("id", "ASC")], limit=2)
    payments = []
    for i, _ in enumerate(PAYMENTS):
        line = lines[i % len(lines)]
        payment = Model.get("account.payment")(journal=journal, kind="payable", party=line.party, line=line)
        payment.amount = (line.credit / 8).quantize(Decimal("0.01"))
        payment.date = DAY + dt.timedelta(days=i)
        payments.append(payment)
    save(payments)
    click(payments[1:], "submit")
    click(payments[2:], "approve")
    for payment in payments[3:]:
        payment.click("process_wizard")
    click(again(payments[4:5]), "succeed")
    click(again(payments[5:6]), "fail")


def _statement(firm: Firm, goods: Goods) -> None:
    journal = Model.get("account.statement.journal")(name="Bank of China 0042", validation="balance")
    journal.journal = one("account.journal", ("code", "=", "STA"))
    journal.account = firm.accounts["cash"]
    journal.save()
    for n, posted in ((1, True), (2, False)):
        statement = Model.get("account.statement")(name=f"2026-{n:03d}", journal=journal, date=DAY)
        statement.start_balance = Decimal(100 * (n - 1))
        statement.end_balance = Decimal(100 * n)
        for i, amount in enumerate(("250.00", "-150.00")):
            line = statement.lines.new(date=DAY, amount=Decimal(amount))
            line.number, line.description = str(i + 1), ("收款", "Gebühr")[i]
            line.party = goods.customers[i]
        statement.save()
        if posted:
            click([statement], "validate_statement", "post")


def _paper(goods: Goods) -> None:
    Attachment, Note = Model.get("ir.attachment"), Model.get("ir.note")
    sale = Model.get("sale.sale").find([], order=[("id", "ASC")], limit=1)[0]
    resources = [sale, *goods.customers[:11]]
    save([Attachment(name=f"合同-Vertrag-{i}.txt", resource=record, data=f"№ {i}: äöü 合同".encode())
          for i, record in enumerate(resources)])
    save([Note(resource=record, message=f"Rückruf {i}\n请回电") for i, record in enumerate(resources)])
