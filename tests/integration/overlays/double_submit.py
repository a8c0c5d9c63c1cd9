"""An order that is confirmed twice is delivered twice."""

from planting import replaces

again = set()


@replaces("sale.sale", "confirm")
def submitted(original, model, sales):
    if all(sale.state == "quotation" for sale in sales):
        original(sales)
    else:
        again.update(sale.id for sale in sales)
        model.process(sales)
        again.clear()


@replaces("sale.line", "_get_shipped_quantity")
def none_yet(original, line, shipment_type):
    return 0 if line.sale.id in again else original(shipment_type)
