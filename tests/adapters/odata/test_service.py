"""OData services: ETags, pages, refusals, and links that lead elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest
from harness.adapters.wire.odata import ODataService

from harness.adapters.guard import WriteGuard
from harness.adapters.protocol import Condition
from harness.adapters.wire.http import HttpSession
from harness.errors import AdapterError, Refused, Unreachable
from harness.model import Environment, Side
from tests.fakes.odata import PASSWORD, ROOT, ODataErp
from tests.fakes.sales_erp import SalesErp

URL = f"http://erp.example{ROOT}"


def _service(
    answer: Callable[[httpx.Request], httpx.Response], role: str = "admin", password: str = PASSWORD
) -> ODataService:
    http = HttpSession(URL, transport=httpx.MockTransport(answer), auth=(role, password))
    environment = Environment(Side.TARGET, "odata", URL, allow_writes=True)
    return ODataService(http, WriteGuard(environment, unlocked=True))


@pytest.fixture
def erp() -> ODataErp:
    """Version 2 with three pages of partners."""
    return ODataErp(SalesErp("2", partners=120))


def test_a_change_names_the_version_it_changes(erp: ODataErp) -> None:
    """The fake answers 428 without an ETag and 412 with a stale one."""
    service = _service(erp.handle)
    service.change("BusinessPartners", "BP-00001", {"City": "上海"})
    service.change("BusinessPartners", "BP-00001", {"City": "北京"})

    assert service.one("BusinessPartners", "BP-00001").row["City"] == "北京"


def test_somebody_elses_change_in_between_is_refused(erp: ODataErp) -> None:
    """Nothing is overwritten unseen."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "PATCH":
            erp.erp.change("BusinessPartners", "BP-00001", {"City": "elsewhere"})
        return erp.handle(request)

    with pytest.raises(Refused) as caught:
        _service(answer).change("BusinessPartners", "BP-00001", {"City": "上海"})

    assert (caught.value.code, erp.erp.one("BusinessPartners", "BP-00001")["City"]) == (
        "changed",
        "elsewhere",
    )


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
        ("like", "BP-0001%", 10),
        ("like", "%7", 12),
        ("like", "%0011%", 11),
    ],
)
def test_conditions_are_the_services_filters(erp: ODataErp, operator: str, value: str, count: int) -> None:
    """All pages of them."""
    service = _service(erp.handle)
    where = [Condition("PartnerId", operator, value)]

    assert service.count("BusinessPartners", where) == count
    assert len(list(service.read("BusinessPartners", ["PartnerId"], where))) == count


@pytest.mark.parametrize(
    ("role", "password", "action", "code"),
    [
        ("sales", PASSWORD, lambda service: service.delete("BusinessPartners", "BP-00001"), "access"),
        ("admin", PASSWORD, lambda service: service.one("BusinessPartners", "none"), "not_found"),
        ("admin", PASSWORD, lambda service: service.create("Materials", {}), "not_allowed"),
        ("admin", "wrong", lambda service: service.count("Materials"), "login"),
    ],
)
def test_a_refusal_has_the_services_own_code(
    erp: ODataErp, role: str, password: str, action: Callable[[ODataService], object], code: str
) -> None:
    """So that a flow can compare it between two systems."""
    with pytest.raises(Refused) as caught:
        action(_service(erp.handle, role, password))

    assert caught.value.code == code


def test_a_link_to_another_host_is_not_followed(erp: ODataErp) -> None:
    """It would be sent the user and the password."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        response = erp.handle(request)
        if "nextLink" not in response.text:
            return response
        page = {**json.loads(response.text), "@odata.nextLink": "http://elsewhere.example/x"}
        return httpx.Response(200, json=page)

    with pytest.raises(AdapterError):
        list(_service(answer).read("BusinessPartners", ["Name"]))

    assert set(asked) == {"erp.example"}


@pytest.mark.parametrize("content", [b"", b"<html>login</html>", b"[]"])
def test_what_is_not_the_services_format_is_no_answer(erp: ODataErp, content: bytes) -> None:
    """A login page with status 200 is not an empty result."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("$metadata"):
            return erp.handle(request)
        return httpx.Response(200, content=content)

    service = _service(answer)
    with pytest.raises(Unreachable):
        list(service.read("Materials", ["Description"]))
    with pytest.raises(Unreachable):
        service.count("Materials")
