"""Reports of a stored, judged run: one writer per format, none of which knows better than the gate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.errors import HarnessError
from harness.evidence import Run
from harness.gate import Judgement
from harness.messages import Language
from harness.model import Text, text
from harness.reporting import allure, console, junit, markdown, page
from harness.reporting.pictures import shown
from harness.reporting.pictures.shown import Gallery

__all__ = ["Written", "allure", "console", "junit", "markdown", "page", "write_all"]

RESULTS = "allure-results"


@dataclass(frozen=True, slots=True)
class Written:
    """One report: where it is, or why it is missing."""

    name: Text
    path: Path | None
    why: Text | None = None


def write_all(
    run: Run, judgement: Judgement, language: Language, out: Path | None = None
) -> tuple[Written, ...]:
    """Writes every report into `out`, by default the run's own folder of reports.

    A report that lacks a tool is named with what is missing; the others are made all the same.
    """
    folder = run.reports if out is None else out
    folder.mkdir(parents=True, exist_ok=True)
    galleries = _pictures(run, folder)
    made = _allure(run, judgement, folder, language, galleries)
    link = None if made.path is None else made.path.relative_to(folder).as_posix()
    if link is not None:
        link = link.replace("index.html", "report/index.html")
    page.write(
        judgement, run.manifest, language, folder / "decision.html", allure=link, galleries=galleries, at="."
    )
    for each in Language:
        markdown.write(judgement, run.manifest, each, folder / f"decision.{each}.md", galleries)
    junit.write(judgement, run.manifest, language, folder / "junit.xml")
    return (
        Written(text("report.name.page"), folder / "decision.html"),
        Written(text("report.name.markdown"), folder / f"decision.{language}.md"),
        Written(text("report.name.junit"), folder / "junit.xml"),
        made,
        *_drawn(galleries, folder),
        _checklist(judgement, run, folder, language),
        *_reconciliation(run, judgement, folder, language),
    )


def _checklist(judgement: Judgement, run: Run, folder: Path, language: Language) -> Written:
    # Loaded here: a program that only judges needs none of it.
    from harness.reporting import checklist

    name, path = text("checklist.name"), folder / "verdict.xlsx"
    try:
        checklist.write(judgement, run.manifest, language, path)
    except HarnessError as problem:
        return Written(name, None, problem.sentence)
    return Written(name, path)


def _reconciliation(run: Run, judgement: Judgement, folder: Path, language: Language) -> Iterator[Written]:
    # Loaded here: a run without business controls needs none of it.
    from harness.reporting import reconciliation

    name = text("business.sheet.name")
    try:
        sheets = reconciliation.sheets_of(run, judgement)
        if not sheets:
            return
        path = folder / "reconciliation.xlsx"
        reconciliation.write(sheets, judgement, run.manifest, language, path)
    except HarnessError as problem:
        yield Written(name, None, problem.sentence)
        return
    yield Written(name, path)


def _pictures(run: Run, folder: Path) -> tuple[Gallery, ...]:
    # Loaded here: a program that only judges needs none of it.
    from harness.reporting.pictures import gallery

    found = gallery.galleries(run)
    shown.write(found, folder)
    return found


def _drawn(galleries: Sequence[Gallery], folder: Path) -> Iterator[Written]:
    if galleries:
        why = next((each.why for each in galleries), None)
        some = any(each.pictures for each in galleries)
        yield Written(text("pictures.name"), folder / shown.FOLDER if some else None, None if some else why)


def _allure(
    run: Run, judgement: Judgement, folder: Path, language: Language, galleries: Sequence[Gallery]
) -> Written:
    name = text("report.name.allure")
    try:
        first = allure.generate(run, judgement, run.reports / RESULTS, folder / "allure", language, galleries)
    except HarnessError as problem:
        return Written(name, None, problem.sentence)
    return Written(name, first)
