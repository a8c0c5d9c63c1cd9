"""Depreciation is one percent too high; the last month takes the rest."""

from decimal import Decimal

from planting import replaces


@replaces("account.asset", "compute_depreciation")
def too_much(original, asset, amount, date, dates):
    return asset.company.currency.round(original(amount, date, dates) * Decimal("1.01"))
