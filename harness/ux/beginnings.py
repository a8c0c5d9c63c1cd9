"""How most tasks begin: at the address of the ERP, logged in, before a list; always in the same words."""

from __future__ import annotations

from harness.model import Title, text
from harness.ux.pages import WebClient
from harness.ux.task import Steps

_LISTS = {
    "party": Title("Open the list of customers", "打开客户列表"),
    "sale": Title("Open the list of orders", "打开销售订单列表"),
    "purchase": Title("Open the list of purchases", "打开采购订单列表"),
    "receipt": Title("Open the list of receipts", "打开收货单列表"),
}


def log_in(steps: Steps, client: WebClient) -> None:
    """From the address of the ERP to its start screen."""
    with steps.step("open", Title("Open the web client", "打开 Web 客户端"), screen="login"):
        client.open()
    with steps.step("log_in", Title("Log in", "登录"), screen="start"):
        client.log_in()


def open_list(steps: Steps, client: WebClient, entity: str) -> None:
    """From the start screen to the list of an entity."""
    with steps.step("open_list", _LISTS[entity], screen=client.screen_of(entity)):
        client.open_list(entity)


def at_list(steps: Steps, client: WebClient, entity: str) -> None:
    """Logged in and before the list, as a prelude: other checks judge the way there."""
    with steps.prelude():
        log_in(steps, client)
        open_list(steps, client, entity)


def expect_rows(steps: Steps, client: WebClient) -> None:
    """Ends the task when the list on screen is empty."""
    steps.expect(client.listed() > 0, text("ux.problem.empty_list"))


def expect_found(steps: Steps, client: WebClient, listed_before: int) -> None:
    """Ends the task when a search shows nothing, or all that was there before it."""
    steps.expect(0 < client.listed() < listed_before, text("ux.problem.not_found"))
