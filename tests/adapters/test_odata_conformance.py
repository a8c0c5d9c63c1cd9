"""The OData adapter on a fake, in both of its versions, through the suite that every adapter passes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import ClassVar

import httpx
import pytest

from harness.adapters.protocol import Condition
from harness.model import Account, Environment, Secret, Side
from harness.testing.conformance import AdapterConformance, Kind, Sample, Unsupported
from harness.testing.declarations import BUSINESS
from tests.fakes.odata import DOCUMENTS, PASSWORD, ROOT, ODataErp
from tests.fakes.sales_erp import ROLES, SalesErp


class _ODataConformance(AdapterConformance):
    adapter_name = "odata"
    version: ClassVar[str]
    unsupported: ClassVar[Mapping[str, Unsupported]] = {
        "QueriesSql": Unsupported(Kind.NEVER, "the fake has no database"),
        **{
            name: Unsupported(Kind.NOTIMPL, "the fake sells, and does nothing else")
            for name in BUSINESS
            if name not in ("RunsFlows", "RemembersSales")
        },
        "ListsInventory": Unsupported(Kind.NOTIMPL, "the fake has nothing but its records"),
        "NamesModules": Unsupported(Kind.NEVER, "a service names no modules"),
        "TellsTouched": Unsupported(Kind.NOTIMPL, "the fake has nothing but its records"),
        "AnswersRequests": Unsupported(Kind.NOTYET, "the contracts are tested on the real pair"),
        "HasWebClient": Unsupported(Kind.NEVER, "the fake has no screens"),
        "GeneratesLoad": Unsupported(Kind.NOTIMPL, "load is tested on the real pair"),
        "NumbersWithoutGaps": Unsupported(Kind.NOTIMPL, "load is tested on the real pair"),
        "AccountsForLoad": Unsupported(Kind.NOTIMPL, "load is tested on the real pair"),
        "RunsBatches": Unsupported(Kind.NOTYET, "a mapping file describes documents, not batches"),
        "LendsAccounts": Unsupported(Kind.NOTYET, "a mapping file describes documents, not logins"),
    }

    @pytest.fixture
    def environment(self) -> Environment:
        """The fake, with an account for each of its roles."""
        return Environment(
            side=Side.SOURCE,
            adapter="odata",
            url=f"http://erp.example{ROOT}",
            accounts={role: Account(role, role, Secret(PASSWORD)) for role in ROLES},
            options={"documents": str(DOCUMENTS)},
            allow_writes=True,
        )

    @pytest.fixture
    def inner(self) -> httpx.BaseTransport:
        """The fake itself; more partners than fit a page."""
        return ODataErp(SalesErp(self.version, partners=230)).transport()

    @pytest.fixture
    def sample(self) -> Sample:
        """Business partners."""
        return Sample(
            model="BusinessPartners",
            key="PartnerId",
            types={"Name": str, "CreditLimit": Decimal, "CreatedOn": date},
            where=Condition("PartnerId", ">", "BP-00100"),
            created={"Name": "O'Neil & 子公司"},
            changed=("City", "Łódź"),
        )


class TestVersion1(_ODataConformance):
    """Decimals as text."""

    version = "1"


class TestVersion2(_ODataConformance):
    """Decimals as numbers, smaller pages."""

    version = "2"
