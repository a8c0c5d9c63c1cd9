"""When a business figure is wrong, when it is right, and when nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from harness.compare import conclude
from harness.messages import Language, render
from harness.model import Capture, FindingKind, Part, Side, Status, Title
from harness.performance.kpi.target import Kpi, Limits, Measured, stored
from harness.values import dumps, loads

KPI = Kpi(
    id="age",
    title=Title("Age of the stock", "库龄"),
    unit=Title("days", "天"),
    module="stock",
    limits=Limits(),
    queries=dict.fromkeys(Side, "select 1"),
    file="kpis.toml",
    keys=dict.fromkeys(Side, "kpi.0.query"),
)
V, R = FindingKind.VIOLATION, FindingKind.REGRESSION


@dataclass(frozen=True)
class Case:
    """Both figures (or why there is none), the limits, and what follows."""

    name: str
    source: str
    target: str
    limits: dict[str, str]
    status: Status
    findings: tuple[tuple[FindingKind, str], ...] = ()
    caveats: tuple[str, ...] = ()


CASES = [
    Case("within its limit", "3", "4", {"max": "4"}, Status.PASSED),
    Case("above it", "3", "4.01", {"max": "4"}, Status.FAILED, ((V, "max"),)),
    Case("above it on both sides", "9", "9", {"max": "4"}, Status.FAILED, ((V, "max"),)),
    Case("below the least", "3", "1", {"min": "2"}, Status.FAILED, ((V, "min"),)),
    Case("a tenth more is allowed", "10", "11", {"max_increase": "0.1"}, Status.PASSED),
    Case(
        "a little more than a tenth",
        "10",
        "11.01",
        {"max_increase": "0.1"},
        Status.FAILED,
        ((R, "max_increase"),),
    ),
    Case("less is no increase", "10", "1", {"max_increase": "0"}, Status.PASSED),
    Case("less than allowed", "10", "8.9", {"max_decrease": "0.1"}, Status.FAILED, ((R, "max_decrease"),)),
    Case("from nothing to something", "0", "1", {"max_increase": "9"}, Status.FAILED, ((R, "max_increase"),)),
    Case("nothing and nothing", "0", "0", {"max_increase": "0", "max_decrease": "0"}, Status.PASSED),
    Case(
        "below nought, and further",
        "-10",
        "-12",
        {"max_decrease": "0.1"},
        Status.FAILED,
        ((R, "max_decrease"),),
    ),
    Case("no row on the target", "3", "none", {"max": "4"}, Status.UNKNOWN),
    Case("NULL on the target", "3", "null", {"max_increase": "1"}, Status.UNKNOWN),
    Case("two rows on the target", "3", "many", {"max": "4"}, Status.UNKNOWN),
    Case("NULL on both", "null", "null", {"max": "4"}, Status.UNKNOWN, caveats=("kpi.unknown.unmeasured",)),
    Case("nothing to compare with", "null", "3", {"max_increase": "1"}, Status.UNKNOWN),
    Case(
        "nothing to compare with, where a limit decides",
        "null",
        "3",
        {"max": "4"},
        Status.PASSED,
        caveats=("kpi.unknown.unmeasured",),
    ),
    Case(
        "above the limit, with nothing to compare with",
        "many",
        "5",
        {"max": "4", "max_increase": "1"},
        Status.FAILED,
        ((V, "max"),),
        ("kpi.unknown.unmeasured",),
    ),
]


def measured(figure: str) -> Measured:
    return Measured(None, figure) if figure.isalpha() else Measured(Decimal(figure))


def captured(kpi: Kpi, figures: dict[Side, str]) -> Capture:
    """The capture as it is read from the record."""
    value: Any = stored(kpi, {side: measured(figure) for side, figure in figures.items()})
    return Capture(loads(dumps(value)))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_follows_from_both_figures(case: Case) -> None:
    kpi = replace(KPI, limits=Limits(**{name: Decimal(limit) for name, limit in case.limits.items()}))
    both = captured(kpi, {Side.SOURCE: case.source, Side.TARGET: case.target})
    conclusion = conclude(kpi.spec(), {Part.PAIR: both})

    assert conclusion.status is case.status
    assert tuple((each.kind, each.field) for each in conclusion.findings) == case.findings
    assert tuple(each.key for each in conclusion.caveats) == case.caveats
    assert (conclusion.reason is None) == (case.status is Status.PASSED)
    for each in conclusion.findings:
        assert KPI.title.en in render(each.text, Language.EN)
        assert KPI.title.zh in render(each.text, Language.ZH)


def test_a_finding_names_the_figure_both_values_and_the_limit() -> None:
    kpi = replace(KPI, limits=Limits(max=Decimal("4.50"), max_increase=Decimal("0.1")))
    both = captured(kpi, {Side.SOURCE: "2.736842105", Side.TARGET: "5"})
    limit, change = conclude(kpi.spec(), {Part.PAIR: both}).findings

    assert render(limit.text, Language.EN) == (
        "Age of the stock is 5 days in the upgraded system; at most 4.5 is allowed "
        "(the current system: 2.737)"
    )
    assert render(change.text, Language.ZH) == "库龄由 2.737 升至 5 天（上升 82.7%），允许上升 10%"
    assert (limit.entity, limit.source_value, limit.target_value) == ("age", Decimal("2.736842105"), 5)


def test_sides_measured_apart_are_compared_and_it_is_said() -> None:
    kpi = replace(KPI, limits=Limits(max_increase=Decimal("0.1")))
    parts = {
        Part.SOURCE: captured(kpi, {Side.SOURCE: "3"}),
        Part.TARGET: captured(kpi, {Side.TARGET: "3"}),
    }
    conclusion = conclude(kpi.spec(), parts)

    assert conclusion.status is Status.PASSED
    assert [each.key for each in conclusion.caveats] == ["kpi.caveat.apart"]


def test_another_definition_cannot_be_compared() -> None:
    other = replace(KPI, limits=Limits(max=Decimal(9)))
    parts = {
        Part.SOURCE: captured(KPI, {Side.SOURCE: "3"}),
        Part.TARGET: captured(other, {Side.TARGET: "3"}),
    }
    conclusion = conclude(KPI.spec(), parts)

    assert conclusion.reason is not None
    assert (conclusion.status, conclusion.reason.key) == (Status.UNKNOWN, "kpi.unknown.changed")
