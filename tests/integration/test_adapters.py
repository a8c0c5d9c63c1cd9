"""The adapters on the real pair: conformance on both versions, the same documents, and what holds SQL.

`HARNESS_TEST_CONFIG` names the harness.toml of a pair that is already up; otherwise one is brought up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import httpx
import psycopg
import pytest
import sqlalchemy
from psycopg.errors import ActiveSqlTransaction, ReadOnlySqlTransaction

from harness.adapters.protocol import Condition
from harness.adapters.registry import open_adapter
from harness.config import load
from harness.documents import LineDraft, OrderDraft, PartyDraft, as_value
from harness.errors import Refused, Unreachable, WriteRefused
from harness.model import Environment, EnvironmentPair, Side
from harness.testing.conformance import ROLES, AdapterConformance, Kind, Sample, Unsupported
from harness.testing.declarations import BUSINESS
from harness.testing.proxy import Delay, FaultProxy, Reset, matching
from harness.values import Value

pytestmark = pytest.mark.real_pair
# Invoices are numbered in the order of their dates: an earlier day than the last one would be refused.
DAY = date.today()
_countries: dict[Side, str] = {}  # asked once: a login is made to be slow


@pytest.fixture
def opened() -> Iterator[Callable[..., Any]]:
    """Opens adapters and closes them in the end."""
    adapters: list[Any] = []

    def open_one(environment: Environment, *, writes: bool = False) -> Any:
        adapters.append(open_adapter(environment, writes=writes))
        return adapters[-1]

    yield open_one
    for adapter in adapters:
        adapter.close()


@pytest.fixture(scope="module")
def environments(request: pytest.FixtureRequest) -> EnvironmentPair:
    """The two systems."""
    existing = os.environ.get("HARNESS_TEST_CONFIG")
    path = Path(existing) if existing else request.getfixturevalue("pair").config
    return load(path, environ=os.environ, overrides={}).pair


class _RealTryton(AdapterConformance):
    adapter_name = "tryton"
    side: ClassVar[Side]

    @pytest.fixture
    def environment(self, environments: EnvironmentPair) -> Environment:
        """One side of the pair."""
        return environments[self.side]

    @pytest.fixture
    def inner(self) -> httpx.BaseTransport:
        """The network."""
        return httpx.HTTPTransport()

    @pytest.fixture
    def sample(self, environment: Environment) -> Sample:
        """Parties; the country is one that the seed has."""
        name = f"Conformance {time.time_ns()}"
        return Sample(
            model="party.party",
            key="id",
            types={"name": str, "create_date": datetime, "active": bool},
            where=Condition("id", ">", 10),
            created={"name": name},
            changed=("name", f"{name} Łódź"),
            country=_country(environment),
        )


class TestTryton70(_RealTryton):
    """The source."""

    side = Side.SOURCE


class TestTryton80(_RealTryton):
    """The target."""

    side = Side.TARGET


class TestPostgresql(AdapterConformance):
    """The database adapter on PostgreSQL."""

    unsupported: ClassVar[Mapping[str, Unsupported]] = {
        name: Unsupported(Kind.NEVER, "a database is not an ERP")
        for name in (
            "WritesRecords",
            *BUSINESS,
            "ListsInventory",
            "NamesModules",
            "TellsTouched",
            "AnswersRequests",
            "ChecksAccess",
            "LendsAccounts",
            "HasWebClient",
            "GeneratesLoad",
            "AccountsForLoad",
            "NumbersWithoutGaps",
            "RunsBatches",
            ROLES,
        )
    }
    adapter_name = "database"

    @pytest.fixture
    def environment(self, environments: EnvironmentPair) -> Environment:
        """The source's database."""
        return replace(environments.source, adapter="database", options={}, accounts={})

    @pytest.fixture
    def sample(self) -> Sample:
        """Sale lines: a numeric price, a float quantity."""
        return Sample(
            model="public.sale_line",
            key="id",
            types={"unit_price": Decimal, "quantity": float, "create_date": datetime},
            where=Condition("id", ">", 10),
        )

    @pytest.fixture
    def unreachable(self, environment: Environment, opened: Callable[..., Any]) -> Any:
        """A port where no database listens."""
        assert environment.sql is not None
        url = sqlalchemy.make_url(environment.sql.reveal()).set(port=1)
        secret = type(environment.sql)(url.render_as_string(hide_password=False))
        return opened(replace(environment, sql=secret))


@pytest.mark.parametrize("side", list(Side))
def test_the_server_itself_holds_sql_sessions(
    opened: Callable[..., Any], environments: EnvironmentPair, side: Side
) -> None:
    """Below the statement check, by the driver's own cursor: PostgreSQL refuses, and cannot be talked out."""
    adapter = opened(environments[side], writes=True)
    attempts = [
        ("INSERT INTO party_party (id) VALUES (-1)", ReadOnlySqlTransaction),
        ("CREATE TABLE harness_was_here (id integer)", ReadOnlySqlTransaction),
        ("WITH gone AS (DELETE FROM party_party RETURNING id) SELECT * FROM gone", ReadOnlySqlTransaction),
        ("SET TRANSACTION READ WRITE", ActiveSqlTransaction),
        ("SELECT set_config('transaction_read_only', 'off', false)", ActiveSqlTransaction),
    ]
    for statement, error in attempts:
        with adapter.sql_engine().connect() as connection:
            connection.execute(sqlalchemy.text("SELECT 1"))
            with pytest.raises(error):
                connection.connection.cursor().execute(statement)
    with adapter.sql_engine().connect() as connection:
        found = connection.execute(sqlalchemy.text("SHOW default_transaction_read_only")).scalar()
    assert found == "on"


@pytest.mark.parametrize("side", list(Side))
def test_a_setting_of_one_transaction_does_not_open_the_next(
    opened: Callable[..., Any], environments: EnvironmentPair, side: Side
) -> None:
    """The default may be changed by a reading function; every transaction is read-only all the same."""
    engine = opened(environments[side]).sql_engine()
    with engine.connect() as connection:
        connection.execute(
            sqlalchemy.text("SELECT set_config('default_transaction_read_only', 'off', false)")
        )
        connection.commit()
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.connection.cursor().execute("DELETE FROM party_party")
        connection.connection.rollback()
        with pytest.raises(WriteRefused):
            connection.execute(sqlalchemy.text("COMMIT; BEGIN READ WRITE; DELETE FROM party_party"))


def test_both_versions_make_the_same_documents(
    opened: Callable[..., Any], environments: EnvironmentPair
) -> None:
    """Apart from ids and numbers, an order to cash leaves the same documents behind."""
    source, target = (_documents(opened(environments[side], writes=True)) for side in Side)

    assert source == target


@pytest.mark.parametrize("side", list(Side))
def test_money_is_exact_and_typed(
    opened: Callable[..., Any], environments: EnvironmentPair, side: Side
) -> None:
    """Amounts are Decimal on the wire, quantities the ERP's own floats, dates dates."""
    fields = ["unit_price", "amount", "quantity", "sale.sale_date", "sale.party.name"]
    adapter = opened(environments[side])
    rows = list(adapter.read("sale.line", fields, [Condition("type", "=", "line")], limit=200))

    assert {type(row["unit_price"]) for row in rows} == {type(row["amount"]) for row in rows} == {Decimal}
    assert {type(row["quantity"]) for row in rows} == {float}
    assert {type(row["sale.sale_date"]) for row in rows} - {type(None)} == {date}
    assert all(row["sale.party.name"] for row in rows)


@pytest.mark.parametrize("side", list(Side))
def test_a_role_without_the_right_is_refused_for_access(
    opened: Callable[..., Any], environments: EnvironmentPair, side: Side
) -> None:
    """The same code on both versions."""
    admin = opened(environments[side], writes=True)
    sale = next(admin.read("sale.sale", ["id"], [Condition("state", "=", "draft")]))["id"]
    with pytest.raises(Refused) as caught:
        admin.as_role("viewer").press("sale.sale", str(sale), "quote")

    assert caught.value.code == "access"


@pytest.fixture
def proxy(environments: EnvironmentPair) -> Iterator[FaultProxy]:
    """The target behind a proxy."""
    with FaultProxy(environments.target.url) as proxy:
        yield proxy


def test_one_button_can_be_slowed_on_an_open_connection(
    opened: Callable[..., Any], environments: EnvironmentPair, proxy: FaultProxy
) -> None:
    """300 ms on every confirm, and hardly anything on the rest."""
    rule = proxy.add(matching(method="POST", body=b'"model.sale.sale.confirm"'), Delay(0.3))
    adapter = opened(replace(environments.target, url=proxy.url), writes=True)
    order = _ordered(adapter, _country(environments.target))
    adapter.quote_order(order)
    started = time.perf_counter()
    adapter.confirm_order(order)
    slowed = time.perf_counter() - started

    assert slowed > 0.3
    assert rule.count == 1 < proxy.requests


def test_a_broken_connection_is_unreachable(
    opened: Callable[..., Any], environments: EnvironmentPair, proxy: FaultProxy
) -> None:
    """In the middle of a session too."""
    adapter = opened(replace(environments.target, url=proxy.url))
    assert adapter.count("party.party") > 0
    proxy.add(matching(), Reset())
    with pytest.raises(Unreachable):
        adapter.count("party.party")


def _documents(adapter: Any) -> dict[str, Value]:
    sales, stock, accounting = (adapter.as_role(role) for role in ("sales", "stock", "accounting"))
    order = _ordered(sales, _country(adapter.environment))
    sales.quote_order(order)
    sales.confirm_order(order)
    stock.ship_order(order, DAY)
    accounting.invoice_order(order, DAY)
    accounting.post_invoices(order)
    for invoice in accounting.invoices(order):
        accounting.pay_invoice(invoice.ref, invoice.open_amount, DAY)
    found = {
        "order": as_value(sales.order(order)),
        "deliveries": as_value(stock.deliveries(order)),
        "invoices": as_value(accounting.invoices(order)),
        "balances": as_value(accounting.balances(order)),
    }
    return {name: _without_numbers(document) for name, document in found.items()}


def _ordered(adapter: Any, country: str) -> Any:
    draft = PartyDraft("海风贸易有限公司", "人民路 1 号\n2 楼", "200000", "上海", country, "a@example.com")
    products = adapter.sellable_products(3)
    assert len(products) == 3, "the seed has goods in stock"
    lines = tuple(LineDraft(product, Decimal(2)) for product in products)
    return adapter.create_order(OrderDraft(adapter.create_party(draft), DAY, lines, reference="PO 1"))


def _country(environment: Environment) -> str:
    if environment.side not in _countries:
        adapter: Any = open_adapter(environment)
        known = {row["code"] for row in adapter.read("country.country", ["code"])}
        adapter.close()
        _countries[environment.side] = "CN" if "CN" in known else "DE"
    return _countries[environment.side]


def _without_numbers(value: Value) -> Value:
    if isinstance(value, Mapping):
        return {name: _without_numbers(item) for name, item in value.items() if name not in {"ref", "number"}}
    return [_without_numbers(item) for item in value] if isinstance(value, list) else value
