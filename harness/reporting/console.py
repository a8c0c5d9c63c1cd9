"""The recommendation on the console: what to do and why come first."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as Line

from harness.evidence import Manifest
from harness.gate import JudgedFinding, Judgement
from harness.messages import Language
from harness.model import Severity, Text, text
from harness.reporting.summary import STATE_TONE, Summary, Tone, changes, money, money_of, summarise
from harness.reporting.wording import moment, plain, say

_STYLE = {
    Tone.GO: "bold white on green",
    Tone.CONDITIONS: "bold black on yellow",
    Tone.NO_GO: "bold white on red",
    Tone.PART: "bold white on blue",
}
_BORDER = {Tone.GO: "green", Tone.CONDITIONS: "yellow", Tone.NO_GO: "red", Tone.PART: "blue"}
_WORST = 8
_GAPS = 8
_TODO = 12


def render(judgement: Judgement, manifest: Manifest, language: Language) -> RenderableType:
    """The judgement as rich shows it, for a terminal or a pipe; no data of the ERP is taken for markup."""
    told = summarise(judgement, manifest)
    return Group(*_blocks(told, language))


def _blocks(told: Summary, language: Language) -> Iterator[RenderableType]:
    yield _banner(told, language)
    yield from bullets("report.heading.why", told.reasons, language)
    for key, sentences in changes(told):
        yield from bullets(key, sentences, language)
    if told.open:
        yield _heading("report.heading.worst", language)
        yield _differences(told, language)
    yield _heading("report.heading.areas", language)
    yield _areas(told, language)
    if told.judgement.verdict.conditions:
        yield _heading("report.heading.conditions", language)
        yield _conditions(told, language)
    gaps = told.judgement.verdict.not_verified
    shown = (*gaps[:_GAPS], *_more(len(gaps) - _GAPS))
    yield from bullets("report.heading.not_verified", shown or (text("report.nothing"),), language)
    yield _footer(told, language)


def _more(count: int) -> tuple[Text, ...]:
    return (text("report.more", count=count),) if count > 0 else ()


def _banner(told: Summary, language: Language) -> Panel:
    verdict = told.judgement.verdict
    place = text(
        "report.place",
        project=plain(told.manifest.project, 60),
        milestone=verdict.milestone,
        run=told.manifest.run_id,
        as_of=moment(verdict.as_of),
    )
    headline = say(told.headline, language)
    shouted = headline if verdict.outcome is None else headline.upper()
    head = Line(f" {shouted} ", style=_STYLE[told.tone])
    body = Line.assemble(head, "  ", say(told.advice, language), "\n", (say(place, language), "dim"))
    if told.decided:
        body.append(f"\n{say(told.decided, language)}", style="bold")
    title = Line(say(text("report.title"), language), style="bold")
    return Panel(body, title=title, title_align="left", border_style=_BORDER[told.tone], padding=(1, 2))


def _heading(key: str, language: Language) -> Line:
    return Line(f"\n{say(text(key), language)}", style="bold")


def bullets(key: str, sentences: tuple[Text, ...], language: Language) -> Iterator[RenderableType]:
    """Sentences under a heading."""
    yield _heading(key, language)
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    for sentence in sentences:
        grid.add_row("•", Line(say(sentence, language)))
    yield Padding(grid, (0, 0, 0, 2))


def table_of(*columns: str, language: Language, numbers: int = 0) -> Table:
    """A table under these headings, of which the last ones are over figures."""
    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
        padding=(0, 1),
        collapse_padding=True,
        header_style="bold dim",
    )
    for place, key in enumerate(columns):
        right = place >= len(columns) - numbers
        heading = say(text(key), language)
        if right:  # on a narrow terminal the words give way, and no figure
            table.add_column(heading.replace(" ", "\n"), justify="right", no_wrap=True, vertical="top")
        else:
            table.add_column(heading, overflow="fold", vertical="top")
    return table


def _differences(told: Summary, language: Language) -> RenderableType:
    table = table_of(
        "report.column.severity", "report.column.what", "report.column.amount", language=language, numbers=1
    )
    table.columns[2].no_wrap = True
    for judged in told.open[:_WORST]:
        table.add_row(*_difference(judged, language))
    more = Line(say(text("report.more", count=len(told.open) - _WORST), language), style="dim")
    rows: list[RenderableType] = [table, more] if len(told.open) > _WORST else [table]
    return Padding(Group(*rows), (0, 0, 0, 2))


def _difference(judged: JudgedFinding, language: Language) -> tuple[Line, Line, Line]:
    finding = judged.finding
    style = "bold red" if finding.severity.rank <= Severity.CRITICAL.rank else ""
    severity = say(text(f"gate.severity.{finding.severity}"), language)
    return Line(severity, style), Line(say(finding.text, language)), Line(say(money_of(finding), language))


def _areas(told: Summary, language: Language) -> RenderableType:
    table = table_of(
        "report.column.area",
        "report.column.state",
        "report.column.passed",
        "report.column.failed",
        "report.column.unknown",
        "report.column.open",
        "report.column.accepted",
        "report.column.sum",
        language=language,
        numbers=6,
    )
    for area in told.areas:
        state = Line(say(text(f"gate.area_state.{area.state}"), language), _BORDER[STATE_TONE[area.state]])
        unknown = area.undecided + area.skipped + area.broken + area.missing
        found = area.blocker + area.critical + area.major + area.minor
        table.add_row(
            Line(say(text(f"gate.area.{area.area}"), language)),
            state,
            *(f"{number:,}" for number in (area.passed, area.failed, unknown, found, area.waived)),
            Line(say(money(area.amounts), language)),
        )
    return Padding(table, (0, 0, 0, 2))


def _conditions(told: Summary, language: Language) -> RenderableType:
    table = table_of("report.column.todo", "report.column.owner", "report.column.due", language=language)
    table.columns[2].no_wrap = True
    conditions = told.judgement.verdict.conditions
    for item in conditions[:_TODO]:
        due = item.due.isoformat() if item.due else say(text("report.no_date"), language)
        owner = plain(item.owner, 40) or say(text("report.no_owner"), language)
        table.add_row(Line(say(item.text, language)), Line(owner), due)
    more = Line(say(text("report.more", count=len(conditions) - _TODO), language), style="dim")
    rows: list[RenderableType] = [table, more] if len(conditions) > _TODO else [table]
    return Padding(Group(*rows), (0, 0, 0, 2))


def _footer(told: Summary, language: Language) -> Line:
    checksum = say(text("report.checksum", digest=told.evidence), language)
    return Line(f"\n{checksum}\n{say(text('report.people_decide'), language)}", style="dim")
