"""The discount of an order line is taken and changes no price."""

from planting import replaces


@replaces("sale.line", "on_change_discount_rate")
def ignored(original, line):
    pass
