"""A credit note gives no tax back."""

from planting import replaces


@replaces("account.invoice", "_get_taxes")
def none_back(original, invoice):
    return {} if sum(line.amount for line in invoice.line_lines) < 0 else original()
