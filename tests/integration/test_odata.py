"""The OData adapter on SAP CAP: the source on major 9, the target on major 10, by V4 and by V2."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from harness.access import Duties
from harness.access import gather as gather_rights
from harness.access.comparison import compare as compare_rights
from harness.adapters.odata.batch import Request
from harness.adapters.odata.service import Query
from harness.adapters.protocol import Condition
from harness.adapters.registry import open_adapter
from harness.documents import LineDraft, OrderDraft, PartyDraft, Ref, as_value
from harness.errors import ConfigError, Refused, WriteRefused
from harness.evidence import Recorded, Run
from harness.model import (
    Account,
    Area,
    CheckSpec,
    Environment,
    FindingKind,
    Mode,
    Part,
    Secret,
    Side,
    Status,
    Title,
)
from harness.testing.conformance import AdapterConformance, Kind, Sample, Unsupported
from harness.testing.declarations import BUSINESS
from tests.integration.cap_servers import CAP, PASSWORD, ROLES, CapServer, Edits, cap_server, installed
from tests.integration.conftest import shared

pytestmark = pytest.mark.real_pair

ROOT = Path(__file__).parents[2]
DOCUMENTS = ROOT / "fixtures/odata/sales.toml"
FLOW = ROOT / "suites/functional/order_to_cash/test_order_to_cash.py"
DAY = date(2026, 3, 31)
MAJORS = {Side.SOURCE: "9", Side.TARGET: "10"}
VERSIONS = ("v4", "v2")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[Side, CapServer]]:
    """Both majors, each with the packages of its lock."""
    with shared("cap"):
        for major in MAJORS.values():
            installed(major)
    with ExitStack() as stack:
        yield {
            side: stack.enter_context(cap_server(major, tmp_path_factory.mktemp(f"cap{major}")))
            for side, major in MAJORS.items()
        }


def environment_of(server: CapServer, version: str, side: Side = Side.SOURCE, **options: Any) -> Environment:
    """A server with an account for each of its roles."""
    return Environment(
        side=side,
        adapter="odata",
        url=server.url(version),
        options={"documents": str(DOCUMENTS), **options},
        accounts={role: Account(role, role, Secret(PASSWORD)) for role in ROLES},
        allow_writes=True,
    )


@pytest.fixture
def opened() -> Iterator[Callable[..., Any]]:
    """Opens adapters and closes them in the end."""
    adapters: list[Any] = []

    def open_one(environment: Environment, role: str = "admin", **more: Any) -> Any:
        adapters.append(open_adapter(environment, role, **{"writes": True, **more}))
        return adapters[-1]

    yield open_one
    for adapter in adapters:
        adapter.close()


class _Cap(AdapterConformance):
    adapter_name = "odata"
    side: ClassVar[Side]
    version: ClassVar[str]
    unsupported: ClassVar[Mapping[str, Unsupported]] = {
        **dict.fromkeys(
            set(BUSINESS) - {"RunsFlows", "RemembersSales"},
            Unsupported(Kind.NOTYET, "the mapping knows sales orders only"),
        ),
        "ListsInventory": Unsupported(Kind.NOTYET, "$metadata is read for types only"),
        "NamesModules": Unsupported(Kind.NEVER, "a service names no modules"),
        "TellsTouched": Unsupported(Kind.NOTYET, "there is no inventory that it would be held against"),
        "AnswersRequests": Unsupported(Kind.NOTYET, "no contract is recorded through its login"),
        "QueriesSql": Unsupported(Kind.NEVER, "a service shows no database"),
        "HasWebClient": Unsupported(Kind.NEVER, "a service has no screens"),
        "GeneratesLoad": Unsupported(Kind.NOTYET, "no load sessions are written for it"),
        "NumbersWithoutGaps": Unsupported(Kind.NOTYET, "no load sessions are written for it"),
        "AccountsForLoad": Unsupported(Kind.NOTYET, "no load sessions are written for it"),
        "RunsBatches": Unsupported(Kind.NOTYET, "a mapping file describes documents, not batches"),
        "LendsAccounts": Unsupported(Kind.NOTYET, "a mapping file describes documents, not logins"),
    }

    @pytest.fixture
    def environment(self, servers: Mapping[Side, CapServer]) -> Environment:
        """One server by one version of the protocol."""
        return environment_of(servers[self.side], self.version, self.side)

    @pytest.fixture
    def inner(self) -> httpx.BaseTransport:
        """The network."""
        return httpx.HTTPTransport(verify=False)  # nothing is encrypted here, and certificates load slowly

    @pytest.fixture
    def sample(self) -> Sample:
        """Business partners, of which there are more than a page holds."""
        return Sample(
            model="BusinessPartners",
            key="PartnerId",
            types={
                "Name": str,
                "CreditLimit": Decimal,
                "CreatedOn": date,
                "Loyalty": int,
                "ChangedAt": datetime,
            },
            where=Condition("PartnerId", ">", "BP000100"),
            created={"Name": "O'Neil & 子公司", "CreatedOn": DAY},
            changed=("City", "Łódź"),
        )


class TestCap9V4(_Cap):
    """The source."""

    side, version = Side.SOURCE, "v4"


class TestCap9V2(_Cap):
    """The source by the older protocol."""

    side, version = Side.SOURCE, "v2"


class TestCap10V4(_Cap):
    """The target."""

    side, version = Side.TARGET, "v4"


class TestCap10V2(_Cap):
    """The target by the older protocol."""

    side, version = Side.TARGET, "v2"


BOTH = pytest.mark.parametrize(
    ("side", "version"), [(side, version) for side in Side for version in VERSIONS]
)


@BOTH
def test_values_are_exact_and_typed_by_the_description(
    opened: Callable[..., Any], servers: Mapping[Side, CapServer], side: Side, version: str
) -> None:
    """What is written is what is read: more digits than a float has, times, bytes, nothing at all."""
    adapter = opened(environment_of(servers[side], version))
    written = {
        "ListPrice": Decimal("1234567890123.45"),
        "Stocktaking": datetime.fromisoformat("2026-03-31T23:59:59+00:00"),
        "OpensAt": datetime.fromisoformat("2026-03-31T07:05:09").time(),
        "Picture": b"\x00\xfb\xff\xfe",
        "Fragile": True,
        "Description": None,
    }
    key = adapter.create("Materials", {"MaterialNumber": "EXACT/1 ä'", **written})
    (row,) = adapter.read("Materials", tuple(written), [Condition("MaterialNumber", "=", key)])
    count = adapter.count("Materials", [Condition("ListPrice", "=", Decimal("1234567890123.45"))])
    adapter.write("Materials", key, {"Fragile": False})
    (changed,) = adapter.read("Materials", ["Fragile"], [Condition("MaterialNumber", "like", "EXACT%")])
    adapter.delete("Materials", key)

    assert row == written
    assert {name: type(value) for name, value in row.items()} == {k: type(v) for k, v in written.items()}
    assert (count, changed, adapter.count("Materials", [Condition("Fragile", "in", [])])) == (
        1,
        {"Fragile": False},
        0,
    )


@BOTH
def test_a_key_of_several_parts_names_one_entity(
    opened: Callable[..., Any], servers: Mapping[Side, CapServer], side: Side, version: str
) -> None:
    adapter = opened(environment_of(servers[side], version))
    order = ordered(adapter, 2)
    lines = list(
        adapter.read("SalesOrderItems", ["Position"], [Condition("Order_OrderNumber", "=", order.id)])
    )
    adapter.write(
        "SalesOrderItems", f"Order_OrderNumber='{order.id}',Position=20", {"Quantity": Decimal("7.5")}
    )

    assert [row["Position"] for row in lines] == [10, 20]
    assert [line.quantity for line in adapter.order(order).lines] == [2, Decimal("7.5")]


@BOTH
def test_a_token_is_fetched_when_it_is_required_and_again_when_it_is_lost(
    opened: Callable[..., Any], servers: Mapping[Side, CapServer], side: Side, version: str
) -> None:
    wire = Recording()
    adapter = opened(environment_of(servers[side], version), transport=wire)
    adapter.count("BusinessPartners")
    for name in ("first", "second"):
        wire.seen.clear()
        adapter.create("BusinessPartners", {"Name": name})
        if name == "first":
            assert wire.seen == [("POST", 403), ("GET", 200), ("POST", 201)]
    assert wire.seen == [("POST", 201)]

    wire.lose_cookies = True
    wire.seen.clear()
    with pytest.raises(Refused) as caught:
        adapter.create("BusinessPartners", {"Name": "third"})
    assert caught.value.code == "access"
    assert wire.seen == [("POST", 403), ("GET", 200), ("POST", 403)]


@BOTH
def test_what_somebody_else_has_changed_meanwhile_is_not_overwritten(
    opened: Callable[..., Any], servers: Mapping[Side, CapServer], side: Side, version: str
) -> None:
    environment = environment_of(servers[side], version)
    other = opened(environment)
    key = other.create("BusinessPartners", {"Name": "Shared"})
    wire = Recording()
    adapter = opened(environment, transport=wire)
    adapter.write("BusinessPartners", key, {"City": "first"})
    wire.before_change = lambda: other.write("BusinessPartners", key, {"City": "elsewhere"})
    with pytest.raises(Refused) as caught:
        adapter.write("BusinessPartners", key, {"City": "second"})

    assert caught.value.code == "changed"
    (row,) = other.read("BusinessPartners", ["City"], [Condition("PartnerId", "=", key)])
    assert row == {"City": "elsewhere"}


@BOTH
def test_several_requests_go_as_one_and_each_has_its_own_answer(
    opened: Callable[..., Any], servers: Mapping[Side, CapServer], side: Side, version: str
) -> None:
    wire = Recording()
    adapter = opened(environment_of(servers[side], version), transport=wire)
    service = adapter._service
    adapter.create("BusinessPartners", {"Name": "for the token"})
    wire.seen.clear()
    body = {"headers": {**service.typed.dialect.headers, "Content-Type": "application/json"}}
    answers = service.batch(
        [
            Request("GET", "Materials?$top=1"),
            Request("GET", "Nothing"),
            Request("POST", "BusinessPartners", **body, content='{"Name": "批"}'.encode()),
            Request("POST", "BusinessPartners", **body, content=b'{"Name": ""}'),
            Request("GET", "Materials/$count"),
        ]
    )
    assert [answer.status_code for answer in answers] == [200, 404, 201, 400, 200]
    assert wire.seen == [("POST", 202 if version == "v2" else 200)]

    wire.seen.clear()
    one = Query("Materials", ("MaterialNumber",), (Condition("MaterialNumber", "=", "MAT-01"),))
    none = Query("Materials", ("MaterialNumber",), (Condition("MaterialNumber", "in", []),))
    many = Query("BusinessPartners", ("PartnerId",))
    found = service.read_all([one, none, many])
    assert [len(rows) for rows in found] == [1, 0, adapter.count("BusinessPartners")]
    assert len({row["PartnerId"] for row in found[2]}) == len(found[2])
    assert [method for method, _ in wire.seen].count("POST") == 1


def test_a_batch_that_writes_is_guarded(
    opened: Callable[..., Any], servers: Mapping[Side, CapServer]
) -> None:
    wire = Recording()
    adapter = opened(environment_of(servers[Side.SOURCE], "v4"), writes=False, transport=wire)
    adapter.count("Materials")
    wire.seen.clear()
    with pytest.raises(WriteRefused):
        adapter._service.batch([Request("GET", "Materials"), Request("POST", "BusinessPartners", {}, b"{}")])

    assert wire.seen == []


REFUSALS: list[tuple[str, str, Callable[[Any], object], str]] = [
    ("reading without the right", "viewer", lambda a: a.count("JournalEntries"), "access"),
    ("writing without it", "viewer", lambda a: a.create("BusinessPartners", {"Name": "x"}), "access"),
    ("an action of another role", "stock", lambda a: a.press("SalesOrders", "none", "quote"), "access"),
    ("one that is not there", "admin", lambda a: a.press("SalesOrders", "none", "quote"), "not_found"),
    ("a missing value", "admin", lambda a: a.create("BusinessPartners", {}), "ASSERT_MANDATORY"),
    ("too long", "admin", lambda a: a.create("BusinessPartners", {"Name": "x" * 81}), "ASSERT_DATA_TYPE"),
    ("no lines", "sales", lambda a: a.quote_order(ordered(a, 0)), "http_422"),
    ("the wrong state", "sales", lambda a: a.confirm_order(ordered(a, 1)), "http_409"),
]


@pytest.mark.parametrize("version", VERSIONS)
def test_both_majors_refuse_alike(
    opened: Callable[..., Any], servers: Mapping[Side, CapServer], version: str
) -> None:
    """By code and by words, and in the language of the user."""
    said: dict[Side, list[tuple[str, str, str]]] = {}
    for side in Side:
        adapter = opened(environment_of(servers[side], version))
        said[side] = []
        for name, role, act, code in REFUSALS:
            with pytest.raises(Refused) as caught:
                act(adapter.as_role(role))
            assert (name, caught.value.code) == (name, code)
            said[side].append((name, caught.value.code, caught.value.message))
    german = opened(environment_of(servers[Side.TARGET], version, language="de"))
    with pytest.raises(Refused) as caught:
        german.create("BusinessPartners", {})

    assert said[Side.SOURCE] == said[Side.TARGET]
    assert caught.value.message == "Geben Sie den fehlenden Wert ein."


def test_a_wrong_password_is_a_refused_login(
    opened: Callable[..., Any], servers: Mapping[Side, CapServer]
) -> None:
    wrong = environment_of(servers[Side.TARGET], "v4")
    object.__setattr__(wrong, "accounts", {"admin": Account("admin", "admin", Secret("wrong"))})
    with pytest.raises(Refused) as caught:
        opened(wrong).count("Materials")

    assert caught.value.code == "login"


def test_the_same_sale_makes_the_same_documents_whatever_it_is_spoken_by(
    opened: Callable[..., Any], servers: Mapping[Side, CapServer]
) -> None:
    """Both majors, both versions of the protocol; apart from keys and numbers."""
    made = [sold(opened(environment_of(servers[side], version))) for side in Side for version in VERSIONS]

    assert made[0] == made[1] == made[2] == made[3]


def test_what_the_mapping_names_and_the_service_lacks_is_told_by_line_and_key(
    opened: Callable[..., Any], servers: Mapping[Side, CapServer], tmp_path: Path
) -> None:
    """All of it at once; and what does not need it still works."""
    file = tmp_path / "wrong.toml"
    content = DOCUMENTS.read_text("utf-8")
    for right, wrong in (('tax = "TaxAmount"', 'tax = "TaxAmonut"'), ('call = "bill"', 'call = "invoice"')):
        assert right in content
        content = content.replace(right, wrong)
    file.write_text(content, "utf-8")
    adapter = opened(environment_of(servers[Side.SOURCE], "v4", documents=str(file)))
    with pytest.raises(ConfigError) as caught:
        adapter.check_setup()

    said = str(caught.value)
    assert "order.fields.tax" in said
    assert "TaxAmount" in said
    assert "actions.invoice_order.call" in said
    assert adapter.sellable_products(1) == ("MAT-01",)
    with pytest.raises(Refused) as refused:
        adapter.order(Ref("order", "SO000001"))
    assert refused.value.code == "not_offered"


# Whole checks


def test_the_unchanged_flow_passes_and_what_the_majors_differ_in_is_found(
    servers: Mapping[Side, CapServer], tmp_path: Path
) -> None:
    """The older major sends numbers as binary floats: that is no difference, but where one cannot hold it."""
    partners = tmp_path / "test_partners.py"
    shutil.copy(CAP / "suite/partners.py", partners)
    found = checked(tmp_path, servers[Side.SOURCE].url("v4"), servers[Side.TARGET].url("v4"), FLOW, partners)

    assert statuses(found) == {
        "function.order_to_cash": Status.PASSED,
        "function.partner_defaults": Status.FAILED,
    }
    (finding,) = found.findings
    assert (finding.check_id, finding.step, finding.kind) == (
        "function.partner_defaults",
        "register",
        FindingKind.MISMATCH,
    )
    assert (finding.source_value, finding.target_value) == (9007199254740992, 9007199254740993)


PLANTED: list[tuple[str, Edits, set[tuple[str | None, FindingKind]]]] = [
    (
        "the tax is ignored",
        [("srv/service.js", "const tax = rounded(net * TAX.percent, 100n)", "const tax = 0n")],
        {("order", FindingKind.MISMATCH), ("invoice", FindingKind.MISMATCH), ("post", FindingKind.MISMATCH)},
    ),
    (
        "an action moved",
        [
            ("srv/service.cds", "grant: 'bill'", "grant: 'createBilling'"),
            ("srv/service.cds", "action bill(", "action createBilling("),
            ("srv/service.js", "this.on('bill'", "this.on('createBilling'"),
        ],
        {("invoice", FindingKind.REGRESSION)},
    ),
]


@pytest.mark.parametrize(("edits", "expected"), [pytest.param(*rest, id=name) for name, *rest in PLANTED])
def test_a_planted_defect_is_found_at_its_step(
    servers: Mapping[Side, CapServer],
    tmp_path: Path,
    edits: Edits,
    expected: set[tuple[str | None, FindingKind]],
) -> None:
    with cap_server("10", tmp_path / "cap", edits) as target:
        found = checked(tmp_path, servers[Side.SOURCE].url("v4"), target.url("v4"), FLOW)

    assert statuses(found) == {"function.order_to_cash": Status.FAILED}
    assert {(finding.step, finding.kind) for finding in found.findings} == expected


def test_a_service_that_moved_is_found(servers: Mapping[Side, CapServer], tmp_path: Path) -> None:
    """It is no crash, and no error of the configuration: the current system has it at that path."""
    target = servers[Side.TARGET].url("v4")
    found = checked(
        tmp_path, servers[Side.SOURCE].url("v4"), target.replace("/odata/v4/", "/odata/v5/"), FLOW
    )

    assert statuses(found) == {"function.order_to_cash": Status.FAILED}
    assert {(finding.step, finding.kind) for finding in found.findings} == {(None, FindingKind.UNAVAILABLE)}


RIGHTS = CheckSpec(
    "rights.roles", Title("Rights", "权限"), Area.RIGHTS, "system", Mode.SIDE, "rights", writes=True
)


@pytest.mark.parametrize("version", VERSIONS)
def test_both_majors_give_every_role_the_same_rights(
    opened: Callable[..., Any], servers: Mapping[Side, CapServer], version: str
) -> None:
    """Tried as each of them, and nothing is left behind."""
    adapters = {side: opened(environment_of(servers[side], version, side)) for side in Side}
    kept = [held(adapter) for adapter in adapters.values()]
    captures = {
        part: gather_rights(adapters[side], Duties())
        for part, side in ((Part.SOURCE, Side.SOURCE), (Part.TARGET, Side.TARGET))
    }
    found = compare_rights(RIGHTS, captures)

    assert (found.status, found.findings) == (Status.PASSED, ())
    assert [held(adapter) for adapter in adapters.values()] == kept
    sets, actions = len(adapters[Side.SOURCE].subjects()), 5
    assert found.measures["rights_compared"] == len(ROLES) * (4 * sets + actions)
    assert captures[Part.SOURCE].measures["tried"] == found.measures["rights_compared"]


def test_rights_that_are_gained_and_lost_are_found(
    opened: Callable[..., Any], servers: Mapping[Side, CapServer], tmp_path: Path
) -> None:
    edits = [
        ("srv/service.cds", "'UPDATE', 'quote', 'release']", "'UPDATE', 'release']"),
        ("srv/service.cds", "{ grant: 'READ', to: ['sales', 'accounting', 'admin'] }", "{ grant: 'READ' }"),
    ]
    with cap_server("10", tmp_path / "cap", edits) as target:
        captures = {
            Part.SOURCE: gather_rights(opened(environment_of(servers[Side.SOURCE], "v4")), Duties()),
            Part.TARGET: gather_rights(opened(environment_of(target, "v4", Side.TARGET)), Duties()),
        }
    found = compare_rights(RIGHTS, captures)

    assert {(item.kind, item.key, item.field) for item in found.findings} == {
        (FindingKind.REGRESSION, "admin+sales: SalesOrders", "button:quote"),
        (FindingKind.VIOLATION, "stock+viewer: CustomerInvoices", "read"),
    }


# What the tests above are made of


class Recording(httpx.BaseTransport):
    """The network, with what went over it."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] = []
        self.lose_cookies = False
        self.before_change: Callable[[], None] | None = None
        self._inner = httpx.HTTPTransport(verify=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The server's answer."""
        if self.before_change is not None and "If-Match" in request.headers:
            self.before_change()
        if self.lose_cookies:
            request.headers.pop("Cookie", None)
        response = self._inner.handle_request(request)
        self.seen.append((request.method, response.status_code))
        return response

    def close(self) -> None:
        """Closes the connections."""
        self._inner.close()


def held(adapter: Any) -> dict[str, int]:
    """How many entities there are of every set."""
    names = [subject.model for subject in adapter.subjects() if subject.model != "SystemInfo"]
    return {name: adapter.count(name) for name in names}


def ordered(adapter: Any, lines: int) -> Ref:
    """A draft order."""
    customer = adapter.create_party(PartyDraft("海风贸易有限公司", "人民路 1 号", "200000", "上海", "CN"))
    goods = tuple(LineDraft(code, Decimal(2)) for code in adapter.sellable_products(lines))[:lines]
    order: Ref = adapter.create_order(OrderDraft(customer, DAY, goods, reference="PO 1"))
    return order


def sold(adapter: Any) -> dict[str, Any]:
    """The documents of a whole sale, without what identifies them."""
    order = ordered(adapter, 3)
    adapter.quote_order(order)
    adapter.confirm_order(order)
    adapter.ship_order(order, DAY)
    adapter.invoice_order(order, DAY)
    adapter.post_invoices(order)
    for invoice in adapter.invoices(order):
        adapter.pay_invoice(invoice.ref, invoice.part(Decimal("0.5")), DAY)
    documents = [
        adapter.order(order),
        adapter.deliveries(order),
        adapter.invoices(order),
        adapter.balances(order),
    ]
    return {str(place): nameless(as_value(document)) for place, document in enumerate(documents)}


def nameless(value: Any) -> Any:
    """A document without its numbers."""
    if isinstance(value, Mapping):
        return {name: nameless(item) for name, item in value.items() if name not in {"ref", "number"}}
    return [nameless(item) for item in value] if isinstance(value, list) else value


def checked(folder: Path, source: str, target: str, *suites: Path) -> Recorded:
    """What `pytest` makes of some suites between two services."""
    config = ['schema = 1\n[project]\nname = "CAP"\nmilestone = "SIT"\n']
    for side, url in (("source", source), ("target", target)):
        config.append(
            f'[{side}]\nadapter = "odata"\nurl = "{url}"\nsynthetic = true\nallow_writes = true\n'
            f"[{side}.options]\ndocuments = {json.dumps(str(DOCUMENTS))}\n"
        )
        config += [f'[{side}.accounts.{role}]\nuser = "{role}"\npassword = "{PASSWORD}"\n' for role in ROLES]
    (folder / "harness.toml").write_text("".join(config), "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += [*map(str, suites), "--harness-config", str(folder / "harness.toml")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr)
    return Run.find(folder / "runs", "latest").read()


def statuses(found: Recorded) -> dict[str, Status]:
    """How each check ended."""
    return {name: result.status for name, result in found.conclusions().items()}
