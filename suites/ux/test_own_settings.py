"""What people set for themselves in the web client, on both sides by the same code."""

from collections.abc import Callable, Mapping

import pytest

from harness.adapters.access import LendsAccounts
from harness.documents import Ref
from harness.model import Title
from harness.ux import ChangesPasswords, Drawing, Steps, Task


def a_login(adapter: LendsAccounts, drawing: Drawing) -> Mapping[str, str]:
    """A login that nobody else uses, and the password that it is to have."""
    given = {"user": drawing.reference().lower(), "first": drawing.password(), "second": drawing.password()}
    return {**given, "account": adapter.lend_account(given["user"], given["first"]).id}


def away_with_it(adapter: LendsAccounts, given: Mapping[str, str]) -> None:
    """Nobody can log in with it afterwards."""
    adapter.retire_account(Ref("user", given["account"]))


def change_password(steps: Steps, client: ChangesPasswords) -> None:
    """From one's own settings to a client that goes on afterwards."""
    user = steps.given["user"]
    with steps.prelude():
        with steps.step("open", Title("Open the web client", "打开 Web 客户端"), screen="login"):
            client.open()
        with steps.step("log_in", Title("Log in", "登录"), screen="start"):
            client.log_in_as(user, steps.given["first"])
    with steps.step("settings", Title("Open one's own settings", "打开个人设置"), screen="own settings"):
        client.open_own_settings()
    with steps.step("change", Title("Change the password", "修改密码"), screen="password changed"):
        client.change_password(user, steps.given["second"])


@pytest.mark.check(
    "ux.change_password",
    en="Change one's password in the web client",
    zh="在 Web 客户端修改自己的密码",
    module="system",
    department="it",
    severity="major",
    requirements=["S33", "S34"],
    profile="full",
)
@pytest.mark.writes
def test_change_password(ux: Callable[[Task], None]) -> None:
    """With a login made for this, which is closed afterwards: nobody else's password is touched."""
    ux(Task("change_password", change_password, ChangesPasswords, a_login, away_with_it))
