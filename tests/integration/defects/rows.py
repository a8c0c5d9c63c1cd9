"""Rows lost, gained, doubled, moved and cut off from what they belong to."""

from __future__ import annotations

from harness.model import FindingKind
from tests.integration.defects.planting import Defect, Shown, changed, crowd, defect, extra, missing

LINE_AMOUNT = "abs(round(quantity::numeric * unit_price, 2)) as amount"
SALE_CURRENCY = (
    "(select c.code from sale_sale s join currency_currency c on c.id = s.currency"
    " where s.id = sale_line.sale) as currency"
)

LOST_AND_GAINED = (
    defect(
        "a row is missing",
        "delete from sale_line where id = (select max(id) from sale_line where type = 'line')"
        f" returning id, {LINE_AMOUNT}, {SALE_CURRENCY}",
        missing("sale_line", "id={id}", "{amount}", "{currency}"),
    ),
    defect(
        "a row too many",
        "insert into purchase_line (id, purchase, type, product, quantity, unit, unit_price, create_date,"
        " create_uid, delivery_date_edit)"
        " select nextval('purchase_line_id_seq'), purchase, type, product, 2, unit, 10.5,"
        " create_date, create_uid, delivery_date_edit"
        " from purchase_line where id = (select min(id) from purchase_line) returning id",
        extra("purchase_line", "id={id}", "21", "CNY"),
    ),
    defect(
        "a row is there twice",
        "alter table sale_line drop constraint sale_line_pkey cascade",
        "insert into sale_line select * from sale_line where id = (select min(id) from sale_line"
        f" where type = 'line') returning id, {LINE_AMOUNT}, {SALE_CURRENCY}",
        extra("sale_line", "id={id}", "{amount}", "{currency}"),
    ),
    defect(
        "an order is there twice, and a line of it has changed",
        "alter table sale_sale drop constraint sale_sale_pkey cascade",
        "insert into sale_sale select * from sale_sale where id = (select min(id) from sale_sale"
        " where currency = (select id from currency_currency where code = 'CNY'))"
        " returning id, total_amount_cache as amount",
        extra("sale", "id={id}", "{amount}", "CNY"),
        "update sale_line set quantity = quantity + 1 where id = (select min(l.id) from sale_line l"
        " where l.sale = (select id from sale_sale group by id having count(*) > 1))"
        " returning id, round(quantity::numeric * unit_price, 2)"
        " - round((quantity - 1)::numeric * unit_price, 2) as amount",
        changed("sale_line", "id={id}", "quantity", "{amount}", "CNY"),
    ),
    defect(
        "one row of the largest table",
        "update timesheet_line set duration = duration + interval '1 second' where id = 912345 returning id",
        changed("timesheet_line", "id={id}", "duration"),
    ),
    defect(
        "a mapped table is empty",
        'delete from "sale_line-account_tax" returning id',
        crowd("sale_line_tax"),
    ),
    defect(
        "a table that no mapping knows is empty",
        "with gone as (delete from country_organization returning id) select count(*) as rows from gone",
        Shown("table", FindingKind.MISSING_IN_TARGET, "country_organization", check="data.inventory"),
    ),
    defect(
        "a table that no mapping knows is gone",
        "drop table ir_calendar_month cascade",
        "select 1",
        Shown("table", FindingKind.MISSING_IN_TARGET, "ir_calendar_month", check="data.inventory"),
    ),
    defect(
        "a column is empty",
        "update sale_sale set reference = null where reference is not null returning id",
        crowd("sale", "reference", how="cleared"),
    ),
    defect(
        "translations into one language are lost",
        "delete from ir_translation where module is null and name = 'product.template,name'"
        " and lang = 'zh_CN' returning id",
        crowd("translation"),
    ),
)

LINKS: tuple[Defect, ...] = (
    defect(
        "the taxes of an order's lines are lost",
        'delete from "sale_line-account_tax" where line in (select id from sale_line where sale ='
        " (select min(sale) from sale_line)) returning id",
        missing("sale_line_tax", "id={id}"),
    ),
    defect(
        "which payment paid which invoice is lost",
        'delete from "account_invoice-account_move_line" returning id',
        missing("invoice_payment", "id={id}"),
    ),
    defect(
        "which delivery an invoice line bills is lost",
        'delete from "account_invoice_line-stock_move" returning id',
        crowd("invoice_line_stock_move"),
    ),
    defect(
        "goods left their shipment",
        "update stock_move set shipment = null where shipment = (select min(shipment) from stock_move"
        " where shipment like 'stock.shipment.out,%' and state = 'done') returning id",
        changed("stock_move", "id={id}", "shipment", how="cleared"),
    ),
    defect(
        "orphans: an order is gone and its lines are still there",
        "delete from purchase_purchase where id = (select max(id) from purchase_purchase"
        " where total_amount_cache is not null and currency ="
        " (select id from currency_currency where code = 'CNY')) returning id, total_amount_cache as amount",
        missing("purchase", "id={id}", "{amount}", "CNY"),
    ),
    defect(
        "a line under the wrong order",
        "update sale_line set sale = (select max(id) from sale_sale)"
        " where id = (select min(id) from sale_line) returning id",
        changed("sale_line", "id={id}", "sale"),
    ),
    defect(
        "an invoice of another customer",
        "update account_invoice set party = party + 1 where id = (select min(id) from account_invoice"
        " where type = 'out' and state = 'posted') returning id",
        changed("invoice", "id={id}", "party"),
    ),
    defect(
        "a reconciliation fell apart",
        "update account_move_line set reconciliation = null where reconciliation ="
        " (select min(reconciliation) from account_move_line) returning id",
        changed("account_move_line", "id={id}", "reconciliation", how="cleared"),
    ),
    defect(
        "references to records keep the name of a model that was renamed",
        "update account_invoice_line set origin = replace(origin, 'sale.line,', 'sale.order.line,')"
        " where origin like 'sale.line,%' returning id",
        crowd("invoice_line", "origin"),
    ),
    defect(
        "a user lost a group",
        'delete from "res_user-res_group" where "user" = (select id from res_user where login = \'seller\')'
        " returning id",
        missing("user_group", "login=seller, group_code=sale.group_sale"),
    ),
    defect(
        "a user gained a group",
        'insert into "res_user-res_group" (id, "user", "group") select 900001, u.id, d.db_id from res_user u,'
        " ir_model_data d where u.login = 'viewer' and d.model = 'res.group' and d.fs_id = 'group_sale_admin'"
        " returning id",
        extra("user_group", "login=viewer, group_code=sale.group_sale_admin"),
    ),
)
