"""A project as commands and checks open it, held against the adapters and rules there are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from harness.adapters import registry
from harness.config import Config, Policy, find, load
from harness.errors import ConfigError
from harness.evidence import Run
from harness.gate import SHAPES, Judgement, judge, to_bytes
from harness.model import text
from harness.redact import Redactor


@dataclass(frozen=True, slots=True)
class Judged:
    """A stored judgement: the run, what was judged, and the folder it was written to."""

    run: Run
    judgement: Judgement
    folder: Path


def locate(named: str | Path | None, start: Path) -> Path | None:
    """The harness.toml that is named, else HARNESS_CONFIG, else the nearest at or above `start`."""
    chosen = named or os.environ.get("HARNESS_CONFIG")
    return Path(chosen).resolve() if chosen else find(start)


def open_config(path: Path | None, overrides: Mapping[str, str] | None = None) -> Config:
    """The checked configuration; ConfigError with all problems of its three files."""
    if path is None:
        raise ConfigError(text("project.no_config"))
    return load(
        path,
        environ=os.environ,
        overrides=overrides,
        known_adapters=registry.names(),
        known_rules=SHAPES,
    )


def milestone_of(config: Config, named: str | None) -> tuple[Policy, str]:
    """The policy and the milestone to judge by: the one named, else the project's. ConfigError for none."""
    if config.policy is None:
        raise ConfigError(text("project.no_policy", file=str(config.project.policy)))
    known = tuple(sorted(config.policy.milestones))
    asked = named or config.project.milestone
    if asked is None:
        raise ConfigError(text("project.no_milestone", known=known))
    if asked not in known:
        raise ConfigError(text("gate.unknown_milestone", milestone=asked, known=known))
    return config.policy, asked


def judge_run(run: Run, config: Config, as_of: datetime, milestone: str | None = None) -> Judged:
    """Judges a stored run by the project's policy and waivers, and stores the judgement beside it."""
    policy, asked = milestone_of(config, milestone)
    recorded = run.read()
    judgement = judge(recorded, run.manifest, policy, config.waivers, as_of, asked)
    redactor = Redactor(config.secrets())
    paths = (config.policy_path, config.waivers_path)
    inputs = {
        path.name: redactor.content(path.read_bytes(), "application/toml") for path in paths if path.is_file()
    }
    folder = run.add_judgement(to_bytes(judgement), inputs)
    return Judged(run, judgement, folder)
