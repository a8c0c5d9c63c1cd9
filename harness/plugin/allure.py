"""What Allure shows of a check: labels, steps and findings, all redacted before they are written.

allure-pytest is imported only when its results are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from harness.messages import Language, render
from harness.model import Attachment, CheckSpec, Finding, Part, Severity
from harness.redact import Redactor
from harness.values import as_cell

_SEVERITY = {
    Severity.BLOCKER: "blocker",
    Severity.CRITICAL: "critical",
    Severity.MAJOR: "normal",
    Severity.MINOR: "minor",
}
IMAGE_DIFF = "application/vnd.allure.image.diff"
_REPLACED: list[tuple[Any, Any]] = []  # (allure-pytest's file writer, ours) while results are written


def label(item: pytest.Item, spec: CheckSpec, part: Part, link: str | None = None) -> None:
    """Marks an item with the labels that sort the report; `link` is where a `{case}` is to be found."""
    labels: dict[str, tuple[str, ...]] = {
        "side": (part.side.value if part.side else part.value,),
        "part": (part.value,),
        "area": (spec.area,),
        "module": (spec.module,),
        "epic": (spec.area,),
        "feature": (spec.module,),
        "story": (spec.id,),
        "severity": (_SEVERITY[spec.severity],),
        "requirement": spec.requirements,
        "case": spec.cases,
    }
    labels |= {"owner": (spec.owner,)} if spec.owner else {}
    labels |= {"department": (spec.department,)} if spec.department else {}
    for name, contents in labels.items():
        if contents:
            item.add_marker(pytest.mark.allure_label(*contents, label_type=name))
    for case in spec.cases:
        if link is None:
            break
        address = link.replace("{case}", quote(case, safe=""))
        item.add_marker(pytest.mark.allure_link(address, link_type="tms", name=case))


def step(title: str) -> AbstractContextManager[Any]:
    """A step of the report; nothing when no report is written."""
    if not _REPLACED:
        return nullcontext()
    import allure

    return allure.step(title)


def show(spec: CheckSpec, part: Part, findings: Iterable[Finding], language: Language) -> None:
    """Titles the current result and attaches its findings as a table."""
    if not _REPLACED:
        return
    import allure

    title = f"{render(spec.title, language)} [{part}]"
    allure.dynamic.title(title)  # type: ignore[no-untyped-call]  # allure has no types
    rows = [
        [finding.kind, finding.entity, finding.key or "", finding.field or "", str(finding.source_value),
         str(finding.target_value), str(finding.amount or ""), render(finding.text, language)]
        for finding in findings
    ]  # fmt: skip
    if rows:
        head = ["kind", "entity", "key", "field", "source", "target", "amount", "text"]
        allure.attach(_csv([head, *rows]), "findings", allure.attachment_type.CSV)


def show_pictures(attachments: Iterable[Attachment]) -> None:
    """Attaches what Allure shows as two pictures and their difference."""
    if not _REPLACED:
        return
    import allure

    for item in attachments:
        if item.media_type == IMAGE_DIFF:
            allure.attach(item.content, item.name, item.media_type, "imagediff")


def redact_results(config: pytest.Config, redactor: Redactor) -> None:
    """Replaces Allure's file writer by one that redacts; does nothing when no results are written."""
    folder = config.getoption("allure_report_dir", None)
    if not folder:
        return
    import allure_commons
    from allure_commons.logger import AllureFileLogger

    from harness.plugin.redacting import redacting_logger

    manager = allure_commons.plugin_manager
    for plugin in list(manager.get_plugins()):
        if type(plugin) is AllureFileLogger:
            ours = redacting_logger(Path(folder), redactor)
            manager.unregister(plugin)
            manager.register(ours)
            _REPLACED.append((plugin, ours))


def stop() -> None:
    """Puts Allure's own writer back, which allure-pytest's clean-up looks for; nothing is written by now."""
    if not _REPLACED:
        return
    import allure_commons

    while _REPLACED:
        theirs, ours = _REPLACED.pop()
        allure_commons.plugin_manager.unregister(ours)
        allure_commons.plugin_manager.register(theirs)


def _csv(rows: list[list[str]]) -> str:
    import csv
    import io

    out = io.StringIO()
    csv.writer(out).writerows([as_cell(cell) for cell in row] for row in rows)
    return out.getvalue()
