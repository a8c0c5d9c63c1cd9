"""Driving Tryton from outside: its configuration, its administration command and our own scripts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template

from harness.demo.database_server import ERP_ROLE, DatabaseServer
from harness.demo.installs import python_of
from harness.demo.state import write_private
from harness.demo.steps import Work
from harness.model import Side

REMOTE = Path(str(files("harness.demo"))) / "remote"
FILES = Path(str(files("harness.demo"))) / "files"
LANGUAGES = ("zh_CN", "de")
# Attachments live in the database, so that a copy of the database is a copy of everything.
# A rehearsal lasts longer than the five minutes after which Tryton forgets an idle session.
CONFIGURATION = Template("""\
[web]
root = $web

[database]
uri = $uri
path = $files

[attachment]
filestore = False

[password]
passlib = $passlib

[session]
timeout = 7200
""")
# The target refuses scrypt, which is what the source stores unless told otherwise.
PASSLIB = """\
[passlib]
schemes = argon2, scrypt
deprecated = auto
"""


@dataclass(frozen=True, slots=True)
class Tryton:
    """One installed Tryton and its configuration file."""

    side: Side
    environment: Path
    configuration: Path

    def python(self) -> list[str | Path]:
        """The command for its interpreter."""
        return [python_of(self.environment), "-W", "ignore"]

    def script(self, name: str) -> list[str | Path]:
        """The command for one of the programs that it installs."""
        return [*self.python(), self.environment / "bin" / name]

    def environ(self) -> dict[str, str]:
        """What each of its processes must have from the start, or it silently uses SQLite."""
        return {"TRYTOND_CONFIG": str(self.configuration), "PYTHONDONTWRITEBYTECODE": "1"}


def write_configuration(
    folder: Path, side: Side, *, web: Path, server: DatabaseServer, password: str
) -> Path:
    """Writes a side's configuration file, readable by us only; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    passlib = folder / "passlib.ini"
    passlib.write_text(PASSLIB, encoding="utf-8")
    content = CONFIGURATION.substitute(
        web=web / "package",
        uri=server.url("", user=ERP_ROLE, password=password),
        files=folder / f"{side}-files",
        passlib=passlib,
    )
    return write_private(folder / f"{side}.conf", content)


def modules() -> list[str]:
    """The modules that the demo's company uses."""
    return (FILES / "modules.txt").read_text(encoding="utf-8").split()


def initialise(tryton: Tryton, database: str, password_file: Path, work: Work) -> None:
    """Makes an empty database into a Tryton one with all modules and languages."""
    admin = tryton.script("trytond-admin")
    work.run(
        [*admin, "-c", tryton.configuration, "-d", database, "-v", "-u", *modules(),
         "--activate-dependencies", "-l", *LANGUAGES, "--email", "admin@example.com"],
        environ={**tryton.environ(), "TRYTONPASSFILE": str(password_file)},
    )  # fmt: skip


def seed(tryton: Tryton, database: str, passwords: Path, work: Work) -> None:
    """Fills the database with the demo's company."""
    command = [*tryton.python(), REMOTE / "run_seed.py", tryton.configuration, database, passwords]
    work.run(command, environ=tryton.environ())


def update(tryton: Tryton, database: str, work: Work) -> None:
    """Updates all modules to the installed version; the log keeps each warning."""
    command = tryton.script("trytond-admin")
    work.run([*command, "-c", tryton.configuration, "-d", database, "--all", "-v"], environ=tryton.environ())


def after_update(tryton: Tryton, database: str, work: Work) -> None:
    """The documented steps that need the updated system itself."""
    command = [*tryton.python(), REMOTE / "run_after.py", tryton.configuration, database]
    work.run(command, environ=tryton.environ())


def read_passwords(path: Path) -> dict[str, str]:
    """The logins of a seeded database with their passwords."""
    passwords: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return passwords
