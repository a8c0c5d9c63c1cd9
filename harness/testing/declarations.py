"""What an adapter's tests tell the conformance suite: what is lacking and why, and what there is to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

import httpx

from harness.adapters import access, batches, business, inhouse, inventory, load, protocol
from harness.adapters.protocol import Condition
from harness.values import Value

CAPABILITIES: Mapping[str, type] = MappingProxyType(
    {
        "ReadsRecords": protocol.ReadsRecords,
        "WritesRecords": protocol.WritesRecords,
        "RunsFlows": business.RunsFlows,
        "DeliversPartly": business.DeliversPartly,
        "Returns": business.Returns,
        "Corrects": business.Corrects,
        "Buys": business.Buys,
        "BuysOnRequest": business.BuysOnRequest,
        "RemembersSales": business.RemembersSales,
        "KeepsLedger": business.KeepsLedger,
        "ListsInventory": inventory.ListsInventory,
        "NamesModules": inventory.NamesModules,
        "TellsTouched": inventory.TellsTouched,
        "ExchangesFiles": business.ExchangesFiles,
        "AnswersRequests": protocol.AnswersRequests,
        "ChecksAccess": access.ChecksAccess,
        "LendsAccounts": access.LendsAccounts,
        "ClosesBooks": inhouse.ClosesBooks,
        "ReportsBooks": inhouse.ReportsBooks,
        "ReconcilesItems": inhouse.ReconcilesItems,
        "KeepsBank": inhouse.KeepsBank,
        "KeepsAssets": inhouse.KeepsAssets,
        "KeepsStock": inhouse.KeepsStock,
        "Produces": inhouse.Produces,
        "KeepsMasterData": inhouse.KeepsMasterData,
        "QueriesSql": protocol.QueriesSql,
        "HasWebClient": protocol.HasWebClient,
        "GeneratesLoad": protocol.GeneratesLoad,
        "AccountsForLoad": load.AccountsForLoad,
        "NumbersWithoutGaps": load.NumbersWithoutGaps,
        "RunsBatches": batches.RunsBatches,
    }
)
BUSINESS = tuple(
    name
    for name, capability in CAPABILITIES.items()
    if capability.__module__ in (business.__name__, inhouse.__name__)
)
# What the suite itself needs more than one login for.
ROLES = "roles"


class Kind(StrEnum):
    """Why an adapter lacks a capability."""

    NOTIMPL = "notimpl"
    NOTYET = "notyet"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A capability that is lacking, and why."""

    kind: Kind
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("a missing capability needs a reason")


@dataclass(frozen=True, slots=True)
class Sample:
    """What the environment holds that the suite can read and change.

    `key` orders the records of `model` without ties; `where` matches some of them but not all. `created`
    are the values of a new record, `changed` one field of it and its later value.
    """

    model: str
    key: str
    types: Mapping[str, type]
    where: Condition
    created: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    changed: tuple[str, Value] | None = None
    country: str = "CN"


class CountingTransport(httpx.BaseTransport):
    """Passes requests on to `inner` and counts them."""

    def __init__(self, inner: httpx.BaseTransport | None = None) -> None:
        self.requests = 0
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The inner transport's answer; a connection error when there is none."""
        self.requests += 1
        if self._inner is None:
            raise httpx.ConnectError("no server here", request=request)
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Closes the inner transport."""
        if self._inner is not None:
            self._inner.close()
