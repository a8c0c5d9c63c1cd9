"""Rules on what people did beside testing: training, questionnaires, incidents, the budget, the rehearsal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from types import MappingProxyType

from harness.config.policy import LimitShape, RuleShape
from harness.gate.criteria import Criterion
from harness.gate.facts import Facts
from harness.gate.human import FEWEST, Instrument, Rehearsed, Score, Trained
from harness.gate.human.incidents import PAST
from harness.gate.rules.rule import SHOWN, Assessment, Rule, count, no_data, one_text, says
from harness.model import Side, Text, text
from harness.values import Value

_LEVELS = ("mean", "low")
_SCORES = tuple(f"{instrument}_{level}" for instrument in Instrument for level in _LEVELS)


def trained(facts: Facts, criterion: Criterion) -> Assessment:
    """In each department at least these shares took their courses, and passed.

    Departments that the limit names must be there; every other one of the list is judged, too.
    """
    assert isinstance(criterion.limit, Mapping)
    found = facts.human.training
    if not found:
        return no_data(criterion)
    limits = {name: criterion.limit.get(name) for name in ("completed", "passed")}
    short = {each.department: tuple(_short_of(each, limits)) for each in found}
    there = {each.department.casefold() for each in found}
    absent = [name for name in _names(criterion.limit.get("departments")) if name.casefold() not in there]
    lines = [line for told in short.values() for line in told]
    lines += [text("human.training.nobody", department=name) for name in absent]
    wrong = (*(name for name, told in short.items() if told), *absent)
    total = len(found) + len(absent)
    sentence = says(
        criterion,
        "failed" if wrong else "passed",
        actual=total - len(wrong),
        limit=total,
        lines=one_text(lines),
    )
    return Assessment(not wrong, sentence, total - len(wrong), wrong[:SHOWN])


def _names(limit: Value) -> tuple[str, ...]:
    return tuple(map(str, limit)) if isinstance(limit, Sequence) and not isinstance(limit, str) else ()


def _short_of(trained: Trained, limits: Mapping[str, Value]) -> Iterator[Text]:
    actual = {"completed": trained.completed, "passed": trained.passed}
    for name, number in actual.items():
        # Without a limit of its own the training itself is to be taken by all.
        needed = limits[name] if limits[name] is not None else Decimal(name == "completed")
        assert isinstance(needed, Decimal)
        if Decimal(number) < needed * trained.planned:
            yield text(
                f"human.training.short_{name}",
                department=trained.department,
                count=number,
                planned=trained.planned,
                percent=percent(Decimal(number) / trained.planned),
                limit=percent(needed),
            )


def percent(share: Decimal) -> str:
    """A share in per cent, rounded down: 99.99 % is not 100 %."""
    return f"{(share * 100).quantize(Decimal('0.01'), ROUND_DOWN).normalize():f} %"


def usability_score(facts: Facts, criterion: Criterion) -> Assessment:
    """Each score of the upgraded system that the limit names, or its lower bound, is at least so much."""
    assert isinstance(criterion.limit, Mapping)
    whole = [each for each in facts.human.usability if each.side is Side.TARGET and each.department is None]
    by_name = {each.instrument: each for each in whole}
    actual: dict[str, Value] = {}
    lines: list[Text] = []
    unmet: list[str] = []
    for name in (name for name in _SCORES if name in criterion.limit):
        instrument, _, level = name.rpartition("_")
        score, limit = by_name.get(Instrument(instrument)), criterion.limit[name]
        assert isinstance(limit, Decimal)
        if score is None:
            return no_data(criterion, instrument=text(f"human.instrument.{instrument}"))
        if not score.enough:
            return _too_few(criterion, score)
        value = score.mean if level == "mean" else score.low
        assert value is not None
        actual[name] = value
        unmet += [name] if value < limit else []
        lines.append(_scored(score, level, value, limit))
    if not actual:
        return no_data(criterion, instrument="—")
    return Assessment(
        not unmet,
        says(criterion, "failed" if unmet else "passed", lines=one_text(lines)),
        actual,
        tuple(unmet),
    )


def _too_few(criterion: Criterion, score: Score) -> Assessment:
    name = text(f"human.instrument.{score.instrument}")
    sentence = says(criterion, "too_few", instrument=name, actual=score.sheets, limit=FEWEST)
    return Assessment(False, sentence, score.sheets)


def _scored(score: Score, level: str, value: Decimal, limit: Decimal) -> Text:
    name = text(f"human.instrument.{score.instrument}")
    return text(f"human.usability.{level}", instrument=name, value=value, limit=limit, sheets=score.sheets)


def incidents_within_sla(facts: Facts, criterion: Criterion) -> Assessment:
    """No incident of this priority, or a more urgent one, is open past its time or without one."""
    found = facts.human.incidents
    if found is None:
        return no_data(criterion)
    limit = max(1, count(criterion.limit))
    past = [each for each in found.past if each.priority <= limit and each.state in PAST]
    lines = [
        text(
            f"human.incident.{each.state}", id=each.id, priority=each.priority, due=each.due, hours=each.hours
        )
        for each in past[:5]
    ]
    case = "failed" if past else "passed"
    sentence = says(criterion, case, actual=len(past), limit=limit, lines=one_text(lines))
    return Assessment(not past, sentence, len(past), tuple(each.id for each in past[:SHOWN]))


def budget_overrun(facts: Facts, criterion: Criterion) -> Assessment:
    """In no currency was more spent than planned by more than this share of the plan."""
    assert isinstance(criterion.limit, Decimal)
    found = facts.human.budget
    if not found:
        return no_data(criterion)
    actual: dict[str, Value] = {}
    beyond: list[str] = []
    lines: list[Text] = []
    for each in found:
        share = each.overrun
        actual[each.currency] = None if share is None else share.quantize(Decimal("0.0001"), ROUND_UP)
        if each.actual - each.planned > criterion.limit * each.planned:  # without a plan: anything spent
            beyond.append(each.currency)
            lines.append(
                text(
                    "human.budget.beyond",
                    currency=each.currency,
                    planned=each.planned,
                    actual=each.actual,
                    limit=percent(criterion.limit),
                )
            )
    sentence = says(
        criterion, "failed" if beyond else "passed", lines=one_text(lines), limit=percent(criterion.limit)
    )
    return Assessment(not beyond, sentence, actual, tuple(beyond))


def runbook_done(facts: Facts, criterion: Criterion) -> Assessment:
    """Every task of the runbook was done in the rehearsal, and none before what it depends on."""
    found = facts.human.runbook
    if found is None:
        return no_data(criterion)
    early = tuple(task.id for task in found.tasks if task.early)
    done = len(found.tasks) - len(found.undone)
    case = "failed" if found.undone else "early" if early else "passed"
    tasks = found.undone or early
    sentence = says(criterion, case, actual=done, limit=len(found.tasks), tasks=tasks[:5])
    return Assessment(not tasks, sentence, done, tasks[:SHOWN])


def _minutes(of: Callable[[Rehearsed], int | None]) -> Callable[[Facts, Criterion], Assessment]:
    """No more than so many minutes of the rehearsal as a whole."""

    def evaluate(facts: Facts, criterion: Criterion) -> Assessment:
        found = facts.human.runbook
        if found is None:
            return no_data(criterion)
        limit, minutes = count(criterion.limit), of(found)
        if minutes is None:
            sentence = says(criterion, "undone", count=len(found.undone), tasks=found.undone[:5])
            return Assessment(False, sentence, None, found.undone[:SHOWN])
        passed = minutes <= limit
        sentence = says(criterion, "passed" if passed else "failed", actual=minutes, limit=limit)
        return Assessment(passed, sentence, minutes)

    return evaluate


_COUNT = RuleShape(LimitShape.COUNT)
_SHARE = RuleShape(LimitShape.SHARE)
_OPTIONAL = RuleShape(LimitShape.SHARE, required=False)
_NAMES = RuleShape(LimitShape.NAMES, required=False)
_AMOUNT = RuleShape(LimitShape.AMOUNT, required=False)
_TRAINED = RuleShape(
    LimitShape.TABLE,
    keys=MappingProxyType({"completed": _SHARE, "passed": _OPTIONAL, "departments": _NAMES}),
)
_SCORED = RuleShape(LimitShape.TABLE, keys=MappingProxyType(dict.fromkeys(_SCORES, _AMOUNT)))

RULES = (
    Rule("trained", trained, _TRAINED, None, per_area=False, at_least=True),
    Rule("usability_score", usability_score, _SCORED, None, per_area=False, at_least=True),
    Rule("incidents_within_sla", incidents_within_sla, _COUNT, None, per_area=False, at_least=True),
    Rule("budget_overrun", budget_overrun, _SHARE, None, per_area=False),
    Rule("runbook_done", runbook_done, RuleShape(), None, per_area=False),
    Rule("runbook_overrun_minutes", _minutes(lambda run: run.overrun), _COUNT, None, per_area=False),
    Rule("cutover_window_minutes", _minutes(lambda run: run.actual), _COUNT, None, per_area=False),
)

ASKING = MappingProxyType(
    {
        "training": ("trained",),
        "usability": ("usability_score",),
        "incidents": ("incidents_within_sla",),
        "budget": ("budget_overrun",),
        "runbook": ("runbook_done", "runbook_overrun_minutes", "cutover_window_minutes"),
    }
)
"""Which rules ask for which list."""
