"""The files of a discovery: drafted, held against both schemas, and written where nothing stood before."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.config.problems import Problem, raise_problems
from harness.errors import ConfigError
from harness.messages import Language
from harness.model import Side, Text
from harness.reconcile import schema
from harness.reconcile.discovery.alignment import Views
from harness.reconcile.discovery.discovery import Discovery
from harness.reconcile.discovery.document import distinct, entity_name, written
from harness.reconcile.discovery.meaning import meant
from harness.reconcile.discovery.proposal import Proposal
from harness.reconcile.mapping import load


@dataclass(frozen=True, slots=True)
class Draft:
    """The file of one proposal; `problem` says why it cannot be used as it is."""

    proposal: Proposal
    entity: str
    content: str
    problem: Text | None = None

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.entity}.toml"


@dataclass(frozen=True, slots=True)
class Written:
    """Which files were written and which were there already and kept."""

    written: tuple[Path, ...]
    kept: tuple[Path, ...]


def drafted(found: Discovery, views: Views, language: Language) -> tuple[Draft, ...]:
    """A draft of every proposal with rows, each loaded and held against both sides as a mapping is."""
    tables = {
        side: {name: item.table for name, item in described.items()}
        for side, described in found.tables.items()
    }
    names = distinct(entity_name(proposal.target.name) for proposal in found.filled)
    drafts = []
    with tempfile.TemporaryDirectory() as folder:
        for proposal, entity in zip(found.filled, names, strict=True):
            meaning = meant(proposal, tables[Side.SOURCE], tables[Side.TARGET])
            content = written(proposal, entity, meaning, language)
            path = Path(folder) / f"{entity}.toml"
            path.write_text(content, "utf-8")
            drafts.append(Draft(proposal, entity, content, _problem(path, views)))
    return tuple(drafts)


def _problem(path: Path, views: Views) -> Text | None:
    """Why the mapping of a file does not fit both sides; None when it does."""
    try:
        mapping = load(path)
        problems: list[Problem] = []
        for side in Side:
            schema.check(mapping, views[side], problems)
        raise_problems(problems)
    except ConfigError as error:
        return error.sentence
    return None


def write(folder: Path, contents: Mapping[str, str], *, force: bool, encoding: str = "utf-8") -> Written:
    """Writes files by name; one that is there already is kept unless forced."""
    folder.mkdir(parents=True, exist_ok=True)
    done: list[Path] = []
    kept: list[Path] = []
    for name, content in contents.items():
        path = folder / name
        if path.exists() and not force:
            kept.append(path)
            continue
        path.write_text(content, encoding)
        done.append(path)
    return Written(tuple(done), tuple(kept))


def usable(drafts: Iterable[Draft]) -> dict[str, str]:
    """The contents of the drafts that fit both sides, by name of file."""
    return {draft.name: draft.content for draft in drafts if draft.problem is None}


def together(parts: Sequence[Written]) -> Written:
    """Several sets of files as one."""

    def every(paths: Iterator[tuple[Path, ...]]) -> tuple[Path, ...]:
        return tuple(path for some in paths for path in some)

    return Written(every(part.written for part in parts), every(part.kept for part in parts))
