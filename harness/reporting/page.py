"""The decision page: one HTML file in both languages that loads nothing and runs no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from harness.evidence import Manifest
from harness.gate import (
    CellState,
    CheckState,
    JudgedCheck,
    Judgement,
    RequirementState,
    Signature,
    Standing,
)
from harness.gate.covering import word
from harness.messages import Language
from harness.model import RuleResult, Severity, Text, Title, text
from harness.reporting import coverage, human, parity, rehearsals, risks
from harness.reporting.pictures.rehearsals import rehearsals as picture_of
from harness.reporting.pictures.shown import Gallery, Picture
from harness.reporting.summary import STATE_TONE, Tone, changes, money, money_of, summarise
from harness.reporting.wording import moment, plain, say, shown
from harness.surroundings import DECLARED
from harness.values import Value

_MOST = 200  # rows of one table: a page that nobody can open decides nothing
_LANG = {Language.EN: "en", Language.ZH: "zh-CN"}
_STANDING_TONE = {Standing.ACCEPTED: Tone.CONDITIONS, Standing.DORMANT: Tone.PART}
_SIGNATURE_TONE = {
    Signature.VALID: Tone.GO,
    Signature.REJECTED: Tone.NO_GO,
    Signature.UNINFORMED: Tone.NO_GO,
}
_CELL_TONE = {
    CellState.VERIFIED: Tone.GO,
    CellState.REFUSED: Tone.GO,
    CellState.WAIVED: Tone.CONDITIONS,
    CellState.FAILED: Tone.NO_GO,
    CellState.NOT_VERIFIED: Tone.PART,
}
_REQUIREMENT_TONE = {
    RequirementState.VERIFIED: Tone.GO,
    RequirementState.WAIVED: Tone.CONDITIONS,
    RequirementState.FAILED: Tone.NO_GO,
    RequirementState.NOT_VERIFIED: Tone.PART,
    RequirementState.NO_CHECK: Tone.PART,
}
_CHECK_TONE = {CheckState.PASSED: Tone.GO, CheckState.FAILED: Tone.NO_GO}


def write(
    judgement: Judgement,
    manifest: Manifest,
    language: Language,
    path: Path,
    *,
    allure: str | None = None,
    galleries: Sequence[Gallery] = (),
    at: str | None = None,
) -> None:
    """Writes the page; `language` is shown first.

    `allure` is where the Allure report is, seen from the page, and `at` where the folder of the pictures is.
    """
    content = html(judgement, manifest, language, allure=allure, galleries=galleries, at=at)
    path.write_text(content, encoding="utf-8")


def html(
    judgement: Judgement,
    manifest: Manifest,
    language: Language,
    *,
    allure: str | None = None,
    galleries: Sequence[Gallery] = (),
    at: str | None = None,
) -> str:
    """The page as text; every value is escaped."""
    told = summarise(judgement, manifest)
    passed, planned = told.checks()
    titles = {check.id: check.title for check in judgement.checks}
    return _template().render(
        told=told,
        changes=list(changes(told)),
        judgement=judgement,
        verdict=judgement.verdict,
        manifest=manifest,
        language=language,
        allure=allure,
        galleries=galleries,
        at=at,
        passed=_number(passed),
        planned=_number(planned),
        most=_MOST,
        severities=[str(level) for level in Severity],
        state_tone=STATE_TONE,
        standing_tone={standing: _STANDING_TONE.get(standing, Tone.NO_GO) for standing in Standing},
        signature_tone={item: _SIGNATURE_TONE.get(item, Tone.PART) for item in Signature},
        criteria=[(rule, list(results)) for rule, results in groupby(judgement.verdict.rules, key=_rule_of)],
        checks=sorted(judgement.checks, key=_doubtful_first),
        settings=list(_settings(manifest, {DECLARED, *(line.fact for line in judgement.parity)})),
        coverage=_coverage(judgement),
        human=human,
        rehearsals=_rehearsals(judgement),
        title_of=lambda check_id: _both(titles.get(check_id, check_id)),
    )


@cache
def _template() -> Template:
    environment = _environment()
    environment.globals["style"] = Markup(_ours("decision.css"))  # noqa: S704  # our own file
    return environment.get_template("decision.html.j2")


def _ours(name: str) -> str:
    return (files("harness.reporting") / "templates" / name).read_text(encoding="utf-8")


def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(_ours),
    )
    environment.globals |= {
        "text": text,
        "both": _both,
        "label": lambda key: _both(text(key)),
        "value": _value,
        "say": lambda sentence, language: say(sentence, Language(language)),
        "plain": plain,
        "moment": moment,
        "money": money,
        "money_of": money_of,
        "number": _number,
        "badge": _badge,
        "owner": _owner,
        "due": _due,
        "rule_title": _rule_title,
        "requirements": _requirements,
        "check_tone": _check_tone,
        "cell": lambda cell: escape(plain(cell)) if isinstance(cell, str) else _both(cell),
        "word": lambda kind, code: _both(word(kind, code)),
        "served_by": coverage.served_by,
        "risks": risks,
        "parity_intro": parity.intro,
        "fit_tone": parity.TONE,
        "inside": _inside,
        "link_to": _link_to,
        "cell_tone": _CELL_TONE,
        "requirement_tone": _REQUIREMENT_TONE,
    }
    return environment


def _both(sentence: Text | Title | str | None) -> Markup:
    """The sentence in both languages; the style shows one of them."""
    return _spans({language: say(sentence, language) for language in Language})


def _value(content: Value) -> Markup:
    return _spans({language: shown(content, language) for language in Language})


def _spans(said: dict[Language, str]) -> Markup:
    if len(set(said.values())) == 1:
        return escape(next(iter(said.values())))
    spans = (
        Markup('<span lang="{}">{}</span>').format(_LANG[language], content)
        for language, content in said.items()
    )
    return Markup("").join(spans)


def _inside(picture: Picture) -> Markup:
    """The picture itself, in both languages: our own marks, with everything from outside escaped."""
    return Markup("").join(
        Markup('<div lang="{}">{}</div>').format(_LANG[language], Markup(drawing.markup()))  # noqa: S704
        for language, drawing in picture.drawn.items()
    )


def _link_to(gallery: Gallery, picture: Picture, at: str) -> Markup:
    """A link to the file in the language that is shown."""
    return Markup("").join(
        Markup('<a lang="{}" href="{}">{}</a>').format(
            _LANG[language], f"{at}/{gallery.folder}/{picture.file(language)}", say(picture.short, language)
        )
        for language in picture.drawn
    )


def _number(count: int) -> str:
    return f"{count:,}"


def _badge(severity: Severity) -> Markup:
    name = _both(text(f"gate.severity.{severity}"))
    return Markup('<span class="badge {}">{}</span>').format(str(severity), name)


def _owner(name: str) -> Markup:
    return escape(plain(name, 60)) if name.strip() else _both(text("report.no_owner"))


def _due(day: date | None) -> Markup:
    return escape(day.isoformat()) if day else _both(text("report.no_date"))


def _rule_title(rule: str) -> Markup:
    return _both(text(f"gate.rule.{rule}.title"))


def _rule_of(result: RuleResult) -> str:
    return result.rule


def _requirements(results: Iterable[RuleResult]) -> str:
    return ", ".join(dict.fromkeys(name for result in results for name in result.requirements))


def _check_tone(check: JudgedCheck) -> Tone:
    # Accepted in full is not green: somebody has taken it on.
    if check.state is CheckState.FAILED and not check.open and check.waived:
        return Tone.CONDITIONS
    return _CHECK_TONE.get(check.state, Tone.NO_GO)


def _doubtful_first(check: JudgedCheck) -> tuple[bool, bool, str]:
    return check.state is CheckState.PASSED, check.state is CheckState.FAILED, check.id


def _coverage(judgement: Judgement) -> dict[str, Any] | None:
    """The compact section; None where nobody says what the company does or asks for."""
    found = judgement.coverage
    if not coverage.is_told(found):
        return None
    return {
        "intro": coverage.intro(found),
        "states": coverage.SHOWN,
        "rows": coverage.documents(found.cells),
        "departments": coverage.departments(found.cells),
        "requirements": found.requirements,
        "unverified": [item for item in found.requirements if item.state is not RequirementState.VERIFIED],
        "requirements_intro": coverage.requirements_intro(found),
    }


def _rehearsals(judgement: Judgement) -> dict[str, Any] | None:
    """The section on the rehearsals up to this run; None where no history was read."""
    trend = judgement.trend[-rehearsals.MOST :]
    about = rehearsals.intro(judgement.trend)
    if about is None:
        return None
    title = text("report.heading.rehearsals")
    drawn = {language: picture_of(trend, language) for language in Language} if len(trend) > 1 else None
    return {
        "about": about,
        "heads": rehearsals.heads(),
        "texts": len(rehearsals.NAMES),
        "rows": [rehearsals.cells(each) for each in trend],
        "picture": drawn and Picture("rehearsals", title, title, drawn),
        "more": len(judgement.trend) - len(trend),
    }


def _settings(manifest: Manifest, told: Set[str]) -> Iterator[tuple[str, Any, Any]]:
    source, target = (manifest.environments.get(side, {}) for side in ("source", "target"))
    for name in sorted({*source, *target} - told):
        yield name, source.get(name), target.get(name)
