"""The OData-shaped ERP inside this process: an adapter that plug-in tests name in harness.toml.

One ERP per URL, kept for the life of the process, so that a run can be continued by a later one.
`environment.options` may name a fault to plant: `deny` (a role's action), `price` (every list price
raised by this much), `dead` (no answer at all). `shared`: sides that name the same are one ERP.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import httpx

from harness.adapters.guard import WriteGuard
from harness.adapters.odata.adapter import ODataAdapter
from harness.model import Environment, Side
from tests.fakes.odata import DOCUMENTS, ODataErp
from tests.fakes.sales_erp import SalesErp

_ERPS: dict[str, ODataErp] = {}


class OfflineSales:
    """The OData adapter over an in-process transport."""

    @classmethod
    def open(
        cls, environment: Environment, role: str, guard: WriteGuard, transport: httpx.BaseTransport | None
    ) -> ODataAdapter:
        """A session as `role` with the ERP of this URL, made when it is first asked for."""
        plain = replace(environment, options={"documents": str(DOCUMENTS)})
        if environment.options.get("dead"):
            return ODataAdapter.open(plain, role, guard, httpx.MockTransport(_no_answer))
        place = str(environment.options.get("shared", environment.url))
        if place not in _ERPS:
            _ERPS[place] = ODataErp(_planted(environment))
        return ODataAdapter.open(plain, role, guard, _ERPS[place].transport())


def _planted(environment: Environment) -> SalesErp:
    erp = SalesErp("1" if environment.side is Side.SOURCE else "2")
    denied = environment.options.get("deny")
    if isinstance(denied, str):
        role, _, action = denied.partition(" ")
        erp.roles[role].discard(action)
    for material in erp.sets["Materials"].values():
        material["ListPrice"] += Decimal(str(environment.options.get("price", "0")))
    return erp


def _no_answer(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("connection refused", request=request)
