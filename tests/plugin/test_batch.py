"""The fixture `batch`: one pair with both sides, or each side by itself and compared afterwards."""

from __future__ import annotations

import pytest

from harness.compare import compare
from harness.model import Part, Status
from tests.plugin.conftest import Project

SUITE = """
from datetime import time
import pytest
from harness.performance.batch import BatchPlan, Window

@pytest.mark.check("performance.month_end", en="Month end", zh="月结", module="accounting")
{mark}
def test_month_end(batch):
    batch(BatchPlan("month_end", 40, Window(time(22), time(4)), role="accounting", noticeable=1))
"""


@pytest.fixture
def nights(project: Project) -> Project:
    """A project whose systems run batches in no time, and may be loaded."""
    path = project.pytester.path / "harness.toml"
    content = path.read_text("utf-8").replace("tests.fakes.offline:OfflineSales", "tests.fakes.nights:Nights")
    for side in ("source", "target"):
        address = f"http://{project.name}.{side}.test/sales/v4"
        content = content.replace(f'url = "{address}"', f'url = "{address}"\nload = true')
    hosts = ", ".join(f'"{project.name}.{side}.test"' for side in ("source", "target"))
    path.write_text(f"{content}\n[performance]\nhosts = [{hosts}]\n", "utf-8")
    project.suite(SUITE.format(mark="@pytest.mark.writes"))
    return project


def test_both_sides_at_once_are_one_pair(nights: Project) -> None:
    nights.run().assert_outcomes(passed=1)

    assert nights.last.capture("performance.month_end", Part.PAIR) is not None
    conclusion = compare(nights.last, "performance.month_end")
    assert conclusion.status is Status.PASSED
    assert conclusion.measures["month_end.target.answer"] == "fits"
    assert conclusion.measures["month_end.volume"] == 40


def test_each_side_by_itself_is_compared_when_both_are_there(nights: Project) -> None:
    nights.run("--side", "source").assert_outcomes(passed=1)
    run = nights.last.manifest.run_id
    nights.run("--side", "target", "--run", run).assert_outcomes(passed=2)

    conclusion = compare(nights.last, "performance.month_end")
    assert [caveat.key for caveat in conclusion.caveats] == ["batch.caveat.apart"]


def test_without_the_mark_nothing_runs(nights: Project) -> None:
    nights.suite(SUITE.format(mark=""))

    result = nights.run()

    result.assert_outcomes(errors=0, failed=1)
    result.stdout.fnmatch_lines(["*mark*writes*"])
