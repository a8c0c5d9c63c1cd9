"""What a person did in a browser becomes a first draft of a task, and no secret of theirs is in it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from harness.cli import invoke
from harness.errors import ConfigError, ExitCode, MissingTool
from harness.ux.drafts import draft
from harness.ux.recording import has_display, record

RECORDED = """\
import re
from playwright.sync_api import Playwright, sync_playwright, expect


def run(playwright: Playwright) -> None:
    browser = playwright.chromium.launch(headless=False)
    context = browser.new_context()
    page = context.new_page()
    page.goto("http://erp.example/")
    page.get_by_role("textbox", name="User").fill("admin")
    page.get_by_role("textbox", name="Password").fill("hush-hush")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("textbox", name="Search").fill("王芳")
    page.get_by_role("textbox", name="Search").press("Enter")
    page.get_by_text("Parties").hover()

    # ---------------------
    context.close()
    browser.close()


with sync_playwright() as playwright:
    run(playwright)
"""


def test_each_thing_that_a_person_waits_for_ends_a_step() -> None:
    written = draft(RECORDED, "find_party")
    tree = ast.parse(written)

    (pages,) = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    methods = {node.name: len(node.body) for node in pages.body if isinstance(node, ast.FunctionDef)}
    assert methods == {"__init__": 1, "step_1": 1, "step_2": 3, "step_3": 2, "step_4": 1}
    assert [node.name for node in tree.body if isinstance(node, ast.FunctionDef)] == ["find_party"]
    assert written.count("with steps.step(") == 4


def test_what_was_typed_for_a_password_is_not_written() -> None:
    written = draft(RECORDED, "find_party")

    assert "hush-hush" not in written
    assert 'given["password"]' in written
    assert "client.step_2(steps.given)" in written
    assert "王芳" in written


def test_a_recording_of_nothing_is_an_error_that_says_so() -> None:
    with pytest.raises(ConfigError) as raised:
        draft("", "nothing")

    assert raised.value.sentence.key == "ux.error.nothing_recorded"


@pytest.mark.parametrize(
    ("platform", "environ", "there"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_whether_a_window_can_be_opened(platform: str, environ: dict[str, str], there: bool) -> None:
    assert has_display(platform, environ) is there


def test_without_a_display_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")

    with pytest.raises(MissingTool) as raised:
        record("http://erp.example", "task", environ={})

    assert raised.value.sentence.key == "ux.error.no_display"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--name", "find party"], "must be a word"),
        (["--output", "there.py"], "there already"),
    ],
)
def test_a_draft_overwrites_nothing(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HARNESS_LANG", "en")
    (tmp_path / "there.py").write_text("mine")

    assert invoke(["record", "http://erp.example", *arguments]) is ExitCode.USAGE_ERROR
    assert said in capsys.readouterr().err
    assert (tmp_path / "there.py").read_text() == "mine"
