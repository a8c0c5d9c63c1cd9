"""The user's cache of what takes long to make, keyed by everything that went into it.

An entry is a folder. It is built under another name and renamed when whole, so what has an entry's name
is complete, whatever happened to the process that built it.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

BUILDING = ".building-"


def default_cache(environ: Mapping[str, str]) -> Path:
    """HARNESS_CACHE, or the place that the desktop convention gives."""
    if environ.get("HARNESS_CACHE"):
        return Path(environ["HARNESS_CACHE"])
    base = environ.get("XDG_CACHE_HOME") or Path(environ.get("HOME", "~")).expanduser() / ".cache"
    return Path(base) / "erp-upgrade-harness"


def content_key(*parts: str | Path) -> str:
    """A short name that changes with any text given and any file, or file in a folder, named."""
    digest = hashlib.sha256()
    for part in parts:
        for label, content in _contents(part):
            digest.update(f"{len(label)}:{label}:{len(content)}:".encode() + content)
    return digest.hexdigest()[:16]


def _contents(part: str | Path) -> Iterable[tuple[str, bytes]]:
    if isinstance(part, str):
        yield "text", part.encode()
    elif part.is_dir():
        for file in sorted(part.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                yield file.relative_to(part).as_posix(), file.read_bytes()
    else:
        yield part.name, part.read_bytes()


@dataclass(frozen=True, slots=True)
class Cache:
    """Finished entries by name."""

    folder: Path

    def entry(self, name: str) -> Path | None:
        """The folder of a finished entry, or None."""
        path = self.folder / name
        return path if path.is_dir() else None

    def build(self, name: str, make: Callable[[Path], None]) -> Path:
        """The entry; when it is missing, `make` fills an empty folder that then becomes it.

        When `make` fails, or is interrupted, nothing is left. Two processes never build the same entry.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self.folder / f"{name}.lock"):
            path = self.folder / name
            if not path.is_dir():
                self._remove_leftovers(name)
                self._fill(path, make)
        return path

    def _fill(self, path: Path, make: Callable[[Path], None]) -> None:
        building = Path(tempfile.mkdtemp(prefix=f"{BUILDING}{path.name}-", dir=self.folder))
        try:
            make(building)
            building.replace(path)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise

    def _remove_leftovers(self, name: str) -> None:
        """What a process that was killed has left; the lock says that nobody builds this entry now."""
        for leftover in self.folder.glob(f"{BUILDING}{name}-*"):
            shutil.rmtree(leftover, ignore_errors=True)
