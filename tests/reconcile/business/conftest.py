"""Pairs of books, and what a control says about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from harness.model import Capture, Conclusion, Finding, Part, Side
from harness.reconcile.business import Control, gather
from harness.reconcile.comparison import compare
from harness.reconcile.view import Place
from harness.values import dumps, loads
from tests.reconcile.business.ledger import BOOKS
from tests.reconcile.conftest import KEY, Pair


@dataclass(frozen=True)
class Books:
    """The books of both sides."""

    places: dict[Side, Place]

    def gather(self, control: Control, part: Part = Part.PAIR) -> Capture:
        """The capture as it reads back from a run directory."""
        capture = gather(control, self.places, part, mask_key=KEY)
        return Capture(loads(dumps(capture.value)), capture.attachments, failure=capture.failure)

    def live(self, control: Control) -> Conclusion:
        """The conclusion of both sides at once."""
        return compare(control.spec(), {Part.PAIR: self.gather(control)})

    def stored(self, control: Control) -> Conclusion:
        """The conclusion from two side captures."""
        parts = (Part.SOURCE, Part.TARGET)
        return compare(control.spec(), {part: self.gather(control, part) for part in parts})

    def both(self, control: Control) -> tuple[Finding, ...]:
        """The findings, proved to be the same live and stored."""
        live, stored = self.live(control), self.stored(control)

        assert live.findings == stored.findings
        assert live.status == stored.status
        return live.findings


@pytest.fixture
def books(databases: Callable[[str, str], Pair]) -> Callable[..., Books]:
    """Makes a pair of books; `source` and `target` are what is changed in them."""

    def make(target: str = "", source: str = "") -> Books:
        return Books(dict(databases(BOOKS + source, BOOKS + target).engines))

    return make
