"""One run as one process sees it: configuration, run directory, recorder, and the open adapters."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import harness
from harness.adapters import registry
from harness.adapters.holding import Holding
from harness.adapters.protocol import Adapter, QueriesSql
from harness.adapters.surroundings import surroundings
from harness.adapters.wire.kept import kept_secrets
from harness.config import Config
from harness.errors import AdapterError, ConfigError
from harness.evidence import Manifest, Recorder, Run
from harness.model import Environment, Side, text
from harness.plugin.options import Options
from harness.project import open_config
from harness.redact import Redactor
from harness.values import Value


class Session:
    """Opens what the checks need when they first need it, and closes it all at the end."""

    def __init__(self, options: Options, scope: tuple[str, ...], *, process: str, run: Path | None) -> None:
        overrides = dict(item.partition("=")[::2] for item in options.overrides)
        self.config: Config = open_config(options.config, overrides)
        if options.profile not in self.config.profiles:
            known = tuple(sorted(self.config.profiles))
            raise ConfigError(text("plugin.unknown_profile", profile=options.profile, known=known))
        self.options = options
        self.scope = scope
        pair = self.config.pair
        self.redactor = Redactor((*self.config.secrets(), *kept_secrets((pair.source, pair.target))))
        self._process = process
        self._run_path = run
        self._run: Run | None = None
        self._recorder: Recorder | None = None
        self._adapters: dict[tuple[Side, str, bool], Adapter] = {}
        self._holding = Holding.of_user()

    @property
    def run(self) -> Run:
        """The run directory: the one named, or a fresh one made now."""
        if self._run is None:
            self._run = self._open_run()
        return self._run

    @property
    def started(self) -> bool:
        """Whether this process has made or opened the run directory."""
        return self._run is not None

    @property
    def recorder(self) -> Recorder:
        """This process's own journal segment; refuses when the run is sealed."""
        if self._recorder is None:
            key = self.config.fingerprint_key
            self._recorder = self.run.recorder(self.redactor, key, process=self._process)
        return self._recorder

    @property
    def day(self) -> date:
        """The date of every document that this run makes, the same on both sides."""
        return self.run.manifest.created.date()

    def adapter(self, side: Side, role: str, *, writes: bool) -> Adapter:
        """The ERP of one side as one role; opened once. `writes` only for a check that is marked so."""
        key = (side, role, writes)
        if key not in self._adapters:
            environment = self.config.pair[side]
            self._adapters[key] = registry.open_adapter(environment, role, writes=writes)
        return self._adapters[key]

    def any_adapter(self, side: Side) -> Adapter:
        """A reading adapter as the first account of the configuration."""
        accounts = self.config.pair[side].accounts
        return self.adapter(side, next(iter(accounts), ""), writes=False)

    def engine(self, side: Side) -> object:
        """The read-only SQL engine of one side."""
        adapter = self.any_adapter(side)
        if not isinstance(adapter, QueriesSql):
            raise ConfigError(text("plugin.no_sql", adapter=adapter.environment.adapter))
        return adapter.sql_engine()

    def close(self) -> None:
        """Logs out everywhere, closes the journal, and lets the systems go."""
        for adapter in self._adapters.values():
            adapter.close()
        self._adapters.clear()
        if self._recorder is not None:
            self._recorder.close()
            self._recorder = None
        self._holding.release()

    def _open_run(self) -> Run:
        if self._run_path is not None:  # the controller holds the systems for its workers
            return Run.open(self._run_path)
        self._holding.take(self.config.pair[side] for side in self.options.sides)
        if self.options.run is not None:
            run = Run.find(self.config.runs, self.options.run)
            if run.sealed:
                raise ConfigError(text("plugin.sealed", run=run.manifest.run_id))
            return run
        folder = self.config.prepared if self.options.prepare else self.config.runs
        return Run.create(folder, self._manifest(), self.redactor)

    def _manifest(self) -> Manifest:
        created = datetime.now(UTC)
        pair = self.config.pair
        return Manifest(
            run_id=f"{created:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}",
            created=created,
            harness_version=harness.__version__,
            project=self.config.project.name,
            profile=self.options.profile,
            scope=self.scope,
            sides=self.options.sides,
            config_digest=self.config.digest,
            environments={side.value: self._described(pair[side]) for side in self.options.sides},
            code_revision=_revision(self.config.folder),
            previous_run=self.options.previous,
        )

    def _described(self, environment: Environment) -> Mapping[str, Value]:
        table = self.config.source if environment.side is Side.SOURCE else self.config.target
        found: Mapping[str, Value] = {}
        with suppress(AdapterError):  # a server that is down is found by the checks, with their own words
            found = surroundings(self.any_adapter(environment.side), table.declared.facts())
        known = self.redactor.value(dict(found))
        assert isinstance(known, dict)
        return {
            "version": None,
            **known,
            "adapter": environment.adapter,
            "url": self.redactor.text(environment.url),
            "synthetic": environment.synthetic,
            "production": environment.production,
        }


def _revision(folder: Path) -> str | None:
    """The revision of the suites, or None outside a repository."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return None
    return done.stdout.strip() or None
