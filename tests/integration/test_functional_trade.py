"""Defects of buying and selling, planted in the upgraded ERP: each is found at its step, and nothing else.

What the source does is gathered once for each process, as is what a clean target makes of it.
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
from harness.testing.plant import Bench, difference, plant
from tests.integration.whole_run import SUITES

pytestmark = pytest.mark.real_pair

FOLDER = SUITES / "functional" / "order_to_cash"
OVERLAYS = Path(__file__).parent / "overlays"
RESTARTED = "UPDATE ir_sequence_strict SET number_next_internal = 1"
Steps: TypeAlias = "set[tuple[str | None, str]]"


def flow(file: str, test: str, row: str = "") -> tuple[str, ...]:
    """All parts of one check."""
    dash = f"{row}-" if row else ""
    parts = ("source", "source-repeat", "target", "comparison")
    return tuple(f"{FOLDER / file}::{test}[{dash}{part}]" for part in parts)


SALE = flow("test_order_to_cash.py", "test_order_to_cash")
DISCOUNTED, TWO_TAXES, EURO = (
    flow("test_order_to_cash.py", "test_sale", row) for row in ("discounted", "two_taxes", "euro")
)
PARTLY = flow("test_partial_delivery.py", "test_partial_delivery")
RETURN = flow("test_return.py", "test_sales_return")


@dataclass
class Ground:
    """The source's evidence and what a clean target makes of it, gathered when a process is first needed."""

    bench: Bench
    clean_target: TargetCopy
    _known: dict[tuple[str, ...], tuple[Run, Recorded]] = field(default_factory=dict)

    def of(self, suite: tuple[str, ...]) -> tuple[Run, Recorded]:
        """The source's run of a process, and the clean target's."""
        if suite not in self._known:
            source = self.bench.capture_source(suite[:2])
            clean = self.bench.check(source, self.clean_target, suite[2:]).read()
            self._known[suite] = source, clean
        return self._known[suite]


@pytest.fixture(scope="module")
def ground(pair: DemoPair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Copies of both sides that nothing is planted in."""
    with ExitStack() as stack:
        source = stack.enter_context(demo.source_copy(pair, "trade"))
        target = stack.enter_context(demo.target_copy(pair, "trade_clean"))
        yield Ground(Bench(pair.config, tmp_path_factory.mktemp("trade"), source), target)


def found(
    ground: Ground, pair: DemoPair, suite: tuple[str, ...], overlay: str | None, sql: str | None
) -> Steps:
    """Where the planted target parts from the clean one: by step, and what differs there."""
    source, clean = ground.of(suite)
    assert clean.findings == ()
    assert len(clean.conclusions()) == 1
    file = OVERLAYS / f"{overlay}.py" if overlay else None
    with demo.target_copy(pair, "trade_harmed", overlay=file) as target:
        if sql:
            plant(target.sql, sql)
        harmed = ground.bench.check(source, target, suite[2:]).read()
    findings = difference(clean, harmed)
    for each in findings:
        print(each.step, each.entity, each.field, each.kind, each.source_value, each.target_value)
    return {(each.step, each.entity) for each in findings}


def test_a_payment_of_a_draft_is_found(ground: Ground, pair: DemoPair) -> None:
    steps = found(ground, pair, RETURN, "draft_is_paid", None)
    assert steps == {("pay_draft", "sale"), ("post_twice", "invoice")}


@pytest.mark.qualify
@pytest.mark.parametrize(
    ("suite", "overlay", "expected"),
    [
        (
            TWO_TAXES,
            "tax_of_each_line",
            {("order", "order"), ("invoice", "invoice"), ("post", "invoice"), ("post", "balance")},
        ),
        (
            DISCOUNTED,
            "discount_ignored",
            {("order", "order"), ("invoice", "invoice"), ("post", "invoice"), ("post", "balance")},
        ),
        (SALE, "wrong_account", {("post", "invoice"), ("post", "balance")}),
        (RETURN, "no_tax_on_credit_notes", {("credit", "credit_note"), ("credit", "credit_balance")}),
        (SALE, "stock_moves_twice", {("ship", "delivery")}),
        (SALE, "no_stock_move", {("ship", "delivery"), ("pay", "order")}),
        (PARTLY, "invoice_on_ordered", {("first", "invoice"), ("rest", "invoice")}),
        (DISCOUNTED, "due_date_off", {("post", "invoice")}),
        (
            EURO,
            "rate_inverted",
            {("order", "order"), ("invoice", "invoice"), ("post", "invoice"), ("post", "balance")},
        ),
        (SALE, "button_does_nothing", {("ship", "sale")}),
        (RETURN, "double_submit", {("confirm_twice", "delivery")}),
        (RETURN, "half_of_it_stays", {("post_twice", "invoice")}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_defect_is_found_where_it_first_shows(
    ground: Ground, pair: DemoPair, suite: tuple[str, ...], overlay: str, expected: Steps
) -> None:
    assert found(ground, pair, suite, overlay, None) == expected


@pytest.mark.qualify
def test_numbers_that_start_again_are_found(ground: Ground, pair: DemoPair) -> None:
    assert found(ground, pair, SALE, None, RESTARTED) == {("post", "invoice")}
