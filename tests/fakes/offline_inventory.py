"""The OData-shaped ERP inside this process, that also lists what it consists of and tells what was used.

What the target lacks of the source's list is what `environment.options` names as `gone`.
"""

from __future__ import annotations

import httpx

from harness.adapters.guard import WriteGuard
from harness.adapters.odata.adapter import ODataAdapter
from harness.model import Cover, Environment, Side
from harness.things import Sort, Thing
from tests.fakes.offline import OfflineSales

_THINGS = (
    Thing(Sort.MODEL, "Materials", "Materials", "sales", {"read": "yes", "records": 9}),
    Thing(Sort.MODEL, "Leads", "Leads", "sales", {"read": "yes", "records": 9}),
    *(
        Thing(Sort.FIELD, name, name, "sales", {"model": name.partition(".")[0], "type": "text", "filled": 9})
        for name in ("Materials.Colour", "Leads.Source")
    ),
)


class Listing:
    """It says that it used materials, whatever it was asked."""

    gone: object = None

    def inventory(self) -> tuple[Thing, ...]:
        """The things of this side."""
        return tuple(thing for thing in _THINGS if thing.name != self.gone)

    def touched(self) -> tuple[Cover, ...]:
        """One model."""
        return (Cover("model", "Materials", "read"),)


class OfflineListing(OfflineSales):
    """The same ERP, whose adapters list and tell."""

    @classmethod
    def open(
        cls, environment: Environment, role: str, guard: WriteGuard, transport: httpx.BaseTransport | None
    ) -> ODataAdapter:
        """An adapter of the kind that the mapping makes, which lists too."""
        gone = environment.options.get("gone") if environment.side is Side.TARGET else None
        opened = super().open(environment, role, guard, transport)
        opened.__class__ = type("Listing", (Listing, type(opened)), {"gone": gone})
        return opened
