"""The names of transactions: a table that says which requests belong to which."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.errors import ConfigError
from harness.model import text


class _NamesFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    names: Annotated[
        dict[str, Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)]],
        Field(min_length=1),
    ]


def read_names(path: Path) -> Mapping[str, Sequence[str]]:
    """Patterns by name, in the order of the file; ConfigError with file, key and reason."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return _NamesFile.model_validate(content).names
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise _wrong(path, "-", type(problem).__name__) from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        raise _wrong(path, ".".join(map(str, first["loc"])), str(first["type"])) from problem


def _wrong(path: Path, key: str, reason: str) -> ConfigError:
    return ConfigError(text("performance.workload.names", file=str(path), key=key, reason=reason))
