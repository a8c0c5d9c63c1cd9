"""Coverage of the run on the clean pair: it adds up, requirements are true, results by hand join it later."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.demo import DemoPair
from harness.evidence import Run, verify
from harness.gate import Cell, CellState, CheckState, RequirementState
from harness.gate.covering import tally
from harness.messages import Language, render
from harness.project import Judged, judge_run, open_config
from tests.integration.whole_run import Ended

pytestmark = pytest.mark.real_pair

MANUAL = """用例编号,用例名称,模块,单据类型,操作,部门,测试人,测试日期,结果,证据文件,需求编号
TM-1,打印发票,财务,发票,打印,财务部,王芳,{day},通过,shot.png,S14
TM-2,扫码发货,库存,发货单,扫描,仓库,李伟,{day},失败,shot.png,S10
TM-3,月结,财务,会计期间,关闭,财务部,,,,,
"""
OPERATIONS = (
    "module,document,operation,department\nHR,pay slip,approve,Personnel\nSales,sales order,create,Sales\n"
)
REQUIREMENTS = "id,title\nS10,All functions work\nS99,Nobody serves this\n"


def cells(ended: Ended | Judged) -> Mapping[str, Cell]:
    return {str(cell.operation): cell for cell in ended.judgement.coverage.cells}


def test_every_operation_the_erp_offers_has_one_state_and_the_states_add_up(clean: Ended) -> None:
    found = clean.judgement.coverage.cells
    offered = {item.item for item in clean.run.read().universe if item.kind == "operation"}
    counts = tally(found)

    assert {str(cell.operation) for cell in found} == offered
    assert len(found) == len(offered) > 15
    assert counts[CellState.FAILED] == 0
    covered = counts[CellState.VERIFIED] + counts[CellState.REFUSED] + counts[CellState.WAIVED]
    assert covered + counts[CellState.NOT_VERIFIED] == len(offered)


def test_what_flows_did_is_known_without_a_word_of_theirs(clean: Ended) -> None:
    found = cells(clean)

    order, deleted = found["sale/order/create"], found["accounting/entry/delete"]
    assert "function.order_to_cash" in order.checks
    assert "sales" in order.departments
    assert order.state in (CellState.VERIFIED, CellState.WAIVED)
    assert (deleted.state, deleted.checks) == (CellState.REFUSED, ("function.manual_entry",))


def test_requirements_lead_to_every_check_that_names_them_and_to_no_other(clean: Ended) -> None:
    named: dict[str, set[str]] = {}
    without = set()
    for spec, _ in clean.run.read().planned:
        without |= set() if spec.requirements else {spec.id}
        for name in spec.requirements:
            named.setdefault(name, set()).add(spec.id)

    coverage = clean.judgement.coverage
    assert {item.id: set(item.checks) for item in coverage.requirements if item.checks} == named
    assert set(coverage.without_requirement) == without
    states = {check.id: check.state for check in clean.judgement.checks}
    for item in coverage.requirements:
        if item.state is RequirementState.VERIFIED:
            assert {states[check] for check in item.checks} <= {CheckState.PASSED}


@pytest.fixture
def weeks_later(clean: Ended, pair: DemoPair, tmp_path: Path) -> Judged:
    """A copy of the sealed run, judged with results by hand and lists that came in afterwards."""
    run = Run.open(shutil.copytree(clean.run.path, tmp_path / "runs" / clean.run.path.name))
    day = run.manifest.created.date()
    (tmp_path / "shot.png").write_bytes(b"picture")
    (tmp_path / "manual.csv").write_bytes(MANUAL.format(day=day).encode("gb18030"))
    (tmp_path / "operations.csv").write_text(OPERATIONS, "utf-8")
    (tmp_path / "requirements.csv").write_text(REQUIREMENTS, "utf-8")
    settings = {
        "manual.results": str(tmp_path / "manual.csv"),
        "manual.upgraded": day.isoformat(),
        "project.operations": str(tmp_path / "operations.csv"),
        "project.requirements": str(tmp_path / "requirements.csv"),
    }
    return judge_run(run, open_config(pair.config, settings), datetime.now(UTC))


def test_results_by_hand_join_a_sealed_run_and_the_seal_stays_true(weeks_later: Judged) -> None:
    digests = weeks_later.judgement.verdict.digests

    assert verify(weeks_later.run.path).ok
    for name in ("manual", "operations", "requirements"):
        stored = (weeks_later.folder / f"{name}.json").read_bytes()
        assert digests[name] == hashlib.sha256(stored).hexdigest()


def test_results_by_hand_count_as_what_they_are(weeks_later: Judged, clean: Ended) -> None:
    states = {check.id: check.state for check in weeks_later.judgement.checks if check.manual}
    found = {item.finding.check_id for item in weeks_later.judgement.findings if item.open}

    assert states == {
        "function.manual.TM-1": CheckState.PASSED,
        "function.manual.TM-2": CheckState.FAILED,
        "function.manual.TM-3": CheckState.SKIPPED,
    }
    assert "function.manual.TM-2" in found
    added = {name: cell.state for name, cell in cells(weeks_later).items() if name not in cells(clean)}
    assert added == {
        "accounting/invoice/print": CellState.VERIFIED,
        "stock/delivery/扫描": CellState.FAILED,
        "HR/pay slip/approve": CellState.NOT_VERIFIED,
    }


def test_what_nothing_serves_stands_beside_the_recommendation(weeks_later: Judged) -> None:
    told = "\n".join(render(line, Language.EN) for line in weeks_later.judgement.verdict.not_verified)

    assert "1 of" in told.split("Requirements that nothing serves: ")[1]
    assert "S99" in told
    assert "HR: approve pay slip" in told
