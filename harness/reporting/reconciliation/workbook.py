"""Writes the workbook of the lists: a summary, and a sheet for each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from harness.evidence import Manifest
from harness.gate import Judgement
from harness.gate.amounts import amounts_of
from harness.messages import Language
from harness.model import Side, Text, text
from harness.reporting.reconciliation.content import ListSheet
from harness.reporting.reconciliation.sheet import draw
from harness.reporting.spreadsheet import TICKS, Drawing, added, both, for_paper, sheet_name, written
from harness.reporting.summary import money
from harness.reporting.wording import moment, plain, say

_HEADINGS = (
    ("ticked", 8),
    ("list", 44),
    ("department", 16),
    ("state", 18),
    ("source_lines", 11),
    ("target_lines", 11),
    ("different", 11),
    ("followed", 11),
    ("amount", 24),
    ("compared_by", 18),
    ("compared_on", 14),
    ("approved_by", 18),
    ("approved_on", 14),
    ("remark", 40),
)


def write(
    sheets: Sequence[ListSheet], judgement: Judgement, manifest: Manifest, language: Language, path: Path
) -> None:
    """Writes the summary and one sheet per control, with headings in both languages.

    HarnessError when the file cannot be written, for example because somebody has it open.
    """

    def fill(book: Workbook) -> None:
        drawing = Drawing(book, language)
        summary = added(book, say(text("business.sheet.summary"), language))
        names = [sheet_name(place, each.check.title, language) for place, each in enumerate(sheets, 1)]
        _summary(summary, drawing, sheets, names, judgement, manifest)
        for name, each in zip(names, sheets, strict=True):
            draw(added(book, name), drawing, each)

    written(path, judgement.verdict.as_of, fill)


def _summary(
    sheet: Worksheet,
    drawing: Drawing,
    sheets: Sequence[ListSheet],
    names: Sequence[str],
    judgement: Judgement,
    manifest: Manifest,
) -> None:
    drawing.text(sheet, 0, 0, both(text("business.sheet.title"), drawing.language), "title")
    row = 1
    for sentence in _about(sheets, judgement, manifest):
        drawing.text(sheet, row, 0, say(sentence, drawing.language), "note")
        row += 1
    row += 1
    for place, (name, width) in enumerate(_HEADINGS):
        sheet.set_column(place, place, width)
        drawing.text(sheet, row, place, both(text(f"business.heading.{name}"), drawing.language), "heading")
    sheet.freeze_panes(row + 1, 2)
    for place, (name, each) in enumerate(zip(names, sheets, strict=True), row + 1):
        _summary_row(sheet, drawing, place, name, each)
    if sheets:
        sheet.autofilter(row, 0, row + len(sheets), len(_HEADINGS) - 1)
        sheet.data_validation(row + 1, 0, row + len(sheets), 0, {"validate": "list", "source": list(TICKS)})
    drawing.text(sheet, row + len(sheets) + 2, 0, say(text("business.sheet.sums"), drawing.language), "note")
    for_paper(sheet, row)


def _summary_row(sheet: Worksheet, drawing: Drawing, row: int, name: str, each: ListSheet) -> None:
    check, language = each.check, drawing.language
    tone = "cell" if check.state == "passed" else "different"
    drawing.text(sheet, row, 0, TICKS[0], "tick")
    sheet.write_url(row, 1, f"internal:'{name}'!A1", drawing.format("link"), both(check.title, language))
    drawing.text(sheet, row, 2, plain(check.department or ""), "cell")
    drawing.text(sheet, row, 3, both(text(f"gate.state.{check.state}"), language), tone)
    counts = (each.count(Side.SOURCE), each.count(Side.TARGET), each.different, each.followed)
    for place, count in enumerate(counts, 4):
        if each.lines is None:
            drawing.text(sheet, row, place, "—", "cell")
        else:
            drawing.number(sheet, row, place, count, "integer")
    drawing.text(sheet, row, 8, say(money(each.amounts), language), tone)
    for place in range(9, len(_HEADINGS)):
        drawing.text(sheet, row, place, "", "field")


def _about(sheets: Sequence[ListSheet], judgement: Judgement, manifest: Manifest) -> tuple[Text, ...]:
    """Which run this is, what it affects in all, and how that stands against the policy's materiality."""
    checks = {each.check.id for each in sheets}
    affected = amounts_of(item.finding for item in judgement.findings if item.finding.check_id in checks)
    verdict = judgement.verdict
    said = [
        text("business.sheet.run", project=plain(manifest.project), run=manifest.run_id),
        text("business.sheet.as_of", at=moment(verdict.as_of), digest=verdict.digests.get("evidence", "—")),
        text("business.sheet.affected", amount=money(affected)),
    ]
    materiality = [rule for rule in verdict.rules if rule.rule == "amount_within_materiality"]
    said += [rule.text for rule in materiality] or [text("business.sheet.no_materiality")]
    return tuple(said)
