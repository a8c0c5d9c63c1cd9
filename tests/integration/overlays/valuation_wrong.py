"""The stock is worth a tenth more than it cost."""

from decimal import Decimal

from planting import replaces


@replaces("product.product", "get_cost_value")
def dearer(original, product, products, name):
    values = original(products, name)
    return {number: value and value * Decimal("1.1") for number, value in values.items()}
