"""The DuckDB macros that say what a cell can be and what it is worth: `shapes.sql`, which explains them."""

from __future__ import annotations

from importlib.resources import files

MARK = "\x01"
"""Stands before the content of a typed cell, followed by one letter: n, d, t or b."""


def macros() -> tuple[str, ...]:
    """The statements that make the macros, in their order."""
    content = (files("harness.reconcile.files") / "shapes.sql").read_text(encoding="utf-8")
    return tuple(part.strip() for part in content.split(";\n\n") if part.strip())


def shaped(cells: str) -> str:
    """The distinct cells of a query (of x and cells, a count) with everything the macros say of them."""
    tidied = f"SELECT x, tidy(x) AS t, cells FROM ({cells})"
    parts = f"SELECT x, t, cells, digits(t) AS b, day_part(t) AS d FROM ({tidied}) WHERE t <> ''"
    shapes = "number_shape(x, t, b) AS number, date_shape(x, t, d) AS date"
    return f"SELECT x, t, b, d, cells, {shapes} FROM ({parts})"
