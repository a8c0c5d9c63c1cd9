"""The profile of a run: larger checks are left to larger profiles, and are named as not verified."""

from __future__ import annotations

from typing import Any

import pytest

from harness.coverage import coverage

SMALL, LARGE = "function.small", "function.large"
SUITE = """
import pytest

@pytest.mark.check("function.small", en="Small", zh="小", module="sale")
def test_small(flow):
    keep(flow)

@pytest.mark.check("function.large", en="Large", zh="大", module="sale", profile="rehearsal")
def test_large(flow):
    keep(flow)

def keep(flow):
    with flow.step("one", en="One", zh="一"):
        flow.keep("products", flow.role("sales").sellable_products(1))
"""


def concluded(project: Any) -> set[str]:
    return set(project.last.read().conclusions())


def gaps(project: Any) -> list[str]:
    recorded = project.last.read()
    kinds = {kind.kind: kind for kind in coverage(recorded.universe, (cover for _, cover in recorded.covers))}
    return [item.item for item in kinds["check"].gaps] if "check" in kinds else []


@pytest.mark.parametrize(
    ("arguments", "run", "left_out"),
    [
        ((), {SMALL}, [LARGE]),
        (("--area=function",), {SMALL}, [LARGE]),
        (("--profile=rehearsal",), {SMALL, LARGE}, []),
        (("--profile=full",), {SMALL, LARGE}, []),
        (("-k", "large"), {LARGE}, []),
    ],
    ids=[
        "a whole smoke run leaves the large check out and says so",
        "an area of a smoke run is of the same size",
        "its own profile runs it",
        "so does a larger one",
        "a check that is named runs whatever its profile",
    ],
)
def test_a_profile_runs_the_checks_up_to_its_size(
    project: Any, arguments: tuple[str, ...], run: set[str], left_out: list[str]
) -> None:
    project.suite(SUITE)

    project.run(*arguments).assert_outcomes(passed=4 * len(run), deselected=4 * (2 - len(run)))

    assert concluded(project) == run
    assert gaps(project) == left_out


def test_a_profile_that_is_none_is_named(project: Any) -> None:
    project.suite(SUITE.replace("rehearsal", "large"))

    outcome = project.run()

    assert outcome.ret == 4
    outcome.stderr.fnmatch_lines(["*test_large*profile large*smoke, rehearsal*"])
