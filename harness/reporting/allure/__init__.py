"""The Allure 3 report of a judged run. Allure displays; the gate has decided.

reports/allure/index.html           our decision page, first
reports/allure/report/index.html    Allure's report, current and upgraded system as environments
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from harness.errors import EvidenceError
from harness.evidence import Run
from harness.gate import Judgement
from harness.messages import Language
from harness.model import text
from harness.reporting import page
from harness.reporting.allure import metrics, node, results, settings, tidy, tool
from harness.reporting.allure.node import ReportError
from harness.reporting.pictures.shown import Gallery

__all__ = ["ReportError", "generate"]

_SECONDS = 600


def generate(
    run: Run,
    judgement: Judgement,
    found: Path,
    out: Path,
    language: Language,
    galleries: Sequence[Gallery] = (),
    *,
    single_file: bool = True,
) -> Path:
    """Makes the report in `out` from the results in `found`; the path of its first page.

    One file opens by a double click; a folder of files needs a web server, and suits many thousand
    results. MissingTool when there is no Node, EvidenceError when there are no results, ReportError when
    Allure fails. What was in `out` stays until the new report is complete.
    """
    if not found.is_dir() or not any(found.glob("*-result.json")):
        raise EvidenceError(text("report.allure.no_results", folder=found.name))
    chosen = node.find()
    program = tool.installed(chosen)
    with tempfile.TemporaryDirectory(prefix="harness-allure-") as temporary:
        work = Path(temporary)
        results.copy(found, work / "results", judgement, language, galleries)
        measured = metrics.write(run.read().results, work / "results", language)
        decision = work / "decision.html"
        page.write(judgement, run.manifest, language, decision, galleries=galleries)
        settings.write(
            work / "allurerc.mjs",
            judgement,
            run.manifest,
            language,
            performance=measured,
            attachments=(decision,),
            single_file=single_file,
        )
        output = ("--config", str(work / "allurerc.mjs"), "--output", str(work / "made"))
        command = (str(chosen.program), str(program), "generate", *output, str(work / "results"))
        chosen.run(command, work, _SECONDS)
        return _place(work / "made", out, judgement, run, language, galleries)


def _place(
    made: Path,
    out: Path,
    judgement: Judgement,
    run: Run,
    language: Language,
    galleries: Sequence[Gallery],
) -> Path:
    if not (made / "index.html").is_file():
        raise ReportError(text("report.allure.failed", why="index.html"))
    for document in made.rglob("*.html"):
        tidy.clean(document)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    shutil.move(made, out / "report")
    first = out / "index.html"
    page.write(
        judgement,
        run.manifest,
        language,
        first,
        allure="report/index.html",
        galleries=galleries,
        at="..",
    )
    return first
