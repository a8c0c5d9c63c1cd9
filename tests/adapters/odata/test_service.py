"""OData services: versions of entities, pages, tokens, refusals, and answers that no such service gives."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

import httpx
import pytest

from harness.adapters.guard import WriteGuard
from harness.adapters.odata.batch import Request
from harness.adapters.odata.service import Described, ODataService, Query
from harness.adapters.odata.session import ODataSession
from harness.adapters.protocol import Condition
from harness.adapters.wire.http import HttpSession
from harness.errors import AdapterError, Refused, Unreachable, WriteRefused
from harness.model import Environment, Side
from tests.adapters.odata.test_description import V2
from tests.fakes.odata import PASSWORD, ROOT, ODataErp
from tests.fakes.sales_erp import SalesErp

URL = f"http://erp.example{ROOT}"
Answer: TypeAlias = Callable[[httpx.Request], httpx.Response]


def _service(
    answer: Answer, role: str = "admin", password: str = PASSWORD, *, unlocked: bool = True, **more: Any
) -> ODataService:
    http = HttpSession(URL, transport=httpx.MockTransport(answer), auth=(role, password))
    guard = WriteGuard(Environment(Side.TARGET, "odata", URL, allow_writes=True), unlocked=unlocked)
    return ODataService(ODataSession(http, guard, **more), Described())


@pytest.fixture
def erp() -> ODataErp:
    """Version 2 with three pages of partners."""
    return ODataErp(SalesErp("2", partners=120))


def after_metadata(erp: ODataErp, answer: Answer) -> Answer:
    """The fake's description, then other answers."""
    return lambda request: erp.handle(request) if request.url.path.endswith("$metadata") else answer(request)


def speaking_v2(*answers: Any) -> Answer:
    """The description of a small V2 service, then these answers; what is no response is its JSON."""
    left = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("$metadata"):
            return httpx.Response(200, content=V2)
        found = left.pop(0)
        return found if isinstance(found, httpx.Response) else httpx.Response(200, json=found)

    return answer


# Versions of entities


def test_a_change_names_the_version_it_changes(erp: ODataErp) -> None:
    """The fake answers 428 without an ETag and 412 with a stale one; later changes name it at once."""
    service = _service(erp.handle)
    service.change("BusinessPartners", "BP-00001", {"City": "上海"})
    before = erp.requests
    service.change("BusinessPartners", "BP-00001", {"City": "北京"})

    assert erp.requests == before + 2
    assert service.one("BusinessPartners", "BP-00001", ["City"]) == {"City": "北京"}


def test_somebody_elses_change_in_between_is_refused(erp: ODataErp) -> None:
    """Nothing is overwritten unseen."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "PATCH" and "If-Match" in request.headers:
            erp.erp.change("BusinessPartners", "BP-00001", {"City": "elsewhere"})
        return erp.handle(request)

    with pytest.raises(Refused) as caught:
        _service(answer).change("BusinessPartners", "BP-00001", {"City": "上海"})

    city = erp.erp.one("BusinessPartners", "BP-00001")["City"]
    assert (caught.value.code, city) == ("changed", "elsewhere")


# Conditions


@pytest.mark.parametrize(
    ("operator", "value", "count"),
    [
        ("=", "BP-00007", 1),
        ("!=", "BP-00007", 119),
        ("<", "BP-00007", 6),
        ("<=", "BP-00007", 7),
        (">", "BP-00007", 113),
        (">=", "BP-00007", 114),
        ("in", ["BP-00001", "BP-00002", "none"], 2),
        ("in", [], 0),
        ("like", "BP-0001%", 10),
        ("like", "%7", 12),
        ("like", "%0011%", 11),
    ],
)
def test_conditions_are_the_services_filters(erp: ODataErp, operator: str, value: str, count: int) -> None:
    """All pages of them."""
    service = _service(erp.handle)
    where = (Condition("PartnerId", operator, value),)

    assert service.count("BusinessPartners", where) == count
    assert len(list(service.read(Query("BusinessPartners", ("PartnerId",), where)))) == count


def test_v2_conditions_are_written_as_v2_wants_them() -> None:
    asked: list[str] = []
    answer = speaking_v2({"d": {"results": []}})

    def recorded(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params.get("$filter", ""))
        return answer(request)

    where = (
        Condition("Day", ">=", "2026-03-31"),
        Condition("Id", "like", "%a%"),
        Condition("Id", "in", ["1", "2"]),
    )
    assert list(_service(recorded).read(Query("Orders", ("Id",), where))) == []
    expected = "Day ge datetime'2026-03-31T00:00:00' and substringof('a',Id) and (Id eq '1' or Id eq '2')"
    assert asked[-1] == expected


# Pages


def test_pages_of_v2_are_followed_on_our_own_host_whatever_host_they_name() -> None:
    """Behind a proxy a server calls itself by another name; the password goes to none but the known one."""
    hosts: list[str] = []
    pages = [
        {"d": {"results": [{"Id": "1"}], "__next": f"http://inner:8000{ROOT}/Orders?$skiptoken=1"}},
        {"d": {"results": [{"Id": "2"}], "__next": "Orders?$skiptoken=2"}},
        {"d": [{"Id": "3"}]},
    ]
    answer = speaking_v2(*pages)

    def recorded(request: httpx.Request) -> httpx.Response:
        hosts.append(f"{request.url.host}{request.url.path}")
        return answer(request)

    rows = list(_service(recorded).read(Query("Orders", ("Id",))))
    assert [row["Id"] for row in rows] == ["1", "2", "3"]
    assert set(hosts[1:]) == {f"erp.example{ROOT}/Orders"}


def test_lines_that_come_in_pages_are_all_read() -> None:
    """What is expanded has pages of its own."""
    order = {"Id": "1", "Items": {"results": [{"No": 1}], "__next": "Orders('1')/Items?$skiptoken=1"}}
    service = _service(speaking_v2({"d": {"results": [order]}}, {"d": {"results": [{"No": 2}]}}))

    (row,) = service.read(Query("Orders", ("Id", "Items/No")))
    assert row == {"Id": "1", "Items": [{"No": 1}, {"No": 2}]}


@pytest.mark.parametrize("link", ["http://erp.example/other/service", "http://erp.example/sales/v4x/Orders"])
def test_a_link_to_another_service_is_not_followed(link: str) -> None:
    service = _service(speaking_v2({"d": {"results": [{"Id": "1"}], "__next": link}}))
    with pytest.raises(Unreachable, match="none of its own"):
        list(service.read(Query("Orders", ("Id",))))


def test_pages_that_go_round_in_a_circle_end() -> None:
    page = {"d": {"results": [{"Id": "1"}], "__next": "Orders?$skiptoken=1"}}
    with pytest.raises(Unreachable):
        list(_service(speaking_v2(page, page, page)).read(Query("Orders", ("Id",))))


# Tokens


def test_a_token_is_fetched_once_and_again_when_the_session_is_lost(erp: ODataErp) -> None:
    """As SAP Gateway answers: 403 with `X-CSRF-Token: Required`."""
    seen: list[str] = []
    valid = iter(["one", "two"])
    current: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        token = request.headers.get("X-CSRF-Token", "")
        seen.append(f"{request.method} {token}".strip())
        if token == "Fetch":
            current[:] = [next(valid)]
            return httpx.Response(200, headers={"X-CSRF-Token": current[0]}, json={})
        if request.method == "POST" and [token] != current:
            return httpx.Response(403, headers={"X-CSRF-Token": "Required"}, text="token validation failed")
        return erp.handle(request)

    service = _service(answer)
    for name in ("first", "second"):
        service.create("BusinessPartners", {"Name": name})
    current[:] = ["expired"]
    service.create("BusinessPartners", {"Name": "third"})

    assert [item for item in seen if item != "GET"] == [
        *("POST", "GET Fetch", "POST one", "POST one", "POST one", "GET Fetch", "POST two"),
    ]


def test_a_service_that_gives_no_token_refuses(erp: ODataErp) -> None:
    required = httpx.Response(403, headers={"X-CSRF-Token": "Required"}, text="token validation failed")
    with pytest.raises(Refused) as caught:
        _service(after_metadata(erp, lambda request: required)).create("BusinessPartners", {"Name": "x"})

    assert (caught.value.code, caught.value.message) == ("access", "token validation failed")


# Refusals


@pytest.mark.parametrize(
    ("role", "password", "action", "code"),
    [
        ("sales", PASSWORD, lambda service: service.delete("BusinessPartners", "BP-00001"), "access"),
        ("admin", PASSWORD, lambda service: service.one("BusinessPartners", "none", ["Name"]), "not_found"),
        ("admin", PASSWORD, lambda service: service.create("Materials", {}), "not_allowed"),
        ("admin", "wrong", lambda service: service.count("Materials"), "login"),
    ],
)
def test_a_refusal_has_a_code_that_can_be_compared(
    erp: ODataErp, role: str, password: str, action: Callable[[ODataService], object], code: str
) -> None:
    with pytest.raises(Refused) as caught:
        action(_service(erp.handle, role, password))

    assert caught.value.code == code


ODD_REFUSALS: list[tuple[httpx.Response, str, str]] = [
    (
        httpx.Response(400, json={"error": {"code": "X/1", "message": {"lang": "en", "value": "No"}}}),
        "X/1",
        "No",
    ),
    (httpx.Response(400, json={"error": {"code": "400", "message": "No"}}), "http_400", "No"),
    (httpx.Response(400, json={"error": "No"}), "http_400", "HTTP 400"),
    (httpx.Response(400, json={"error": None}), "http_400", "HTTP 400"),
    (httpx.Response(400, json=["No"]), "http_400", "HTTP 400"),
    (httpx.Response(400, content=b"\xff\xfe"), "http_400", "HTTP 400"),
    (httpx.Response(401, text="Unauthorized"), "login", "Unauthorized"),
    (httpx.Response(403, html="<html>no</html>"), "access", "HTTP 403"),
    (httpx.Response(302, headers={"Location": "/login"}), "http_302", "HTTP 302"),
    (httpx.Response(500, content=b""), "http_500", "HTTP 500"),
]


@pytest.mark.parametrize(("response", "code", "message"), ODD_REFUSALS)
def test_a_refusal_of_any_shape_is_a_refusal(
    erp: ODataErp, response: httpx.Response, code: str, message: str
) -> None:
    service = _service(after_metadata(erp, lambda request: response))
    for act in (
        lambda: service.count("Materials"),
        lambda: service.create("Materials", {"Description": "x"}),
        lambda: service.batch([Request("GET", "Materials")]),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert (caught.value.code, caught.value.message) == (code, message)


# Answers of another shape

BROKEN: list[bytes] = [
    b"",
    b"<html>login</html>",
    b"[]",
    b"null",
    b'{"value": 5}',
    b'{"value": [5]}',
    b'{"value": [{"Description": {"a": 1}, "OnHand": "x"}]}',
    b'{"value": [{"OnHand": "1"}]}',
    b'{"value": [{"Description": "x", "OnHand": "many"}]}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_what_is_not_the_services_format_is_no_answer(erp: ODataErp, content: bytes) -> None:
    """A login page with status 200 is not an empty result, and a value that is not there is not nothing."""
    service = _service(after_metadata(erp, lambda request: httpx.Response(200, content=content)))
    with pytest.raises(Unreachable):
        list(service.read(Query("Materials", ("Description", "OnHand"))))
    with pytest.raises(Unreachable):
        service.count("Materials")


@pytest.mark.parametrize(
    "answer",
    [{}, {"d": None}, {"d": 5}, {"d": {"results": None}}, {"d": {"results": [{"Id": "1", "Items": 5}]}}],
)
def test_a_broken_envelope_of_v2_is_no_answer(answer: Any) -> None:
    with pytest.raises(Unreachable):
        list(_service(speaking_v2(answer)).read(Query("Orders", ("Id", "Items/No"))))


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("application/json", b"{}"),
        ("multipart/mixed;boundary=b", b"--b--\r\n"),
        ("multipart/mixed;boundary=b", b"--b\r\nContent-Type: application/http\r\n\r\nhello\r\n--b--\r\n"),
        ("multipart/mixed;boundary=b", b"--b\r\n\r\nHTTP/1.1 huh\r\n\r\n\r\n--b--\r\n"),
    ],
)
def test_a_broken_batch_is_no_answer(erp: ODataErp, content_type: str, content: bytes) -> None:
    response = httpx.Response(200, headers={"Content-Type": content_type}, content=content)
    with pytest.raises(Unreachable):
        _service(after_metadata(erp, lambda request: response)).batch([Request("GET", "Materials")])


def test_a_batch_that_writes_is_guarded(erp: ODataErp) -> None:
    service = _service(erp.handle, unlocked=False)
    assert service.count("Materials") == 5
    before = erp.requests
    with pytest.raises(WriteRefused):
        service.batch([Request("GET", "Materials"), Request("DELETE", "Materials('MAT-01')")])

    assert erp.requests == before


# Keys and names


def test_keys_of_several_parts_are_written_into_the_address() -> None:
    typed = _service(speaking_v2()).typed

    assert typed.address("Items", "Order='a b',No=10") == "Items(Order='a%20b',No=10)"
    assert typed.address("Orders", "O'N/1") == "Orders('O''N%2F1')"
    assert typed.key_of("Items", {"Order": "O'N", "No": 10}) == "Order='O''N',No=10"
    for wrong in ("10", "Order='a'", "Order='a',No=1,More=2"):
        with pytest.raises(AdapterError):
            typed.address("Items", wrong)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda service: service.count("Order"), "Orders"),
        (lambda service: service.one("Orders", "1", ["Dya"]), "Day"),
        (lambda service: service.one("Orders", "1", ["Items/Noo"]), "No"),
        (lambda service: service.create("Orders", {"Dya": None}), "Day"),
        (lambda service: service.act("Orders", "1", "bil"), "Orders_bill"),
        (lambda service: service.act("Orders", "1", "bill", {"Dya": None}), "Day"),
        (lambda service: service.call("pya", {}), "pay"),
        (lambda service: service.count("Orders", [Condition("Day", "=", "tomorrow")]), "Edm.Date"),
    ],
)
def test_a_wrong_name_is_our_error_and_says_the_nearest(
    act: Callable[[ODataService], object], said: str
) -> None:
    with pytest.raises(AdapterError, match=said) as caught:
        act(_service(speaking_v2()))

    assert not isinstance(caught.value, Refused | Unreachable)


def test_what_every_address_ends_in_and_the_language_are_sent() -> None:
    seen: list[httpx.Request] = []
    answer = speaking_v2({"d": {"results": []}})

    def recorded(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer(request)

    service = _service(recorded, language="zh", query={"sap-client": "100"})
    list(service.read(Query("Orders", ("Id",))))

    assert {request.url.params.get("sap-client") for request in seen} == {"100"}
    assert {request.headers["Accept-Language"] for request in seen} == {"zh"}


def test_a_new_entity_without_a_body_is_known_by_its_address() -> None:
    """204, and where it is."""
    created = httpx.Response(204, headers={"Location": f"{URL}/Orders('O''N%2F1')"})
    body = json.loads('{"Id": "x"}')

    assert _service(speaking_v2(created)).create("Orders", body) == "O'N/1"
