"""Ways into the real ERP besides a password: an API key of 8.0, and a browser's session on both sides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness import demo
from harness.adapters.registry import open_adapter
from harness.adapters.wire.kept import SessionStore
from harness.config.ux import UxTable
from harness.demo import DemoPair
from harness.errors import ConfigError, Refused
from harness.model import Account, Environment, Secret, Side
from harness.project import open_config
from harness.testing.plant import plant
from harness.ux.browser import open_browser
from harness.ux.login import log_in
from harness.ways import ApiKey, BrowserLogin, BrowserSession

pytestmark = pytest.mark.real_pair

KEY = "partner-key-never-shown-4711"
ENTRIES = {Side.SOURCE: "sao_session_{}", Side.TARGET: "tryton_session"}


def with_account(environment: Environment, role: str, account: Account) -> Environment:
    """The same environment with one account more."""
    return replace(environment, accounts={**environment.accounts, role: account})


def test_an_api_key_reads_the_rest_interface_until_it_is_revoked(pair: DemoPair) -> None:
    """8.0 has keys for its REST interface; 7.0 has neither. Calls by JSON-RPC take no keys: that is said."""
    environment = open_config(pair.config).pair.target
    with demo.target_copy(pair, "api_key") as target:
        plant(
            target.sql,
            f"""
            INSERT INTO res_user_application (key, "user", application, state)
            SELECT '{KEY}', id, 'rest', 'validated' FROM res_user WHERE login = 'seller'
        """,
        )
        partner = with_account(
            replace(
                environment, url=target.url, options={**environment.options, "database": target.database},
                sql=Secret(target.reader_sql),
            ),
            "partner", Account("partner", "", way=ApiKey(Secret(KEY))),
        )  # fmt: skip
        adapter: Any = open_adapter(partner, "partner")
        path = f"/{target.database}/rest/model/party.party"
        answer = adapter.exchange("GET", path, reads=True)
        assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
        assert adapter.exchange("GET", path, logged_in=False, reads=True).status in (401, 403)
        with pytest.raises(ConfigError, match="needs a user and a password"):
            adapter.count("party.party")
        plant(target.sql, "UPDATE res_user_application SET state = 'cancelled'")
        with pytest.raises(Refused, match="refuses the api_key"):
            adapter.exchange("GET", path, reads=True)
        assert KEY not in repr(adapter) + repr(partner)
        adapter.close()


@pytest.mark.parametrize("side", list(Side))
def test_a_session_of_a_browser_is_used_and_left_open(
    pair: DemoPair, side: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """7.0's web client keeps the session in local storage, 8.0's in a cookie; both are used."""
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "HARNESS_SESSION_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    known = open_config(pair.config).pair[side]
    entry = ENTRIES[side].format(known.options["database"])
    environment = replace(
        with_account(known, "person", Account("person", "", way=BrowserSession())),
        login=BrowserLogin(entry=entry),
    )
    by_password: Any = open_adapter(known, "sales")

    def type_password(page: Any) -> None:
        client = by_password.pages(page)
        client.open()
        client.log_in()

    session = log_in(
        environment, "person", by_password.web_url(), headless=True, seconds=60, act=type_password
    )
    SessionStore.of_user().keep(environment, "person", session)
    person: Any = open_adapter(environment, "person")
    assert person.count("party.party") == by_password.count("party.party") > 0
    person.close()
    again: Any = open_adapter(environment, "person")
    assert again.count("party.party") > 0  # closing has not logged the person out
    again.close()
    settings = UxTable()
    with open_browser(settings, [environment.url]) as browser, browser.new_page(session) as page:
        client = again.pages(page)
        client.open()
        client.log_in()
        client.open_list("party")
        client._table.locator("tbody > tr:visible").first.wait_for()
        assert client.listed() > 0
    by_password.close()
