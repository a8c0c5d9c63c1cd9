"""Two demos that come up at once choose different ports, though neither listens yet."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from harness.demo.ports import Ports

WANTED = 8170


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which nobody listens yet, and no demo runs beside the tests."""
    others = count(50_000)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr("harness.demo.processes.free_port", lambda wanted=None: wanted or next(others))


def test_a_port_is_chosen_once() -> None:
    with Ports() as ours, Ports() as theirs:
        assert ours.choose(WANTED) == WANTED
        assert [theirs.choose(WANTED), theirs.choose(WANTED)] == [50_000, 50_001]


def test_what_was_chosen_is_free_again_when_its_demo_is_up() -> None:
    with Ports() as ours:
        ours.choose(WANTED)
    with Ports() as theirs:
        assert theirs.choose(WANTED) == WANTED


def test_where_every_port_is_chosen_it_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.demo.processes.free_port", lambda wanted=None: WANTED)
    with Ports() as ours, Ports() as theirs:
        ours.choose(WANTED)
        with pytest.raises(OSError, match="no free port"):
            theirs.choose(WANTED)
