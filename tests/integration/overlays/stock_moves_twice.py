"""What is delivered leaves the stock twice."""

from planting import replaces
from trytond.pool import Pool


@replaces("stock.shipment.out", "do")
def twice(original, model, shipments):
    original(shipments)
    Move = Pool().get("stock.move")
    Move.do(Move.copy([move for shipment in shipments for move in shipment.outgoing_moves]))
