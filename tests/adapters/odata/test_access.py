"""Rights tried on a service: what each answer means, and that nothing is left behind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from harness.adapters.registry import open_adapter
from harness.model import Account, Environment, Secret, Side
from harness.rights import CREATE, DELETE, READ, WRITE, Answer
from tests.fakes.odata import PASSWORD, ROOT, ODataErp
from tests.fakes.sales_erp import ROLES, SalesErp

ALLOWED, REFUSED, LOCKED = Answer.ALLOWED, Answer.REFUSED, Answer.LOCKED
ENVIRONMENT = Environment(
    side=Side.TARGET,
    adapter="odata",
    url=f"http://erp.example{ROOT}",
    accounts={name: Account(name, name, Secret(PASSWORD)) for name in ROLES},
    allow_writes=True,
)


def tried(erp: ODataErp, role: str, *, writes: bool = True, transport: Any = None) -> Any:
    """What the operations of a role came to, by set."""
    adapter: Any = open_adapter(ENVIRONMENT, role, writes=writes, transport=transport or erp.transport())
    return adapter.try_operations(adapter.subjects())


@pytest.fixture
def erp() -> ODataErp:
    """It takes no batches, and any property."""
    return ODataErp(SalesErp(partners=3))


@pytest.mark.parametrize(
    ("role", "model", "expected"),
    [
        ("viewer", "BusinessPartners", {READ: ALLOWED, CREATE: REFUSED, WRITE: REFUSED, DELETE: REFUSED}),
        ("sales", "BusinessPartners", {READ: ALLOWED, CREATE: ALLOWED, WRITE: REFUSED, DELETE: REFUSED}),
        ("admin", "BusinessPartners", {READ: ALLOWED, CREATE: ALLOWED, WRITE: ALLOWED, DELETE: ALLOWED}),
        (
            "sales",
            "SalesOrders",
            {"button:Quote": ALLOWED, "button:Release": ALLOWED, "button:Bill": REFUSED},
        ),
        ("admin", "Materials", {CREATE: Answer.NOT_OFFERED}),
    ],
)
def test_an_answer_is_what_the_service_says(
    erp: ODataErp, role: str, model: str, expected: dict[str, Answer]
) -> None:
    found = tried(erp, role)[model]

    assert {name: found[name] for name in expected} == expected


def test_nothing_is_left_behind(erp: ODataErp) -> None:
    """What a service made all the same is deleted."""
    before = {name: set(found) for name, found in erp.erp.sets.items()}
    for role in ROLES:
        tried(erp, role)

    assert {name: set(found) for name, found in erp.erp.sets.items()} == before


def test_what_could_write_waits_for_the_guard(erp: ODataErp) -> None:
    methods: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        methods.append(request.method)
        return erp.handle(request)

    found = tried(erp, "admin", writes=False, transport=httpx.MockTransport(answer))
    assert found["BusinessPartners"] == {READ: ALLOWED, CREATE: LOCKED, WRITE: LOCKED, DELETE: LOCKED}
    assert set(methods) <= {"GET", "POST"}
    assert set(found["SalesOrders"].values()) == {ALLOWED, LOCKED}


def test_logging_in_fields_and_ways_in(erp: ODataErp) -> None:
    wrong = replace(ENVIRONMENT, accounts={"admin": Account("admin", "admin", Secret("wrong"))})
    adapter: Any = open_adapter(wrong, "admin", transport=erp.transport())
    assert adapter.log_in() is REFUSED

    adapter = open_adapter(ENVIRONMENT, "viewer", transport=erp.transport())
    assert adapter.log_in() is ALLOWED
    (materials,) = [subject for subject in adapter.subjects() if subject.model == "Materials"]
    assert set(adapter.try_fields(materials, ["OnHand"]).values()) == {ALLOWED}
    assert {door.answer for door in adapter.doors()} == {REFUSED}
    assert adapter.reach("Materials", ["MAT-01", "none"]) == {READ: ("MAT-01",)}
