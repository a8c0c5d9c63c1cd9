"""The two results that take minutes, each made once and then cached: seeded source, upgraded target."""

from __future__ import annotations

import json
import math
import secrets
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from psycopg.sql import SQL

from harness.demo import preparing
from harness.demo import tryton as erp
from harness.demo.cache import Cache, content_key
from harness.demo.database_server import DatabaseServer
from harness.demo.installs import LOCKS
from harness.demo.project_files import ROLES
from harness.demo.state import write_private
from harness.demo.steps import Steps, Work
from harness.demo.tryton import FILES, REMOTE, Tryton

DUMP = "database.dump"
PASSWORDS = "passwords.json"
LOGS = "logs"
SOURCE_STEPS = ("source-modules", "source-seed", "source-bulk", "source-prepare", "source-store")
TARGET_STEPS = (
    "target-copy",
    "target-before",
    "target-update-1",
    "target-update-2",
    "target-after",
    "target-store",
)


@dataclass(frozen=True, slots=True)
class Keys:
    """The names of the two results in the cache."""

    source: str
    target: str


def keys(rows: int, major: int) -> Keys:
    """Names that change with everything the results are made of."""
    seed = (REMOTE / "seed", REMOTE / "run_seed.py", FILES / "modules.txt", FILES / "close-wizard.sql")
    bulk = (FILES / "bulk.sql", str(rows)) if rows else ()
    configuration = erp.CONFIGURATION.template + erp.PASSLIB + repr(erp.LANGUAGES)
    under_way = (preparing.suites(), str(preparing.SETS))
    source = content_key(LOCKS / "source.txt", *seed, *bulk, *under_way, configuration, str(major))
    upgrade = (LOCKS / "target.txt", FILES / "migrate-before.sql", REMOTE / "run_after.py")
    return Keys(f"source-{source}", f"target-{content_key(source, *upgrade)}")


@dataclass(frozen=True, slots=True)
class Stages:
    """Makes both results on a database server; each stays as a database and as a cache entry."""

    server: DatabaseServer
    cache: Cache
    steps: Steps
    rows: int

    def source(self, name: str, system: Tryton, database: str) -> Path:
        """Seeds the source in `database`, and stores it as `name`: the entry's folder."""

        def make(place: Path) -> None:
            passwords = {login: secrets.token_urlsafe(12) for login in ROLES.values()}
            file = write_private(place / PASSWORDS, json.dumps(passwords))
            with self.steps.step("source-modules") as work:
                self.server.create(database)
                admin = write_private(place / "admin", passwords["admin"])
                erp.initialise(system, database, admin, work)
                self.server.execute(SQL("VACUUM ANALYZE"), database)
                admin.unlink()
            with self.steps.step("source-seed") as work:
                erp.seed(system, database, file, work)
                self.server.script(sql_of("close-wizard.sql"), database)
            if self.rows:
                with self.steps.step("source-bulk") as work:
                    self._multiply(database, work)
            with self.steps.step("source-prepare") as work:
                log = self.steps.logs / "server-seeding.log"
                preparing.prepare(system, database, passwords, place, work, log)
            self._store("source-store", database, place, SOURCE_STEPS)

        return self._made(name, make, database)

    def target(self, name: str, system: Tryton, database: str, source_database: str) -> Path:
        """Upgrades a copy of the seeded source in `database`, and stores it: the entry's folder."""

        def make(place: Path) -> None:
            with self.steps.step("target-copy"):
                self.server.create(database, source_database)
            with self.steps.step("target-before"):
                self.server.script(sql_of("migrate-before.sql"), database)
            for name in ("target-update-1", "target-update-2"):
                with self.steps.step(name) as work:
                    erp.update(system, database, work)
            with self.steps.step("target-after") as work:
                erp.after_update(system, database, work)
                self.server.script(sql_of("close-wizard.sql"), database)
            self._store("target-store", database, place, TARGET_STEPS)

        return self._made(name, make, database)

    def _made(self, name: str, make: Callable[[Path], None], database: str) -> Path:
        self.server.drop(database)
        entry = self.cache.build(name, make)
        if not self.server.has(database):  # another process has built it while we waited
            self.restore_cached({database: entry})
        return entry

    def _multiply(self, database: str, work: Work) -> None:
        one_copy = self.server.number(sql_of("bulk-rows.sql"), database)
        copies = math.ceil(self.rows / one_copy)
        work.note(f"{copies} copies of {one_copy} rows")
        self.server.script(sql_of("bulk.sql"), database, {"copies": str(copies)})

    def _store(self, step: str, database: str, place: Path, made_by: tuple[str, ...]) -> None:
        with self.steps.step(step) as work:
            self.server.execute(SQL("VACUUM ANALYZE"), database)
            self.server.dump(database, place / DUMP, work)
            (place / LOGS).mkdir()
            for log in (self.steps.logs / f"{name}.log" for name in made_by):
                if log.exists():
                    shutil.copy(log, place / LOGS)

    def _show_cached(self, entry: Path) -> None:
        """Reports steps as cached and lays their logs, the evidence of the upgrade, beside the new ones."""
        self.steps.logs.mkdir(parents=True, exist_ok=True)
        made_by = SOURCE_STEPS if entry.name.startswith("source-") else TARGET_STEPS
        for log in (entry / LOGS).glob("*.log"):
            shutil.copy(log, self.steps.logs)
        for name in made_by:
            if self.rows or name != "source-bulk":
                self.steps.cached(name)

    def _restore_one(self, database: str, entry: Path, work: Work) -> None:
        self.server.restore(database, entry / DUMP, work)
        # a dump carries no statistics; without them the update takes five times as long
        self.server.execute(SQL("VACUUM ANALYZE"), database)

    def restore_cached(self, found: Mapping[str, Path | None]) -> None:
        """Makes each database that has a cache entry from it, all at the same time."""
        entries = {database: entry for database, entry in found.items() if entry}
        if not entries:
            return
        for entry in entries.values():
            self._show_cached(entry)
        with self.steps.step("restore") as work, ThreadPoolExecutor(len(entries)) as pool:
            jobs = [pool.submit(self._restore_one, name, entry, work) for name, entry in entries.items()]
            for job in jobs:
                job.result()


def sql_of(name: str) -> str:
    """One of the demo's SQL scripts."""
    return (FILES / name).read_text(encoding="utf-8")
