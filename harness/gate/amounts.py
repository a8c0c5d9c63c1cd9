"""Adding up the money affected, one sum per currency."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from harness.gate.judgement import Amount
from harness.model import Finding


def amounts_of(findings: Iterable[Finding]) -> tuple[Amount, ...]:
    """The sums of the findings' amounts per currency, by currency; findings without an amount add nothing.

    One wrong figure may show in several entities, so that a sum is an upper bound of what is affected.
    """
    sums: dict[str | None, Decimal] = {}
    for finding in findings:
        if finding.amount is not None:
            sums[finding.currency] = sums.get(finding.currency, Decimal(0)) + finding.amount
    return tuple(Amount(sums[currency], currency) for currency in sorted(sums, key=lambda name: name or ""))
