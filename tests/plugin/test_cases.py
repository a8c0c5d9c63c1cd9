"""A check's case ids reach the run, Allure and coverage; results by hand are read before anything runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.cli import invoke
from harness.errors import ExitCode
from harness.gate import CheckState, from_bytes

pytestmark = pytest.mark.end_to_end

MARK = 'module="sale",'
POLICY = """schema = 1
[milestones.SIT]
areas = ["function"]
[[milestones.SIT.rules]]
rule = "no_open_findings"
limit = 0
"""
MANUAL = """[manual]
results = "uat.csv"
upgraded = 2020-01-01
require_evidence = false
link = "https://tests.example/{case}"
"""


def given(project: Any, manual: str) -> Path:
    """A project whose flow carries two cases, and the results of people."""
    folder: Path = project.pytester.path
    suite = folder / "suites" / "functional" / "test_order_to_cash.py"
    suite.write_text(suite.read_text("utf-8").replace(MARK, f'{MARK} cases=["TM-1", "TM 2"],', 1), "utf-8")
    (folder / "uat.csv").write_text(manual, "utf-8")
    (folder / "policy.toml").write_text(POLICY, "utf-8")
    config = folder / "harness.toml"
    head = config.read_text("utf-8").replace('name = "Offline"', 'name = "Offline"\nmilestone = "SIT"')
    config.write_text(f"{head}\n{MANUAL}", "utf-8")
    return folder


def test_case_ids_and_their_address_are_in_allure(project: Any) -> None:
    folder = given(project, "case,result\nTM-1,not run\n")

    project.run("-k", "test_order_to_cash", "--alluredir", "allure").assert_outcomes(passed=4)

    results = [json.loads(path.read_text("utf-8")) for path in (folder / "allure").glob("*-result.json")]
    for result in results:
        labels = [(item["name"], item["value"]) for item in result["labels"]]
        links = [(item["type"], item["name"], item["url"]) for item in result["links"]]
        assert ("case", "TM-1") in labels
        assert ("tms", "TM 2", "https://tests.example/TM%202") in links
    assert {spec.cases for spec, _ in project.last.read().planned} == {("TM-1", "TM 2")}


def test_a_case_by_hand_stands_beside_the_check_that_carries_it(project: Any) -> None:
    given(project, "case,date,result\nTM-1,2026-01-05,failed\n")
    project.run("-k", "test_order_to_cash").assert_outcomes(passed=4)

    assert invoke(["gate", "--config", str(project.pytester.path / "harness.toml")]) == ExitCode.NO_GO

    judgement = from_bytes((project.last.judgements()[-1] / "verdict.json").read_bytes())
    assert [item.finding.text.key for item in judgement.findings] == ["manual.contradicted"]
    assert {check.id: check.state for check in judgement.checks} == {
        "function.manual.TM-1": CheckState.FAILED,
        "function.order_to_cash": CheckState.PASSED,
    }


def test_the_command_tells_the_coverage_of_a_run(project: Any, capsys: pytest.CaptureFixture[str]) -> None:
    folder = given(project, "case,module,document,operation,result\nTM-9,HR,pay slip,approve,\n")
    project.run("-k", "test_order_to_cash").assert_outcomes(passed=4)
    config = ["--config", str(folder / "harness.toml")]
    invoke(["gate", *config])

    files = ["--csv", str(folder / "c.csv"), "--json", str(folder / "c.json")]
    assert invoke(["coverage", *config, "--lang", "zh", *files]) == ExitCode.GO

    assert "业务覆盖情况" in capsys.readouterr().out
    assert "销售,销售订单,新建,已验证" in (folder / "c.csv").read_text("utf-8-sig")
    content = json.loads((folder / "c.json").read_text("utf-8"))
    assert sum(content["totals"].values()) == len(content["operations"]) > 5


def test_a_wrong_result_is_said_before_hours_of_checks(
    project: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = given(project, "case,result\nTM-1,splendid\n")

    code = invoke(["run", str(folder / "suites"), "--config", str(folder / "harness.toml")])

    assert code == ExitCode.USAGE_ERROR
    assert "uat.csv:2  result" in capsys.readouterr().err
    assert not (folder / "runs").exists()
