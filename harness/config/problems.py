"""What is wrong with a configuration, collected so that one run of the tool shows all of it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.errors import ConfigError
from harness.messages import text
from harness.model import Text

_INDEX = re.compile(r"\.(\d+)(?=\.|$)")


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong thing: where it is, why it is wrong, the nearest valid name, the valid values, the cure.

    No value of the configuration may be in it unless it is certain that the value is no secret.
    """

    file: str
    path: str
    reason: Text
    nearest: str | None = None
    valid: tuple[str, ...] = ()
    line: int | None = None
    cure: Text | None = None

    @property
    def sentence(self) -> Text:
        """The problem in one paragraph."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        if self.path:
            place = f"{place}  " + _INDEX.sub(r"[\1]", self.path)
        parts = [self.reason]
        if self.nearest is not None:
            parts.append(text("config.problem.nearest", name=self.nearest))
        if self.valid:
            parts.append(text("config.problem.valid", names=self.valid))
        if self.cure is not None:
            parts.append(self.cure)
        return text("config.problem.at", place=place, what=_joined(parts, "config.problem.space"))


def nearest(name: str, valid: Iterable[str], *, likeness: float = 0.6) -> str | None:
    """The valid name that `name` most likely stands for; None when none is near."""
    by_lower = {item.lower(): item for item in valid}
    found = difflib.get_close_matches(name.lower(), list(by_lower), n=1, cutoff=likeness)
    return by_lower[found[0]] if found else None


def raise_problems(problems: Sequence[Problem]) -> None:
    """Raises one ConfigError that lists every problem; does nothing when there is none."""
    if not problems:
        return
    sentences = _joined([problem.sentence for problem in problems], "config.problem.lines")
    key = "config.problem.one" if len(problems) == 1 else "config.problem.many"
    raise ConfigError(text(key, count=len(problems), problems=sentences))


def _joined(parts: Sequence[Text], key: str) -> Text:
    # Halving keeps the nesting shallow: a file with a thousand problems must not exhaust the stack.
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return text(key, first=_joined(parts[:middle], key), rest=_joined(parts[middle:], key))
