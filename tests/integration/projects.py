"""A reduced project over the real pair: its own suites, mappings, policy and runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.config import Config
from harness.model import Environment, Side
from tests.cli.conftest import Project

ROOT = Path(__file__).parents[2]
POLICY = """
schema = 1
[milestones.SIT]
areas = [{areas}]
[[milestones.SIT.rules]]
rule = "no_open_findings"
severity = "critical"
limit = 0
requirements = ["S10"]
set_by = "Finance lead"
set_on = 2026-11-01
"""


class RealProject(Project):
    """The order-to-cash flow and the named mappings, against the systems of another configuration."""

    def __init__(self, folder: Path, capture: Any, known: Config, mappings: Iterable[str]) -> None:
        self._known = known
        self._mappings = tuple(mappings)
        super().__init__(folder, capture)
        self.policy("function", *(["data"] if self._mappings else []))
        for name in self._mappings:
            self.write(f"mappings/{name}.toml", (_MAPPINGS / f"{name}.toml").read_text("utf-8"))
        if self._mappings:
            shutil.copy(ROOT / "suites/functional/data/test_mappings.py", folder / "suites/functional")

    def policy(self, *areas: str) -> None:
        """The areas that must have evidence."""
        self.write("policy.toml", POLICY.format(areas=", ".join(f'"{area}"' for area in areas)))

    def configure(self, project: str = "", **sides: str) -> None:
        """harness.toml with the logins of the known one; a side's text replaces what it permits."""
        permitted = "synthetic = true\nallow_writes = true\nload = true\n"
        parts = [f'schema = 1\n[project]\nname = "Reduced"\nmilestone = "SIT"\n{project}\n']
        for side in Side:
            environment = self._known.pair[side]
            parts.append(_side(environment, sides.get(side.value, permitted)))
        if self._mappings:
            parts.append('[data]\nmappings = "mappings"\n')
        parts.append(
            '[performance]\nhosts = ["127.0.0.1"]\nmargin = "9"\n'  # decided after the first round
            "[profiles.smoke]\nload_block_seconds = 1\nload_block_pairs = 4\n"
        )
        self.write("harness.toml", "".join(parts))
        secrets = dict(line for side in Side for line in _secrets(self._known.pair[side]))
        self.write(".env", "".join(f"{name}='{value}'\n" for name, value in secrets.items()))


_MAPPINGS = ROOT / "fixtures/mappings/tryton"


def _side(environment: Environment, permitted: str) -> str:
    side = environment.side.value
    lines = [f"[{side}]", f'adapter = "{environment.adapter}"', f'url = "{environment.url}"']
    if environment.sql is not None:
        lines.append(f'sql = "${{{side.upper()}_SQL}}"')
    lines += [permitted, f"[{side}.options]", *_lines(environment.options)]
    for role, account in environment.accounts.items():
        lines += [f"[{side}.accounts.{role}]", f"user = {json.dumps(account.user)}"]
        lines.append(f'password = "${{{side.upper()}_{role.upper()}}}"')
    return "\n".join(lines) + "\n"


def _secrets(environment: Environment) -> Iterator[tuple[str, str]]:
    """What stands in `.env`: a production system's passwords may stand nowhere else."""
    side = environment.side.name
    if environment.sql is not None:
        yield f"{side}_SQL", environment.sql.reveal()
    for role, account in environment.accounts.items():
        yield f"{side}_{role.upper()}", account.password.reveal()


def _lines(options: Mapping[str, Any]) -> list[str]:
    return [f"{name} = {json.dumps(value)}" for name, value in options.items()]
