"""Coverage as the business asks for it: what it does against what was verified, requirements against checks.

Every operation has exactly one state. Where several checks did it, the worst counts: nothing is averaged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from harness.config.lists import RequirementRow
from harness.coverage import DID, OPERATION, Operation
from harness.gate.declared import Declared
from harness.gate.facts import Facts
from harness.gate.judgement import (
    BusinessCoverage,
    Cell,
    CellState,
    CheckState,
    JudgedCheck,
    JudgedFinding,
    Requirement,
    RequirementState,
)
from harness.messages import catalogue
from harness.model import Cover, RuleResult, Text, text

_NAMED = 12  # requirements named in one sentence: all are in the table


def business_coverage(facts: Facts, rules: Sequence[RuleResult], declared: Declared) -> BusinessCoverage:
    """The cells in their order, the requirements in the project's order, and the checks without any."""
    return BusinessCoverage(
        cells=_cells(facts, declared),
        requirements=_requirements(facts.checks, rules, declared.requirements),
        without_requirement=tuple(check.id for check in facts.checks if not check.requirements),
    )


def _cells(facts: Facts, declared: Declared) -> tuple[Cell, ...]:
    by_id = {check.id: check for check in facts.checks}
    found: dict[str, list[JudgedFinding]] = {}
    for judged in facts.findings:
        found.setdefault(judged.finding.check_id, []).append(judged)
    ways: dict[str, list[tuple[JudgedCheck, CellState]]] = {
        item.item: [] for item in facts.universe if item.kind == OPERATION
    }
    departments: dict[str, set[str]] = {}
    for operation, department in declared.departments():
        departments.setdefault(str(operation), set()).add(department)
    for check_id, cover in facts.covers:
        if cover.kind == OPERATION:
            check = by_id[check_id]
            state = _state(check, cover, found.get(check_id, ()))
            ways.setdefault(cover.item, []).append((check, state))
    return tuple(_cell(item, ways[item], departments.get(item, set())) for item in sorted(ways))


def _cell(item: str, ways: Sequence[tuple[JudgedCheck, CellState]], departments: set[str]) -> Cell:
    states = {state for _, state in ways}
    return Cell(
        operation=Operation.of(item),
        state=next((state for state in CellState if state in states), CellState.NOT_VERIFIED),
        checks=tuple(sorted({check.id for check, _ in ways})),
        departments=tuple(sorted(departments | {check.department for check, _ in ways if check.department})),
    )


def _state(check: JudgedCheck, cover: Cover, findings: Sequence[JudgedFinding]) -> CellState:
    """How one check found one operation, by what it found at the step in which it did it."""
    way, _, step = cover.how.partition(": ")
    own = [judged for judged in findings if not step or judged.finding.step in (None, step)]
    if any(judged.open for judged in own) or (check.state is CheckState.FAILED and not findings):
        return CellState.FAILED
    if own:
        return CellState.WAIVED
    return CellState.VERIFIED if way == DID else CellState.REFUSED


def _requirements(
    checks: Sequence[JudgedCheck], rules: Sequence[RuleResult], listed: Sequence[RequirementRow]
) -> tuple[Requirement, ...]:
    rows: dict[str, RequirementRow | None] = {row.id: row for row in listed}
    serving: dict[str, list[JudgedCheck]] = {}
    for check in checks:
        for name in check.requirements:
            serving.setdefault(name, []).append(check)
    criteria: dict[str, list[RuleResult]] = {}
    for rule in rules:
        for name in rule.requirements:
            criteria.setdefault(name, []).append(rule)
    unlisted = sorted((serving.keys() | criteria.keys()) - rows.keys())
    rows |= dict.fromkeys(unlisted)
    return tuple(
        _requirement(name, row, serving.get(name, ()), criteria.get(name, ())) for name, row in rows.items()
    )


def _requirement(
    name: str, row: RequirementRow | None, checks: Sequence[JudgedCheck], rules: Sequence[RuleResult]
) -> Requirement:
    states = {_of_check(check) for check in checks}
    states |= {RequirementState.VERIFIED if rule.passed else RequirementState.FAILED for rule in rules}
    return Requirement(
        id=name,
        title=row.title if row else "",
        state=next((state for state in RequirementState if state in states), RequirementState.NO_CHECK),
        checks=tuple(check.id for check in checks),
        criteria=tuple(dict.fromkeys(rule.rule for rule in rules)),
        department=row.department if row else None,
    )


def _of_check(check: JudgedCheck) -> RequirementState:
    if not check.state.concluded:
        return RequirementState.NOT_VERIFIED
    if check.open or (check.state is CheckState.FAILED and not check.waived):
        return RequirementState.FAILED
    return RequirementState.WAIVED if check.waived else RequirementState.VERIFIED


def tally(cells: Iterable[Cell]) -> Mapping[CellState, int]:
    """How many cells are in each state; they add up to all of them."""
    counts = dict.fromkeys(CellState, 0)
    for cell in cells:
        counts[cell.state] += 1
    return counts


def word(kind: str, code: str) -> Text | str:
    """What people call a module, a kind of document or an operation; a project's own word stays."""
    key = f"coverage.{kind}.{code}"
    return text(key) if key in catalogue() else code


def unserved(covered: BusinessCoverage) -> Iterator[Text]:
    """Sentences about operations that nothing verified, and about requirements that nothing serves."""
    gaps = [cell.operation for cell in covered.cells if cell.state is CellState.NOT_VERIFIED]
    if gaps:
        names = [_named(gap) for gap in gaps]
        yield text("coverage.gaps", count=len(gaps), total=len(covered.cells), names=_few(names))
    idle = [item.id for item in covered.requirements if item.state is RequirementState.NO_CHECK]
    if idle:
        total = len(covered.requirements)
        yield text("coverage.no_check", count=len(idle), total=total, names=_few(idle))


def _named(cell: Operation) -> Text:
    return text(
        "coverage.cell",
        module=word("module", cell.module),
        document=word("document", cell.document),
        operation=word("operation", cell.operation),
    )


def _few(names: Sequence[Text | str]) -> tuple[Text | str, ...]:
    return tuple(names) if len(names) <= _NAMED else (*names[:_NAMED], "…")
