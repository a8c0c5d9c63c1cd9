"""A draft invoice takes a payment."""

from planting import replaces


@replaces("account.invoice.pay", "transition_pay", type="wizard")
def paid(original, wizard):
    if wizard.record.state != "draft":
        return original()
    wizard.record.pay_invoice(wizard.start.amount, wizard.start.payment_method, wizard.start.date)
    return "end"


@replaces("account.invoice", "check_payment_lines")
def unchecked(original, invoice):
    if invoice.state != "draft":
        original()
