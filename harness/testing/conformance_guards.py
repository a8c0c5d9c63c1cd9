"""What must never happen: a write that nothing unlocked, a secret that is shown.

A part of the conformance suite: `AdapterConformance` takes it in.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy

from harness.adapters.batches import BatchOrder
from harness.adapters.registry import open_adapter
from harness.documents import EntryDraft, OrderDraft, PartyDraft, Ref
from harness.errors import HarnessError, WriteRefused
from harness.model import Account, Environment, Secret
from harness.testing.conformance_base import Declared
from harness.testing.conformance_inhouse import WRITES as INHOUSE
from harness.testing.conformance_trade import WRITES as TRADE
from harness.testing.declarations import CountingTransport, Sample

CANARY = "canary-7f3a1c-never-shown"

_REF = Ref("order", "1")
_DAY = date(2026, 3, 31)
_BATCH = BatchOrder("any", 1, _DAY, "conformance")
_PARTY = PartyDraft("Conformance 有限公司", "Long Street 1", "200000", "上海", "CN")
# Every way to change something, per capability.
_WRITES: Mapping[str, Mapping[str, Callable[[Any, Sample], object]]] = {
    "WritesRecords": {
        "create": lambda adapter, sample: adapter.create(sample.model, {"name": "x"}),
        "write": lambda adapter, sample: adapter.write(sample.model, "1", {"name": "x"}),
        "delete": lambda adapter, sample: adapter.delete(sample.model, "1"),
        "press": lambda adapter, sample: adapter.press(sample.model, "1", "confirm"),
    },
    "RunsFlows": {
        "create_party": lambda adapter, sample: adapter.create_party(_PARTY),
        "create_order": lambda adapter, sample: adapter.create_order(OrderDraft(_REF, _DAY, ())),
        "quote_order": lambda adapter, sample: adapter.quote_order(_REF),
        "confirm_order": lambda adapter, sample: adapter.confirm_order(_REF),
        "ship_order": lambda adapter, sample: adapter.ship_order(_REF, _DAY),
        "invoice_order": lambda adapter, sample: adapter.invoice_order(_REF, _DAY),
        "post_invoices": lambda adapter, sample: adapter.post_invoices(_REF),
        "pay_invoice": lambda adapter, sample: adapter.pay_invoice(_REF, Decimal(1), _DAY),
    },
    "KeepsLedger": {
        "create_entry": lambda adapter, sample: adapter.create_entry(EntryDraft(_DAY, ())),
        "post_entry": lambda adapter, sample: adapter.post_entry(_REF),
        "reverse_entry": lambda adapter, sample: adapter.reverse_entry(_REF),
        "delete_entry": lambda adapter, sample: adapter.delete_entry(_REF),
    },
    "ExchangesFiles": {
        "import_file": lambda adapter, sample: adapter.import_file("parties", b"id,name\r\n1,A\r\n"),
    },
    "RunsBatches": {
        "ready_batch": lambda adapter, sample: adapter.ready_batch(_BATCH),
        "run_batch": lambda adapter, sample: adapter.run_batch(_BATCH, ()),
        "tidy_batch": lambda adapter, sample: adapter.tidy_batch(_BATCH, ()),
    },
    "AnswersRequests": {
        "exchange": lambda adapter, sample: adapter.exchange("DELETE", "/anything"),
    },
    **TRADE,
    **INHOUSE,
}
_ROUTES = [(capability, route) for capability, routes in _WRITES.items() for route in routes]
_STATEMENTS = (
    "INSERT INTO anything VALUES (1)",
    "CREATE TABLE harness_was_here (id integer)",
    "SELECT 1; DELETE FROM anything",
    "SET TRANSACTION READ WRITE",
)


class GuardConformance(Declared):
    """Source is read-only, test or not; credentials stay where they are."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One case for each route that the adapter has."""
        if "route" in metafunc.fixturenames:
            assert metafunc.cls is not None
            lacking = metafunc.cls.unsupported
            routes = [route for route in _ROUTES if route[0] not in lacking]
            metafunc.parametrize(("capability", "route"), routes)

    @pytest.mark.parametrize("locked", ["no mark", "no permission", "production"])
    def test_nothing_is_sent_unless_unlocked(
        self,
        environment: Environment,
        wire: CountingTransport | None,
        sample: Sample,
        capability: str,
        route: str,
        locked: str,
    ) -> None:
        """Every route is refused before the first byte, and the error says what would unlock it."""
        guarded = replace(
            environment,
            allow_writes=locked == "no mark",
            production=locked == "production",
            synthetic=False,
            load=False,
        )
        adapter = open_adapter(guarded, self._role(environment), writes=locked != "no mark", transport=wire)
        with pytest.raises(WriteRefused) as caught:
            _WRITES[capability][route](adapter, sample)
        sent = 0 if wire is None else wire.requests
        adapter.close()

        assert sent == 0
        said = str(caught.value)
        expected = {"no mark": "mark.writes", "no permission": "allow_writes", "production": "nothing can"}
        assert expected[locked] in said

    def test_sql_cannot_write(self, environment: Environment, wire: CountingTransport | None) -> None:
        """Unlocked or not: a SQL session only reads."""
        self._needs("QueriesSql")
        adapter: Any = open_adapter(environment, self._role(environment), writes=True, transport=wire)
        engine = adapter.sql_engine()
        for statement in _STATEMENTS:
            with engine.connect() as connection, pytest.raises(WriteRefused):
                connection.execute(sqlalchemy.text(statement))
        with engine.connect() as connection:
            assert connection.execute(sqlalchemy.text("SELECT 1")).scalar() == 1
        adapter.close()

    def test_a_secret_is_never_shown(self, environment: Environment, sample: Sample, inner: Any) -> None:
        """Not in a repr, not in an error, not in its traceback."""
        accounts = {
            role: Account(role, account.user, Secret(CANARY))
            for role, account in environment.accounts.items()
        }
        secret = replace(environment, accounts=accounts)
        shown = []
        for transport in (inner, CountingTransport()):
            adapter: Any = open_adapter(secret, self._role(environment), transport=transport)
            shown.append(repr(adapter))
            try:
                adapter.count(sample.model)
            except HarnessError as problem:
                shown += [str(problem), repr(problem), *traceback.format_exception(problem)]
            adapter.close()

        assert not [item for item in shown if CANARY in item]
