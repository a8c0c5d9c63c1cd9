"""Every interface contract of the configured folder is one check: do partners get what they got before."""

from __future__ import annotations

from collections.abc import Callable

from harness.contracts import Contract


def test_contract(contract: Contract, ask: Callable[[Contract], None]) -> None:
    """The request that a partner sends is answered alike on both sides."""
    ask(contract)
