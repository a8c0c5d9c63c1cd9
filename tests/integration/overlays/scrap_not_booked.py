"""Scrap is reported, and never booked."""

from planting import replaces


@replaces("production", "do")
def without_scrap(original, production, productions):
    for order in productions:
        scrap = [move for move in order.outputs if move.to_location.type == "lost_found"]
        type(order.outputs[0]).delete(scrap)
    return original(productions)
