"""A browser in which a person logs in, with whatever the ERP asks for; what it then knows is kept."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from harness.adapters.wire.kept import KeptSession, not_logged_in
from harness.errors import ConfigError, Unreachable
from harness.model import Environment, text
from harness.ux.browser import find_browser, is_root, missing_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

_POLL_MS = 300


def log_in(
    environment: Environment,
    role: str,
    start: str,
    *,
    headless: bool = False,
    seconds: float = 300,
    act: Callable[[Page], None] = lambda page: None,
) -> KeptSession:
    """Opens `start` and waits until the person is in; NotLoggedIn when that did not happen in time.

    `act` is what tests do in the person's place. A browser without an end to wait for (neither `done` nor
    `entry` in the configuration) is waited for until its window is closed.
    """
    if environment.network.ca is not None or environment.network.certificate is not None:
        # a browser takes certificates from the machine, and its checks are not switched off for it
        raise ConfigError(text("ux.login.certificates", side=environment.side.value))
    from playwright.sync_api import Error as BrowserError
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = _browser(playwright, environment, headless=headless)
        try:
            context = browser.new_context()
            page = context.new_page()
            try:
                page.goto(start)
                act(page)
            except BrowserError as error:
                side, reason = environment.side.value, error.message.partition("\n")[0]
                raise Unreachable(text("ux.tryton.unreachable", side=side, reason=reason)) from error
            state = _when_in(environment, context, page, seconds)
        finally:
            browser.close()
    if state is None:
        raise not_logged_in(environment, role, "not_in_time")
    return KeptSession(state, _until(environment, state))


def _browser(playwright: Playwright, environment: Environment, *, headless: bool) -> Browser:
    found = find_browser(Path(playwright.chromium.executable_path), which=shutil.which, exists=Path.exists)
    if found is None:
        raise missing_browser()
    proxy = environment.network.proxy
    return playwright.chromium.launch(
        executable_path=found,
        headless=headless,
        args=["--no-sandbox"] if is_root() else [],
        proxy=None if proxy is None else _proxy(proxy.reveal()),  # type: ignore[arg-type]  # a TypedDict
    )


def _proxy(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    server = f"{parts.scheme}://{parts.hostname}:{parts.port or 3128}"
    login = {"username": parts.username, "password": parts.password or ""} if parts.username else {}
    return {"server": server, **login}


def _when_in(
    environment: Environment, context: BrowserContext, page: Page, seconds: float
) -> Mapping[str, Any] | None:
    """What the browser knows as soon as the person is in; without a sign to wait for, when it is closed."""
    from playwright.sync_api import Error as BrowserError

    login, known = environment.login, None
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            known = dict(context.storage_state())
            if _is_in(environment, page, known):
                return known
            page.wait_for_timeout(_POLL_MS)
        except BrowserError:  # the window was closed
            return known if login.done is None and login.entry is None else None
    return None


def _is_in(environment: Environment, page: Page, state: Mapping[str, Any]) -> bool:
    login = environment.login
    if login.done is None and login.entry is None:
        return False
    there = login.done is None or fnmatchcase(page.url, login.done)
    return there and (login.entry is None or _has(state, login.entry))


def _has(state: Mapping[str, Any], entry: str) -> bool:
    names = {cookie["name"] for cookie in state["cookies"]}
    names |= {item["name"] for origin in state["origins"] for item in origin["localStorage"]}
    return entry in names


def _until(environment: Environment, state: Mapping[str, Any]) -> datetime:
    """When the session is over: after the configured hours, or when the cookie that is the login expires."""
    until = datetime.now(UTC) + timedelta(hours=environment.login.hours)
    for cookie in state["cookies"]:
        if cookie["name"] == environment.login.entry and cookie["expires"] > 0:
            until = min(until, datetime.fromtimestamp(cookie["expires"], UTC))
    return until
