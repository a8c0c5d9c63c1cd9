"""A project of its own for each test: the real flow, the OData-shaped fake, an inner pytest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.evidence import Run

ROOT = Path(__file__).parents[2]
FLOW = ROOT / "suites/functional/order_to_cash/test_order_to_cash.py"
_ACCOUNTS = "".join(
    f'[{{side}}.accounts.{role}]\nuser = "{role}"\npassword = "Sesam-42"\n'
    for role in ("admin", "sales", "stock", "accounting")
)
_SIDE = (
    """
[{side}]
adapter = "tests.fakes.offline:OfflineSales"
url = "http://{name}.{side}.test/sales/v4"
synthetic = true
allow_writes = true
[{side}.options]
{options}
"""
    + _ACCOUNTS
)


class Project:
    """harness.toml, the suites, and the means to run them."""

    def __init__(self, pytester: pytest.Pytester, name: str) -> None:
        self.pytester = pytester
        self.name = name
        self.configure()
        folder = pytester.mkdir("suites") / "functional"
        folder.mkdir()
        (folder / FLOW.name).write_text(FLOW.read_text("utf-8"), "utf-8")

    def configure(self, *, source: str = "", target: str = "") -> None:
        """Writes harness.toml; `source` and `target` are lines of their options."""
        sides = [("source", source), ("target", target)]
        text = 'schema = 1\n[project]\nname = "Offline"\n' + "".join(
            _SIDE.format(side=side, name=self.name, options=options) for side, options in sides
        )
        (self.pytester.path / "harness.toml").write_text(text, "utf-8")

    def suite(self, text: str) -> None:
        """Replaces the suites by one file."""
        for file in (self.pytester.path / "suites" / "functional").glob("*.py"):
            file.unlink()
        (self.pytester.path / "suites" / "functional" / "test_given.py").write_text(text, "utf-8")

    def run(self, *arguments: str, processes: int = 0) -> Any:
        """Runs pytest over the suites."""
        given = ["suites", "-p", "no:locust", "-p", "no:cacheprovider", "-q", *arguments]
        if processes:
            return self.pytester.runpytest_subprocess(*given, f"-n{processes}")
        return self.pytester.runpytest_inprocess(*given)

    @property
    def last(self) -> Run:
        """The newest run."""
        return Run.find(self.pytester.path / "runs", "latest")


@pytest.fixture
def project(
    pytester: pytest.Pytester, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Project:
    """A project whose ERPs no other test shares."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.syspath_prepend(str(ROOT))
    monkeypatch.delenv("HARNESS_CONFIG", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(pytester.path / "state"))
    name = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
    return Project(pytester, name.lower())


Runner = Callable[..., Any]
