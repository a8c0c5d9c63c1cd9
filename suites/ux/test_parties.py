"""What everybody does with customers in the web client, on both sides by the same code."""

from collections.abc import Callable

import pytest

from harness.model import Title, text
from harness.ux import Combination, Steps, Task, WebClient

LOG_IN = Title("Log in", "登录")
OPEN_LIST = Title("Open the list of customers", "打开客户列表")
OPEN_FORM = Title("Start a new customer", "新建客户")
ENTER = Title("Enter the customer", "录入客户信息")
SAVE = Title("Save the customer", "保存客户")


def log_in(steps: Steps, client: WebClient) -> None:
    """From the address of the ERP to its start screen."""
    with steps.step("open", Title("Open the web client", "打开 Web 客户端"), screen="login"):
        client.open()
    with steps.step("log_in", LOG_IN, screen="start"):
        client.log_in()


def open_parties(steps: Steps, client: WebClient) -> None:
    """From nothing to a list of customers with something in it."""
    with steps.prelude():
        log_in(steps, client)
    open_list(steps, client)


def open_list(steps: Steps, client: WebClient) -> None:
    """From the start screen to the list of customers."""
    with steps.step("open_list", OPEN_LIST, screen=client.screen_of("party")):
        client.open_list("party")
    steps.expect(client.listed() > 0, text("ux.problem.empty_list"))


def create_party(steps: Steps, client: WebClient) -> None:
    """A customer with a Chinese name and address, entered and saved."""
    with steps.prelude():
        log_in(steps, client)
        open_list(steps, client)
    with steps.step("open_form", OPEN_FORM, screen="party form"):
        client.start_party()
    with steps.step("enter", ENTER, screen="party form, filled in"):
        client.fill_party(steps.customer("zh_CN"))
    with steps.step("save", SAVE, screen="party form, saved"):
        client.save()


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


@pytest.mark.writes
def test_combination(combination: Combination, ux: Callable[[Task], None]) -> None:
    """The same in each browser, screen, language and time zone that is chosen: `[ux]` in harness.toml."""
    ux(Task("create_party", create_party))
