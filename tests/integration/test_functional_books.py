"""Defects of books, assets, stock, production and master data, planted in the upgraded ERP.

What the source does is gathered once for each process, as is what a clean target makes of it. Each defect
must be found at its step of its process; what follows from it further down is named, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pytest

from harness import demo
from harness.demo import DemoPair, TargetCopy
from harness.evidence import Recorded, Run
from harness.testing.plant import Bench, difference
from tests.integration.whole_run import SUITES

pytestmark = pytest.mark.real_pair

OVERLAYS = Path(__file__).parent / "overlays"
Steps: TypeAlias = "set[tuple[str | None, str]]"
YEAR_END, REPORTS = "record_to_report/test_year_end.py", "record_to_report/test_reports.py"
PARTIES, PRODUCTS = "master_data/test_business_partners.py", "master_data/test_products.py"
ASSET, STOCK = "fixed_assets/test_fixed_asset.py", "stock/test_stock.py"
PRODUCTION = "production/test_production.py"
# What 8.0 really does otherwise than 7.0: accepted, with its reason, in the demo's waivers.toml.
KNOWN: dict[str, Steps] = {ASSET: {("dispose", "asset")}, PRODUCTION: {("plan", "order")}}


@dataclass
class Ground:
    """The source's evidence and what a clean target makes of it, gathered when a process is first needed."""

    bench: Bench
    clean_target: TargetCopy
    _gathered: dict[str, tuple[Run, Recorded]] = field(default_factory=dict)

    def of(self, process: str) -> tuple[Run, Recorded]:
        """The source's run of a process, and the clean target's."""
        if process not in self._gathered:
            source = self.bench.capture_source([suite(process)])
            clean = self.bench.check(source, self.clean_target, [suite(process)]).read()
            self._gathered[process] = source, clean
        return self._gathered[process]


@pytest.fixture(scope="module")
def ground(pair: DemoPair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Copies of both sides that nothing is planted in."""
    with ExitStack() as stack:
        source = stack.enter_context(demo.source_copy(pair, "books"))
        target = stack.enter_context(demo.target_copy(pair, "books_clean"))
        yield Ground(Bench(pair.config, tmp_path_factory.mktemp("books"), source), target)


def suite(process: str) -> str:
    """The file of a process's flow."""
    return str(SUITES / "functional" / process)


def found(ground: Ground, pair: DemoPair, process: str, overlay: str) -> Steps:
    """Where the planted target parts from the clean one: the step, and what differs there."""
    source, clean = ground.of(process)
    assert len(clean.conclusions()) == 1
    assert {(each.step, each.entity) for each in clean.findings} == KNOWN.get(process, set())
    with demo.target_copy(pair, "books_harmed", overlay=OVERLAYS / f"{overlay}.py") as target:
        harmed = ground.bench.check(source, target, [suite(process)]).read()
    findings = difference(clean, harmed)
    for each in findings:
        print(each.step, each.entity, each.field, each.kind, each.source_value, each.target_value)
    return {(each.step, each.entity) for each in findings}


def test_a_period_that_is_closed_in_name_only_is_found(ground: Ground, pair: DemoPair) -> None:
    assert found(ground, pair, YEAR_END, "period_not_closed") == {
        ("post_closed", "accounting"),
        ("carry", "closing_entry"),
        ("close_year", "balance_list"),
    }


@pytest.mark.qualify
@pytest.mark.parametrize(
    ("process", "overlay", "expected"),
    [
        (REPORTS, "tax_report_total", {("tax", "tax_report")}),
        (REPORTS, "income_total", {("income", "income_statement")}),
        (PARTIES, "case_matters", {("search", "found")}),
        (PARTIES, "no_chinese_search", {("search", "found")}),
        (PARTIES, "names_cut", {("create", "party")}),
        (PRODUCTS, "two_decimals", {("create", "product")}),
        (ASSET, "depreciation_wrong", {("start", "asset"), ("depreciate", "asset")}),
        (STOCK, "valuation_wrong", {("receive", "value")}),
        (STOCK, "negative_stock", {("negative", "stock"), ("count", "on_hand")}),
        (PRODUCTION, "scrap_not_booked", {("finish", "order")}),
    ],
    ids=lambda value: value if isinstance(value, str) and "/" not in value else "",
)
def test_a_defect_is_found_at_its_step(
    ground: Ground, pair: DemoPair, process: str, overlay: str, expected: Steps
) -> None:
    assert found(ground, pair, process, overlay) == expected
