"""The plan and the check beside the sessions that a recording becomes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from harness.performance.har.module import CLASS, Step
from harness.performance.har.python import remark, string

_PLAN = """\
# The load of a recorded browser session. `harness load run {name}.toml` runs it, and so does test_{name}.py.
# Each scenario is the whole session after the login: choose the rate accordingly.
sessions = {sessions}
role = {role}
rate = 0.5                # sessions begun per second
block_seconds = 10
pairs = 6
users = 8                 # logged in on each side
timeout_seconds = 30

[[scenarios]]
name = {scenario}
transactions = [
{transactions}
]
writes = {writes}
"""
_CHECK = '''\
"""The recorded browser session {shown} as load on both sides."""

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.performance import LoadPlan, read_plan


@pytest.mark.check(
    {check},
    en={en},
    zh={zh},
    module={module},
    severity="major",
)
{writes}def test_{name}(load: Callable[[LoadPlan], None]) -> None:
    """Many users do at both systems what was recorded; no step may take longer than today."""
    load(read_plan(Path(__file__).with_name({plan})))
'''
_WRITES = "@pytest.mark.writes\n"


def files(name: str, file: str, role: str, sessions: str, steps: Sequence[Step]) -> Mapping[str, str]:
    """Three files by name: the sessions in `file`, the plan in TOML, the check."""
    writes = any(step.writes for step in steps)
    module = steps[0].name.partition(".")[0]
    plan = _PLAN.format(
        name=name,
        sessions=_toml(f"{file}:{CLASS}"),
        role=_toml(role),
        scenario=_toml(name),
        transactions="\n".join(f"    {_toml(step.name)}," for step in steps),
        writes="true" if writes else "false",
    )
    check = _CHECK.format(
        shown=remark(name),
        check=string(f"performance.{name}"),
        en=string(f"A recorded session: {name}"),
        zh=string(f"录制的会话：{name}"),
        module=string(module),
        name=name,
        writes=_WRITES if writes else "",
        plan=string(f"{name}.toml"),
    )
    return {file: sessions, f"{name}.toml": plan, f"test_{name}.py": check}


def _toml(content: str) -> str:
    return json.dumps(content, ensure_ascii=False).replace("\x7f", "\\u007f")
