"""Each class of defect, planted in a fresh copy of the upgraded system: it is found, named, and NO-GO.

All start from the run that recommends the clean pair; each defect gathers again only what it can touch.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from threading import Thread

import pytest
from rich.console import Console

from harness import demo
from harness.demo import DemoPair, TargetCopy
from harness.evidence import Recorded, Run, verify
from harness.evidence.cloning import clone
from harness.messages import Language
from harness.model import Area, Finding, FindingKind, Outcome, Part, Verdict
from harness.project import judge_run, open_config
from harness.reporting.console import render
from harness.testing.exchange import ProxiedRequest
from harness.testing.plant import Bench, all_but, difference, lost, plant
from harness.testing.proxy import Delay, FaultProxy, matching
from tests.integration.whole_run import SUITES, Ended

pytestmark = pytest.mark.real_pair
DATA = str(SUITES / "functional" / "data")
FLOWS = f"{SUITES}/functional/order_to_cash/test_order_to_cash.py::test_order_to_cash"
LOAD = str(SUITES / "performance/test_sales.py")
FLOW = "function.order_to_cash"
SCREEN = 40  # lines
CONFIRM = b"sale.sale.confirm"
# What the same cent does to the list of invoices that finance ticks off: its total, and the two rules that
# hold it against the ledger.
IN_THE_LIST_OF_INVOICES = {
    ("data.control_invoice_ledger", "control_invoice_ledger", kind, field)
    for kind, field in (
        (FindingKind.MISMATCH, "total"),
        (FindingKind.VIOLATION, "total"),
        (FindingKind.VIOLATION, "ledger"),
    )
}


@dataclass(frozen=True)
class Ground:
    """What every test here starts from: the bench, the clean run, and fresh copies of the target."""

    bench: Bench
    clean: Run
    recorded: Recorded
    copy: Callable[[str], TargetCopy]

    def checks(self, area: str) -> tuple[str, ...]:
        """The checks of an area."""
        return tuple(check for check in self.recorded.conclusions() if check.startswith(f"{area}."))


@pytest.fixture(scope="module")
def ground(pair: DemoPair, clean: Ended, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The clean run, and a copy of the source beside which each defect's target is gathered."""
    with ExitStack() as stack:

        def copy(name: str) -> TargetCopy:
            return stack.enter_context(demo.target_copy(pair, f"planted_{name}"))

        source = stack.enter_context(demo.source_copy(pair, "planted"))
        bench = Bench(pair.config, tmp_path_factory.mktemp("planted"), source)
        yield Ground(bench, clean.run, clean.run.read(), copy)


def judged(ground: Ground, run: Run) -> tuple[Verdict, str]:
    """The recommendation by the demo's own policy and waivers, and its first screen."""
    judgement = judge_run(run, open_config(ground.bench.config), datetime.now(UTC), "SIT").judgement
    screen = Console(file=StringIO(), width=100)
    with screen.capture() as shown:
        screen.print(render(judgement, run.manifest, Language.EN))
    return judgement.verdict, "\n".join(shown.get().splitlines()[:SCREEN])


def demand_no_go(ground: Ground, run: Run, area: Area, *words: str) -> None:
    """NO-GO, for a reason in this area that the clean target did not give, named on the first screen."""
    clean, _ = judged(ground, ground.clean)
    verdict, screen = judged(ground, run)
    assert verdict.outcome is Outcome.NO_GO, screen
    assert area in {rule for rule, _ in failed(verdict) - failed(clean)}, screen
    for word in words:
        assert word in screen, screen


def failed(verdict: Verdict) -> set[tuple[Area | None, str]]:
    """The criteria that are not met."""
    return {(rule.area, rule.rule) for rule in verdict.rules if not rule.passed}


def named(findings: tuple[Finding, ...]) -> set[tuple[str, str, FindingKind, str | None]]:
    """What is wrong, without its values."""
    return {(item.check_id, item.entity, item.kind, item.field) for item in findings}


def test_the_clean_run_is_whole_and_not_refused(ground: Ground) -> None:
    verdict, screen = judged(ground, ground.clean)
    assert verdict.outcome in (Outcome.GO, Outcome.GO_WITH_CONDITIONS), screen
    assert ground.recorded.missing() == ()
    assert ground.recorded.sealed
    assert verify(ground.clean.path).ok


def test_data_defects_are_found_with_the_amount_affected_and_nothing_else(ground: Ground) -> None:
    target = ground.copy("data")
    plant(
        target.sql,
        "DELETE FROM sale_line WHERE id = (SELECT min(l.id) FROM sale_line l"
        " JOIN sale_sale s ON s.id = l.sale WHERE s.state = 'done' AND l.type = 'line')",
        "UPDATE account_invoice SET total_amount_cache = total_amount_cache + 0.01 WHERE id ="
        " (SELECT min(id) FROM account_invoice WHERE type = 'out' AND state = 'posted')",
    )
    run = ground.bench.check(ground.clean, target, [DATA], side="both", keep=all_but(*ground.checks("data")))
    recorded = run.read()
    found = difference(ground.recorded, recorded)
    assert named(found) == {
        ("data.sale_line", "sale_line", FindingKind.MISSING_IN_TARGET, None),
        ("data.invoice", "invoice", FindingKind.MISMATCH, "total_amount_cache"),
        *IN_THE_LIST_OF_INVOICES,
    }
    assert lost(ground.recorded, recorded, ground.checks("data")) == ()
    (invoice,) = (item for item in found if item.entity == "invoice")
    assert (invoice.amount, invoice.currency) == (Decimal("0.01"), "CNY")
    demand_no_go(ground, run, Area.DATA, "Sales order lines", "0.01")


def test_a_right_that_is_gone_is_found_with_nothing_but_its_own_check_gathered_again(ground: Ground) -> None:
    started, since = time.monotonic(), datetime.now(UTC)
    target = ground.copy("rights")
    plant(
        target.sql,
        'INSERT INTO "ir_model_button-res_group" (button, "group", active)'
        " SELECT b.id, g.id, true FROM ir_model_button b, res_group g"
        " WHERE b.model = 'sale.sale' AND b.name = 'confirm' AND g.name = 'Sales Administrator'",
    )
    run = ground.bench.check(ground.clean, target, [FLOWS], keep=all_but(FLOW))
    found = difference(ground.recorded, run.read())
    assert {(item.check_id, item.step) for item in found} == {(FLOW, "confirm")}
    demand_no_go(ground, run, Area.FUNCTION, "Confirm the order")
    whole = time.monotonic() - started
    anew = [result for result in run.read().results if result.started >= since]
    own = sum(float(result.seconds) for result in anew)
    print(f"planting, copy and judging included: {whole:.1f} s, of which the check itself {own:.1f} s")
    assert {(result.spec.id, result.part) for result in anew} == {
        (FLOW, Part.TARGET),
        (FLOW, Part.COMPARISON),
    }


def test_a_server_that_stops_in_mid_run_is_found(ground: Ground) -> None:
    target = ground.copy("stopped")

    def stopping(request: ProxiedRequest) -> bool:
        if CONFIRM in request.body:
            stopper = Thread(target=target.stop)
            stopper.start()
            stopper.join()
        return False

    with FaultProxy(target.url) as proxy:
        proxy.add(stopping, Delay(0))
        run = ground.bench.check(ground.clean, target, [FLOWS], target_url=proxy.url, keep=all_but(FLOW))
    found = difference(ground.recorded, run.read())
    assert {(item.check_id, item.kind) for item in found} == {(FLOW, FindingKind.UNAVAILABLE)}
    demand_no_go(ground, run, Area.FUNCTION, "Order to cash", "no answer")


def test_a_slow_confirmation_is_found(ground: Ground) -> None:
    target = ground.copy("slow")
    with FaultProxy(target.url) as proxy:
        slow = proxy.add(matching(body=CONFIRM), Delay(0.3))
        run = ground.bench.check(
            ground.clean,
            target,
            [LOAD],
            side="both",
            target_url=proxy.url,
            keep=all_but(*ground.checks("performance")),
        )
    assert slow.count > 0
    found = difference(ground.recorded, run.read())
    assert {item.kind for item in found} == {FindingKind.REGRESSION}
    assert all("confirm" in f"{item.entity} {item.key} {item.step} {item.field}" for item in found), found
    demand_no_go(ground, run, Area.PERFORMANCE, "sale.confirm")


def test_functional_checks_that_were_not_run_are_missed(ground: Ground, tmp_path: Path) -> None:
    """As if the functional suite had not been there: its plan, captures and results are in no record."""
    run = clone(ground.clean, tmp_path, lambda check_id, part: not check_id.startswith("function."))
    run.seal()
    demand_no_go(ground, run, Area.FUNCTION, "Business functions")
    shutil.rmtree(tmp_path / run.path.name)
