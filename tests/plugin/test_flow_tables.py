"""Rows of a table drive a flow: each is a check by itself; a wrong cell is named before anything starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.model import FindingKind, Part, Status

HEAD = "check,en,zh,country,lines,paid,refused\n"
ROWS = f"""{HEAD}
half_paid,Half of it paid,付一半,DE,2,0.5,
# a note

written_out,Lines written out,逐行写明,US,MAT-01 x 2; MAT-03 x 3 @ 7.50,1,
"""
REFUSED = f"{HEAD}no_quote,Nobody may quote,不可报价,CN,1,1,quote\n"


def tabled(project: Any, content: str, name: str = "order_to_cash.csv") -> Any:
    folder: Path = project.pytester.path / "tables"
    folder.mkdir()
    (folder / name).write_text(content, "utf-8")
    config = project.pytester.path / "harness.toml"
    config.write_text(f'{config.read_text("utf-8")}\n[data]\nflows = "tables"\n', "utf-8")
    return project


def concluded(project: Any) -> dict[str, Status]:
    return {r.spec.id: r.status for r in project.last.read().results if r.part is Part.COMPARISON}


def test_each_row_is_a_check(project: Any) -> None:
    tabled(project, ROWS).run().assert_outcomes(passed=12)

    assert concluded(project) == {
        "function.order_to_cash": Status.PASSED,
        "function.order_to_cash.half_paid": Status.PASSED,
        "function.order_to_cash.written_out": Status.PASSED,
    }
    spec = next(r.spec for r in project.last.read().results if r.spec.id.endswith("half_paid"))
    assert (spec.title.en, spec.title.zh, spec.module, spec.writes) == (
        "Half of it paid",
        "付一半",
        "sale",
        True,
    )


def test_a_row_that_must_be_refused_passes_where_both_sides_refuse(project: Any) -> None:
    project.configure(source='deny = "sales Sales.Quote"', target='deny = "sales Sales.Quote"')

    tabled(project, REFUSED).run("-k", "test_sale").assert_outcomes(passed=4)

    assert concluded(project) == {"function.order_to_cash.no_quote": Status.PASSED}


def test_a_row_that_only_the_source_refuses_is_a_finding_at_that_step(project: Any) -> None:
    project.configure(source='deny = "sales Sales.Quote"')

    tabled(project, REFUSED).run("-k", "test_sale")

    findings = project.last.read().findings
    assert [(f.kind, f.step, f.target_value) for f in findings] == [
        (FindingKind.VIOLATION, "quote", "accepted")
    ]


def test_a_step_that_the_flow_does_not_have_is_an_error_of_the_table(project: Any) -> None:
    result = tabled(project, REFUSED.replace(",quote", ",qoute")).run("-k", "test_sale")

    assert Status.PASSED not in concluded(project).values()
    assert "qoute" in result.stdout.str()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (ROWS.replace("DE", "FR"), "order_to_cash.csv", ["tables/order_to_cash.csv:3", "country", "CN"]),
        (ROWS, "order_to_bank.csv", ["tables/order_to_bank.csv", "order_to_cash"]),
    ],
    ids=["a wrong cell", "a table that drives no flow"],
)
def test_a_wrong_table_is_named_and_nothing_starts(
    project: Any, content: str, name: str, said: list[str]
) -> None:
    result = tabled(project, content, name).run()

    output = result.stdout.str() + result.stderr.str()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert [part for part in said if part not in output] == []
    assert not (project.pytester.path / "runs").exists()
