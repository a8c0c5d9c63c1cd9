"""A simulated Tryton user on either wire form, against answers made by hand."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from types import MappingProxyType

import pytest

from harness.adapters.load import Answer, LoadFault, LoadSession, Seat
from harness.adapters.tryton.load import TrytonLoadSession
from harness.adapters.tryton.load_scenarios import Selling
from harness.adapters.wire import jsonrpc
from harness.model import Account, Environment, Secret, Side
from harness.values import Value
from harness.written import Stage, Write

SALE = {"id": 7, "party": 3, "invoice_address": 4, "shipment_address": 5, "warehouse": 6}
GOODS = {"id": 9, "rec_name": "[G1] Desk lamp", "default_uom": 1, "list_price": Decimal("12.50")}
ANSWERS: Mapping[str, Value] = {
    "common.db.login": [1, "token", None],
    "model.res.user.get_preferences": {"company": 1},
    "model.sale.sale.search_read": [SALE],
    "model.product.product.search_read": [GOODS],
    "model.party.party.search_read": [{"id": 3}],
    "model.sale.sale.read": [{"id": 7, "lines": [1, 2], "state": "processing"}],
    "model.sale.line.read": [{"id": 1}],
    "model.sale.sale.search_count": 12,
    "model.sale.sale.create": [70],
    "model.sale.sale.quote": None,
    "model.sale.sale.confirm": None,
}


class Server:
    """Answers calls at one path; 405 elsewhere, as 8.0 does."""

    def __init__(self, path: str, answers: Mapping[str, object] = ANSWERS) -> None:
        self.path, self.answers = path, dict(answers)
        self.calls: list[tuple[str, list[Value]]] = []
        self.headers: Mapping[str, str] = {}

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] = MappingProxyType({})
    ) -> Answer:
        if path != self.path:
            return Answer(405, b"")
        call = jsonrpc.loads(body)
        assert isinstance(call, dict)
        name = str(call["method"])
        self.calls.append((name, list(call["params"])))  # type: ignore[arg-type]
        self.headers = dict(headers)
        found = self.answers[name]
        return found if isinstance(found, Answer) else Answer(200, jsonrpc.dumps({"id": 1, "result": found}))  # type: ignore[dict-item]


class Timing:
    """Notes the transactions."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.written: list[Write] = []

    @contextmanager
    def __call__(self, transaction: str, write: Write | None = None) -> Iterator[None]:
        yield
        self.seen.append(transaction)
        self.written += [write] if write else []


def logged_in(
    server: Server, number: int = 0, url: str = "http://erp", scenarios: tuple[str, ...] = Selling.names
) -> TrytonLoadSession:
    user = TrytonLoadSession()
    environment = Environment(Side.SOURCE, "tryton", url, {"database": "live"})
    account = Account("sales", "seller", Secret("pw"))
    user.login(environment, server, Seat("run7", number, account, scenarios))
    return user


def test_a_sale_is_noted_at_each_of_its_stages_under_its_own_reference() -> None:
    server, timing = Server("/live/"), Timing()
    logged_in(server, number=4).scenarios()["sale.order"](timing)

    (reference,) = {each.reference for each in timing.written}
    (draft,) = next(params[0] for name, params in server.calls if name == "model.sale.sale.create")  # type: ignore[misc, index]
    assert draft["reference"] == reference  # type: ignore[index, call-overload]
    assert reference.startswith("LOAD-run7-4-")
    assert [each.stage for each in timing.written] == [Stage.ENTERED, Stage.QUOTED, Stage.CONFIRMED]


def test_it_is_a_load_session() -> None:
    session: type[LoadSession] = TrytonLoadSession

    assert session is TrytonLoadSession


@pytest.mark.parametrize(
    ("url", "path"),
    [("http://erp", "/live/"), ("http://erp", "/live/rpc/"), ("http://erp/sub/", "/sub/live/rpc/")],
)
@pytest.mark.parametrize(
    ("scenario", "transactions"),
    [
        ("party.list", ["party.list"]),
        ("sale.open", ["sale.open"]),
        ("product.search", ["product.search"]),
        ("sale.count", ["sale.count"]),
        ("sale.order", ["sale.create", "sale.quote", "sale.confirm"]),
    ],
)
def test_each_scenario_on_either_wire_form(
    url: str, path: str, scenario: str, transactions: list[str]
) -> None:
    server, timing = Server(path), Timing()

    logged_in(server, url=url).scenarios()[scenario](timing)

    assert timing.seen == transactions
    assert base64.b64decode(server.headers["Authorization"].split()[1]) == b"seller:1:token"


def test_what_two_users_enter_never_collides() -> None:
    references = []
    for number in (0, 1):
        server = Server("/live/")
        user = logged_in(server, number)
        for _ in range(3):
            user.scenarios()["sale.order"](Timing())
        drafts = [params[0][0] for name, params in server.calls if name == "model.sale.sale.create"]  # type: ignore[index]
        references += [draft["reference"] for draft in drafts]  # type: ignore[index]
        assert all(draft["lines"][0][1][0]["unit_price"] == Decimal("12.50") for draft in drafts)  # type: ignore[index]

    assert len(set(references)) == len(references) == 6


@pytest.mark.parametrize(
    ("method", "answer", "scenario", "code"),
    [
        ("model.party.party.search_read", [], "party.list", "answer.empty"),
        ("model.sale.sale.search_count", 0, "sale.count", "answer.empty"),
        ("model.sale.sale.quote", Answer(500, b""), "sale.order", "http.500"),
        ("model.sale.sale.confirm", Answer(401, b""), "sale.order", "refused.login"),
        ("model.sale.sale.confirm", Answer(200, b"<html>"), "sale.order", "answer.not_json"),
        (
            "model.sale.sale.confirm",
            Answer(200, b'{"id": 1, "error": ["AccessError", ["Jane Roe may not"]]}'),
            "sale.order",
            "refused.AccessError",
        ),
        (
            "model.sale.sale.confirm",
            Answer(200, b'{"id": 1, "error": ["Jane Roe", ""]}'),
            "sale.order",
            "refused.error",
        ),
        ("model.sale.sale.read", [{"state": "quotation"}], "sale.order", "answer.not_confirmed"),
    ],
)
def test_a_wrong_answer_is_a_fault_that_tells_no_data(
    method: str, answer: object, scenario: str, code: str
) -> None:
    server = Server("/live/")
    user = logged_in(server)
    server.answers[method] = answer

    with pytest.raises(LoadFault) as fault:
        user.scenarios()[scenario](Timing())

    assert fault.value.code == code


@pytest.mark.parametrize(
    ("method", "answer", "code"),
    [
        ("common.db.login", None, "refused.login"),
        ("common.db.login", Answer(401, b""), "refused.login"),
        ("common.db.login", Answer(503, b""), "http.503"),
        ("model.sale.sale.search_read", [], "data.no_sale_sale"),
        ("model.product.product.search_read", [], "data.no_product_product"),
    ],
)
def test_a_login_that_gets_nowhere_is_a_fault(method: str, answer: object, code: str) -> None:
    with pytest.raises(LoadFault) as fault:
        logged_in(Server("/live/", {**ANSWERS, method: answer}))

    assert fault.value.code == code


BACK_OFFICE: Mapping[str, Value] = {
    "common.db.login": [1, "token", None],
    "common.db.logout": None,
    "model.res.user.get_preferences": {"company": 1},
    "model.purchase.purchase.search_read": [{"id": 8, "party": 3, "invoice_address": 4, "warehouse": 6}],
    "model.product.product.search_read": [GOODS],
    "model.purchase.purchase.create": [80],
    "model.purchase.purchase.quote": None,
    "model.purchase.purchase.confirm": None,
    "model.purchase.purchase.read": [{"id": 80, "state": "processing"}],
    "model.stock.location.search_read": [{"id": 6, "storage_location": 61}],
    "model.product.product.read": [{"id": 9, "quantity": 4.0}],
    "model.account.account.search_read": [{"id": n, "company": 1} for n in (1, 2, 3)],
    "model.account.journal.search_read": [{"id": 5}],
    "model.account.period.search_read": [{"id": 11, "fiscalyear": 2}],
    "model.account.move.create": [90],
    "model.account.move.post": None,
    "model.account.move.read": [{"id": 90, "state": "posted"}],
    "model.account.general_ledger.account.search_read": [{"id": 1}],
}
STEPS = {
    "log_in": ["log_in"],
    "purchase.order": ["purchase.create", "purchase.quote", "purchase.confirm"],
    "stock.inquiry": ["stock.inquiry"],
    "journal.post": ["journal.enter", "journal.post"],
    "report.balances": ["report.balances"],
}


@pytest.mark.parametrize("scenario", STEPS)
def test_each_desk_reads_what_it_needs_and_does_its_steps(scenario: str) -> None:
    timing = Timing()
    user = logged_in(Server("/live/", BACK_OFFICE), scenarios=(scenario,))

    user.scenarios()[scenario](timing)

    assert timing.seen == STEPS[scenario]


@pytest.mark.parametrize(
    ("scenario", "call", "answer", "code"),
    [
        ("journal.post", "model.account.move.read", [{"id": 90, "state": "draft"}], "answer.not_posted"),
        ("journal.post", "model.account.move.create", [], "answer.empty"),
        ("stock.inquiry", "model.product.product.read", [], "answer.empty"),
        ("report.balances", "model.account.general_ledger.account.search_read", [], "answer.empty"),
        ("purchase.order", "model.purchase.purchase.read", [{"state": "draft"}], "answer.not_confirmed"),
    ],
)
def test_an_answer_that_says_too_little_is_a_fault(
    scenario: str, call: str, answer: Value, code: str
) -> None:
    user = logged_in(Server("/live/", {**BACK_OFFICE, call: answer}), scenarios=(scenario,))

    with pytest.raises(LoadFault) as fault:
        user.scenarios()[scenario](Timing())
    assert fault.value.code == code


def test_a_journal_entry_adds_up_to_zero_and_is_noted_until_it_is_posted() -> None:
    server, timing = Server("/live/", BACK_OFFICE), Timing()
    logged_in(server, number=3, scenarios=("journal.post",)).scenarios()["journal.post"](timing)

    (entry,) = next(params[0] for name, params in server.calls if name == "model.account.move.create")  # type: ignore[misc, index]
    lines = entry["lines"][0][1]  # type: ignore[index, call-overload]
    assert sum(line["debit"] - line["credit"] for line in lines) == 0  # type: ignore[index, call-overload, misc]
    assert lines[0]["account"] != lines[1]["account"]  # type: ignore[index, call-overload]
    assert [each.stage for each in timing.written] == [Stage.ENTERED, Stage.POSTED]
    assert {each.reference for each in timing.written} == {entry["description"]}  # type: ignore[index, call-overload]


def test_a_desk_that_is_not_asked_for_is_not_prepared() -> None:
    server = Server("/live/", BACK_OFFICE)
    logged_in(server, scenarios=("stock.inquiry",))

    assert "model.purchase.purchase.search_read" not in {name for name, _ in server.calls}


def test_who_comes_again_leaves_that_session_and_stays_in_the_first() -> None:
    server = Server("/live/", BACK_OFFICE)
    user = logged_in(server, scenarios=("log_in", "stock.inquiry"))
    before = len(server.calls)

    user.scenarios()["log_in"](Timing())
    assert [name for name, _ in server.calls[before:]] == ["common.db.login", "common.db.logout"]
    user.scenarios()["stock.inquiry"](Timing())
    assert server.headers["Authorization"].startswith("Session ")
