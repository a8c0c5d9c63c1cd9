"""What the adapter lists of a Tryton database, and what it remembers of calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from harness.adapters.tryton.models import neutral
from harness.adapters.tryton.touched import Touches
from harness.errors import Refused
from harness.model import Cover
from harness.things import Sort, Thing
from tests.adapters.tryton.test_client import ENVIRONMENT, _open
from tests.fakes.tryton import TrytonServer

WORKING = replace(ENVIRONMENT, accounts={role: ENVIRONMENT.accounts[role] for role in ("admin", "sales")})
LINK = {"type": "many2one", "relation": "ir.lang"}


def listed(server: TrytonServer) -> dict[tuple[Sort, str], Thing]:
    adapter = _open(server, environment=WORKING)
    found = {(thing.sort, thing.name): thing for thing in adapter.inventory()}
    adapter.close()
    return found


def test_one_of_every_sort_is_listed_with_its_properties() -> None:
    things = listed(TrytonServer("7.0"))
    assert {sort for sort, _ in things} == set(Sort)
    expected = {
        (Sort.MODULE, "party"): {"version": "7.0.1"},
        (Sort.JOB, "party.party.tidy"): {"active": False, "every": "1 days", "model": "party.party"},
        (Sort.SEQUENCE, "Party: Party"): {"prefix": "P", "padding": 5, "next": 8, "model": "party.party"},
        (Sort.SETTING, "party.configuration.party_lang"): {"value": "Chinese"},
        (Sort.LANGUAGE, "zh_CN"): {"translations": 1, "decimal_point": "."},
        (Sort.METHOD, "party.party.merge"): {"model": "party.party"},
        (Sort.MENU, "Parties / Parties"): {"roles": ["admin", "sales"], "opens": "party.party"},
        (Sort.FIELD, "party.party.born"): {"type": "date", "default": "today", "sampled": 5, "filled": 5},
        (Sort.MODEL, "party.party"): {"read": "yes", "records": 5, "technical": False},
    }
    for key, properties in expected.items():
        assert dict(things[key].properties).items() >= properties.items(), key
    assert (Sort.MODEL, "party.open") not in things


def test_a_role_that_cannot_log_in_is_refused_rather_than_shown_nothing() -> None:
    with pytest.raises(Refused):
        _open(TrytonServer("7.0")).inventory()


@pytest.mark.parametrize("method", ["fields_get", "default_get", "search_read"])
def test_a_model_that_the_server_refuses_is_listed_as_such(method: str) -> None:
    server = TrytonServer("7.0")
    server.answers[f"model.party.party.{method}"] = 403
    assert listed(server)[Sort.MODEL, "party.party"].properties["read"] == "access"


@pytest.mark.parametrize(
    ("definition", "value", "named", "expected"),
    [
        ({"type": "date"}, date.today(), None, "today"),
        ({"type": "date"}, date(2020, 1, 1), None, "2020-01-01"),
        ({"type": "timestamp"}, datetime(2020, 1, 1), None, "now"),
        ({"type": "char"}, "", None, None),
        ({"type": "char"}, "order", None, "order"),
        ({"type": "char"}, "1314c8698f1d4aa1a22383ae7b29c365", None, "random"),
        ({"type": "boolean"}, False, None, False),
        (LINK, 7, {"rec_name": "[EN] English"}, "English"),
        (LINK, 7, None, "ir.lang,7"),
        ({"type": "many2one", "relation": "party.party"}, 7, {"rec_name": "Ms Li"}, "party.party,7"),
        ({"type": "one2many", "relation": "x"}, [1, 2], None, "2 entries"),
        ({"type": "binary"}, b"abc", None, "3 bytes"),
    ],
)
def test_a_default_is_neither_a_number_nor_a_time_nor_a_person(
    definition: dict[str, Any], value: Any, named: Any, expected: Any
) -> None:
    assert neutral("x", definition, {"x": value, "x.": named}) == expected


@pytest.mark.parametrize(
    ("method", "params", "expected"),
    [
        (
            "model.sale.sale.search_read",
            ([], 0, None, None, ["total", "party.name"]),
            {
                ("model", "sale.sale", "read"),
                ("field", "sale.sale.total", "read"),
                ("field", "sale.sale.party", "read"),
            },
        ),
        (
            "model.sale.sale.create",
            ([{"party": 1}],),
            {("model", "sale.sale", "written"), ("field", "sale.sale.party", "written")},
        ),
        (
            "model.sale.sale.write",
            ([1], {"note": "x"}),
            {("model", "sale.sale", "written"), ("field", "sale.sale.note", "written")},
        ),
        ("model.sale.sale.default_get", (["party"], True), {("model", "sale.sale", "defaults")}),
        (
            "model.sale.sale.confirm",
            ([1],),
            {("model", "sale.sale", "called"), ("method", "sale.sale.confirm", "called")},
        ),
        ("model.sale.sale.fields_get", ([],), set()),
        ("wizard.account.pay.create", (), {("method", "wizard.account.pay", "called")}),
        ("common.db.login", ("a", "b"), set()),
    ],
)
def test_a_call_touches_a_model_and_the_fields_it_names(
    method: str, params: tuple[Any, ...], expected: set[tuple[str, str, str]]
) -> None:
    touches = Touches()
    touches.note(method, params)
    assert set(touches.take()) == {Cover(*each) for each in expected}
    assert touches.take() == ()
