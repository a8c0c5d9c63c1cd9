"""Finds a browser on this machine and opens it so that it talks to the two environments and nobody else."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.adapters.wire.kept import KeptSession
from harness.config.ux import UxTable
from harness.errors import MissingTool
from harness.model import text
from harness.ux.probes.script import script
from harness.ux.signatures import host_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

_PROGRAMS = (
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
    "microsoft-edge-stable",
    "chromium",
    "chromium-browser",
)
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
# Each of these stops calls home that a browser makes by itself; the resolver rules stop the rest.
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-domain-reliability",
    "--disable-default-apps",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-gpu",
)


@dataclass(frozen=True, slots=True)
class BrowserHandle:
    """An open browser, allowed to reach `hosts` only, and how its pages are to be."""

    browser: Browser
    name: str
    version: str
    hosts: frozenset[str]
    settings: UxTable

    @contextmanager
    def new_page(self, kept: KeptSession | None = None) -> Iterator[Page]:
        """A page of its own: nothing cached, the probes' script in every document, and nobody logged in
        but the person whose session is `kept`."""
        context = self._context(kept)
        try:
            yield context.new_page()
        finally:
            context.close()

    def _context(self, kept: KeptSession | None) -> BrowserContext:
        width, height = self.settings.viewport
        context = self.browser.new_context(
            storage_state=None if kept is None else dict(kept.state),  # type: ignore[arg-type]  # a TypedDict
            viewport={"width": width, "height": height},
            locale=self.settings.locale,
            timezone_id=self.settings.timezone,
            reduced_motion="reduce",
        )
        context.set_default_timeout(float(self.settings.timeout * 1000))
        context.add_init_script(script("page.js"))
        return context


def find_browser(
    own: Path, *, which: Callable[[str], str | None], exists: Callable[[Path], bool]
) -> Path | None:
    """The browser to start: Playwright's own download, else one that is installed; None without any."""
    candidates = [own, *(Path(found) for name in _PROGRAMS if (found := which(name))), *map(Path, _PLACES)]
    return next((item for item in candidates if exists(item)), None)


def installed_browser() -> Path | None:
    """The browser that `open_browser` starts on this machine; None without any."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return find_browser(own, which=shutil.which, exists=Path.exists)


def is_root() -> bool:
    """Whether this process is root's, whose browsers start without a sandbox only."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def install_command(*, platform: str, root: bool, apt: bool) -> str:
    """The one command that installs a browser on this kind of machine."""
    if platform.startswith("linux") and apt and root:
        return "apt-get install -y chromium"
    return f"{Path(sys.executable).name} -m playwright install chromium"


def arguments(hosts: Iterable[str], *, root: bool) -> list[str]:
    """The browser's command line: no calls home, no host but these, no sandbox only where root needs it."""
    excluded = "".join(f" , EXCLUDE {host}" for host in sorted(hosts))
    flags = [*_QUIET, f"--host-resolver-rules=MAP * ~NOTFOUND{excluded}"]
    return [*flags, "--no-sandbox"] if root else flags


@contextmanager
def open_browser(
    settings: UxTable, urls: Iterable[str], *, slow_motion_ms: float = 0, further: Iterable[str] = ()
) -> Iterator[BrowserHandle]:
    """A browser that reaches the hosts of these addresses; closed at the end. MissingTool without any.

    Starting takes seconds: open it once for a session, and take a `new_page` for each repetition. `further`
    is added to its command line.
    """
    from playwright.sync_api import sync_playwright  # importing it takes longer than most commands run

    hosts = frozenset(host_of(url) for url in urls)
    root = is_root()
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        found = find_browser(own, which=shutil.which, exists=Path.exists)
        if found is None:
            raise missing_browser()
        browser = playwright.chromium.launch(
            executable_path=found,
            headless=settings.headless,
            slow_mo=slow_motion_ms,
            args=[*arguments(hosts, root=root), *further],
        )
        try:
            yield BrowserHandle(browser, browser.browser_type.name, browser.version, hosts, settings)
        finally:
            browser.close()


def missing_browser() -> MissingTool:
    """What to say where there is no browser, with the one command that installs it."""
    apt = shutil.which("apt-get") is not None
    command = install_command(platform=sys.platform, root=is_root(), apt=apt)
    return MissingTool(text("ux.error.no_browser", command=command))
