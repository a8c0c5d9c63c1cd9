"""What changed and who makes use of it, and the runs that are narrowed to that."""

from __future__ import annotations

import pytest

from harness.errors import ExitCode
from tests.cli.conftest import ROOT, SIDES, Project

pytestmark = pytest.mark.end_to_end

INVENTORY = ROOT / "suites/functional/inventory/test_functions.py"
FLOWS = """
import pytest

@pytest.mark.check("function.buys", en="Buys", zh="采购", module="sale")
def test_buys(flow):
    with flow.step("list", en="List", zh="列出"):
        flow.keep("products", flow.role("sales").sellable_products(1))
"""


def listing(project: Project, gone: str) -> None:
    """Both sides list what they consist of; the target lacks one thing."""
    project.configure(target=f'{SIDES}[target.options]\ngone = "{gone}"\n')
    config = project.folder / "harness.toml"
    fake = config.read_text("utf-8").replace("offline:OfflineSales", "offline_inventory:OfflineListing")
    config.write_text(fake, "utf-8")
    for file in (project.folder / "suites/functional").glob("*.py"):
        file.unlink()
    project.write("suites/functional/test_flows.py", FLOWS)
    project.write("suites/functional/test_functions.py", INVENTORY.read_text("utf-8"))


def ran(project: Project) -> set[str]:
    """The checks of the newest run."""
    return set(project.last.read().conclusions())


@pytest.mark.parametrize(
    ("gone", "shown", "hidden"),
    [
        ("Materials.Colour", ["function.buys", "Materials.Colour", "1 concern 1 check"], ["Leads.Source"]),
        ("Leads.Source", ["Leads.Source", "used by no check: not verified"], ["function.buys"]),
    ],
)
def test_impact_names_what_checks_use_and_what_none_does(
    project: Project, gone: str, shown: list[str], hidden: list[str]
) -> None:
    listing(project, gone)
    project.run("--profile=rehearsal")
    told = project("impact")

    assert told.code == ExitCode.GO
    assert all(word in told.out for word in shown), told.out
    assert not any(word in told.out for word in hidden), told.out
    assert "未验证" in project("impact", "--lang=zh").out or "Leads" not in gone


def test_an_impacted_run_does_only_what_changed_and_says_so(project: Project) -> None:
    listing(project, "Materials.Colour")
    project.run("--profile=rehearsal")
    first = project.last.manifest.run_id
    ended = project.run("--impacted")

    assert ran(project) == {"function.buys"}
    assert project.last.manifest.scope == (f"impacted={first}",)
    assert project.verdict().outcome is None, ended
    assert f"Run {first}" in project("impact").out  # the newer run has no inventory and is passed over


def test_what_a_flow_uses_is_told_by_an_earlier_run(project: Project) -> None:
    listing(project, "Materials.Colour")
    project.run("--profile=rehearsal", "--module=sale")
    project.run("--profile=rehearsal", "--module=system")
    assert ran(project) == {"function.inventory"}
    assert "function.buys" in project("impact").out


def test_without_an_inventory_it_says_how_to_make_one(project: Project) -> None:
    listing(project, "Leads.Source")
    project.run("--module=sale")
    for command in (("impact",), ("run", "--impacted")):
        ended = project.bare(*command)
        assert ended.code == ExitCode.USAGE_ERROR
        assert "suites/functional/inventory" in ended.err
    assert len(project.runs) == 1
