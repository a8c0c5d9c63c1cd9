"""A project as commands and checks open it, held against the adapters and rules there are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from harness.adapters import registry
from harness.config import Config, Policy, Table, find, load
from harness.config.lists import LISTS, load_list
from harness.config.risks import load_risks
from harness.errors import ConfigError
from harness.evidence import Run, without_collection
from harness.evidence.codec import from_value, to_value
from harness.gate import SHAPES, Declared, Judgement, judge, to_bytes
from harness.manual import Manual
from harness.manual import load as load_manual
from harness.model import Text, text
from harness.past import rehearsals_before, remembered, with_past
from harness.redact import Redactor

T = TypeVar("T", bound=Table)


@dataclass(frozen=True, slots=True)
class Judged:
    """A stored judgement: the run, what was judged, and the folder it was written to.

    `troubles` say what could not be read from the history or written to it; they change no verdict.
    """

    run: Run
    judgement: Judgement
    folder: Path
    troubles: tuple[Text, ...] = ()


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


def stored_name(config: Config) -> str:
    """The project's name as its runs have it: a secret that is part of it is masked there."""
    return Redactor(config.secrets()).text(config.project.name)


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


def declared_of(config: Config) -> Declared:
    """What is judged beside a run: results by hand and the project's lists; ConfigError for a wrong cell.

    Secrets are removed from it, as from everything that is stored.
    """
    project, redactor = config.project, Redactor(config.secrets())
    lists: dict[str, Any] = {
        name: tuple(
            _cleaned(row, redactor)
            for row in load_list(listing, config.folder / file, file, project.timezone)
        )
        for name, listing in LISTS.items()
        for file in (getattr(project, name),)
        if file
    }
    risks = load_risks(config.folder / project.risks, project.risks) if project.risks else ()
    return Declared(
        manual=from_value(Manual, to_value(manual_of(config), redactor)),
        production=config.production,
        risks=tuple(_cleaned(risk, redactor) for risk in risks),
        **lists,
    )


def _cleaned(row: T, redactor: Redactor) -> T:
    """The row of a list with no secret in what people wrote freely."""
    free = {name: redactor.text(value) for name, value in row if type(value) is str}
    several = {name: tuple(map(redactor.text, value)) for name, value in row if isinstance(value, tuple)}
    return row.model_copy(update=free | several)


def manual_of(config: Config) -> Manual:
    """The results by hand, and the cases that are planned; ConfigError for a wrong cell."""
    table = config.manual
    return load_manual(
        config.folder,
        (*table.cases, *table.results),
        upgraded=table.upgraded,
        evidence_needed=table.require_evidence,
        evidence_folder=config.folder / table.evidence if table.evidence else None,
    )


def judge_run(run: Run, config: Config, as_of: datetime, milestone: str | None = None) -> Judged:
    """Judges a stored run by the project's policy, waivers and results by hand; stores the judgement.

    Results by hand may come weeks after the run was sealed: they belong to the judgement, which keeps them,
    and the verdict names their digest. So does what the history knows of earlier rehearsals. The run is added
    to the history once its judgement is stored; a history that fails is said and costs no verdict.
    """
    policy, asked = milestone_of(config, milestone)
    with without_collection():
        recorded = run.read()
        earlier, unread = rehearsals_before(run, config)
        declared = replace(declared_of(config), earlier=earlier)
        judgement = judge(recorded, run.manifest, policy, config.waivers, as_of, asked, declared)
        judgement = with_past(judgement, policy, run, config)
        verdict = to_bytes(judgement)
    redactor = Redactor(config.secrets())
    paths = (config.policy_path, config.waivers_path)
    inputs = {
        path.name: redactor.content(path.read_bytes(), "application/toml") for path in paths if path.is_file()
    }
    inputs |= {f"{name}.json": content for name, content in declared.contents().items()}
    folder = run.add_judgement(verdict, inputs)
    return Judged(run, judgement, folder, (*unread, *remembered(run, recorded, judgement, config)))
