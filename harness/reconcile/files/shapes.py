"""The DuckDB macros that say what a cell can be and what it is worth: `shapes.sql`, which explains them."""

from __future__ import annotations

from importlib.resources import files

MARK = "\x01"
"""Stands before the content of a typed cell, followed by one letter: n, d, t or b."""


def macros() -> tuple[str, ...]:
    """The statements that make the macros, in their order."""
    content = (files("harness.reconcile.files") / "shapes.sql").read_text(encoding="utf-8")
    return tuple(part.strip() for part in content.split(";\n\n") if part.strip())
