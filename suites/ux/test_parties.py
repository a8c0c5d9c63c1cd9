"""What everybody does with customers in the web client, on both sides by the same code."""

from collections.abc import Callable, Mapping

import pytest

from harness.adapters.business import RunsFlows
from harness.model import Title, text
from harness.ux import (
    Combination,
    Drawing,
    FindsRecords,
    GivesLists,
    Steps,
    SurvivesReload,
    Task,
    WebClient,
)
from harness.ux.beginnings import at_list, expect_found, expect_rows, log_in, open_list

OPEN_FORM = Title("Start a new customer", "新建客户")
ENTER = Title("Enter the customer", "录入客户信息")
SAVE = Title("Save the customer", "保存客户")


def open_parties(steps: Steps, client: WebClient) -> None:
    """From nothing to a list of customers with something in it."""
    with steps.prelude():
        log_in(steps, client)
    open_list(steps, client, "party")
    expect_rows(steps, client)


def create_party(steps: Steps, client: WebClient) -> None:
    """A customer with a Chinese name and address, entered and saved."""
    at_list(steps, client, "party")
    with steps.step("open_form", OPEN_FORM, screen="party form"):
        client.start_party()
    with steps.step("enter", ENTER, screen="party form, filled in"):
        client.fill_party(steps.customer("zh_CN"))
    with steps.step("save", SAVE, screen="party form, saved"):
        client.save()


def somebody(adapter: RunsFlows, drawing: Drawing) -> Mapping[str, str]:
    """A customer with a Chinese name, to be found again."""
    draft = drawing.customer("zh_CN")
    adapter.create_party(draft)
    return {"name": draft.name}


def find_party(steps: Steps, client: FindsRecords) -> None:
    """Found by a Chinese name, and opened."""
    at_list(steps, client, "party")
    listed = client.listed()
    with steps.step("find", Title("Search by name", "按名称搜索"), screen="party list, searched"):
        client.find(steps.given["name"])
    expect_found(steps, client, listed)
    with steps.step("open_found", Title("Open the customer", "打开客户"), screen="party form, found"):
        client.open_first()


def reload_page(steps: Steps, client: SurvivesReload) -> None:
    """Something looks odd, so the page is loaded anew."""
    at_list(steps, client, "party")
    with steps.step("reload", Title("Load the page anew", "刷新页面"), screen="reloaded"):
        client.reload()


def export_parties(steps: Steps, client: GivesLists) -> None:
    """The list of customers as a file."""
    at_list(steps, client, "party")
    with steps.step("choose", Title("Choose what is exported", "选择导出内容"), screen="export"):
        client.start_export()
    with steps.step("export", Title("Save the file", "保存文件"), screen="export, saved"):
        lines = client.export_list()
    steps.expect(lines > 1, text("ux.problem.empty_file"))


@pytest.mark.check(
    "ux.log_in",
    en="Log in to the web client",
    zh="登录 Web 客户端",
    module="party",
    department="sales",
    severity="critical",
    requirements=["S14", "S32"],
)
def test_log_in(ux: Callable[[Task], None]) -> None:
    """The first thing everybody does every day."""
    ux(Task("log_in", log_in))


@pytest.mark.check(
    "ux.open_parties",
    en="Open the list of customers",
    zh="打开客户列表",
    module="party",
    department="sales",
    severity="critical",
    requirements=["S14", "S33"],
)
def test_open_parties(ux: Callable[[Task], None]) -> None:
    """The way to any customer."""
    ux(Task("open_parties", open_parties))


@pytest.mark.check(
    "ux.create_party",
    en="Create a customer in the web client",
    zh="在 Web 客户端新建客户",
    module="party",
    department="sales",
    severity="critical",
    requirements=["S14", "S34"],
)
@pytest.mark.writes
def test_create_party(ux: Callable[[Task], None]) -> None:
    """From logging in to a saved customer with a Chinese name."""
    ux(Task("create_party", create_party))


@pytest.mark.check(
    "ux.find_party",
    en="Find a customer by a Chinese name",
    zh="按中文名称查找客户",
    module="party",
    department="sales",
    severity="critical",
    requirements=["S33", "S34"],
    profile="rehearsal",
)
@pytest.mark.writes
def test_find_party(ux: Callable[[Task], None]) -> None:
    """Somebody calls: who is it?"""
    ux(Task("find_party", find_party, FindsRecords, somebody))


@pytest.mark.check(
    "ux.export_parties",
    en="Export the list of customers",
    zh="导出客户列表",
    module="party",
    department="sales",
    severity="major",
    requirements=["S33", "S34"],
    profile="full",
)
def test_export_parties(ux: Callable[[Task], None]) -> None:
    """A list for a spreadsheet."""
    ux(Task("export_parties", export_parties, GivesLists))


@pytest.mark.check(
    "ux.reload",
    en="Load the page anew",
    zh="刷新页面后继续使用",
    module="party",
    department="sales",
    severity="major",
    requirements=["S33"],
    profile="full",
)
def test_reload(ux: Callable[[Task], None]) -> None:
    """Nobody has to log in again."""
    ux(Task("reload", reload_page, SurvivesReload))


@pytest.mark.writes
def test_combination(combination: Combination, ux: Callable[[Task], None]) -> None:
    """The same in each browser, screen, language and time zone that is chosen: `[ux]` in harness.toml."""
    ux(Task("create_party", create_party))
