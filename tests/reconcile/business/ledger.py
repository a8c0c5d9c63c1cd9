"""A small company's books in SQLite: whole amounts, so that its sums are exact; and the lists over them."""

from __future__ import annotations

from typing import Any

from harness.reconcile.business import Control

BOOKS = """
CREATE TABLE line (id INTEGER, entry INTEGER, account TEXT, period TEXT, party TEXT, days INTEGER,
                   debit INTEGER, credit INTEGER, settled INTEGER);
INSERT INTO line VALUES
    (1, 1, '1122', '2026-01', 'K1', 10, 113, 0, NULL), (2, 1, '6001', '2026-01', NULL, 0, 0, 100, NULL),
    (3, 1, '2221', '2026-01', NULL, 0, 0, 13, NULL),
    (4, 2, '1122', '2026-02', 'K2', 45, 226, 0, 1), (5, 2, '6001', '2026-02', NULL, 0, 0, 200, NULL),
    (6, 2, '2221', '2026-02', NULL, 0, 0, 26, NULL),
    (7, 3, '1002', '2026-03', NULL, 0, 226, 0, NULL), (8, 3, '1122', '2026-03', 'K2', 0, 0, 226, 1);
CREATE TABLE period (period TEXT);
INSERT INTO period VALUES ('2026-01'), ('2026-02'), ('2026-03');
CREATE TABLE invoice (number TEXT, entry INTEGER, net INTEGER, tax INTEGER, total INTEGER);
INSERT INTO invoice VALUES ('R1', 1, 100, 13, 113), ('R2', 2, 200, 26, 226);
CREATE TABLE "invoice-line" (invoice TEXT, line INTEGER);
INSERT INTO "invoice-line" VALUES ('R2', 8);
CREATE TABLE tax_line (line INTEGER, tax TEXT, amount INTEGER);
INSERT INTO tax_line VALUES (3, 'VAT 13%', 13), (6, 'VAT 13%', 26);
CREATE TABLE move (product TEXT, origin TEXT, destination TEXT, quantity INTEGER, cost INTEGER);
INSERT INTO move VALUES ('G1', 'SUP', 'WH', 10, 7), ('G1', 'WH', 'CUS', 4, 7), ('G2', 'SUP', 'WH', 3, 9);
CREATE TABLE statement (name TEXT, opening INTEGER, closing INTEGER);
INSERT INTO statement VALUES ('2026-001', 0, 226);
CREATE TABLE statement_line (statement TEXT, amount INTEGER, entry INTEGER);
INSERT INTO statement_line VALUES ('2026-001', 226, 3);
CREATE TABLE order_line (number TEXT, line INTEGER, ordered INTEGER, delivered INTEGER, price INTEGER);
INSERT INTO order_line VALUES ('A1', 1, 10, 4, 25), ('A2', 1, 5, 0, 8);
"""

_GRID = """
select p.period, a.account, 'CNY' as currency,
  (select coalesce(sum(debit - credit), 0) from line l where l.account = a.account and l.period < p.period)
    as opening,
  (select coalesce(sum(debit), 0) from line l where l.account = a.account and l.period = p.period) as debit,
  (select coalesce(sum(credit), 0) from line l where l.account = a.account and l.period = p.period) as credit,
  (select coalesce(sum(debit - credit), 0) from line l where l.account = a.account and l.period <= p.period)
    as closing
from period p cross join (select distinct account from line) a
"""


def heading(name: str) -> dict[str, str]:
    """A heading in both languages."""
    return {"en": name, "zh": f"{name}（中）"}


def column(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """One column of a list."""
    return {"type": kind, "title": heading(name), **more}


def money(name: str) -> dict[str, Any]:
    """A column of money in the list's currency."""
    return column(name, "number", currency="currency")


def rule(name: str, add: list[str], equals: list[str], **more: Any) -> dict[str, Any]:
    """An identity."""
    return {"name": name, "title": heading(name), "add": add, "equals": equals, **more}


def control(name: str, key: list[str], query: str, columns: dict[str, Any], **more: Any) -> Control:
    """A control over the books."""
    data = {
        "control": name,
        "title": heading(name),
        "proves": heading(f"{name} is right"),
        "module": "accounting",
        "key": key,
        "query": query,
        "columns": {each: column(each) for each in key} | {"currency": column("currency")} | columns,
    }
    return Control.model_validate(data | more)


BALANCE = control(
    "balance",
    ["account", "period"],
    _GRID,
    {name: money(name) for name in ("opening", "debit", "credit", "closing")},
    amount="closing",
    identities=[
        rule("closing", ["opening", "debit"], ["closing"], subtract=["credit"]),
        rule("balanced", ["debit"], ["credit"], by=["period"]),
    ],
    carries=[
        {
            "name": "carried",
            "title": heading("carried"),
            "ends": "closing",
            "starts": "opening",
            "along": "period",
            "within": ["account"],
        }
    ],
)
AGEING = control(
    "ageing",
    ["party"],
    """select party, 'CNY' as currency,
       sum(case when days <= 30 then debit - credit else 0 end) as recent,
       sum(case when days > 30 then debit - credit else 0 end) as late, sum(debit - credit) as total
       from line where account = '1122' and settled is null group by party""",
    {name: money(name) for name in ("recent", "late", "total")},
    amount="total",
    identities=[rule("total", ["recent", "late"], ["total"])],
)
SUBLEDGER = control(
    "subledger",
    ["account"],
    """select account, 'CNY' as currency,
       sum(case when settled is null then debit - credit else 0 end) as items, sum(debit - credit) as ledger
       from line where account = '1122' group by account""",
    {name: money(name) for name in ("items", "ledger")},
    amount="ledger",
    identities=[rule("subledger_is_ledger", ["items"], ["ledger"])],
)
INVOICES = control(
    "invoices",
    ["number"],
    """select i.number, 'CNY' as currency, i.net, i.tax, i.total,
       (select sum(debit) from line l where l.entry = i.entry and l.account = '1122') as ledger
       from invoice i""",
    {name: money(name) for name in ("net", "tax", "total", "ledger")},
    amount="total",
    identities=[rule("sum", ["net", "tax"], ["total"]), rule("booked", ["total"], ["ledger"])],
)
LINKS = control(
    "links",
    ["invoice", "line"],
    """select x.invoice, x.line, 'CNY' as currency, l.credit as paid
       from "invoice-line" x join line l on l.id = x.line""",
    {"paid": money("paid")},
    amount="paid",
)
TAX = control(
    "tax",
    ["period", "tax"],
    """select l.period, t.tax, 'CNY' as currency, sum(t.amount) as declared, sum(l.credit - l.debit) as booked
       from tax_line t join line l on l.id = t.line group by l.period, t.tax""",
    {name: money(name) for name in ("declared", "booked")},
    amount="declared",
    identities=[rule("declared_is_booked", ["declared"], ["booked"])],
)
STOCK = control(
    "stock",
    ["location", "product"],
    """select location, product, 'CNY' as currency, sum(received) as received, sum(issued) as issued,
       sum(received) - sum(issued) as quantity, (sum(received) - sum(issued)) * max(cost) as value
       from (select destination as location, product, quantity as received, 0 as issued, cost from move
             union all select origin, product, 0, quantity, cost from move) m
       where location = 'WH' group by location, product""",
    {name: column(name, "number") for name in ("received", "issued", "quantity")} | {"value": money("value")},
    amount="value",
    identities=[rule("stock", ["received"], ["quantity"], subtract=["issued"])],
)
BANK = control(
    "bank",
    ["statement"],
    """select s.name as statement, 'CNY' as currency, s.opening, s.closing, n.amount as lines,
       (select sum(debit - credit) from line l where l.entry = n.entry and l.account = '1002') as ledger
       from statement s join statement_line n on n.statement = s.name""",
    {name: money(name) for name in ("opening", "lines", "closing", "ledger")},
    amount="closing",
    identities=[rule("closing", ["opening", "lines"], ["closing"]), rule("booked", ["lines"], ["ledger"])],
)
ORDERS = control(
    "orders",
    ["number", "line"],
    """select number, line, 'CNY' as currency, ordered, delivered, ordered - delivered as outstanding,
       (ordered - delivered) * price as value from order_line where delivered < ordered""",
    {name: column(name, "number") for name in ("ordered", "delivered", "outstanding")}
    | {"value": money("value")},
    amount="value",
    identities=[rule("outstanding", ["ordered"], ["outstanding"], subtract=["delivered"])],
)
CONTROLS = (BALANCE, AGEING, SUBLEDGER, INVOICES, LINKS, TAX, STOCK, BANK, ORDERS)
