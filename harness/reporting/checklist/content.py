"""What the workbook shows: one sheet a list, each row from the judgement and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from harness.evidence import Manifest
from harness.gate import (
    CheckState,
    JudgedCheck,
    JudgedFinding,
    Judgement,
    Signature,
    SignOff,
    Standing,
    WaiverState,
)
from harness.messages import Language
from harness.model import Condition, RuleResult, Severity, Text, Title, text
from harness.reporting.summary import changes, money, summarise
from harness.reporting.wording import moment, shown
from harness.values import Value

MOST_ROWS = 1_048_576
"""Rows that a spreadsheet holds on one sheet."""

T = TypeVar("T")
Cell: TypeAlias = "Value | Text | Title"


@dataclass(frozen=True, slots=True)
class Column:
    """A heading by its key, how wide it is, and how its numbers are written."""

    heading: str
    width: int
    form: str = "integer"


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row; `tone` is the look of the first of them, which says how it stands."""

    cells: tuple[Cell, ...]
    tone: str = "cell"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One list. `ticked`: people go through it, so that it has a tick and a remark to fill in.

    `count` is how many rows `rows` gives: they are made one by one, for there may be very many. The first
    `main` columns are printed; what comes after them is for who looks closer, on the screen.
    """

    title: Text
    columns: tuple[Column, ...]
    count: int
    rows: Callable[[], Iterable[Row]]
    main: int
    ticked: bool = False


_OPEN, _ACCEPTED, _QUIET = "different", "following", "quiet"
_STANDING = MappingProxyType({Standing.ACCEPTED: "cell", Standing.DORMANT: _QUIET})
_SIGNED = MappingProxyType({Signature.VALID: "cell", Signature.SUPERSEDED: _QUIET})


def sheets_of(judgement: Judgement, manifest: Manifest, language: Language) -> tuple[Sheet, ...]:
    """Every list of the judgement in the order of the decision page; an empty one too: it says so."""
    verdict, checks = judgement.verdict, {check.id: check for check in judgement.checks}
    return (
        _sheet("checklist.sheet.verdict", _VERDICT, tuple(_verdict(judgement, manifest)), Row),
        _sheet("report.heading.criteria", _RULES, verdict.rules, lambda item: _rule(item, language)),
        _sheet(
            "checklist.sheet.findings",
            _FINDINGS,
            judgement.findings,
            lambda item: _finding(item, checks, language),
            main=8,
            ticked=True,
        ),
        _sheet("report.heading.checks", _CHECKS, judgement.checks, _check, main=8, ticked=True),
        _sheet(
            "report.heading.not_verified",
            (Column("report.heading.not_verified", 120),),
            verdict.not_verified,
            lambda sentence: Row((sentence,)),
            ticked=True,
        ),
        _sheet("checklist.sheet.conditions", _CONDITIONS, verdict.conditions, _condition, ticked=True),
        _sheet("report.heading.waivers", _WAIVERS, judgement.waivers, _waiver),
        _sheet("report.heading.sign_offs", _SIGN_OFFS, judgement.sign_offs, _sign_off),
    )


def _sheet(
    title: str,
    columns: tuple[Column, ...],
    items: Sequence[T],
    row: Callable[[T], Row],
    *,
    main: int | None = None,
    ticked: bool = False,
) -> Sheet:
    printed = len(columns) if main is None else main
    return Sheet(text(title), columns, len(items), lambda: map(row, items), printed, ticked)


_VERDICT = (Column("report.column.setting", 30), Column("checklist.column.value", 110))


def _verdict(judgement: Judgement, manifest: Manifest) -> Iterator[tuple[Cell, ...]]:
    told, verdict = summarise(judgement, manifest), judgement.verdict
    passed, planned = told.checks()
    yield (text("report.title"), told.headline)
    yield (text("report.heading.decision"), text("report.people_decide"))
    for key, value in (
        ("report.field.project", manifest.project),
        ("report.field.milestone", verdict.milestone),
        ("report.field.run", manifest.run_id),
        ("report.field.judged", moment(verdict.as_of)),
        ("report.field.version", manifest.harness_version),
    ):
        yield (text(key), value)
    for sentence in told.reasons:
        yield (text("report.heading.why"), sentence)
    for key, sentences in changes(told):
        for sentence in sentences:
            yield (text(key), sentence)
    yield (text("checklist.checks_passed"), text("checklist.of", count=passed, total=planned))
    yield (text("report.heading.differences"), len(told.open))
    yield (text("checklist.open_serious"), len(told.serious))
    yield (text("report.allure.category.accepted"), len(told.waived))
    yield (text("report.column.amount"), money(told.amounts))
    yield (text("report.field.checksum"), told.evidence)


_RULES = (
    Column("report.column.result", 12),
    Column("report.column.severity", 10),
    Column("report.column.criterion", 36),
    Column("report.column.area", 16),
    Column("report.column.found", 70),
    Column("report.column.actual", 20),
    Column("report.column.limit", 20),
    Column("coverage.column.requirement", 16),
    Column("checklist.column.evidence", 40),
)


def _rule(result: RuleResult, language: Language) -> Row:
    cells = (
        text("report.criterion.met" if result.passed else "report.criterion.unmet"),
        text(f"gate.severity.{result.severity}"),
        text(f"gate.rule.{result.rule}.title"),
        text(f"gate.area.{result.area}") if result.area else text("gate.whole_run"),
        result.text,
        shown(result.actual, language),
        shown(result.limit, language),
        ", ".join(result.requirements),
        ", ".join(result.evidence),
    )
    return Row(cells, "cell" if result.passed else _OPEN)


_FINDINGS = (
    Column("report.column.state", 12),
    Column("report.column.severity", 10),
    Column("report.column.what", 60),
    Column("report.column.amount", 16, "amount"),
    Column("checklist.column.currency", 9),
    Column("report.column.department", 14),
    Column("report.column.owner", 14),
    Column("checklist.column.waiver", 12),
    Column("report.column.source", 24),
    Column("report.column.target", 24),
    Column("report.column.area", 14),
    Column("coverage.column.module", 14),
    Column("report.column.check", 36),
    Column("checklist.column.kind", 18),
    Column("checklist.column.entity", 18),
    Column("checklist.column.key", 18),
    Column("checklist.column.field", 16),
    Column("checklist.column.count", 10),
    Column("report.column.approver", 14),
    Column("report.column.due", 12),
    Column("checklist.column.fingerprint", 16),
)


def _finding(judged: JudgedFinding, checks: Mapping[str, JudgedCheck], language: Language) -> Row:
    finding, waiver = judged.finding, judged.waiver
    check = checks.get(finding.check_id)
    cells = (
        text("checklist.open" if judged.open else "report.column.accepted"),
        text(f"gate.severity.{finding.severity}"),
        finding.text,
        finding.amount,
        finding.currency,
        check.department if check else None,
        check.owner if check else None,
        waiver.id if waiver else None,
        shown(finding.source_value, language),
        shown(finding.target_value, language),
        text(f"gate.area.{check.area}") if check else None,
        check.module if check else None,
        check.title if check else finding.check_id,
        text(f"gate.finding.{finding.kind}"),
        finding.entity,
        finding.key,
        finding.field,
        finding.count,
        waiver.approver if waiver else None,
        waiver.expires if waiver else None,
        finding.fingerprint,
    )
    serious = finding.severity.rank <= Severity.CRITICAL.rank
    return Row(cells, _ACCEPTED if waiver else _OPEN if serious else "cell")


_CHECKS = (
    Column("report.column.state", 14),
    Column("report.column.severity", 10),
    Column("report.column.check", 44),
    Column("report.column.area", 16),
    Column("report.column.department", 14),
    Column("report.column.owner", 14),
    Column("report.column.open", 10),
    Column("report.column.accepted", 10),
    Column("report.column.reason", 60),
    Column("checklist.column.caveats", 60),
    Column("coverage.column.module", 14),
    Column("checklist.column.id", 40),
    Column("coverage.column.requirement", 16),
    Column("checklist.column.cases", 16),
    Column("report.column.attempts", 9),
    Column("report.column.seconds", 10, "quantity"),
)


def _check(check: JudgedCheck) -> Row:
    said = (*check.caveats, *check.notes)
    cells = (
        text(f"gate.state.{check.state}"),
        text(f"gate.severity.{check.severity}"),
        check.title,
        text(f"gate.area.{check.area}"),
        check.department,
        check.owner,
        check.open,
        check.waived,
        check.reason,
        text("checklist.sentences", sentences=said) if said else None,
        check.module,
        check.id,
        ", ".join(check.requirements),
        ", ".join(check.cases),
        check.attempts,
        check.seconds,
    )
    accepted = check.state is CheckState.FAILED and not check.open and bool(check.waived)
    tone = "cell" if check.state is CheckState.PASSED else _ACCEPTED if accepted else _OPEN
    return Row(cells, tone)


_CONDITIONS = (
    Column("report.column.todo", 100),
    Column("report.column.owner", 18),
    Column("report.column.due", 12),
    Column("checklist.column.waiver", 14),
)


def _condition(condition: Condition) -> Row:
    owner = condition.owner if condition.owner.strip() else text("report.no_owner")
    return Row((condition.text, owner, condition.due or text("report.no_date"), condition.waiver))


_WAIVERS = (
    Column("report.column.state", 16),
    Column("checklist.column.waiver", 14),
    Column("report.column.reason", 80),
    Column("report.column.owner", 16),
    Column("report.column.approver", 16),
    Column("report.column.due", 12),
    Column("checklist.column.ticket", 14),
    Column("report.column.matched", 11),
    Column("report.column.amount", 20),
)


def _waiver(state: WaiverState) -> Row:
    waiver = state.waiver
    cells = (
        text(f"gate.standing.{state.standing}"),
        waiver.id,
        waiver.reason,
        waiver.owner,
        waiver.approver,
        waiver.expires,
        waiver.ticket,
        state.matched,
        money(state.amounts),
    )
    return Row(cells, _STANDING.get(state.standing, _OPEN))


_SIGN_OFFS = (
    Column("report.column.counts", 24),
    Column("report.column.department", 18),
    Column("report.column.signed_by", 18),
    Column("checklist.column.role", 22),
    Column("report.column.day", 12),
    Column("report.field.run", 24),
    Column("report.column.consent", 22),
    Column("checklist.column.knew_of", 12),
    Column("report.column.open", 12),
    Column("business.heading.remark", 50),
)


def _sign_off(signed: SignOff) -> Row:
    cells = (
        text(f"gate.signature.{signed.standing}"),
        signed.department,
        signed.name,
        signed.role,
        signed.day,
        signed.run,
        text(f"gate.consent.{signed.consent}"),
        signed.outstanding,
        signed.actual,
        signed.remark,
    )
    return Row(cells, _SIGNED.get(signed.standing, _OPEN))
