"""Each class of defect, planted in a fresh copy of the upgraded system: it is found, named, and NO-GO.

The source is captured once and a clean target judged once; each defect gathers again only what it can
touch. `HARNESS_TEST_CONFIG` names the harness.toml of a demo pair that is already up.
"""

from __future__ import annotations

import os
import shutil
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

pytestmark = [
    pytest.mark.real_pair,
    # the servers of copies are ended by process id; nobody keeps their Popen
    pytest.mark.filterwarnings("ignore:subprocess:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SUITES = Path(__file__).parents[2] / "suites"
DATA = str(SUITES / "functional" / "data")
FLOWS = str(SUITES / "functional" / "order_to_cash")
LOAD = str(SUITES / "performance")
UX = str(SUITES / "ux")
FLOW = "function.order_to_cash"
SCREEN = 40  # lines
CONFIRM = b"sale.sale.confirm"


@dataclass(frozen=True)
class Ground:
    """What every test here starts from: the bench, the clean run, and fresh copies of the target."""

    bench: Bench
    clean: Run
    recorded: Recorded
    copy: Callable[[str], TargetCopy]

    def data_checks(self) -> tuple[str, ...]:
        """The checks of the data suites."""
        return tuple(check for check in self.recorded.conclusions() if check.startswith("data."))

    def load_checks(self) -> tuple[str, ...]:
        """The checks under load."""
        return tuple(result.spec.id for result in self.recorded.results if result.part is Part.PAIR)


@pytest.fixture(scope="module")
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The clean run: data, function and UX against one copy, load against another."""
    existing = os.environ.get("HARNESS_TEST_CONFIG")
    pair: DemoPair | None = (
        demo.status(Path(existing).parent).pair if existing else request.getfixturevalue("pair")
    )
    assert pair is not None
    with ExitStack() as stack:

        def copy(name: str) -> TargetCopy:
            return stack.enter_context(demo.target_copy(pair, f"planted_{name}"))

        source = stack.enter_context(demo.source_copy(pair, "planted"))
        bench = Bench(pair.config, tmp_path_factory.mktemp("planted"), source)
        sides = bench.capture_source([DATA, FLOWS, UX])
        loaded = bench.check(sides, copy("load"), [LOAD], side="both")
        clean = bench.check(loaded, copy("clean"), [DATA, FLOWS, UX], keep=all_but())
        yield Ground(bench, clean, clean.read(), copy)


def judged(ground: Ground, run: Run) -> tuple[Verdict, str]:
    """The recommendation by the demo's own policy and waivers, and its first screen."""
    judgement = judge_run(run, open_config(ground.bench.config), datetime.now(UTC), "SIT").judgement
    screen = Console(file=StringIO(), width=100)
    with screen.capture() as shown:
        screen.print(render(judgement, run.manifest, Language.EN))
    return judgement.verdict, "\n".join(shown.get().splitlines()[:SCREEN])


def demand_no_go(ground: Ground, run: Run, area: Area, *words: str) -> None:
    """NO-GO, for a reason in this area, named on the first screen; the caller has shown it to be new."""
    verdict, screen = judged(ground, run)
    assert verdict.outcome is Outcome.NO_GO, screen
    assert area in {rule.area for rule in verdict.rules if not rule.passed}, screen
    for word in words:
        assert word in screen, screen


def named(findings: tuple[Finding, ...]) -> set[tuple[str, str, FindingKind, str | None]]:
    """What is wrong, without its values."""
    return {(item.check_id, item.entity, item.kind, item.field) for item in findings}


def test_the_clean_run_is_whole(ground: Ground) -> None:
    """What it is recommended is `test_verdict`'s matter; here it is what the defects are held against."""
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
    run = ground.bench.check(ground.clean, target, [DATA], keep=all_but(*ground.data_checks()))
    recorded = run.read()
    found = difference(ground.recorded, recorded)
    assert named(found) == {
        ("data.sale_line", "sale_line", FindingKind.MISSING_IN_TARGET, None),
        ("data.invoice", "invoice", FindingKind.MISMATCH, "total_amount_cache"),
    }
    assert lost(ground.recorded, recorded, ground.data_checks()) == ()
    (invoice,) = (item for item in found if item.entity == "invoice")
    assert (invoice.amount, invoice.currency) == (Decimal("0.01"), "CNY")
    demand_no_go(ground, run, Area.DATA, "Sales order lines", "0.01")


def test_a_right_that_is_gone_is_found(ground: Ground) -> None:
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
            keep=all_but(*ground.load_checks()),
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
