"""The configuration once it is known to be right."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, PrivateAttr

from harness import values
from harness.config.data import DataTable
from harness.config.environment import EnvironmentTable, secrets_of_url
from harness.config.manual import ManualTable
from harness.config.performance import PerformanceTable
from harness.config.policy import Policy
from harness.config.profiles import BUILT_IN, ProfileTable
from harness.config.project import ProjectTable
from harness.config.sources import Origin, OriginKind
from harness.config.surroundings import FactsTable
from harness.config.table import Table, hide
from harness.config.ux import UxTable
from harness.messages import Language
from harness.model import EnvironmentPair, Secret, Side, Waiver
from harness.values import Value

_DEFAULT = Origin(OriginKind.DEFAULT)


class Config(Table):
    """Everything that harness.toml, policy.toml and waivers.toml say. Frozen; shows no secret."""

    path: Path
    project: ProjectTable
    source: EnvironmentTable
    target: EnvironmentTable
    data: DataTable = DataTable()
    performance: PerformanceTable = PerformanceTable()
    ux: UxTable = UxTable()
    manual: ManualTable = ManualTable()
    production: FactsTable = FactsTable()
    profiles: Mapping[str, ProfileTable] = Field(default_factory=lambda: dict(BUILT_IN))
    policy: Policy | None = None
    waivers: tuple[Waiver, ...] = ()
    origins: Mapping[str, Origin] = Field(default_factory=dict)
    _variables: Mapping[str, str] = PrivateAttr(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The folder of harness.toml, which every path in it is relative to."""
        return self.path.parent

    @property
    def runs(self) -> Path:
        """The folder of the runs."""
        return self.folder / self.project.runs

    @property
    def policy_path(self) -> Path:
        """Where the exit criteria are; the file exists only if `policy` is not None."""
        return self.folder / self.project.policy

    @property
    def prepared(self) -> Path:
        """The folder of what was made before the upgrade, to be verified after it."""
        return self.folder / self.project.prepared

    @property
    def history(self) -> Path | Secret:
        """Where the history of the runs is: a file of SQLite, or the URL of a PostgreSQL database."""
        named = self.project.history
        if named is not None and "://" in named:
            return Secret(str(named))
        return self.folder / named if named else self.runs.parent / "history.sqlite"

    @property
    def waivers_path(self) -> Path:
        """Where the waivers are; the file need not exist."""
        return self.folder / self.project.waivers

    @property
    def mappings(self) -> Path | None:
        """The folder of the entities' mappings, if one is configured."""
        return self.folder / self.data.mappings if self.data.mappings else None

    @property
    def controls(self) -> Path | None:
        """The folder of the business controls: as configured, else beside the mappings in `controls`."""
        if self.data.controls:
            return self.folder / self.data.controls
        mappings = self.mappings
        beside = mappings.resolve().parent.parent / "controls" / mappings.name if mappings else None
        return beside if beside and beside.is_dir() else None

    @property
    def contracts(self) -> Path | None:
        """The folder of the interface contracts: as configured, else beside the mappings in `contracts`."""
        if self.data.contracts:
            return self.folder / self.data.contracts
        mappings = self.mappings
        beside = mappings.resolve().parent.parent / "contracts" / mappings.name if mappings else None
        return beside if beside and beside.is_dir() else None

    @property
    def flow_tables(self) -> Path | None:
        """The folder of the tables that drive flows, if one is configured."""
        return self.folder / self.data.flows if self.data.flows else None

    @property
    def renames(self) -> Path | None:
        """The file of what the upgrade renames: as configured, else beside the mappings in `inventory`."""
        return self._file(self.data.renames, "inventory")

    @property
    def duties(self) -> Path | None:
        """The file of duties for checks of rights: as configured, else beside the mappings in `duties`."""
        return self._file(self.data.duties, "duties")

    @property
    def kpis(self) -> Path | None:
        """The file of the business figures: as configured, else beside the mappings in `kpis`."""
        return self._file(self.data.kpis, "kpis")

    def _file(self, named: str | None, beside: str) -> Path | None:
        if named:
            return self.folder / named
        mappings = self.mappings
        found = mappings.resolve().parent.parent / beside / f"{mappings.name}.toml" if mappings else None
        return found if found and found.is_file() else None

    @property
    def language(self) -> Language:
        """The language of the console unless a flag says otherwise."""
        return self.project.language

    @property
    def pair(self) -> EnvironmentPair:
        """The source and the target as every other part of the harness knows them."""
        source = self.source.environment(Side.SOURCE, self.folder)
        return EnvironmentPair(source, self.target.environment(Side.TARGET, self.folder))

    @property
    def fingerprint_key(self) -> bytes:
        """The key of fingerprints and masks: lasting, and by default derived from the project's name."""
        if self.project.fingerprint_key is not None:
            return self.project.fingerprint_key.reveal().encode()
        return hashlib.sha256(f"fingerprint of {self.project.name}".encode()).digest()

    @property
    def digest(self) -> str:
        """SHA-256 over every setting but the secrets: equal settings, equal digest, wherever they lie."""
        return hashlib.sha256(values.dumps(self.plain())).hexdigest()

    def secrets(self) -> tuple[str, ...]:
        """Every text that must appear nowhere: passwords, logins in URLs, and values of variables."""
        found = {*self.source.secrets(), *self.target.secrets(), *self._variables.values()}
        if self.project.fingerprint_key is not None:
            found.add(self.project.fingerprint_key.reveal())
        if isinstance(self.history, Secret) and "@" in self.history.reveal():
            found |= set(secrets_of_url(self.history.reveal()))
        if self.project.webhook is not None:
            found.update(self.project.webhook.secrets())
        return tuple(sorted(found - {""}, key=lambda item: (-len(item), item)))

    def plain(self) -> dict[str, Value]:
        """The tables as plain values, every secret masked."""
        names = ("project", "source", "target", "data", "performance", "ux", "manual", "production")
        tables = {name: getattr(self, name).model_dump(mode="python") for name in names}
        tables["profiles"] = {name: profile.model_dump() for name, profile in self.profiles.items()}
        masked = hide(tables)
        assert isinstance(masked, dict)
        return masked

    def settings(self) -> Iterator[tuple[str, Value, Origin]]:
        """Each setting by its dotted key, with secrets masked, and where its value came from."""
        for path, value in _flat(self.plain(), ""):
            yield path, value, self.origins.get(path, _DEFAULT)

    def __repr__(self) -> str:
        return f"Config({self.path.name!r}, project={self.project.name!r})"

    __str__ = __repr__


def with_variables(config: Config, variables: Mapping[str, str]) -> Config:
    """The configuration that knows which values came through variables, so that it can name its secrets."""
    config._variables = dict(variables)
    return config


def _flat(data: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Value]]:
    for name, value in data.items():
        path = f"{prefix}.{name}" if prefix else name
        if isinstance(value, Mapping) and value:
            yield from _flat(value, path)
        elif not isinstance(value, Mapping):
            yield path, value
