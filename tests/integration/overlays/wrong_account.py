"""Revenue is invoiced on the account for expenses."""

from planting import replaces


@replaces("sale.line", "get_invoice_line")
def on_expenses(original, line):
    lines = original()
    for invoice_line in lines:
        invoice_line.account = invoice_line.product.account_expense_used
    return lines
