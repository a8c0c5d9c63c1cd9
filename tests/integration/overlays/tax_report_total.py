"""The tax report is one cent off."""

from decimal import Decimal

from planting import replaces


@replaces("account.tax.code", "get_amount")
def one_cent_more(original, box, codes, name):
    return {code: amount + Decimal("0.01") for code, amount in original(codes, name).items()}
