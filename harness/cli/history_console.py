"""The history on the console: what was, what moved, and what does not say the same of the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from harness.gate import RULES, CheckState, Rehearsal, risen
from harness.history import Comparison, Entry, Fate, latest, rehearsals, unsteady
from harness.history.comparison import Asked, Fated
from harness.history.entries import Criterion
from harness.history.unsteady import Between, Unsteady
from harness.messages import Language
from harness.model import Severity, Text, text
from harness.reporting.console import bullets, table_of
from harness.reporting.rehearsals import MOST, MOVES
from harness.reporting.summary import money
from harness.reporting.wording import say

SHOWN = 20
_SHORT = 12  # characters of a fingerprint: as on the decision page
_HEADS = ("run", "outcome", "open", "amount", "moved")  # all of it on 80 columns, as in a pipe
_RUN = 20  # characters of an id


def history(project: str, entries: Sequence[Entry], language: Language) -> RenderableType:
    """One line a run, and below it the unsteady checks."""
    if not entries:
        return Line(say(text("history.nothing", project=project), language))
    course = rehearsals(entries)
    table = table_of(
        *(f"history.column.{name}" for name in _HEADS), language=language, numbers=len(_HEADS) - 2
    )
    table.columns[0].min_width = _RUN
    for entry in entries:
        table.add_row(*_row(entry, course, language))
    return Group(
        _heading(text("history.title", project=project, count=len(entries)), language),
        table,
        *bullets("history.convergence.title", (_convergence(latest(entries)),), language),
        *bullets("history.unsteady.title", tuple(_unsteady(unsteady(entries))), language),
    )


def _row(entry: Entry, course: Mapping[str, Rehearsal], language: Language) -> Iterator[Line]:
    yield Line(f"{entry.run}\n{entry.created:%Y-%m-%d}\n{entry.last.milestone} · {entry.profile}")
    yield Line("\n".join(say(each, language) for each in _outcome(entry)))
    yield Line("/".join(f"{getattr(entry.open, level):,}" for level in Severity))
    yield Line("\n".join(say(money((each,)), language) for each in entry.amounts) or "—")
    rehearsal = course.get(entry.run)
    moved = rehearsal.moved if rehearsal else None
    yield Line("—" if moved is None else "/".join(f"{getattr(moved, name):,}" for name in MOVES))


def _outcome(entry: Entry) -> Iterator[Text]:
    """The verdict, and why the run does not count among the rehearsals."""
    yield _verdict(entry)
    if entry.altered:
        yield text("history.altered")
    if entry.scope:
        yield text("history.scoped", scope=entry.scope)
    elif not entry.complete:
        yield text("history.incomplete")
    if len(entry.judgements) > 1:
        policies = len({each.policy for each in entry.judgements})
        yield text("history.judged", count=len(entry.judgements), policies=policies)


def _verdict(entry: Entry) -> Text:
    last = entry.last
    if last.outcome is not None:
        return text(f"gate.outcome.{last.outcome}")
    return text("history.part_passed" if last.scope_passed else "history.part_failed")


def _convergence(trend: Sequence[Rehearsal]) -> Text:
    """Whether critical differences become fewer, over the rehearsals that a table shows."""
    if len(trend) < 2:
        return text("history.convergence.unknown", count=len(trend))
    recent = trend[-MOST:]
    counts = tuple(str(each.standing(Severity.CRITICAL)) for each in recent)
    steps = risen(recent, Severity.CRITICAL)
    if not steps:
        return text("history.convergence.falling", counts=counts)
    before, after = steps[-1]
    return text("history.convergence.risen", counts=counts, first=before.run, second=after.run)


def _unsteady(found: Sequence[Unsteady]) -> Iterator[Text]:
    if not found:
        yield text("history.unsteady.none")
    for each in found:
        attempts = each.between is Between.ATTEMPTS
        states = tuple(
            text(f"history.status.{state}") if attempts else text(f"gate.state.{state}")
            for state in each.states
        )
        yield text(f"history.unsteady.{each.between}", check=each.check, states=states, runs=each.runs)


def comparison(compared: Comparison, language: Language, limit: int | None = SHOWN) -> RenderableType:
    """What is otherwise in the second run."""
    return Group(*_compared(compared, language, limit))


def _compared(compared: Comparison, language: Language, limit: int | None) -> Iterator[RenderableType]:
    first, second = compared.first, compared.second
    yield _heading(text("history.compared", first=first.run, second=second.run), language)
    was, now = _verdict(first), _verdict(second)
    key = "history.verdict_same" if was == now else "history.verdict"
    yield Line(say(text(key, was=was, now=now), language))
    yield from _warnings(compared, language)
    for fate in Fate:
        found = compared.of(fate)
        sentence = text(f"history.fate.{fate}", count=len(found), amount=money(compared.amounts(fate)))
        yield _heading(sentence, language)
        if found and fate is not Fate.SAME:
            yield from _differences(found, language, limit)
    yield from _checks(compared, language, limit)
    yield from _criteria(compared, language)


def _warnings(compared: Comparison, language: Language) -> Iterator[Line]:
    """What makes the two hard to compare."""
    for entry in (compared.first, compared.second):
        for why in list(_outcome(entry))[1:]:
            yield Line(say(text("history.of_run", run=entry.run, why=why), language), style="yellow")
    if compared.first.profile != compared.second.profile:
        profiles = (compared.first.profile, compared.second.profile)
        yield Line(say(text("history.profiles", profiles=profiles), language), style="yellow")


def _differences(found: Sequence[Fated], language: Language, limit: int | None) -> Iterator[RenderableType]:
    names = ("check", "severity", "fingerprint", "records", "amount")
    table = table_of(*(f"history.column.{name}" for name in names), language=language, numbers=2)
    for each in found[:limit]:
        difference = each.difference
        severity = say(text(f"gate.severity.{difference.severity}"), language)
        accepted = f" {say(text('history.accepted'), language)}" if each.accepted else ""
        table.add_row(
            Line(difference.check),
            Line(severity + accepted),
            Line(difference.fingerprint[:_SHORT]),
            f"{difference.count:,}",
            Line(say(money(difference.amounts), language)),
        )
    yield from _with_more(table, len(found), language, limit)


def _checks(compared: Comparison, language: Language, limit: int | None) -> Iterator[RenderableType]:
    yield _heading(text("history.checks", count=len(compared.checks)), language)
    if compared.checks:
        names = ("check", "was", "now")
        table = table_of(*(f"history.column.{name}" for name in names), language=language)
        for each in compared.checks[:limit]:
            table.add_row(Line(each.check), *(_state(state, language) for state in (each.was, each.now)))
        yield from _with_more(table, len(compared.checks), language, limit)


def _state(state: CheckState | None, language: Language) -> Line:
    return Line("—" if state is None else say(text(f"gate.state.{state}"), language))


def _criteria(compared: Comparison, language: Language) -> Iterator[RenderableType]:
    key = "history.policy_changed" if compared.policy_changed else "history.policy_same"
    sentences = tuple(map(_told, compared.criteria)) or (text("report.nothing"),)
    yield from bullets(key, sentences, language)


def _told(asked: Asked) -> Text:
    known = asked.now or asked.was
    assert known is not None
    title = text(f"gate.rule.{known.rule}.title") if known.rule in RULES else known.rule
    area = text(f"gate.area.{known.area}") if known.area else text("gate.whole_run")
    was, now = _criterion(asked.was), _criterion(asked.now)
    return text("history.criterion", title=title, area=area, was=was, now=now)


def _criterion(criterion: Criterion | None) -> Text:
    if criterion is None:
        return text("history.not_asked")
    severity = text(f"gate.severity.{criterion.severity}")
    met = text("report.criterion.met" if criterion.passed else "report.criterion.unmet")
    return text("history.asked", severity=severity, limit=criterion.limit or "—", met=met)


def _with_more(table: Table, count: int, language: Language, limit: int | None) -> Iterator[RenderableType]:
    yield table
    if limit is not None and count > limit:
        yield Line(say(text("report.more", count=count - limit), language), style="dim")


def _heading(sentence: Text, language: Language) -> Line:
    return Line(f"\n{say(sentence, language)}", style="bold")
