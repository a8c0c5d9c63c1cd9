"""An order that is confirmed twice is delivered twice."""

from planting import replaces
from trytond.transaction import Transaction

again = set()


@replaces("sale.sale", "confirm")
def submitted(original, model, sales):
    if all(sale.state == "quotation" for sale in sales):
        original(sales)
        return
    again.update(sale.id for sale in sales)
    with Transaction().set_context(_check_access=False):
        model.process(sales)
    again.clear()


@replaces("sale.line", "_get_shipped_quantity")
def none_yet(original, line, shipment_type):
    return 0 if line.sale.id in again else original(shipment_type)
