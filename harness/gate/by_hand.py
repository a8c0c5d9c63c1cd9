"""What results by hand are worth: each case becomes a check beside the automatic ones.

Only a pass that says who tested, when, on the upgraded system, and left its evidence, is a pass. A result by
hand and an automatic check of the same case stand beside each other; where they contradict, both say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from harness.coverage import DID, OPERATION
from harness.gate.judgement import CheckState, JudgedCheck
from harness.manual import Manual, ManualResult, Result
from harness.messages import Language, render
from harness.model import Area, Cover, Finding, FindingKind, Item, Severity, Text, Title, fingerprint_of, text

TOO_OLD = "manual.too_old"
_KEY = b"tests by hand"  # the id of a case is no personal data
# What a row says of its case that says nothing of it.
_PLAIN: Mapping[str, Any] = {
    "area": Area.FUNCTION,
    "severity": Severity.CRITICAL,
    "module": "",
    "document": "",
    "operation": "",
    "department": None,
    "requirements": (),
}
_STATES = {Result.BLOCKED: CheckState.BROKEN, Result.NOT_RUN: CheckState.SKIPPED}


@dataclass(frozen=True, slots=True)
class ByHand:
    """The checks of a run with those by hand among them, and what the latter found and covered."""

    checks: tuple[JudgedCheck, ...]
    findings: tuple[Finding, ...] = ()
    universe: tuple[Item, ...] = ()
    covers: tuple[tuple[str, Cover], ...] = ()


@dataclass(frozen=True, slots=True)
class _Case:
    """The result that counts for one case, and how many others there were."""

    result: ManualResult
    others: tuple[ManualResult, ...]

    @property
    def check_id(self) -> str:
        return f"{self.result.area}.manual.{self.result.case}"


def joined(
    automatic: Sequence[JudgedCheck], manual: Manual, as_of: datetime, oldest: int | None, *, scoped: bool
) -> ByHand:
    """The automatic checks and one for each case tested by hand, which knows of the others of its case.

    `oldest`: how many days a pass may be old. A scoped run is judged by the cases of its own checks only.
    """
    carried = {case for check in automatic for case in check.cases}
    cases = [case for case in _cases(manual.results) if not scoped or case.result.case in carried]
    checks = list(automatic)
    findings: list[Finding] = []
    for case in cases:
        same = [check for check in automatic if case.result.case in check.cases]
        checks.append(_check(case, manual, as_of, oldest, same))
        findings += _findings(case, checks[-1], same)
    own = checks[len(automatic) :]
    beside = tuple(_told(check, own) for check in automatic)
    covered = [(check, case.result.covers) for check, case in zip(own, cases, strict=True)]
    return ByHand(
        checks=tuple(sorted((*beside, *own), key=lambda check: check.id)),
        findings=tuple(findings),
        universe=tuple(Item(OPERATION, str(cell)) for _, cell in covered if cell),
        covers=tuple((check.id, Cover(OPERATION, str(cell), DID)) for check, cell in covered if cell),
    )


def _cases(results: Iterable[ManualResult]) -> Iterator[_Case]:
    """One result for each case: the worst of the latest day, and of those without a day."""
    by_case: dict[str, list[ManualResult]] = {}
    for result in sorted(results, key=lambda result: result.place):
        by_case.setdefault(result.case, []).append(result)
    for found in by_case.values():
        done = [result for result in found if result.result is not Result.NOT_RUN]
        latest = max((result.day for result in done if result.day), default=None)
        counting = [result for result in done if result.day in (None, latest)] or found
        chosen = min(counting, key=lambda result: (list(Result).index(result.result), result.place))
        others = tuple(result for result in done if result is not chosen)
        yield _Case(_completed(chosen, found), others)


def _completed(chosen: ManualResult, rows: Sequence[ManualResult]) -> ManualResult:
    """The result with what only other rows of its case say of it, such as the list of planned cases."""
    others = [row for row in rows if row is not chosen]
    said: dict[str, Any] = {
        name: next((getattr(row, name) for row in others if getattr(row, name) != plain), plain)
        for name, plain in _PLAIN.items()
        if getattr(chosen, name) == plain
    }
    titled = next((row.title for row in others if row.title != row.case), chosen.title)
    return replace(chosen, title=titled if chosen.title == chosen.case else chosen.title, **said)


def _check(
    case: _Case, manual: Manual, as_of: datetime, oldest: int | None, same: Sequence[JudgedCheck]
) -> JudgedCheck:
    result = case.result
    doubt = _doubt(result, manual, as_of.date(), oldest) if result.result is Result.PASSED else None
    state, reason = _state(result, doubt)
    name = {language: _titled(result, language) for language in Language}
    return JudgedCheck(
        id=case.check_id,
        title=Title(name[Language.EN], name[Language.ZH]),
        area=result.area,
        module=result.module,
        severity=result.severity,
        state=state,
        reason=reason,
        seconds=Decimal(0),
        attempts=1 + len(case.others),
        department=result.department,
        requirements=result.requirements,
        caveats=tuple(_caveats(result, state, manual, same)),
        cases=(result.case,),
        manual=True,
        notes=tuple(_notes(case, same)),
    )


def _titled(result: ManualResult, language: Language) -> str:
    title = "" if result.title == result.case else result.title
    return " ".join(render(text("manual.title", case=result.case, title=title), language).split())


def _state(result: ManualResult, doubt: Text | None) -> tuple[CheckState, Text | None]:
    if result.result is Result.FAILED:
        return CheckState.FAILED, text("manual.failed")
    if result.result is Result.PASSED:
        return (CheckState.PASSED, None) if doubt is None else (CheckState.UNDECIDED, doubt)
    return _STATES[result.result], text(f"manual.{result.result}", remark=result.remark or "")


def _doubt(result: ManualResult, manual: Manual, today: date, oldest: int | None) -> Text | None:
    """Why a result that says *passed* is no pass; None when it is one."""
    if not result.tester:
        return text("manual.no_tester")
    if result.day is None:
        return text("manual.no_day")
    if result.day > today + timedelta(days=1):  # the tester may be a time zone ahead
        return text("manual.future", day=result.day)
    if manual.upgraded is not None and result.day < manual.upgraded:
        return text("manual.too_early", day=result.day, upgraded=manual.upgraded)
    age = max(0, (today - result.day).days)
    if oldest is not None and age > oldest:
        return text(TOO_OLD, day=result.day, age=age, limit=oldest)
    gone = tuple(file.name for file in result.evidence if file.digest is None)
    if gone:
        return text("manual.evidence_gone", files=gone)
    if manual.evidence_needed and not result.evidence:
        return text("manual.no_evidence")
    return None


def _findings(case: _Case, check: JudgedCheck, same: Sequence[JudgedCheck]) -> Iterator[Finding]:
    if check.state is not CheckState.FAILED:
        return
    result = case.result
    passing = tuple(other.title for other in same if other.state is CheckState.PASSED)
    day = result.day or text("manual.undated")
    said = {"case": result.case, "title": result.title, "day": day, "remark": result.remark or ""}
    finding = Finding(
        check_id=check.id,
        kind=FindingKind.VIOLATION,
        entity=result.document or result.module or result.case,
        severity=result.severity,
        text=text("manual.contradicted", checks=passing, **said)
        if passing
        else text("manual.finding", **said),
        key=result.case,
        field=result.operation or None,
    )
    yield replace(finding, fingerprint=fingerprint_of(finding, _KEY))


def _caveats(
    result: ManualResult, state: CheckState, manual: Manual, same: Sequence[JudgedCheck]
) -> Iterator[Text]:
    if state is not CheckState.PASSED:
        return
    if manual.upgraded is None:
        yield text("manual.caveat.upgraded")
    if not result.evidence:
        yield text("manual.caveat.word")
    failing = tuple(check.title for check in same if check.state is CheckState.FAILED)
    if failing:
        yield text("manual.caveat.automatic_failed", checks=failing)


def _notes(case: _Case, same: Sequence[JudgedCheck]) -> Iterator[Text]:
    if case.others:
        others = tuple(text(f"manual.result.{result.result}") for result in case.others)
        yield text("manual.note.repeated", count=1 + len(case.others), others=others)
    for check in same:
        yield text("manual.note.automatic", check=check.title, state=text(f"gate.state.{check.state}"))


def _told(check: JudgedCheck, by_hand: Sequence[JudgedCheck]) -> JudgedCheck:
    """An automatic check that knows what people found in its cases."""
    same = [other for other in by_hand if set(other.cases) & set(check.cases)]
    notes = tuple(
        text("manual.note.by_hand", case=other.cases[0], state=text(f"gate.state.{other.state}"))
        for other in same
    )
    failed = tuple(other.cases[0] for other in same if other.state is CheckState.FAILED)
    caveats = check.caveats
    if failed and check.state is CheckState.PASSED:
        caveats = (*caveats, text("manual.caveat.by_hand_failed", cases=failed))
    return replace(check, caveats=caveats, notes=notes) if same else check
