"""What is sold is posted on the account for expenses."""

from planting import replaces


@replaces("account.invoice.line", "get_move_lines")
def on_expenses(original, line):
    lines = original()
    if line.invoice.type == "out":
        for posting in lines:
            posting.account = line.product.account_expense_used
    return lines
