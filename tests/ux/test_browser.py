"""Which browser is started, how, and what to do when there is none."""

from collections.abc import Set
from pathlib import Path

import pytest

from harness.ux.browser import arguments, find_browser, install_command

OWN = Path("/cache/chromium/chrome")


@pytest.mark.parametrize(
    ("files", "programs", "found"),
    [
        ({"/cache/chromium/chrome", "/usr/bin/chromium"}, {"chromium"}, "/cache/chromium/chrome"),
        (
            {"/usr/bin/chromium", "/usr/bin/google-chrome"},
            {"chromium", "google-chrome"},
            "/usr/bin/google-chrome",
        ),
        ({"/usr/bin/msedge"}, {"msedge"}, "/usr/bin/msedge"),
        ({"/usr/bin/chromium"}, {"chromium"}, "/usr/bin/chromium"),
        (
            {"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"},
            set(),
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        ),
        (set(), {"chromium"}, None),
        (set(), set(), None),
    ],
)
def test_find_browser(files: Set[str], programs: Set[str], found: str | None) -> None:
    """Playwright's own first, then what is installed; a name that leads nowhere is no browser."""
    browser = find_browser(
        OWN,
        which=lambda name: f"/usr/bin/{name}" if name in programs else None,
        exists=lambda path: path.as_posix() in files,
    )

    assert browser == (Path(found) if found else None)


@pytest.mark.parametrize(
    ("platform", "root", "apt", "command"),
    [
        ("linux", True, True, "apt-get install -y chromium"),
        ("linux", False, True, "-m playwright install chromium"),
        ("linux", True, False, "-m playwright install chromium"),
        ("darwin", False, False, "-m playwright install chromium"),
        ("win32", False, False, "-m playwright install chromium"),
    ],
)
def test_install_command(platform: str, root: bool, apt: bool, command: str) -> None:
    """One command that works for this user on this machine."""
    assert install_command(platform=platform, root=root, apt=apt).endswith(command)


def test_only_the_environments_can_be_reached() -> None:
    """Every other name resolves to nothing; the sandbox is given up for root alone."""
    flags = arguments(["erp.example", "127.0.0.1"], root=False)

    rules = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE erp.example"
    assert rules in flags
    assert "--disable-background-networking" in flags
    assert "--no-sandbox" not in flags
    assert "--no-sandbox" in arguments([], root=True)
