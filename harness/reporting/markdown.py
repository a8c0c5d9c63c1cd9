"""The recommendation as Markdown, for a CI job's summary and a merge request's comment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from harness.evidence import Manifest
from harness.gate import AreaSummary, Judgement, SignOff
from harness.gate.covering import word
from harness.messages import Language
from harness.model import Condition, RuleResult, Text, Title, text
from harness.reporting import coverage, human, rehearsals, risks
from harness.reporting.pictures.shown import Gallery
from harness.reporting.summary import Summary, Tone, changes, money, money_of, summarise
from harness.reporting.wording import moment, plain, say, shown

_SIGN = {Tone.GO: "🟢", Tone.CONDITIONS: "🟡", Tone.NO_GO: "🔴", Tone.PART: "🔵"}
_WORST = 20
_LISTED = 100  # a comment on a merge request has room for 65,536 characters
_ACTIVE = re.compile(r"([\\`*_{}\[\]<>#!|~&$^])")


def write(
    judgement: Judgement,
    manifest: Manifest,
    language: Language,
    path: Path,
    galleries: Sequence[Gallery] = (),
) -> None:
    """Writes the page; everything that comes from an ERP or a file is escaped."""
    told = summarise(judgement, manifest)
    path.write_text("\n".join(_lines(told, language, galleries)) + "\n", encoding="utf-8")


def inert(content: str) -> str:
    """Text that Markdown shows as it is."""
    return _ACTIVE.sub(r"\\\1", content).replace("@", "&#64;")  # a mention would call somebody


def _said(sentence: Text | Title | None, language: Language) -> str:
    return inert(say(sentence, language))


def _lines(told: Summary, language: Language, galleries: Sequence[Gallery]) -> Iterator[str]:
    verdict = told.judgement.verdict
    yield f"# {_SIGN[told.tone]} {_said(told.headline, language)}"
    yield f"\n**{_said(told.advice, language)}** {_said(text('report.people_decide'), language)}"
    place = text(
        "report.place",
        project=plain(told.manifest.project),
        milestone=verdict.milestone,
        run=told.manifest.run_id,
        as_of=moment(verdict.as_of),
    )
    yield f"\n{_said(place, language)}"
    if told.decided:
        yield f"\n**{_said(told.decided, language)}**"
    yield from _list("report.heading.why", told.reasons, language)
    for key, sentences in changes(told):
        yield from _list(key, sentences, language)
    if told.open:
        yield from _heading("report.heading.worst", language)
        yield from _differences(told, language)
    yield from _heading("report.heading.areas", language)
    yield from _areas(told.areas, language)
    if verdict.conditions:
        yield from _heading("report.heading.conditions", language)
        yield from _conditions(verdict.conditions, language)
    yield from _list("report.heading.not_verified", verdict.not_verified, language)
    yield from _coverage(told, language)
    yield from _human(told, language)
    yield from _risks(told, language)
    yield from _pictures(galleries, language)
    yield from _rehearsals(told, language)
    yield from _heading("report.heading.criteria", language)
    yield from _criteria(verdict.rules, language)
    if told.judgement.sign_offs:
        yield from _heading("report.heading.sign_offs", language)
        yield from _sign_offs(told.judgement.sign_offs, language)
    if decisions := human.decisions(told.judgement):
        yield from _block(decisions, language, "##")
    yield f"\n{_said(text('report.checksum', digest=''), language).strip()} `{told.evidence}`"


def _heading(key: str, language: Language) -> Iterator[str]:
    yield f"\n## {_said(text(key), language)}\n"


def _list(key: str, sentences: tuple[Text, ...], language: Language) -> Iterator[str]:
    yield from _heading(key, language)
    for sentence in sentences[:_LISTED] or (text("report.nothing"),):
        yield f"- {_said(sentence, language)}"
    if len(sentences) > _LISTED:
        yield f"- {_more(len(sentences) - _LISTED, language)}"


def _more(count: int, language: Language) -> str:
    return _said(text("report.more", count=count), language)


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]], language: Language) -> Iterator[str]:
    yield from _drawn([_said(text(f"report.column.{name}"), language) for name in columns], rows)


def _drawn(heads: Sequence[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _differences(told: Summary, language: Language) -> Iterator[str]:
    rows = (
        (
            _said(text(f"gate.severity.{judged.finding.severity}"), language),
            _said(judged.finding.text, language),
            _said(money_of(judged.finding), language),
        )
        for judged in told.open[:_WORST]
    )
    yield from _table(("severity", "what", "amount"), rows, language)
    if len(told.open) > _WORST:
        yield f"\n{_more(len(told.open) - _WORST, language)}"


def _sign_offs(sign_offs: Sequence[SignOff], language: Language) -> Iterator[str]:
    rows = (
        (
            inert(plain(each.department)),
            inert(plain(each.name)),
            each.day.isoformat(),
            _said(text(f"gate.consent.{each.consent}"), language),
            f"{each.outstanding:,} / {each.actual:,}",
            _said(text(f"gate.signature.{each.standing}"), language),
        )
        for each in sign_offs
    )
    yield from _table(("department", "signed_by", "day", "consent", "outstanding", "counts"), rows, language)


def _areas(areas: tuple[AreaSummary, ...], language: Language) -> Iterator[str]:
    columns = ("area", "state", "passed", "failed", "unknown", "open", "accepted", "amount")
    rows = (
        (
            _said(text(f"gate.area.{area.area}"), language),
            _said(text(f"gate.area_state.{area.state}"), language),
            f"{area.passed:,}",
            f"{area.failed:,}",
            f"{area.undecided + area.skipped + area.broken + area.missing:,}",
            f"{area.blocker + area.critical + area.major + area.minor:,}",
            f"{area.waived:,}",
            _said(money(area.amounts), language),
        )
        for area in areas
    )
    yield from _table(columns, rows, language)


def _coverage(told: Summary, language: Language) -> Iterator[str]:
    """Only where the run or the project says what the company does, or what it asks for."""
    found = told.judgement.coverage
    if not coverage.is_told(found):
        return
    yield from _heading("coverage.heading", language)
    if found.cells:
        yield f"{_said(coverage.intro(found), language)}\n"
        heads = ("column.module", "column.document", *(f"state.{state}" for state in coverage.SHOWN))
        names = [_said(text(f"coverage.{head}"), language) for head in heads]
        yield f"| {' | '.join(names)} |"
        yield f"|{'---|' * len(names)}"
        for row in coverage.documents(found.cells):
            of = (word("module", row.module), word("document", row.document))
            cells = [inert(say(name, language)) for name in of]
            cells += [inert(coverage.names_of(row, state, language)) for state in coverage.SHOWN]
            yield f"| {' | '.join(cells)} |"
    if found.requirements:
        yield f"\n{_said(coverage.requirements_intro(found), language)}"


def _human(told: Summary, language: Language) -> Iterator[str]:
    """What people did beside testing, as far as it is provided, and what is not."""
    blocks, absent = human.blocks(told.judgement), human.absent(told.judgement)
    if blocks or absent:
        yield f"\n## {_said(text('human.heading'), language)}"
    for block in blocks:
        yield from _block(block, language, "###")
    if absent:
        yield f"\n{_said(absent, language)}"


def _block(block: human.Block, language: Language, level: str) -> Iterator[str]:
    yield f"\n{level} {_said(block.heading, language)}\n"
    if block.rows:
        heads = [_said(text(f"human.column.{name}"), language) for name in block.columns]
        yield from _drawn(heads, ([_cell(cell, language) for cell in row] for row in block.rows))
        yield ""
    for note in block.notes:
        yield f"- {_said(note, language)}"


def _cell(cell: human.Cell, language: Language) -> str:
    return inert(plain(cell)) if isinstance(cell, str) else _said(cell, language)


def _risks(told: Summary, language: Language) -> Iterator[str]:
    """Where each risk was estimated and measured, and why; only where there is a register."""
    found = told.judgement.risks
    if not found:
        return
    yield from _heading("risk.heading", language)
    yield f"{_said(risks.intro(found), language)}\n"
    heads = ("risk", "estimated", "measured", "why", "trend")
    names = [_said(text(f"risk.column.{head}"), language) for head in heads]
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"
    for risk in found:
        unverified = "" if risk.verified else f" · {_said(text('risk.unverified'), language)}"
        cells = (
            f"{inert(plain(risk.id))} {_said(risk.title, language)}",
            _said(risks.level_text(risk.declared), language),
            f"{risks.way(risk)} {_said(risks.level_text(risk.measured), language)}{unverified}",
            "; ".join(_said(reason, language) for reason in risk.reasons),
            risks.trend(risk),
        )
        yield f"| {' | '.join(cells)} |"


def _rehearsals(told: Summary, language: Language) -> Iterator[str]:
    """The rehearsals up to this run; one sentence where it is the first, nothing without a history."""
    trend = told.judgement.trend
    about = rehearsals.intro(trend)
    if about is None:
        return
    yield from _heading("report.heading.rehearsals", language)
    yield _said(about, language)
    if len(trend) > 1:
        heads = [_said(head, language) for head in rehearsals.heads()]
        yield f"\n| {' | '.join(heads)} |"
        yield f"|{'---|' * len(heads)}"
        for each in trend[-rehearsals.MOST :]:
            yield f"| {' | '.join(_cell(cell, language) for cell in rehearsals.cells(each))} |"


def _pictures(galleries: Sequence[Gallery], language: Language) -> Iterator[str]:
    """Where the pictures of each load check are, or why there are none."""
    if galleries:
        yield from _heading("pictures.heading", language)
    for gallery in galleries:
        yield f"- {_said(gallery.title, language)}: {_links(gallery, language)}"


def _links(gallery: Gallery, language: Language) -> str:
    if gallery.why is not None:
        return _said(gallery.why, language)
    return " · ".join(
        f"[{_said(picture.short, language)}]({gallery.folder}/{picture.file(language)})"
        for picture in gallery.pictures
    )


def _conditions(conditions: tuple[Condition, ...], language: Language) -> Iterator[str]:
    rows = (
        (
            _said(item.text, language),
            inert(plain(item.owner)) or _said(text("report.no_owner"), language),
            item.due.isoformat() if item.due else _said(text("report.no_date"), language),
        )
        for item in conditions[:_LISTED]
    )
    yield from _table(("todo", "owner", "due"), rows, language)
    if len(conditions) > _LISTED:
        yield f"\n{_more(len(conditions) - _LISTED, language)}"


def _criteria(rules: tuple[RuleResult, ...], language: Language) -> Iterator[str]:
    rows = (
        (
            _said(text("report.criterion.met" if result.passed else "report.criterion.unmet"), language),
            _said(text(f"gate.severity.{result.severity}"), language),
            _said(result.text, language),
            inert(shown(result.actual, language)),
            inert(shown(result.limit, language)),
        )
        for result in rules
    )
    yield from _table(("result", "severity", "found", "actual", "limit"), rows, language)
