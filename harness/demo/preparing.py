"""What is under way in the source when it is copied: made by `harness prepare`, as a user would."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from harness.demo import processes, project_files, servers
from harness.demo.pair import DemoPair
from harness.demo.steps import Work
from harness.demo.tryton import Tryton

PREPARED = "prepared"
SETS = 2
_NO_SQL = "postgresql://reader:none@127.0.0.1/"  # these checks speak to the ERP alone


def suites() -> Path:
    """The checks that go on with what is made here."""
    package = Path(str(files("harness")))
    places = (package.parent / "suites", package / "template" / "suites")
    found = next((place for place in places if place.is_dir()), places[0])
    return found / "functional" / "in_progress"


def prepare(
    system: Tryton, database: str, passwords: Mapping[str, str], place: Path, work: Work, log: Path
) -> None:
    """Serves the database, makes the documents, and leaves what later runs need in `place`/prepared."""
    port = processes.free_port()
    process = servers.launch(system, database, port, log, servers.remember_in(work.state, "server seeding"))
    project = place / "project"
    try:
        servers.wait(system, port, process, log)
        pair = _source_alone(project, f"http://{processes.LOOPBACK}:{port}", database)
        project.mkdir()
        project_files.write(pair, passwords, "none")
        command = [sys.executable, "-m", "harness", "prepare", str(suites()), "--config", str(pair.config)]
        work.run([*command, "--sets", str(SETS)])
        shutil.copytree(project / PREPARED, place / PREPARED)
    finally:
        processes.stop(process, patience=0.5)
        work.state.drop_process("server seeding")
        shutil.rmtree(project, ignore_errors=True)


def lay(entry: Path, folder: Path) -> None:
    """Puts what was prepared into a project, as nobody has used any of it."""
    shutil.rmtree(folder / PREPARED, ignore_errors=True)
    shutil.copytree(entry / PREPARED, folder / PREPARED)


def _source_alone(folder: Path, url: str, database: str) -> DemoPair:
    """A pair whose target nobody speaks to."""
    return DemoPair(
        folder=folder,
        config=folder / "harness.toml",
        source_url=url,
        target_url=url,
        source_database=database,
        target_database=f"{database}_later",
        source_sql=f"{_NO_SQL}now",
        target_sql=f"{_NO_SQL}later",
    )
