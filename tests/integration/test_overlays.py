"""Behaviour planted in a copy of the upgraded ERP: it is really there, and one without effect is an error."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from harness import demo
from harness.adapters.protocol import ReadsRecords
from harness.adapters.registry import open_adapter
from harness.config import load
from harness.demo import DemoPair, TargetCopy
from harness.demo.steps import StepFailed
from harness.errors import DemoError
from harness.model import Side

pytestmark = pytest.mark.real_pair
FEWER = """
from planting import replaces

@replaces("party.party", "search_count")
def fewer(original, parties, domain, *rest, **named):
    return original(domain, *rest, **named) - 1
"""


def parties(pair: DemoPair, copy: TargetCopy) -> int:
    """How many parties the copy says it has."""
    environment = load(pair.config, environ=dict(os.environ), overrides={}).pair[Side.TARGET]
    options = {**environment.options, "database": copy.database}
    adapter = open_adapter(replace(environment, url=copy.url, options=options), "admin")
    assert isinstance(adapter, ReadsRecords)
    try:
        return adapter.count("party.party")
    finally:
        adapter.close()


def test_an_overlay_changes_what_one_copy_does(pair: DemoPair, tmp_path: Path) -> None:
    file = tmp_path / "fewer.py"
    file.write_text(FEWER)
    with demo.target_copy(pair, "plain") as plain, demo.target_copy(pair, "overlaid", overlay=file) as harmed:
        assert parties(pair, harmed) == parties(pair, plain) - 1


@pytest.mark.parametrize(
    "change",
    [("search_count", "no_such_method"), ("party.party", "no.such.model"), ("@replaces", "# @replaces")],
    ids=["no such method", "no such model", "nothing planted"],
)
def test_an_overlay_that_cannot_be_planted_stops_the_server(
    pair: DemoPair, tmp_path: Path, change: tuple[str, str]
) -> None:
    file = tmp_path / "wrong.py"
    file.write_text(FEWER.replace(*change))
    with pytest.raises(StepFailed), demo.target_copy(pair, "wrong", overlay=file):
        pass


def test_an_overlay_that_nobody_meets_is_an_error(pair: DemoPair, tmp_path: Path) -> None:
    file = tmp_path / "unmet.py"
    file.write_text(FEWER)
    with pytest.raises(DemoError, match=r"unmet\.py"), demo.target_copy(pair, "unmet", overlay=file):
        pass
