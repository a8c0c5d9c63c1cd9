"""A workload as a file that people read and change: profiles of arrivals, each with its mix.

[busy_hour]
starts = 2026-03-12T10:05:00+08:00   # where it was seen; left out when it is made by hand
rate = 4.21                          # starts per second
burst = 1.3                          # variance of the starts per minute over their mean; 1 is chance alone
mix = { "sale.open" = 0.62, "sale.order" = 0.38 }
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from harness.errors import ConfigError
from harness.model import text


@dataclass(frozen=True, slots=True)
class Profile:
    """Arrivals per second and what arrives: the share of each name, together 1."""

    rate: Decimal
    mix: Mapping[str, Decimal]
    burst: Decimal | None = None
    starts: datetime | None = None


Workload = Mapping[str, Profile]
"""Profiles by name: `busy_hour`, `month_end`, `overall`, and those of one's own."""


def _whole(mix: dict[str, Decimal]) -> dict[str, Decimal]:
    if not Decimal("0.99") <= sum(mix.values(), Decimal(0)) <= Decimal("1.01"):
        raise ValueError("mix")
    return mix


class _ProfileTable(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rate: Annotated[Decimal, Field(gt=0)]
    mix: Annotated[
        dict[str, Annotated[Decimal, Field(gt=0, le=1)]], Field(min_length=1), AfterValidator(_whole)
    ]
    burst: Annotated[Decimal, Field(ge=0)] | None = None
    starts: AwareDatetime | None = None


_FILE = TypeAdapter(dict[str, _ProfileTable])


def read_workload(path: Path) -> Workload:
    """The profiles of a file, fitted or written by hand; ConfigError with file, key and reason."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        tables = _FILE.validate_python(content)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ConfigError(
            text("performance.workload.unreadable", file=str(path), reason=type(problem).__name__)
        ) from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            text("performance.workload.wrong", file=str(path), key=key, reason=str(first["type"]))
        ) from problem
    return {name: Profile(table.rate, table.mix, table.burst, table.starts) for name, table in tables.items()}


def to_toml(workload: Workload) -> str:
    """The file that `read_workload` reads."""
    return "\n".join(_table(name, profile) for name, profile in workload.items())


def _table(name: str, profile: Profile) -> str:
    lines = [f"[{name}]"]
    if profile.starts is not None:
        lines.append(f"starts = {profile.starts.isoformat()}")
    lines.append(f"rate = {profile.rate}")
    if profile.burst is not None:
        lines.append(f"burst = {profile.burst}")
    lines += [f"[{name}.mix]", *(f"{_quoted(each)} = {share}" for each, share in profile.mix.items()), ""]
    return "\n".join(lines)


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
