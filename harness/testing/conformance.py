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

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from harness.adapters.business import RunsFlows
from harness.adapters.protocol import Adapter, Condition
from harness.documents import EntryDraft, LineDraft, OrderDraft, PartyDraft, PostingDraft, Ref
from harness.errors import AdapterError, ConfigError, Refused, Unreachable, WriteRefused
from harness.model import Environment
from harness.rights import READ, Answer
from harness.testing.conformance_guards import GuardConformance
from harness.testing.conformance_inhouse import InhouseConformance
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

_PARTY = PartyDraft(
    "Conformance 有限公司", "Long Street 1\n2nd floor", "200000", "上海", "CN", "c@example.com"
)


class AdapterConformance(GuardConformance, TradeConformance, InhouseConformance):
    """What must hold of every adapter. `environment` must be a test system, with `allow_writes` if any."""

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

    def test_its_modules_are_named_once(self, adapter: Any) -> None:
        """There is at least one, and none has a blank name."""
        self._needs("NamesModules")
        names = adapter.modules()

        assert names
        assert len(names) == len(set(names))
        assert all(name.strip() for name in names)

    def test_it_tells_once_what_was_made_use_of(self, adapter: Any, sample: Sample) -> None:
        """What is told is over: the next check hears of its own doing only."""
        self._needs("TellsTouched")
        adapter.touched()
        list(adapter.read(sample.model, [sample.key], limit=1))
        found = {(cover.kind, cover.item, cover.how) for cover in adapter.touched()}

        assert {("model", sample.model, "read"), ("field", f"{sample.model}.{sample.key}", "read")} <= found
        assert adapter.touched() == ()

    # Writing

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

    # Business

    def test_order_to_cash_adds_up(self, environment: Environment, writer: Any, sample: Sample) -> None:
        """From the order to the payment, each role does its part and the amounts agree everywhere."""
        self._trading("RunsFlows")
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
        self._trading("KeepsLedger")
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


__all__ = [
    "CAPABILITIES",
    "ROLES",
    "AdapterConformance",
    "CountingTransport",
    "Kind",
    "Sample",
    "Unsupported",
]
