"""Playwright's recorder in the browser that the checks use: a person does a task, and a draft is written."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from harness.errors import MissingTool
from harness.model import text
from harness.ux.browser import installed_browser, missing_browser
from harness.ux.drafts import draft

# How Playwright's own recorder is told which browser to start; pinned with its version in pyproject.toml.
_BROWSER = "PWTEST_CLI_EXECUTABLE_PATH"
_HEADLESS = "PWTEST_CLI_HEADLESS"


def record(url: str, name: str, *, environ: Mapping[str, str] = os.environ) -> str:
    """Opens the recorder at `url` until its window is closed; the text of a draft of what was done.

    MissingTool without a display or a browser; ConfigError when nothing was done.
    """
    if not has_display(sys.platform, environ):
        raise MissingTool(text("ux.error.no_display"))
    browser = installed_browser()
    if browser is None:
        raise missing_browser()
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "recorded.py"
        command = [
            sys.executable,
            "-m",
            "playwright",
            "codegen",
            "--target",
            "python",
            "-o",
            str(written),
            url,
        ]
        done = subprocess.run(
            command, env={**environ, _BROWSER: str(browser)}, capture_output=True, text=True, check=False
        )
        if done.returncode and not written.exists():
            last = (done.stderr.strip().splitlines() or [str(done.returncode)])[-1]
            raise MissingTool(text("ux.error.recorder", reason=last))
        return draft(written.read_text(encoding="utf-8") if written.exists() else "", name)


def has_display(platform: str, environ: Mapping[str, str]) -> bool:
    """Whether a window can be opened."""
    shown = ("DISPLAY", "WAYLAND_DISPLAY", _HEADLESS)
    return platform in ("win32", "darwin") or any(environ.get(name) for name in shown)
