"""The Tryton adapter through the conformance suite, against a stand-in server in both wire forms.

The same suite runs on the real servers in tests/integration/test_adapters.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import httpx
import pytest
import sqlalchemy

from harness.adapters.protocol import Condition
from harness.model import Account, Environment, Secret, Side
from harness.testing.conformance import AdapterConformance, Sample, Unsupported
from tests.fakes.tryton import DATABASE, PASSWORD, TrytonServer


class _TrytonConformance(AdapterConformance):
    adapter_name = "tryton"
    unsupported: ClassVar[Mapping[str, Unsupported]] = {}
    trades = False
    series: ClassVar[str]

    @pytest.fixture
    def environment(self, tmp_path: Path) -> Environment:
        """A server with two accounts and an empty database of its own."""
        file = tmp_path / "books.sqlite"
        sqlalchemy.create_engine(f"sqlite:///{file}").connect().close()
        return Environment(
            side=Side.SOURCE,
            adapter="tryton",
            url="http://erp.example",
            options={"database": DATABASE},
            sql=Secret(f"sqlite:///{file}"),
            accounts={
                "admin": Account("admin", "admin", Secret(PASSWORD)),
                "sales": Account("sales", "seller", Secret(PASSWORD)),
            },
            allow_writes=True,
        )

    @pytest.fixture
    def inner(self) -> httpx.BaseTransport:
        """The stand-in; more parties than fit a page."""
        return TrytonServer(self.series, parties=1203).transport()

    @pytest.fixture
    def sample(self) -> Sample:
        """Parties, with a field of every type."""
        return Sample(
            model="party.party",
            key="code",
            types={
                "id": int,
                "name": str,
                "credit": Decimal,
                "weight": float,
                "born": date,
                "create_date": datetime,
                "opens": time,
                "lead": timedelta,
                "photo": bytes,
                "active": bool,
                "lang.code": str,
            },
            where=Condition("code", ">", "P00100"),
            created={"name": "O'Neil & 子公司", "code": "P99999"},
            changed=("name", "Łódź"),
        )


class TestSeries70(_TrytonConformance):
    """`POST /<db>/`."""

    series = "7.0"


class TestSeries80(_TrytonConformance):
    """`POST /<db>/rpc/`."""

    series = "8.0"
