"""A payment that is refused has been posted all the same."""

from planting import replaces
from trytond.transaction import Transaction


@replaces("account.invoice.pay", "transition_pay", type="wizard")
def half(original, wizard):
    if wizard.record.state == "draft":
        wizard.record.pay_invoice(wizard.start.amount, wizard.start.payment_method, wizard.start.date)
        Transaction().commit()
    return original()


@replaces("account.invoice", "check_payment_lines")
def unchecked(original, invoice):
    if invoice.state != "draft":
        original()
