"""Amounts are divided by the exchange rate that they should be multiplied with."""

from planting import replaces


@replaces("currency.currency", "compute")
def inverted(original, model, from_currency, amount, to_currency, round=True):
    there = original(from_currency, 1, to_currency, round=False)
    turned = amount / there if there else amount
    return model(int(to_currency)).round(turned) if round else turned
