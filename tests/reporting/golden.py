"""Golden outputs of the reports. `python -m tests.reporting.golden` writes them anew: read the difference."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console, RenderableType

from harness.evidence import Manifest
from harness.gate import Judgement
from harness.messages import Language
from harness.reporting import console, coverage, junit, markdown
from tests.reporting.drawn import drawings
from tests.reporting.worlds import WORLDS, world

FOLDER = Path(__file__).parent / "golden"


def printed(judgement: Judgement, manifest: Manifest, language: Language) -> str:
    """What the console prints into a pipe of 100 columns."""
    return _told(console.render(judgement, manifest, language))


def _told(rendered: RenderableType) -> str:
    out = io.StringIO()
    Console(file=out, width=100, highlight=False).print(rendered)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def outputs() -> Iterator[tuple[str, str]]:
    """Every golden file's name with its content as it is made now."""
    for name in WORLDS:
        for language in Language:
            yield f"{name}.{language}.txt", printed(*world(name), language)
            yield f"{name}.{language}.md", _written(name, language, "md")
        if name == "business":
            for language in Language:
                judgement, _ = world(name)
                yield f"{name}.{language}.coverage.txt", _told(coverage.render(judgement, language))
                yield (
                    f"{name}.{language}.coverage.csv",
                    coverage.as_csv(judgement, language).replace("\r\n", "\n"),
                )
            yield f"{name}.coverage.json", coverage.as_json(world(name)[0])
        yield f"{name}.junit.xml", _written(name, Language.EN, "xml")
    for name, draw in drawings().items():
        for language in Language:
            yield f"picture.{name}.{language}.svg", draw(language).content().decode()


def _written(name: str, language: Language, kind: str) -> str:
    writer = markdown if kind == "md" else junit
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report"
        writer.write(*world(name), language, path)
        return path.read_text(encoding="utf-8")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, content in outputs():
        (FOLDER / file).write_text(content, encoding="utf-8")
