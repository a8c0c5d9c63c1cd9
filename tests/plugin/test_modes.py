"""A flow in every mode: both sides, one side at a time, resumed, compared offline, on two processes."""

from __future__ import annotations

from typing import Any

import pytest

from harness.compare import compare
from harness.model import FindingKind, Part, Status

CHECK = "function.order_to_cash"
FOUR = (Part.SOURCE, Part.SOURCE_REPEAT, Part.TARGET, Part.COMPARISON)


def statuses(project: Any) -> dict[Part, Status]:
    return {result.part: result.status for result in project.last.read().results}


def test_both_sides_run_as_four_parts_and_the_run_is_sealed(project: Any) -> None:
    project.run().assert_outcomes(passed=4)

    assert statuses(project) == dict.fromkeys(
        (Part.SOURCE, Part.SOURCE_REPEAT, Part.TARGET, Part.COMPARISON), Status.PASSED
    )
    assert project.last.sealed


@pytest.mark.end_to_end
def test_the_sides_may_be_captured_weeks_apart(project: Any) -> None:
    project.run("--side=source").assert_outcomes(passed=2)
    first = project.last

    assert not first.sealed

    project.run("--side=target", f"--run={first.manifest.run_id}").assert_outcomes(passed=2)

    assert project.last.path == first.path
    assert statuses(project)[Part.COMPARISON] is Status.PASSED
    assert first.sealed


def test_the_target_alone_is_captured_and_nothing_is_concluded(project: Any) -> None:
    project.run("--side=target").assert_outcomes(passed=1)

    assert project.last.read().conclusions() == {}
    assert not project.last.sealed


@pytest.mark.end_to_end
def test_a_run_that_was_cut_off_is_completed_and_nothing_is_done_twice(project: Any) -> None:
    project.run("--side=source")
    run = project.last

    project.run(f"--run={run.manifest.run_id}").assert_outcomes(passed=2, deselected=2)

    attempts = [(result.part, result.attempt) for result in project.last.read().attempts]
    assert sorted(attempts) == sorted((part, 1) for part in FOUR)


def test_a_comparison_is_computed_again_from_the_directory_alone(project: Any) -> None:
    project.configure(target='price = "0.01"')
    project.run()
    recorded = project.last.read()

    again = compare(project.last, CHECK)

    assert again.status is Status.FAILED
    assert {finding.field for finding in again.findings} == {finding.field for finding in recorded.findings}


@pytest.mark.end_to_end
def test_two_processes_find_the_same_and_seal_once(project: Any) -> None:
    project.configure(target='deny = "sales Sales.Release"')
    outcome = project.run(processes=2)

    outcome.assert_outcomes(passed=2, failed=2)
    assert [(f.kind, f.step) for f in project.last.read().findings] == [(FindingKind.REGRESSION, "confirm")]
    assert project.last.sealed


@pytest.mark.end_to_end
@pytest.mark.parametrize(
    ("options", "part", "status"),
    [
        pytest.param({"target": "dead = true"}, Part.TARGET, Status.FAILED, id="the target gives no answer"),
        pytest.param({"source": "dead = true"}, Part.SOURCE, Status.FAILED, id="the source gives no answer"),
        pytest.param(
            {"target": 'deny = "sales Sales.Release"'}, Part.TARGET, Status.FAILED, id="a right is gone"
        ),
    ],
)
def test_what_an_erp_does_wrong_is_failed_and_never_broken(
    project: Any, options: dict[str, str], part: Part, status: Status
) -> None:
    project.configure(**options)
    project.run()

    assert statuses(project)[part] is status
    assert statuses(project)[Part.COMPARISON] is not Status.PASSED


@pytest.mark.end_to_end
def test_a_silent_target_is_a_finding(project: Any) -> None:
    project.configure(target="dead = true")
    project.run()

    assert [f.kind for f in project.last.read().findings] == [FindingKind.UNAVAILABLE]


@pytest.mark.end_to_end
def test_a_silent_source_is_undecided(project: Any) -> None:
    project.configure(source="dead = true")
    project.run()

    assert statuses(project)[Part.COMPARISON] is Status.UNKNOWN
    assert project.last.read().findings == ()


@pytest.mark.end_to_end
def test_beside_a_source_in_production_a_writing_flow_runs_on_the_target_alone(
    project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "Sesam-42")
    config = project.pytester.path / "harness.toml"
    source, side, target = config.read_text("utf-8").partition("[target]")
    plain = source.replace("synthetic = true\n", "").replace("Sesam-42", "${SECRET}")
    production = plain.replace("allow_writes = true", "production = true")
    config.write_text(f"{production}{side}{target}", "utf-8")

    project.run().assert_outcomes(passed=3)

    assert set(statuses(project)) == {Part.TARGET, Part.TARGET_REPEAT, Part.COMPARISON}
    (conclusion,) = project.last.read().conclusions().values()
    assert [caveat.key for caveat in conclusion.caveats] == ["flows.alone.production"]
