"""The table [manual]: where the results of tests by hand are, and what they are held against."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from harness.config.table import Day, Line, Switch, Table

Files = Annotated[
    tuple[Line, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)
]
"""One file, or a list of files."""


class ManualTable(Table):
    """Results as CSV, XLSX or JUnit XML; `cases` lists what is planned. Paths are as in harness.toml."""

    results: Files = ()
    cases: Files = ()
    evidence: Line | None = None
    upgraded: Day | None = None
    require_evidence: Switch = True
    link: Line | None = None
