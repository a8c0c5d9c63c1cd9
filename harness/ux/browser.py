"""Finds a browser on this machine and opens it so that it talks to the two environments and nobody else."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from harness.adapters.wire.kept import KeptSession
from harness.config.ux import UxTable
from harness.errors import MissingTool
from harness.model import text
from harness.ux.probes.script import script
from harness.ux.signatures import host_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

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
_FIREFOXES = ("firefox-esr", "firefox")
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

# The same for Firefox; what is left goes to a proxy that is not there.
_FIREFOX_QUIET: Mapping[str, str | int | bool] = MappingProxyType(
    {
        "network.proxy.type": 1,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": 9,
        "network.proxy.ssl": "127.0.0.1",
        "network.proxy.ssl_port": 9,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "network.dns.disablePrefetch": True,
        "app.update.enabled": False,
        "extensions.update.enabled": False,
        "browser.safebrowsing.malware.enabled": False,
        "browser.safebrowsing.phishing.enabled": False,
        "datareporting.healthreport.uploadEnabled": False,
        "toolkit.telemetry.enabled": False,
        "services.settings.server": "http://127.0.0.1:9/",
    }
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


def install_command(*, platform: str, root: bool, apt: bool, name: str = "chromium") -> str:
    """The one command that installs a browser on this kind of machine."""
    if platform.startswith("linux") and apt and root:
        return f"apt-get install -y {'firefox-esr' if name == 'firefox' else name}"
    return f"{Path(sys.executable).name} -m playwright install {name}"


def arguments(hosts: Iterable[str], *, root: bool) -> list[str]:
    """The browser's command line: no calls home, no host but these, no sandbox only where root needs it."""
    excluded = "".join(f" , EXCLUDE {host}" for host in sorted(hosts))
    flags = [*_QUIET, f"--host-resolver-rules=MAP * ~NOTFOUND{excluded}"]
    return [*flags, "--no-sandbox"] if root else flags


def firefox_preferences(hosts: Iterable[str]) -> dict[str, str | int | bool]:
    """Firefox's settings: no calls home, no host but these."""
    return {**_FIREFOX_QUIET, "network.proxy.no_proxies_on": ",".join(sorted(hosts))}


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
    with (
        sync_playwright() as playwright,
        _launched(playwright, settings, hosts, slow_motion_ms, further) as browser,
    ):
        yield browser


@contextmanager
def _launched(
    playwright: Playwright,
    settings: UxTable,
    hosts: frozenset[str],
    slow_motion_ms: float = 0,
    further: Iterable[str] = (),
) -> Iterator[BrowserHandle]:
    """The browser that the settings name; `further` are arguments of Chromium's own."""
    headless = settings.headless
    if settings.browser == "firefox":
        browser = _firefox(playwright, hosts, headless=headless, slow_motion_ms=slow_motion_ms)
    else:
        browser = _chromium(
            playwright, hosts, headless=headless, slow_motion_ms=slow_motion_ms, further=further
        )
    try:
        yield BrowserHandle(browser, browser.browser_type.name, browser.version, hosts, settings)
    finally:
        browser.close()


def _chromium(
    playwright: Playwright,
    hosts: frozenset[str],
    *,
    headless: bool,
    slow_motion_ms: float,
    further: Iterable[str] = (),
) -> Browser:
    root, own = is_root(), Path(playwright.chromium.executable_path)
    found = find_browser(own, which=shutil.which, exists=Path.exists)
    if found is None:
        raise missing_browser()
    return playwright.chromium.launch(
        executable_path=found,
        headless=headless,
        slow_mo=slow_motion_ms,
        args=[*arguments(hosts, root=root), *further],
    )


def _firefox(
    playwright: Playwright, hosts: frozenset[str], *, headless: bool, slow_motion_ms: float
) -> Browser:
    preferences = firefox_preferences(hosts)
    own = Path(playwright.firefox.executable_path)
    if own.exists():
        return playwright.firefox.launch(
            headless=headless, slow_mo=slow_motion_ms, firefox_user_prefs=dict(preferences)
        )
    installed = next((found for name in _FIREFOXES if (found := shutil.which(name))), None)
    if installed is None:
        raise MissingTool(text("ux.error.no_firefox", command=_command(root=is_root(), name="firefox")))
    return playwright.firefox.launch(
        channel="moz-firefox",
        executable_path=installed,
        headless=headless,
        slow_mo=slow_motion_ms,
        firefox_user_prefs=dict(preferences),
    )


@dataclass
class Browsers:
    """The browsers of a run: each is started when it is first asked for, and once."""

    urls: tuple[str, ...]
    _stack: ExitStack = field(default_factory=ExitStack)
    _opened: dict[tuple[str, bool], BrowserHandle] = field(default_factory=dict)
    _playwright: list[Playwright] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self._stack.close()

    def open(self, settings: UxTable) -> BrowserHandle:
        """The browser that the settings name, for pages as they are to be."""
        from playwright.sync_api import sync_playwright

        if not self._playwright:  # one driver for all: a second one in a process is refused
            self._playwright.append(self._stack.enter_context(sync_playwright()))
        key = settings.browser, settings.headless
        if key not in self._opened:
            hosts = frozenset(map(host_of, self.urls))
            launched = _launched(self._playwright[0], settings, hosts)
            self._opened[key] = self._stack.enter_context(launched)
        return replace(self._opened[key], settings=settings)


def _command(*, root: bool, name: str = "chromium") -> str:
    return install_command(
        platform=sys.platform, root=root, apt=shutil.which("apt-get") is not None, name=name
    )


def missing_browser() -> MissingTool:
    """What to say where there is no browser, with the one command that installs it."""
    return MissingTool(text("ux.error.no_browser", command=_command(root=is_root())))
