"""Documents made before the upgrade: made once on the source, found and finished by later runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.evidence import Run
from harness.model import Part, Status
from tests.fakes import offline

ERPS = offline.__name__  # imported here, so that its ERPs outlive each of the inner runs

IN_PROGRESS = Path(__file__).parents[2] / "suites/functional/in_progress/test_orders_in_progress.py"
CHECKS = {"function.draft_in_progress", "function.delivery_in_progress", "function.payment_in_progress"}
PLAIN = """
import pytest

@pytest.mark.check("function.plain", en="Plain", zh="普通", module="sale")
def test_plain(flow):
    with flow.step("one", en="One", zh="一"):
        flow.keep("products", flow.role("sales").sellable_products(1))
"""


def copied(project: Any) -> Any:
    """A project whose two sides are one ERP: what the source had when it was copied, the target has."""
    shared = f'shared = "{project.name}"'
    project.configure(source=shared, target=shared)
    project.suite(IN_PROGRESS.read_text("utf-8"))
    (project.pytester.path / "suites" / "functional" / "test_plain.py").write_text(PLAIN, "utf-8")
    return project


def prepared(project: Any) -> Run:
    return Run.find(project.pytester.path / "prepared", "latest")


def conclusions(project: Any) -> dict[str, Status]:
    return {check: result.status for check, result in project.last.read().conclusions().items()}


def test_documents_are_made_on_the_source_alone_and_sealed(project: Any) -> None:
    copied(project).run("--prepare=1").assert_outcomes(passed=3, deselected=0)

    run = prepared(project)
    assert {(result.spec.id, result.part) for result in run.read().results} == {
        (check, Part.PREPARED) for check in CHECKS
    }
    assert run.sealed
    assert not (project.pytester.path / "runs").exists()


@pytest.mark.end_to_end
def test_a_run_finishes_what_was_prepared_and_the_next_one_says_that_it_is_used_up(project: Any) -> None:
    copied(project).run("--prepare=1")

    project.run("--profile=rehearsal").assert_outcomes(passed=16)
    assert conclusions(project) == dict.fromkeys({*CHECKS, "function.plain"}, Status.PASSED)

    project.run("-k", "payment").assert_outcomes(failed=1, errors=3)
    reasons = {str(result.reason) for result in project.last.read().results if result.part is Part.SOURCE}
    assert "used up" in reasons.pop()


def test_without_preparation_nothing_passes_and_the_cure_is_named(project: Any) -> None:
    copied(project).run("-k", "draft").assert_outcomes(failed=1, errors=3)

    (result,) = (r for r in project.last.read().results if r.part is Part.TARGET)
    assert result.status is Status.BROKEN
    assert "harness prepare" in str(result.reason)
