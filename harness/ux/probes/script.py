"""The scripts that travel into the page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def script(name: str) -> str:
    """The source of a script beside this module."""
    return (files("harness.ux.probes") / name).read_text(encoding="utf-8")


@cache
def axe_source() -> str:
    """axe-core, as the wheel of axe-playwright-python carries it."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
