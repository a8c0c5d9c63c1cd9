"""The income statement leaves the expenses out."""

from decimal import Decimal

from planting import replaces


@replaces("account.account.type", "get_amount")
def income_only(original, kind, types, name):
    return {type: max(amount, Decimal(0)) for type, amount in original(types, name).items()}
