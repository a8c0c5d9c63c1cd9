"""`harness login`: a person logs in once, in a browser; later runs use the session until it expires."""

from __future__ import annotations

from pathlib import Path

import click

from harness.adapters.wire.kept import SessionStore
from harness.cli import console_language, options
from harness.errors import ConfigError, ExitCode
from harness.messages import render
from harness.model import Environment, Side, text
from harness.ways import BrowserSession


@click.command(name="login")
@click.argument("side", type=click.Choice([side.value for side in Side]))
@options.config
@click.option("--role", help="The account; else the only one with browser = true.")
@click.option("--headless", is_flag=True, help="Without a visible window.")
@click.option("--seconds", default=300, show_default=True, help="How long to wait for the login.")
@click.option("--forget", is_flag=True, help="Delete the session instead.")
def command(
    side: str, config_path: Path | None, role: str | None, headless: bool, seconds: int, forget: bool
) -> ExitCode:
    """Log in to a system in a browser, once; the session is kept encrypted until it expires.

    在浏览器中登录一次(支持单点登录与双因素验证);会话加密保存,到期失效。
    """
    environment = options.opened(config_path).pair[Side(side)]
    named, store = _role(environment, role), SessionStore.of_user()
    language = console_language()
    if forget:
        store.forget(environment, named)
        click.echo(render(text("cli.login.forgotten", side=side, role=named), language))
        return ExitCode.GO
    from harness.ux.login import log_in  # importing it takes longer than most commands run

    start = environment.login.url or environment.url
    click.echo(render(text("cli.login.waiting", url=start, seconds=seconds), language))
    session = log_in(environment, named, start, headless=headless, seconds=seconds)
    store.keep(environment, named, session)
    click.echo(render(text("cli.login.kept", side=side, role=named, until=session.until), language))
    return ExitCode.GO


def _role(environment: Environment, named: str | None) -> str:
    """The account that a person logs in; ConfigError when it is not clear which."""
    roles = tuple(
        role for role, account in environment.accounts.items() if isinstance(account.way, BrowserSession)
    )
    if named in roles:
        return named
    if named is None and len(roles) == 1:
        return roles[0]
    side = environment.side.value
    key = "cli.login.which" if roles else "cli.login.none"
    raise ConfigError(text(key, side=side, known=roles))
