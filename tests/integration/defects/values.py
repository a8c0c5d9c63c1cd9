"""Numbers, dates and states that are other ones."""

from __future__ import annotations

from tests.integration.defects.planting import Defect, changed, crowd, defect, missing

CNY = "(select id from currency_currency where code = 'CNY')"
POSTED = f"type = 'out' and state = 'posted' and currency = {CNY}"

BALANCE = "company={company}, account=1001 Main Cash, period={period}"

NUMBERS: tuple[Defect, ...] = (
    defect(
        "prices rounded to 2 digits",
        "with was as (select id, cost_price from product_cost_price where cost_price <> round(cost_price, 2))"
        " update product_cost_price now set cost_price = round(now.cost_price, 2) from was"
        " where was.id = now.id returning now.id, abs(was.cost_price - now.cost_price) as amount",
        changed("product_cost_price", "id={id}", "cost_price", "{amount}", "CNY", how="rounded"),
    ),
    defect(
        "another sign",
        "update account_invoice_tax set amount = -amount where id = (select min(id) from account_invoice_tax"
        f" where invoice in (select id from account_invoice where {POSTED}) and amount <> 0)"
        " returning id, 2 * abs(amount) as amount",
        changed("invoice_tax", "id={id}", "amount", "{amount}", "CNY", how="sign"),
    ),
    defect(
        "two columns swapped",
        "update purchase_purchase set untaxed_amount_cache = tax_amount_cache,"
        " tax_amount_cache = untaxed_amount_cache where number = '1'"
        " returning id, abs(untaxed_amount_cache - tax_amount_cache) as amount",
        changed("purchase", "id={id}", "untaxed_amount_cache", "{amount}", "CNY", how="swapped"),
        changed("purchase", "id={id}", "tax_amount_cache", "{amount}", "CNY", how="swapped"),
    ),
    defect(
        "the decimal comma is lost",
        "update purchase_line set unit_price = unit_price * 100"
        " where id = (select min(id) from purchase_line) returning id,"
        " round(quantity::numeric * unit_price, 2) - round(quantity::numeric * unit_price / 100, 2)"
        " as amount",
        changed("purchase_line", "id={id}", "unit_price", "{amount}", "CNY", how="scaled"),
    ),
    defect(
        "quantities lost their decimals",
        "update stock_move set quantity = trunc(quantity), internal_quantity = trunc(internal_quantity)"
        " where internal_quantity <> trunc(internal_quantity) returning id,"
        " abs(round(12.345 * coalesce(cost_price, unit_price, 0), 2)"
        " - round(12 * coalesce(cost_price, unit_price, 0), 2)) as amount",
        changed("stock_move", "id={id}", "quantity", how="rounded"),
        changed("stock_move", "id={id}", "internal_quantity", "{amount}", "CNY", how="rounded"),
    ),
    defect(
        "a float went through single precision",
        "update product_uom set factor = factor::real where factor <> factor::real::float returning id",
        changed("unit_of_measure", "id={id}", "factor"),
    ),
    defect(
        "two errors that cancel in the total",
        f"update account_invoice set total_amount_cache = total_amount_cache + 100 where id ="
        f" (select min(id) from account_invoice where {POSTED}) returning id",
        changed("invoice", "id={id}", "total_amount_cache", "100", "CNY"),
        f"update account_invoice set total_amount_cache = total_amount_cache - 100 where id ="
        f" (select max(id) from account_invoice where {POSTED}) returning id",
        changed("invoice", "id={id}", "total_amount_cache", "100", "CNY"),
    ),
    defect(
        "an exchange rate upside down",
        "update currency_currency_rate set rate = round(1 / rate, 6) where id ="
        " (select max(id) from currency_currency_rate) returning id",
        changed("currency_rate", "id={id}", "rate"),
    ),
    defect(
        "the rate of a tax",
        "update account_tax set rate = 0.16 where rate = 0.13 returning id",
        changed("tax", "id={id}", "rate"),
    ),
    defect(
        "a price of the price list",
        "update product_list_price set list_price = list_price + 1 where id ="
        " (select min(id) from product_list_price) returning id",
        changed("product_list_price", "id={id}", "list_price", "1", "CNY"),
    ),
    defect(
        "another unit of measure",
        "update sale_line set unit = 2 where id = (select max(id) from sale_line where unit = 1)"
        " returning id",
        changed("sale_line", "id={id}", "unit"),
    ),
    defect(
        "another currency",
        "update sale_sale set currency = (select id from currency_currency where code = 'EUR')"
        " where number = '1' returning id",
        changed("sale", "id={id}", "currency"),
    ),
    defect(
        "a line of an entry is gone, and shows in the balance list",
        "delete from account_move_line where id = (select l.id from account_move_line l"
        " join account_account a on a.id = l.account join account_move m on m.id = l.move"
        " join account_period p on p.id = m.period where a.code = '1001' and l.credit > 0"
        " order by p.start_date desc, l.id limit 1) returning id, credit as amount,"
        " (select p.name from account_move m join account_period p on p.id = m.period where m.id = move)"
        " as period, (select p.name from account_move m join company_company k on k.id = m.company"
        " join party_party p on p.id = k.party where m.id = move) as company",
        missing("account_move_line", "id={id}", "{amount}", "CNY"),
        changed("account_balance", BALANCE, "credit", "{amount}", "CNY"),
        changed("account_balance", BALANCE, "movement", "{amount}", "CNY"),
        changed("account_balance", BALANCE, "closing", "{amount}", "CNY"),
    ),
)

DATES: tuple[Defect, ...] = (
    defect(
        "dates are a day early",
        "update account_invoice set invoice_date = invoice_date - 1 where state = 'paid' returning id",
        changed("invoice", "id={id}", "invoice_date", how="day_off"),
    ),
    defect(
        "times are in another time zone",
        "update stock_move set create_date = create_date + interval '8 hours' returning id",
        crowd("stock_move", "create_date", how="shifted", detail="+8:00"),
    ),
    defect(
        "day and month changed places",
        "update currency_currency_rate set date = make_date(extract(year from date)::int,"
        " extract(day from date)::int, extract(month from date)::int) where extract(month from date) = 7"
        " returning id",
        changed("currency_rate", "id={id}", "date", how="day_and_month"),
    ),
    defect(
        "times lost what is below the second",
        "update party_party set create_date = date_trunc('second', create_date) returning id",
        crowd("party", "create_date", how="fraction_lost"),
    ),
    defect(
        "minutes became hours",
        "update timesheet_line set duration = duration * 60 where id = 7 returning id",
        changed("timesheet_line", "id={id}", "duration"),
    ),
)

STATES: tuple[Defect, ...] = (
    defect(
        "a code map applied twice: none, waiting, sent",
        "update sale_sale set shipment_state = 'sent' where shipment_state = 'waiting' returning id",
        changed("sale", "id={id}", "shipment_state"),
    ),
    defect(
        "a number sequence starts again",
        "select id, setval('ir_sequence_' || id, 1, false) from ir_sequence where name = 'Sale'",
        changed("sequence", "id={id}", "next_number", how="cleared"),
    ),
    defect(
        "the gapless sequence of posted moves starts again",
        "update ir_sequence_strict set number_next_internal = 1 where id = (select move_sequence"
        " from account_fiscalyear where name = '2025')"
        " returning (select id from account_fiscalyear where name = '2025') as id",
        changed("fiscal_year", "id={id}", "next_number"),
    ),
    defect(
        "the counter of record ids lies below the ids that are there",
        "select setval('sale_sale_id_seq', 1)",
        changed("record_number", "table_name=sale_sale", "free", how="switched_off"),
    ),
    defect(
        "records are archived",
        "update product_product set active = false where code in ('G101', 'G102', 'G103') returning id",
        changed("product", "id={id}", "active", how="switched_off"),
    ),
    defect(
        "a default overwrote what was there",
        "update party_party_payment_term set customer_payment_term = 2"
        " where customer_payment_term is distinct from 2 returning id",
        crowd("party_payment_term", "customer_payment_term", how="overwritten"),
    ),
    defect(
        "a default overwrote a setting",
        "update account_configuration_tax_rounding set tax_rounding = 'line' returning id",
        changed("tax_rounding", "id={id}", "tax_rounding"),
    ),
    defect(
        "another company",
        "update sale_sale set company = company + 1 where number = '1' returning id",
        changed("sale", "id={id}", "company"),
    ),
    defect(
        "closed periods are open again",
        "update account_period set state = 'open' where state = 'closed' returning id",
        changed("period", "id={id}", "state"),
    ),
    defect(
        "goods that were delivered are not",
        "update stock_move set state = 'draft'"
        " where id = (select max(id) from stock_move where state = 'done') returning id",
        changed("stock_move", "id={id}", "state"),
    ),
)
