"""Plants defects in a copy of a target and says exactly what the checks made of them.

    bench = Bench(config, folder, source=source_copy)
    sides = bench.capture_source(["suites/functional"])          # once
    clean = bench.check(sides, target_copy, ["suites/functional"])
    with another_copy as target:
        plant(target.sql, "DELETE FROM sale_line WHERE id = 7")
        harmed = bench.check(sides, target, ["suites/functional/data"])
    assert difference(clean.read(), harmed.read()) == {...}

The source is captured once and its evidence taken over by every run; only what the defect can touch is
gathered again. Each target is a fresh copy, so one defect never meets what another one left.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Protocol

import sqlalchemy

import harness
from harness.errors import HarnessError
from harness.evidence import Manifest, Recorded, Run
from harness.evidence.cloning import Keep, clone
from harness.model import Finding, Part, Side, text

NO_TRIGGERS = "SET session_replication_role = replica"
_SOURCE_PARTS = (Part.SOURCE, Part.SOURCE_REPEAT)
_RAN = (0, 1)  # pytest: all passed, or some did not


class Copied(Protocol):
    """A throw-away copy of one side with a server of its own."""

    database: str
    url: str
    reader_sql: str


def plant(sql: str, *statements: str) -> None:
    """Changes the copy's database behind the ERP's back; an error when a statement changes no row.

    `sql` is the address of a role that may switch off triggers. A defect that is not there proves
    nothing, so a statement without effect is never taken for a planted one.
    """
    engine = sqlalchemy.create_engine(sql)
    try:
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text(NO_TRIGGERS))
            for statement in statements:
                if connection.execute(sqlalchemy.text(statement)).rowcount < 1:
                    raise HarnessError(text("testing.planted_nothing", statement=statement))
    finally:
        engine.dispose()


def difference(clean: Recorded, harmed: Recorded) -> tuple[Finding, ...]:
    """The findings that only the harmed target has; they are what was planted, or a false alarm."""
    known = {finding.fingerprint for finding in clean.findings}
    return tuple(finding for finding in harmed.findings if finding.fingerprint not in known)


def lost(clean: Recorded, harmed: Recorded, checks: Sequence[str]) -> tuple[Finding, ...]:
    """The findings of the given checks that a defect has hidden."""
    present = {finding.fingerprint for finding in harmed.findings}
    return tuple(
        finding
        for finding in clean.findings
        if finding.check_id in checks and finding.fingerprint not in present
    )


@dataclass(slots=True)
class Bench:
    """A project whose source and target are copies. `folder` holds the runs, one folder for each.

    Without a `source` it is the one of the configuration.

    With more than one of `processes` checks run side by side, as they do with `-n`. `settings` replace
    what the configuration says, by key.
    """

    config: Path
    folder: Path
    source: Copied | None
    profile: str = "smoke"
    processes: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def capture_source(self, suites: Sequence[str]) -> Run:
        """A whole, unscoped run that holds the source's evidence only."""
        created = datetime.now(UTC)
        manifest = Manifest(
            run_id=f"planted-{created:%Y%m%d-%H%M%S}",
            created=created,
            harness_version=harness.__version__,
            project="planted",
            profile=self.profile,
            scope=(),
            sides=tuple(Side),
            config_digest="",
            environments={side.value: {"synthetic": True} for side in Side},
        )
        run = Run.create(self._next(), manifest)
        self._pytest(run, None, suites, "source")
        return Run.open(run.path)

    def check(
        self,
        base: Run,
        target: Copied,
        suites: Sequence[str],
        *,
        side: str = "target",
        target_url: str | None = None,
        keep: Keep | None = None,
    ) -> Run:
        """A new run that takes over from `base` what `keep` wants and gathers `suites` on `target`.

        By default it takes over the source's parts. `target_url` goes to the target by a detour (a
        fault proxy). `side="both"` is for pair checks, which gather from both at once.
        """
        taken = clone(base, self._next(), keep or of_source)
        self._pytest(taken, target, suites, side, target_url)
        return Run.open(taken.path)

    def _next(self) -> Path:
        return self.folder / f"{next(self._numbers):02}"

    def _pytest(
        self, run: Run, target: Copied | None, suites: Sequence[str], side: str, target_url: str | None = None
    ) -> None:
        settings = {
            **self.settings,
            "project.runs": str(run.path.parent),
            **(_places(Side.SOURCE, self.source, None) if self.source else {}),
            **(_places(Side.TARGET, target, target_url) if target else {}),
        }
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *suites]
        command += ["--harness-config", str(self.config), f"--side={side}", f"--run={run.path.name}"]
        command.append(f"--profile={self.profile}")
        command += ["-n", str(self.processes)] if self.processes > 1 else []
        command += [argument for name, value in settings.items() for argument in ("--set", f"{name}={value}")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        (run.path.parent / f"pytest-{side}.log").write_text(done.stdout + done.stderr, encoding="utf-8")
        if done.returncode not in _RAN:
            last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
            raise HarnessError(text("testing.checks_did_not_run", code=done.returncode, output=last))


def of_source(check_id: str, part: Part) -> bool:
    """Keeps what was gathered from the source."""
    return part in _SOURCE_PARTS


def all_but(*checks: str) -> Callable[[str, Part], bool]:
    """Keeps everything but what was gathered from the target for these checks, and their conclusions."""

    def keep(check_id: str, part: Part) -> bool:
        return part in _SOURCE_PARTS or check_id not in checks

    return keep


def _places(side: Side, copied: Copied, url: str | None) -> dict[str, str]:
    return {
        f"{side}.url": url or copied.url,
        f"{side}.sql": copied.reader_sql,
        f"{side}.options.database": copied.database,
    }
