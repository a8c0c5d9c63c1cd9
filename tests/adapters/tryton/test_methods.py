"""Remote methods: what is known to only read; everything else writes."""

from __future__ import annotations

import pytest

from harness.adapters.tryton.methods import only_reads


@pytest.mark.parametrize(
    ("method", "reads"),
    [
        ("model.sale.sale.read", True),
        ("model.sale.sale.search_read", True),
        ("model.sale.line.on_change", True),
        ("model.party.party.fields_get", True),
        ("model.res.user.get_preferences", True),
        ("model.ir.date.today", True),
        ("model.sale.sale.create", False),
        ("model.sale.sale.write", False),
        ("model.sale.sale.delete", False),
        ("model.sale.sale.copy", False),
        ("model.sale.sale.import_data", False),
        ("model.sale.sale.quote", False),
        ("model.sale.sale.a_method_of_tomorrow", False),
        ("model.res.user.set_preferences", False),
        ("model.other.get_preferences", False),
        ("wizard.account.invoice.pay.create", False),
        ("wizard.account.invoice.pay.read", False),
        ("report.account.invoice.execute", False),
        ("model.read", False),
        ("read", False),
        ("", False),
        ("common.db.login", False),
    ],
)
def test_an_unknown_method_writes(method: str, reads: bool) -> None:
    """A method is read-only because it is listed, never because of how it is called."""
    assert only_reads(method) is reads
