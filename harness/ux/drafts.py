"""Makes of what Playwright's recorder wrote a first draft of pages and of a task; pure text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from harness.errors import ConfigError
from harness.model import text

_SECRET = re.compile(r"passw|pwd|密码|口令|secret|token", re.IGNORECASE)
# After these a person looks at what the client makes of it: there a step ends.
_ENDS = re.compile(r"\.(?:click|dblclick|check|uncheck|select_option)\(|\.press\(\"Enter\"\)|^page\.goto\(")
_HEAD = '''\
"""A first draft, recorded with `harness record`. Before it is a check:

- give steps and screens the names that people use, in both languages;
- move what finds things to where they are found best: by role, label and text;
- let `perform` expect what must be true at the end.
"""

from harness.model import Title
from harness.ux import Steps, Task


class Pages:
    """What was done, on a page of the browser. The rest of `harness.ux.WebClient` is to be added."""

    def __init__(self, page):
        self.page = page
'''


def draft(recorded: str, name: str) -> str:
    """The module's text. ConfigError when nothing was done in the recorded session.

    Whatever was typed into a field for a secret is left out: it comes from the task's preparation.
    """
    steps = list(_steps(_actions(recorded)))
    if not steps:
        raise ConfigError(text("ux.error.nothing_recorded"))
    methods = [_method(number, actions) for number, actions in enumerate(steps, 1)]
    calls = [_call(number, actions) for number, actions in enumerate(steps, 1)]
    perform = f'\n\ndef {name}(steps: Steps, client) -> None:\n    """What was recorded."""\n{"".join(calls)}'
    task = f'\n\nTASK = Task("{name}", {name}, Pages)\n'
    return _HEAD + "".join(methods) + perform + task


def _actions(recorded: str) -> Iterator[str]:
    """What the person did, one statement each, on the page `page`."""
    for function in ast.parse(recorded).body:
        if isinstance(function, ast.FunctionDef):
            for statement in function.body:
                line = ast.unparse(statement)
                if line.startswith("page.") and not line.startswith("page.close("):
                    yield line.replace("'", '"') if '"' not in line else line


def _steps(actions: Iterator[str]) -> Iterator[list[str]]:
    gathered: list[str] = []
    for action in actions:
        gathered.append(action)
        if _ENDS.search(action):
            yield gathered
            gathered = []
    if gathered:
        yield gathered


def _method(number: int, actions: list[str]) -> str:
    lines = "".join(f"        self.{_without_secret(action)}\n" for action in actions)
    secret = ", given" if lines.count("given[") else ""
    return f"\n    def step_{number}(self{secret}):\n{lines}"


def _call(number: int, actions: list[str]) -> str:
    given = "steps.given" if any("given[" in _without_secret(action) for action in actions) else ""
    title = f'Title("Step {number}", "步骤 {number}")'
    return (
        f'    with steps.step("step_{number}", {title}, screen="screen {number}"):\n'
        f"        client.step_{number}({given})\n"
    )


def _without_secret(action: str) -> str:
    found = re.search(r"^(.*\.(?:fill|press_sequentially|type)\()(.*)\)$", action, re.DOTALL)
    return f'{found[1]}given["password"])' if found and _SECRET.search(found[1]) else action
