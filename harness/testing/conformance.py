"""The suite that every adapter passes: subclass it in your tests, say what your ERP holds, and run pytest.

    class TestMyAdapter(AdapterConformance):
        adapter_name = "my_erp"
        unsupported = {"QueriesSql": Unsupported(Kind.NEVER, "the ERP is a cloud service")}

        @pytest.fixture
        def environment(self) -> Environment: ...

        @pytest.fixture
        def sample(self) -> Sample: ...

A capability is either implemented or listed in `unsupported` with a reason; nothing is left out silently.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import httpx
import pytest
import sqlalchemy

from harness.adapters.business import RunsFlows
from harness.adapters.protocol import Adapter, Condition
from harness.adapters.registry import open_adapter
from harness.documents import EntryDraft, LineDraft, OrderDraft, PartyDraft, PostingDraft, Ref
from harness.errors import AdapterError, ConfigError, HarnessError, Refused, Unreachable, WriteRefused
from harness.model import Account, Environment, Secret
from harness.rights import READ, Answer
from harness.testing.conformance_inhouse import WRITES as INHOUSE
from harness.testing.conformance_inhouse import InhouseConformance
from harness.testing.conformance_trade import WRITES as TRADE
from harness.testing.conformance_trade import TradeConformance
from harness.testing.declarations import (
    CAPABILITIES,
    ROLES,
    CountingTransport,
    Kind,
    Sample,
    Unsupported,
)
from harness.things import Sort

CANARY = "canary-7f3a1c-never-shown"

_REF = Ref("order", "1")
_DAY = date(2026, 3, 31)
_PARTY = PartyDraft(
    "Conformance 有限公司", "Long Street 1\n2nd floor", "200000", "上海", "CN", "c@example.com"
)
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


class AdapterConformance(TradeConformance, InhouseConformance):
    """What must hold of every adapter. `environment` must be a test system, with `allow_writes` if any."""

    adapter_name: ClassVar[str]

    @pytest.fixture
    def environment(self) -> Environment:
        """The environment to test against."""
        raise NotImplementedError("a conformance class gives an environment")

    @pytest.fixture
    def sample(self) -> Sample:
        """What that environment holds."""
        raise NotImplementedError("a conformance class gives a sample")

    @pytest.fixture
    def inner(self) -> httpx.BaseTransport | None:
        """The transport that reaches the environment; None for an adapter that has no use for one."""
        return None

    @pytest.fixture
    def wire(self, inner: httpx.BaseTransport | None) -> CountingTransport | None:
        """The same transport, counting."""
        return None if inner is None else CountingTransport(inner)

    @pytest.fixture
    def adapter(self, environment: Environment, wire: CountingTransport | None) -> Iterator[Any]:
        """The adapter under test, reading only."""
        adapter = open_adapter(environment, self._role(environment), transport=wire)
        yield adapter
        adapter.close()

    @pytest.fixture
    def writer(self, environment: Environment, wire: CountingTransport | None) -> Iterator[Any]:
        """The adapter under test, unlocked."""
        assert environment.allow_writes, "the environment of a conformance class may be written to"
        adapter = open_adapter(environment, self._role(environment), writes=True, transport=wire)
        yield adapter
        adapter.close()

    @pytest.fixture
    def unreachable(self, environment: Environment) -> Iterator[Adapter]:
        """The adapter of an environment that does not answer."""
        adapter = open_adapter(environment, self._role(environment), transport=CountingTransport())
        yield adapter
        adapter.close()

    # Declarations

    def test_every_capability_is_there_or_has_a_reason(self, adapter: Any) -> None:
        """Nothing is missing silently, and no reason outlives what it excused."""
        assert set(self.unsupported) <= {*CAPABILITIES, ROLES}
        implemented = {name for name, capability in CAPABILITIES.items() if isinstance(adapter, capability)}

        assert implemented == set(CAPABILITIES) - set(self.unsupported)

    def test_it_says_who_and_where_it_is(self, adapter: Any, environment: Environment) -> None:
        """Environment, role, and a version that the ERP gave."""
        assert isinstance(adapter, Adapter)
        assert (adapter.environment, adapter.role) == (environment, self._role(environment))
        assert environment.adapter.partition(":")[0].endswith(self.adapter_name)
        assert adapter.version()[:1].isdigit()

    # Reading

    def test_it_counts_what_it_reads_and_reads_it_once(self, adapter: Any, sample: Sample) -> None:
        """Pages neither lose nor repeat a record, in no order and in a given one."""
        self._needs("ReadsRecords")
        plain = [row[sample.key] for row in adapter.read(sample.model, [sample.key])]
        ordered = [row[sample.key] for row in adapter.read(sample.model, [sample.key], order=[sample.key])]

        assert len(plain) == len(set(plain)) == adapter.count(sample.model) > 0
        assert sorted(plain) == sorted(ordered) == ordered

    def test_values_are_typed(self, adapter: Any, sample: Sample) -> None:
        """Money is Decimal, a date is a date: never what JSON happens to have."""
        self._needs("ReadsRecords")
        rows = list(adapter.read(sample.model, list(sample.types), limit=50))
        found = {name: {type(row[name]) for row in rows} - {type(None)} for name in sample.types}

        assert found == {name: {expected} for name, expected in sample.types.items()}
        assert all(set(row) == set(sample.types) for row in rows)

    def test_limit_order_and_conditions_are_kept(self, adapter: Any, sample: Sample) -> None:
        """The ERP does the selecting."""
        self._needs("ReadsRecords")
        rows = [row[sample.key] for row in adapter.read(sample.model, [sample.key], order=[f"-{sample.key}"])]
        first = [
            row[sample.key]
            for row in adapter.read(sample.model, [sample.key], order=[f"-{sample.key}"], limit=1)
        ]
        chosen = list(adapter.read(sample.model, [sample.key], [sample.where]))

        assert first == rows[:1]
        assert 0 < len(chosen) == adapter.count(sample.model, [sample.where]) < len(rows)

    @pytest.mark.parametrize("wrong", ["model", "field", "condition", "operator"])
    def test_an_unknown_name_is_an_error_of_ours(self, adapter: Any, sample: Sample, wrong: str) -> None:
        """A misspelled name is neither an empty result nor a refusal of the ERP."""
        self._needs("ReadsRecords")
        model = "no_such_model" if wrong == "model" else sample.model
        names = ["no_such_field"] if wrong == "field" else [sample.key]
        value = Condition(
            "no_such_field" if wrong == "condition" else sample.key,
            "~" if wrong == "operator" else "=",
            "x",
        )
        with pytest.raises(AdapterError) as caught:
            list(adapter.read(model, names, [] if wrong in {"model", "field"} else [value]))

        assert not isinstance(caught.value, Refused | Unreachable | WriteRefused)

    def test_what_there_is_is_listed_once(self, adapter: Any, sample: Sample) -> None:
        """Names are the ERP's own, each once among its sort; a field belongs to a model that is listed."""
        self._needs("ListsInventory")
        things = adapter.inventory()
        names = [(thing.sort, thing.name) for thing in things]
        models = {name for sort, name in names if sort is Sort.MODEL}
        fields = [thing for thing in things if thing.sort is Sort.FIELD]

        assert len(names) == len(set(names))
        assert sample.model in models
        assert {thing.properties["model"] for thing in fields} <= models
        assert all(thing.title for thing in things)

    def test_it_tells_once_what_was_made_use_of(self, adapter: Any, sample: Sample) -> None:
        """What is told is over: the next check hears of its own doing only."""
        self._needs("TellsTouched")
        adapter.touched()
        list(adapter.read(sample.model, [sample.key], limit=1))
        found = {(cover.kind, cover.item, cover.how) for cover in adapter.touched()}

        assert {("model", sample.model, "read"), ("field", f"{sample.model}.{sample.key}", "read")} <= found
        assert adapter.touched() == ()

    # Writing

    @pytest.mark.parametrize(("capability", "route"), _ROUTES)
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
        self._needs(capability)
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

    def test_an_unlocked_record_is_made_changed_and_deleted(self, writer: Any, sample: Sample) -> None:
        """What was written is what is read."""
        self._needs("WritesRecords")
        assert sample.changed is not None, "a writing adapter's sample says what to create and change"
        name, value = sample.changed
        held = writer.count(sample.model)
        key = writer.create(sample.model, sample.created)
        writer.write(sample.model, key, {name: value})
        where = [Condition(name, "=", value)]
        written = list(writer.read(sample.model, [name], where))
        writer.delete(sample.model, key)

        assert written == [{name: value}]
        assert (writer.count(sample.model), writer.count(sample.model, where)) == (held, 0)

    # Sessions

    def test_a_role_is_one_session(self, adapter: Any, environment: Environment) -> None:
        """The same role is the same object; an unknown one is an error of the configuration."""
        assert adapter.as_role(adapter.role) is adapter
        with pytest.raises(ConfigError):
            adapter.as_role("no_such_role")
        self._needs(ROLES)
        other = next(role for role in environment.accounts if role != adapter.role)

        assert adapter.as_role(other) is adapter.as_role(other)
        assert adapter.as_role(other).role == other

    def test_closing_twice_is_no_error(self, adapter: Any) -> None:
        """So that clean-up never hides what went wrong before it."""
        adapter.version()
        adapter.close()
        adapter.close()

    def test_a_server_that_is_down_is_unreachable(self, unreachable: Any, sample: Sample) -> None:
        """It is neither a refusal nor an empty result; closing still works."""
        for ask in (unreachable.version, lambda: unreachable.count(sample.model)):
            with pytest.raises(Unreachable):
                ask()
        unreachable.close()

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

    # Business

    def test_order_to_cash_adds_up(self, environment: Environment, writer: Any, sample: Sample) -> None:
        """From the order to the payment, each role does its part and the amounts agree everywhere."""
        self._needs("RunsFlows")
        if not self.trades:
            pytest.skip("the data of this environment carries no trade")
        sales, stock, accounting = (
            writer.as_role(role) if role in environment.accounts else writer
            for role in ("sales", "stock", "accounting")
        )
        day = date.today()
        products = sales.sellable_products(2)
        customer = sales.create_party(replace(_PARTY, country=sample.country))
        lines = tuple(LineDraft(product, Decimal(3)) for product in products)
        order = sales.create_order(OrderDraft(customer, day, lines, reference="PO-1"))
        entered = sales.order(order)
        sales.quote_order(order)
        sales.confirm_order(order)
        planned = stock.deliveries(order)
        stock.ship_order(order, day)
        accounting.invoice_order(order, day)
        (draft,) = accounting.invoices(order)
        accounting.post_invoices(order)
        (posted,) = accounting.invoices(order)
        accounting.pay_invoice(posted.ref, Decimal("10.00"), day)
        (part,) = accounting.invoices(order)
        accounting.pay_invoice(posted.ref, part.open_amount, day)
        (paid,) = accounting.invoices(order)

        assert len(products) == len(set(products)) == len(entered.lines) == 2
        assert [line.quantity for line in entered.lines] == [3, 3]
        assert entered.untaxed == sum(line.amount for line in entered.lines) > 0
        assert entered.total == entered.untaxed + entered.tax == posted.total
        assert (entered.customer, entered.date, entered.reference) == (_PARTY.name, day, "PO-1")
        assert {delivery.effective for delivery in planned} == {None}
        assert {delivery.effective for delivery in stock.deliveries(order)} == {day}
        assert (draft.entries, draft.date) == ((), day)
        assert (posted.open_amount, part.open_amount) == (posted.total, posted.total - 10)
        assert paid.open_amount == 0
        assert len({entered.state, sales.order(order).state}) == len({draft.state, posted.state}) == 2
        self._balanced(accounting, order, posted.total)

    def test_a_request_is_answered_as_it_is(self, environment: Environment, writer: Any) -> None:
        """Whatever the server says to it, with the role's login and without."""
        self._needs("AnswersRequests")
        nobody = writer.exchange("GET", "/", logged_in=False, reads=True)
        somebody = writer.exchange("GET", "/", reads=True)

        assert nobody.status == somebody.status
        assert all(name == name.lower() for name in nobody.headers)

    def test_a_posting_by_hand_is_balanced_kept_and_reversed(
        self, environment: Environment, writer: Any
    ) -> None:
        """What is posted stays and is turned round line by line; what does not balance is not posted."""
        self._needs("KeepsLedger")
        if not self.trades:
            pytest.skip("the data of this environment carries no trade")
        ledger = writer.as_role("accounting") if "accounting" in environment.accounts else writer
        day, amount = date.today(), Decimal("1234.56")
        one, other = ledger.manual_accounts(2)
        lines = (PostingDraft(one, debit=amount), PostingDraft(other, credit=amount))
        entry = ledger.create_entry(EntryDraft(day, lines, "by hand"))
        draft = ledger.entry(entry)
        ledger.post_entry(entry)
        posted = ledger.entry(entry)
        with pytest.raises(Refused):
            ledger.delete_entry(entry)
        unbalanced = ledger.create_entry(EntryDraft(day, (lines[0], PostingDraft(other, credit=Decimal(1)))))
        with pytest.raises(Refused):
            ledger.post_entry(unbalanced)
        reversal = ledger.entry(ledger.reverse_entry(entry))

        assert (draft.date, draft.number) == (day, None)
        assert draft.state != posted.state == reversal.state
        assert posted.number != reversal.number
        assert [(x.account, x.debit, x.credit) for x in draft.lines] == [(one, amount, 0), (other, 0, amount)]
        assert [(x.account, x.debit, x.credit) for x in reversal.lines] == [
            (one, 0, amount),
            (other, amount, 0),
        ]
        assert ledger.entry(entry).lines == posted.lines
        assert ledger.entry(unbalanced).state == draft.state

    def test_rights_are_tried_and_leave_nothing(self, writer: Any, sample: Sample) -> None:
        """The first role may read the sample; nothing is made, changed or gone by the tries."""
        self._needs("ChecksAccess")
        if not self.trades:
            pytest.skip("the stand-in knows no rights")
        held = writer.count(sample.model)
        before = list(writer.read(sample.model, list(sample.types)))
        subject = next(item for item in writer.subjects() if item.model == sample.model)
        answers = writer.try_operations([subject])[sample.model]

        assert writer.log_in() is Answer.ALLOWED
        assert set(answers) == set(subject.operations)
        assert answers[READ] is Answer.ALLOWED
        assert Answer.LOCKED not in answers.values()
        assert writer.count(sample.model) == held
        assert list(writer.read(sample.model, list(sample.types))) == before

    def _balanced(self, accounting: RunsFlows, order: Ref, total: Decimal) -> None:
        balances = accounting.balances(order)
        (invoice,) = accounting.invoices(order)
        assert len(invoice.entries) >= 2
        assert [balance.account for balance in balances] == sorted({balance.account for balance in balances})
        assert sum(balance.debit for balance in balances) == sum(balance.credit for balance in balances)
        assert total in {balance.debit for balance in balances}

    @staticmethod
    def _role(environment: Environment) -> str:
        return (
            "admin"
            if not environment.accounts or "admin" in environment.accounts
            else next(iter(environment.accounts))
        )


__all__ = [
    "CAPABILITIES",
    "ROLES",
    "AdapterConformance",
    "CountingTransport",
    "Kind",
    "Sample",
    "Unsupported",
]
