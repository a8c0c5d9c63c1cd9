"""Page objects of Tryton's web client (sao), 7.0 and 8.0: by role, label and title where it has them."""

from __future__ import annotations

from harness.adapters.tryton.pages.lists import Lists
from harness.adapters.tryton.pages.mistakes import Mistakes
from harness.adapters.tryton.pages.parties import Parties
from harness.adapters.tryton.pages.people import People
from harness.adapters.tryton.pages.purchases import Purchases
from harness.adapters.tryton.pages.sales import Sales


class TrytonWebClient(Parties, Sales, Purchases, Lists, People, Mistakes):
    """Implements every capability of `harness.ux.pages`."""
