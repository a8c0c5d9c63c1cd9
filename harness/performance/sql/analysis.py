"""What the upgraded system asks its database otherwise, step by step, and what that costs.

    more_calls  a step sends a statement many times that it sent a few times: one for each row (N+1)
    lost_index  a table is read as a whole that was searched through an index
    new, gone   a step sends a statement that it did not send; or does not any more
    other_plan  the same statement is answered in another way
    scan        a large table is read as a whole to find little of it: an index would save that
    slower, faster   the same statement takes longer, or less long, under load

Counts are those of a step that one user does with nobody else about, the fewest of its repetitions, so that
what the ERP does in the background is not the step's. Times are of the blocks under load.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from harness.model import Side
from harness.performance.blocks import Series
from harness.performance.observed import Observed
from harness.performance.sql.forms import form_of
from harness.performance.sql.reading import Plan, Scan, Work, total
from harness.performance.sql.stored import Span, Statements

NOTHING = Work(0, 0.0, 0, 0)
MANY_TIMES, MANY_MORE = 3, 10
"""A statement is sent far more often when it is that many times as often, and so many times more, a step."""

LARGE_TABLE = 1000
"""Rows below which reading a table as a whole costs nothing that an index would save."""

_FEW = 0.01
_SEARCHES = re.compile(r"\W*(SELECT(?!\s+NEXTVAL\()|WITH|UPDATE|DELETE)\b", re.IGNORECASE)
_SLOWER = 1.5
_COLUMNS = (
    "rank",
    "change",
    "steps",
    "source_calls",
    "target_calls",
    "source_pages",
    "target_pages",
    "source_ms_a_call",
    "target_ms_a_call",
    "ms_more_a_second",
    "statement",
    "source_plan",
    "target_plan",
)


@dataclass(slots=True)
class Asked:
    """One statement, by its form, on both sides: a step's work each, and all that was done under load.

    `lost` are the tables that it reads as a whole where its step went through an index.
    """

    form: str
    text: str
    steps: dict[str, dict[Side, Work]] = field(default_factory=dict)
    loaded: dict[Side, Work] = field(default_factory=lambda: dict.fromkeys(Side, NOTHING))
    plans: dict[Side, Plan] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)

    def work(self, transaction: str, side: Side) -> Work:
        """What the step makes of it."""
        return self.steps.get(transaction, {}).get(side, NOTHING)

    def milliseconds_a_call(self, side: Side) -> float | None:
        """Under load; None when it was not sent."""
        work = self.loaded[side]
        return work.milliseconds / work.calls if work.calls else None

    def more_calls(self, transaction: str) -> int:
        """How many times more the step sends it; 0 when that is not far more often."""
        source, target = (self.work(transaction, side).calls for side in Side)
        much = target >= MANY_TIMES * max(source, 1) and target - source >= MANY_MORE
        return target - source if much else 0

    def changes(self) -> tuple[str, ...]:
        """What has changed, by name, the gravest first."""
        return tuple(self._changes())

    def _changes(self) -> Iterator[str]:
        if any(self.more_calls(transaction) for transaction in self.steps):
            yield "more_calls"
        if self.lost:
            yield "lost_index"
        sent = {side: any(works.get(side) for works in self.steps.values()) for side in Side}
        if sent[Side.TARGET] != sent[Side.SOURCE]:
            yield "new" if sent[Side.TARGET] else "gone"
        source, target = (self.milliseconds_a_call(side) for side in Side)
        if source and target and max(source, target) / min(source, target) >= _SLOWER:
            yield "slower" if target > source else "faster"
        if len(self.plans) == 2 and self.plans[Side.SOURCE].shape != self.plans[Side.TARGET].shape:
            yield "other_plan"
        plan, work = self.plans.get(Side.TARGET), self.loaded[Side.TARGET]
        for scan in plan.scans if plan else ():
            if _whole(scan) and scan.columns and work.rows < _FEW * scan.rows * max(work.calls, 1):
                yield "scan"
                return


@dataclass(frozen=True, slots=True)
class Lost:
    """A table that a step found through an index (`was`) and now reads as a whole (`now`)."""

    transaction: str
    was: Scan
    now: Scan


@dataclass(frozen=True, slots=True)
class Statistics:
    """Every statement of both sides, how long each side was loaded (s), and the indexes that are missed."""

    asked: tuple[Asked, ...]
    seconds: Mapping[Side, float]
    lost: tuple[Lost, ...]

    def more_a_second(self, asked: Asked) -> float:
        """Milliseconds of the database that the statement takes more in each second of load."""
        source, target = (
            asked.loaded[side].milliseconds / self.seconds[side] if self.seconds[side] else 0.0
            for side in Side
        )
        return target - source

    def ranked(self) -> list[Asked]:
        """The list to work from: what costs most more comes first, what has not changed is left out."""
        changed = [asked for asked in self.asked if asked.changes()]
        return sorted(changed, key=lambda asked: (-self.more_a_second(asked), asked.form))


def statistics(seen: Observed) -> Statistics | None:
    """What both sides' databases did; None where one of them could not be read."""
    recorded = {side: seen.recordings[side].statements.get(side, Statements()) for side in Side}
    if any(one.unreadable is not None or not one.texts for one in recorded.values()):
        return None
    found: dict[str, Asked] = {}
    seconds = {}
    for side, one in recorded.items():
        series = {block.number: block.series for block in seen.recordings[side].story.blocks}
        renamed = dict(seen.plan.renamed) if side is Side.SOURCE else {}
        forms = {name: form_of(statement, renamed).line for name, statement in one.texts.items()}
        for name, form in forms.items():
            asked = found.setdefault(form, Asked(form, one.texts[name]))
            asked.text = one.texts[name]  # the target's in the end, where it has one
            if name in one.plans:
                asked.plans.setdefault(side, _under_new_names(one.plans[name], renamed))
        for (transaction, form), work in _steps(one.spans, series, forms).items():
            found[form].steps.setdefault(transaction, {})[side] = work
        main = [span for span in one.spans if series.get(span.block) is Series.MAIN and not span.transaction]
        for form, works in _by_form(main, forms).items():
            found[form].loaded[side] = total(works)
        seconds[side] = sum(block.seconds for block in seen.blocks(side))
    return Statistics(tuple(found.values()), seconds, tuple(_lost(found.values())))


def untried(seen: Observed) -> tuple[str, ...]:
    """Steps whose statements are not known, because no single user took them on both sides."""
    known = [{step for _, step, _ in _alone(seen, side)} for side in Side]
    return tuple(each for each in seen.plan.transactions if not all(each in steps for steps in known))


def unexplained(seen: Observed, side: Side) -> tuple[int, int]:
    """How many statements of a side's steps search in a way that nobody could read, and of how many.

    A text that the database does not show any more counts; what only adds rows does not.
    """
    one = seen.recordings[side].statements[side]
    sent = {name for _, _, work in _alone(seen, side) for name in work}
    searching = {name for name in sent if name not in one.texts or _SEARCHES.match(one.texts[name])}
    return len(searching - one.plans.keys()), len(searching)


def ranked_csv(found: Statistics) -> str:
    """The ranked list as CSV: a step's counts, times under load, both plans."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(_COLUMNS)
    for rank, asked in enumerate(found.ranked(), start=1):
        steps = {side: total(works.get(side, NOTHING) for works in asked.steps.values()) for side in Side}
        times = (asked.milliseconds_a_call(side) for side in Side)
        rows.writerow(
            [
                rank,
                " ".join(asked.changes()),
                " ".join(sorted(asked.steps)),
                *(steps[side].calls for side in Side),
                *(steps[side].pages for side in Side),
                *("" if each is None else f"{each:.3f}" for each in times),
                f"{found.more_a_second(asked):.3f}",
                asked.text,
                *(asked.plans[side].shape if side in asked.plans else "" for side in Side),
            ]
        )
    return text.getvalue()


def _alone(seen: Observed, side: Side) -> Iterator[tuple[int, str, Mapping[str, Work]]]:
    """What each step made one side's database do that a single user took: block, step, work."""
    made = seen.recordings[side]
    quiet = {block.number for block in made.story.blocks if block.series is Series.ALONE}
    for span in made.statements[side].spans:
        if span.transaction and span.block in quiet:
            yield span.block, span.transaction, span.work


def _steps(
    spans: Iterable[Span], series: Mapping[int, Series], forms: Mapping[str, str]
) -> dict[tuple[str, str], Work]:
    """The least that each step did with each form, over its repetitions."""
    runs: dict[str, list[dict[str, Work]]] = defaultdict(list)
    for span in spans:
        if span.transaction and series.get(span.block) is Series.ALONE:
            works = _by_form([span], forms)
            runs[span.transaction].append({form: total(each) for form, each in works.items()})
    found = {}
    for transaction, made in runs.items():
        for form in set.intersection(*(set(each) for each in made)):
            found[transaction, form] = Work(*map(min, zip(*(each[form] for each in made), strict=True)))
    return found


def _lost(asked: Collection[Asked]) -> Iterator[Lost]:
    """Step by step and table by table: a new version may ask for the same with another statement."""
    for transaction in sorted({step for each in asked for step in each.steps}):
        sent = [each for each in asked if transaction in each.steps]
        known: dict[str, list[Scan]] = defaultdict(list)
        for each in sent:
            if each.work(transaction, Side.SOURCE).calls and Side.SOURCE in each.plans:
                for scan in each.plans[Side.SOURCE].scans:
                    known[scan.table].append(scan)
        told: set[str] = set()
        for each in sent:
            plan = each.plans.get(Side.TARGET)
            for now in plan.scans if plan and each.work(transaction, Side.TARGET).calls else ():
                was = known.get(now.table, [])
                if _whole(now) and now.columns and was and all(scan.index for scan in was):
                    each.lost.add(now.table)
                    if now.table not in told:
                        told.add(now.table)
                        yield Lost(transaction, was[0], now)


def _by_form(spans: Iterable[Span], forms: Mapping[str, str]) -> dict[str, list[Work]]:
    found: dict[str, list[Work]] = defaultdict(list)
    for span in spans:
        for name, work in span.work.items():
            if name in forms:
                found[forms[name]].append(work)
    return found


def _under_new_names(plan: Plan, renamed: Mapping[str, str]) -> Plan:
    return replace(plan, scans=tuple(replace(s, table=renamed.get(s.table, s.table)) for s in plan.scans))


def _whole(scan: Scan) -> bool:
    return scan.index is None and scan.rows >= LARGE_TABLE
