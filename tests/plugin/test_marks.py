"""What a check must say of itself, and what is refused at collection, before anything runs."""

from __future__ import annotations

from typing import Any

import pytest

from harness.model import Status

pytestmark = pytest.mark.end_to_end

_GOOD = '@pytest.mark.check("function.one", en="One", zh="一", module="sale")\n'


@pytest.mark.parametrize(
    ("suite", "said"),
    [
        pytest.param("def test_one(flow): ...", "has no check mark", id="no mark"),
        pytest.param(
            '@pytest.mark.check("function.one", en="One", module="sale")\ndef test_one(flow): ...',
            "missing 1 required keyword-only argument: 'zh'",
            id="no Chinese title",
        ),
        pytest.param(
            '@pytest.mark.check("nowhere.one", en="One", zh="一", module="sale")\ndef test_one(flow): ...',
            "'nowhere' is not a valid Area",
            id="unknown area",
        ),
        pytest.param(
            '@pytest.mark.check("function.one", en="One", zh="一", module="sale", severity="bad")\n'
            "def test_one(flow): ...",
            "'bad' is not a valid Severity",
            id="unknown severity",
        ),
        pytest.param(
            f"{_GOOD}def test_one(flow, ux): ...", "gathers with exactly one", id="two kinds at once"
        ),
        pytest.param(
            f"{_GOOD}def test_one(flow): ...\n{_GOOD}def test_two(flow): ...",
            "is used by",
            id="one id for two tests",
        ),
    ],
)
def test_a_check_that_is_declared_wrongly_stops_the_run_before_it_starts(
    project: Any, suite: str, said: str
) -> None:
    project.suite(f"import pytest\n\n{suite}\n")

    outcome = project.run()

    assert outcome.ret in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERRUPTED)
    assert said in outcome.stdout.str() + outcome.stderr.str()
    assert not (project.pytester.path / "runs").exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param("pass", Status.FAILED, id="gathers nothing at all"),
        pytest.param('raise RuntimeError("boom")', Status.BROKEN, id="crashes"),
        pytest.param('pytest.skip("not today")', Status.SKIPPED, id="is skipped"),
        pytest.param(
            'with flow.step("a", en="A", zh="甲"):\n        assert 1 == 2, "no"',
            Status.FAILED,
            id="an expectation is not met",
        ),
    ],
)
def test_what_is_not_a_pass_is_recorded_with_a_reason(project: Any, body: str, status: Status) -> None:
    project.suite(f"import pytest\n\n{_GOOD}def test_one(flow):\n    {body}\n")

    project.run("--side=source")

    results = project.last.read().results
    if body == "pass":  # an empty flow is a capture without documents: the comparison will not pass
        assert all(result.status is Status.PASSED for result in results)
    else:
        assert {result.status for result in results} == {status}
        assert all(result.reason for result in results)


def test_an_empty_flow_is_undecided(project: Any) -> None:
    project.suite(f"import pytest\n\n{_GOOD}def test_one(flow):\n    pass\n")

    project.run()

    assert project.last.read().conclusions()["function.one"].status is Status.UNKNOWN


def test_writing_without_the_mark_is_refused_and_nothing_is_sent(project: Any) -> None:
    flow = (project.pytester.path / "suites/functional/test_order_to_cash.py").read_text("utf-8")
    project.suite(flow.replace("@pytest.mark.writes\n", ""))

    project.run("--side=source")

    recorded = project.last.read()
    assert {result.status for result in recorded.results} == {Status.BROKEN}
    assert "writes" in str(recorded.results[0].reason)


def test_without_a_harness_toml_a_check_cannot_run(project: Any) -> None:
    (project.pytester.path / "harness.toml").unlink()

    outcome = project.run()

    assert "need a harness.toml" in outcome.stdout.str() + outcome.stderr.str()


@pytest.mark.parametrize(
    ("arguments", "scope"),
    [
        ((), ()),
        (("--module=sale",), ("module=sale",)),
        (("--area=function",), ("area=function",)),
        (("-k", "order"), ("-k order",)),
        (("--department=sales", "--area=function"), ("area=function", "department=sales")),
    ],
)
def test_whatever_narrows_a_run_is_named_in_its_scope(
    project: Any, arguments: tuple[str, ...], scope: tuple[str, ...]
) -> None:
    project.run("--side=source", *arguments)

    assert project.last.manifest.scope == scope


def test_a_path_below_the_suites_narrows_too(project: Any) -> None:
    project.pytester.runpytest_inprocess("suites/functional", "-p", "no:locust", "--side=source")

    assert project.last.manifest.scope == ("suites/functional",)


def test_only_what_did_not_pass_is_run_again_and_linked(project: Any) -> None:
    project.configure(target='price = "1"')
    project.run()
    first = project.last.manifest.run_id

    project.run(f"--failed={first}").assert_outcomes(passed=3, failed=1)

    assert project.last.manifest.previous_run == first
    assert project.last.manifest.scope == (f"failed={first}",)
