"""The pictures of one check, as reports show them and as files."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.messages import Language
from harness.model import Text, Title
from harness.reporting.pictures.svg import Drawing

FOLDER = "pictures"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture in both languages; `name` is what its files are called, `short` what links to it say."""

    name: str
    title: Text
    short: Text
    drawn: Mapping[Language, Drawing]

    def file(self, language: Language) -> str:
        """The name of its file."""
        return f"{self.name}.{language}.svg"


@dataclass(frozen=True, slots=True)
class Gallery:
    """The pictures of one check, or why there are none."""

    check_id: str
    title: Title
    pictures: tuple[Picture, ...] = ()
    why: Text | None = None

    @property
    def folder(self) -> str:
        """Where its files are, seen from the reports; a check's name never leads out of there."""
        return f"{FOLDER}/{re.sub(r'[^A-Za-z0-9_-]+', '.', self.check_id).strip('.') or 'check'}"


def write(shown: Sequence[Gallery], reports: Path) -> tuple[Path, ...]:
    """Writes all pictures in both languages, in place of those of an earlier report."""
    shutil.rmtree(reports / FOLDER, ignore_errors=True)
    return tuple(_written(shown, reports))


def _written(shown: Sequence[Gallery], reports: Path) -> Iterator[Path]:
    for gallery in shown:
        for picture in gallery.pictures:
            for language, drawing in picture.drawn.items():
                path = reports / gallery.folder / picture.file(language)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(drawing.content())
                yield path
