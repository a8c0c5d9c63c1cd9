"""What the demo's company lacks and defects need: the same statements on both sides, before any check."""

from __future__ import annotations

from sqlalchemy import Engine

CLOSED = "update account_period set state = 'closed' where end_date < date '2025-04-01'"
DECIMALS = """
    update stock_move set quantity = 12.345, internal_quantity = 12.345
    where id = (select max(id) from stock_move where state = 'done' and cost_price > 0)
"""
QUOTES_AND_LINES = r"""
    update account_invoice
    set comment = E'Bitte "sofort" zahlen:\nMüller & Söhne <Büro>, O''Neil \\ Größe 3½'
    where id = (select min(id) from account_invoice where state = 'posted')
"""
BLANKS = "update product_product set description = ' Boxed, 2 pieces ' where code in ('G101', 'G102')"
A_LARGE_TABLE = """
    insert into timesheet_line
        (id, company, date, duration, employee, work, create_date, create_uid, description)
    select 900000 + g, l.company, l.date + g % 300, interval '15 minutes' * (1 + g % 30), l.employee, l.work,
        l.create_date + g * interval '1 second', l.create_uid, 'Schicht ' || g
    from timesheet_line l, generate_series(1, 20000) g
    where l.id = (select min(id) from timesheet_line)
"""
ITS_COUNTER = "select setval('timesheet_line_id_seq', 920000)"


def prepare(engine: Engine) -> None:
    """Both sides alike, so that they still agree."""
    with engine.begin() as connection:
        for statement in (CLOSED, DECIMALS, QUOTES_AND_LINES, BLANKS, A_LARGE_TABLE, ITS_COUNTER):
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
