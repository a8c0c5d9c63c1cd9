"""The decision page in a real browser: the switch, accessibility, phone and paper; it asks for nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from harness.messages import Language
from harness.reporting import page
from tests.reporting.worlds import WORLDS, hostile, world

pytestmark = pytest.mark.real_pair

PAPER = 703  # pixels between the margins of A4


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium: the machine's own where there is one."""
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        launched = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield launched
        launched.close()


def opened(
    browser: Browser, folder: Path, name: str, width: int = 1280, language: Language = Language.EN
) -> tuple[Page, list[str]]:
    """The page of a world, and everything that it asks for."""
    path = folder / f"{name}.html"
    page.write(*(hostile() if name == "hostile" else world(name)), language, path)
    tab = browser.new_page(viewport={"width": width, "height": 800})
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    tab.goto(path.as_uri())
    return tab, asked


@pytest.mark.parametrize("name", [*WORLDS, "hostile"])
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_asks_for_nothing_and_is_accessible(
    browser: Browser, tmp_path: Path, name: str, language: Language, width: int
) -> None:
    tab, asked = opened(browser, tmp_path, name, width, language)

    violations = Axe().run(tab).response["violations"]

    assert [item["id"] for item in violations if item["impact"] in ("serious", "critical")] == []
    assert len(asked) == 1


def test_nothing_hostile_became_an_element(browser: Browser, tmp_path: Path) -> None:
    tab, _ = opened(browser, tmp_path, "hostile")

    assert tab.locator("script, img, iframe, object, form, [onload], [onerror], [onclick]").count() == 0
    assert tab.locator("a:not([href^='#'])").count() == 0
    assert "<script>alert(1)</script>" in tab.inner_text("body")
    assert len(tab.content()) < 2_000_000


def test_the_language_switches_without_loading(browser: Browser, tmp_path: Path) -> None:
    tab, asked = opened(browser, tmp_path, "nogo")

    assert tab.inner_text("h1") == "No-go"
    tab.click("label[for=lang-zh]")
    assert tab.inner_text("h1") == "暂不上线"
    tab.keyboard.press("ArrowLeft")
    assert tab.inner_text("h1") == "No-go"
    assert len(asked) == 1


@pytest.mark.parametrize("name", ["nogo", "business", "hostile"])
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_the_page_fits_the_screen(
    browser: Browser, tmp_path: Path, name: str, language: Language, width: int
) -> None:
    tab, _ = opened(browser, tmp_path, name, width, language)

    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["nogo", "business", "hostile"])
@pytest.mark.parametrize("language", Language)
def test_nothing_is_cut_off_on_paper(browser: Browser, tmp_path: Path, name: str, language: Language) -> None:
    tab, _ = opened(browser, tmp_path, name, PAPER, language)
    tab.emulate_media(media="print")

    beyond = tab.evaluate(
        "width => [...document.querySelectorAll('body *')]"
        ".filter(item => item.getBoundingClientRect().right > width + 1)"
        ".map(item => `${item.tagName} ${item.className} in ${item.closest('section')?.id}`)",
        PAPER,
    )

    assert beyond == []


def test_the_answers_are_on_the_first_screen(browser: Browser, tmp_path: Path) -> None:
    tab, _ = opened(browser, tmp_path, "nogo")

    for selector in ("h1", ".reasons li >> nth=-1", ".worst li >> nth=1", ".aside section >> nth=1"):
        box = tab.locator(selector).bounding_box()
        assert box is not None and box["y"] + 40 < 800


def test_the_page_prints_on_a4(browser: Browser, tmp_path: Path) -> None:
    tab, _ = opened(browser, tmp_path, "nogo")

    tab.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)

    content = (tmp_path / "page.pdf").read_bytes()
    assert b"/MediaBox [0 0 594.95996 841.91998]" in content or b"/MediaBox [0 0 595" in content
