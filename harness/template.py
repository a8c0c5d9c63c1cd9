"""Where the suites and fixtures are that travel with the package."""

from __future__ import annotations

from pathlib import Path


def template() -> Path:
    """The folder that holds `suites`, `fixtures` and `conftest.py`.

    In an installed wheel they are inside the package; in a checkout, beside it.
    """
    package = Path(__file__).parent
    inside = package / "template_files"
    return inside if inside.is_dir() else package.parent
