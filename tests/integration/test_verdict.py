"""The main job: the clean pair under its own policy, from the first check to the last report.

Everything here looks at one run, made once, on data that nothing has written to yet.
"""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from harness.demo import DemoPair
from harness.errors import ExitCode
from harness.evidence import verify
from harness.model import Area, Outcome, Status
from tests.integration.whole_run import SUITES, Ended, harness

pytestmark = pytest.mark.real_pair


def test_the_clean_pair_is_recommended_and_every_open_point_is_a_condition(clean: Ended) -> None:
    verdict = clean.judgement.verdict

    assert [rule for rule in verdict.rules if not rule.passed and rule.severity.rank <= 1] == []
    assert verdict.outcome in (Outcome.GO, Outcome.GO_WITH_CONDITIONS)
    assert clean.code == ExitCode.GO


def test_every_difference_of_the_upgrade_is_accepted_by_name_and_none_is_hidden(clean: Ended) -> None:
    judged = clean.judgement.findings

    assert judged, "the upgrade does make differences; none found means that nothing was compared"
    assert [item.finding for item in judged if item.waiver is None] == []


def test_every_area_that_sit_asks_for_has_evidence(clean: Ended) -> None:
    concluded = {result.spec.area for result in clean.run.read().conclusions().values()}

    assert {Area.DATA, Area.FUNCTION, Area.UX, Area.PERFORMANCE} <= concluded


def test_no_check_is_skipped_broken_or_undecided(clean: Ended) -> None:
    odd = {
        result.spec.id: (result.status, result.reason)
        for result in clean.run.read().results
        if result.status in (Status.SKIPPED, Status.BROKEN, Status.UNKNOWN)
    }

    assert odd == {}


def test_what_sit_does_not_ask_for_is_listed_as_not_verified(clean: Ended) -> None:
    for area in ("Access rights", "Interfaces", "Business continuity", "Security"):
        assert area in clean.said


def test_the_evidence_is_sealed_and_verifies(clean: Ended) -> None:
    found = verify(clean.run.path)

    assert clean.run.sealed
    assert found.ok, found.problems


def test_the_same_evidence_compared_again_gives_the_same(clean: Ended, pair: DemoPair) -> None:
    again = harness(pair, "compare", "--config", str(pair.config), "--run", clean.run.manifest.run_id)

    assert again.returncode == ExitCode.GO, again.stdout
    assert "now gives" not in again.stdout


def test_a_stricter_milestone_judges_the_same_evidence_no_go(clean: Ended, pair: DemoPair) -> None:
    run = clean.run.manifest.run_id
    judged = harness(pair, "gate", "--config", str(pair.config), "--run", run, "--milestone", "cutover")

    assert judged.returncode == ExitCode.NO_GO
    assert "no evidence" in judged.stdout


def test_every_report_is_written(clean: Ended) -> None:
    reports = clean.run.reports

    suite = ElementTree.parse(reports / "junit.xml").getroot()
    page = (reports / "decision.html").read_text("utf-8")
    assert len(list(suite.iter("testcase"))) >= len(clean.run.read().conclusions())
    assert "上线建议" in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "").split("<body", 1)[0]
    assert (reports / "decision.zh.md").is_file()
    assert list((reports / "allure").rglob("index.html"))


def test_without_the_functional_suite_nothing_is_recommended(pair: DemoPair, tmp_path: Path) -> None:
    suites = tmp_path / "suites"
    shutil.copytree(SUITES / "functional" / "data", suites / "functional" / "data")

    lines = pair.config.read_text("utf-8").splitlines(keepends=True)
    config = pair.folder / "without-tables.toml"  # a table whose flow is not there is an error of its own
    config.write_text("".join(line for line in lines if not line.startswith("flows = ")), "utf-8")

    done = harness(pair, "run", str(suites), "--config", str(config), "--no-report")

    assert done.returncode == ExitCode.NO_GO
    first_screen = "\n".join(done.stdout.splitlines()[-60:])
    assert "Business functions" in first_screen
    assert "NO-GO" in done.stdout.upper()
