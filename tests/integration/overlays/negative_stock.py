"""More may be taken out than there is."""

from planting import replaces


@replaces("stock.shipment.internal", "assign_try")
def always(original, shipment, shipments):
    return shipment.assign_force(shipments)
