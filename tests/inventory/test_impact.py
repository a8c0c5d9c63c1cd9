"""Which checks come how near to what changed."""

from __future__ import annotations

from typing import Any

import pytest

from harness.inventory.changes import Change, Difference
from harness.inventory.impact import Reach, impact, modules_of
from harness.model import Cover
from harness.things import Sort
from tests.inventory.things import a_field, a_model

MODULES = modules_of((a_model("sale"), a_model("sale.line"), a_field()))
FLOW = {
    Cover("model", "sale", "read"),
    Cover("model", "sale", "written"),
    Cover("model", "sale", "defaults"),
    Cover("field", "sale.total", "read"),
    Cover("method", "sale.confirm", "called"),
}


def reach(*what: Any, **more: Any) -> Reach | None:
    found = impact([Difference(*what, **more)], {"function.flow": frozenset(FLOW)}, MODULES)
    assert len(found.hits) + len(found.gaps) == 1
    return found.hits[0].checks[0][1] if found.hits else None


@pytest.mark.parametrize(
    ("sort", "name", "change", "more", "expected"),
    [
        (Sort.FIELD, "sale.total", Change.EMPTY, {"model": "sale"}, Reach.ITSELF),
        (Sort.FIELD, "sale.note", Change.EMPTY, {"model": "sale"}, Reach.MODEL),
        (Sort.FIELD, "sale.note", Change.DEFAULT, {"model": "sale"}, Reach.ITSELF),
        (Sort.FIELD, "sale.note", Change.NEW_REQUIRED, {"model": "sale"}, Reach.ITSELF),
        (Sort.FIELD, "lead.note", Change.EMPTY, {"model": "lead", "module": "sales"}, None),
        (Sort.METHOD, "sale.confirm", Change.GONE, {"model": "sale"}, Reach.ITSELF),
        (Sort.MODEL, "sale", Change.UNREADABLE, {"model": "sale"}, Reach.ITSELF),
        (Sort.JOB, "sale.cancel", Change.STARTED, {"model": "sale"}, Reach.MODEL),
        (Sort.REPORT, "sale.offer", Change.GONE, {"module": "sales"}, Reach.MODULE),
        (Sort.REPORT, "party.label", Change.GONE, {"module": "party"}, None),
    ],
)
def test_a_check_comes_as_near_as_it_touches(
    sort: Sort, name: str, change: Change, more: dict[str, Any], expected: Reach | None
) -> None:
    assert reach(sort, name, name, change, **more) is expected


def test_what_is_only_listed_has_no_impact_and_the_worst_comes_first() -> None:
    told = [
        Difference(Sort.FIELD, "sale.a", "A", Change.NEW, model="sale"),
        Difference(Sort.FIELD, "sale.b", "B", Change.WRITABLE, model="sale"),
        Difference(Sort.FIELD, "sale.total", "T", Change.EMPTY, model="sale"),
    ]
    found = impact(told, {"function.flow": frozenset(FLOW), "function.idle": frozenset()}, MODULES)
    assert [hit.difference.name for hit in found.hits] == ["sale.total", "sale.b"]
    assert found.checks == {"function.flow"}
