"""The figures of a load comparison under flat names, for the record and the charts."""

from __future__ import annotations

from decimal import Decimal

from harness.model import Side
from harness.performance.capacity import bend, capacity, crowds
from harness.performance.decisions import Compared, name_of
from harness.performance.findings import as_ratio, as_seconds, label
from harness.performance.observed import Observed
from harness.performance.server.growth import MEGABYTE, highest, own_share, processors
from harness.performance.server.tables import largest
from harness.performance.sql.analysis import Statistics
from harness.performance.sql.reading import total
from harness.statistics import percentile, samples_needed
from harness.values import Value

_SHARES = (Decimal("0.5"), Decimal("0.95"), Decimal("0.99"))
_CLOSED = Decimal("0.95")


def measures(seen: Observed, compared: Compared) -> dict[str, Value]:
    """Seconds per side, the answers with their intervals, and the generator's own state.

    `p95_closed` is what a tool says whose users wait for their answer before they ask again: it leaves out
    the wait of those who could not start, and is here to be compared, never to decide.
    """
    found: dict[str, Value] = {}
    for transaction in seen.plan.transactions:
        for side in Side:
            seconds = seen.seconds(side, transaction)
            found[f"{transaction}.{side}.samples"] = len(seconds)
            for share in _SHARES:
                if len(seconds) >= samples_needed(float(share)):
                    value = as_seconds(percentile(seconds, float(share)))
                    found[f"{transaction}.{side}.{label(share)}"] = value
            if seconds:
                closed = percentile(seen.answered_in(side, transaction), float(_CLOSED))
                found[f"{transaction}.{side}.{label(_CLOSED)}_closed"] = as_seconds(closed)
    for question, decision in compared.decisions.items():
        name = name_of(question)
        found[f"{name}.ratio"] = as_ratio(decision.ratio)
        found[f"{name}.low"] = as_ratio(decision.low)
        found[f"{name}.high"] = as_ratio(decision.high)
        found[f"{name}.answer"] = decision.answer.value
    for question, slowdown in compared.detectable.items():
        found[f"{name_of(question)}.detectable"] = as_ratio(1 + slowdown)
    for question, floor in compared.floors.items():
        found[f"{name_of(question)}.resolvable"] = as_ratio(floor.resolvable(len(seen.blocks(Side.TARGET))))
    if seen.plan.likeness is not None:
        found["workload.covered"] = seen.plan.likeness.covered
        found["workload.distance"] = seen.plan.likeness.distance
    for side in Side:
        audit = seen.audit(side)
        if audit is not None and seen.plan.writes:
            found[f"documents.{side}.acknowledged"] = audit.acknowledged
            found[f"documents.{side}.unanswered"] = audit.unanswered
            found[f"documents.{side}.wrong"] = sum(len(references) for _, references in audit.wrong())
        missing = seen.recordings[side].missing.get(side)
        if missing is not None:
            found[f"documents.{side}.missing_numbers"] = len(missing)
    found |= capacity_measures(seen) | crowd_measures(seen) | _generator_measures(seen)
    return found


def statement_measures(seen: Observed, read: Statistics | None) -> dict[str, Value]:
    """Statements and pages that each step takes of the database, by itself."""
    found: dict[str, Value] = {}
    for transaction in seen.plan.transactions if read else ():
        for side in Side:
            work = total(asked.work(transaction, side) for asked in read.asked) if read else None
            if work is not None and work.calls:
                found[f"{transaction}.{side}.statements"] = work.calls
                found[f"{transaction}.{side}.pages"] = work.pages
    return found


def server_measures(seen: Observed) -> dict[str, Value]:
    """What the servers used, where they can be seen from here."""
    found: dict[str, Value] = {}
    for side in Side:
        busy, share, most = processors(seen, side), own_share(seen, side), highest(seen, side, "memory")
        if busy is not None:
            found[f"server.{side}.processors"] = as_ratio(busy)
        if most is not None:
            found[f"server.{side}.memory_megabytes"] = round(most / MEGABYTE)
        for what in ("connections", "files"):
            count = highest(seen, side, what)
            if count is not None:
                found[f"server.{side}.{what}"] = count
        known = [
            each.database for each in seen.recordings[side].servers if each.side is side and each.database
        ]
        if known:
            found[f"server.{side}.database_megabytes"] = as_ratio(known[-1] / MEGABYTE)
            found[f"server.{side}.database_grown_megabytes"] = as_ratio((known[-1] - known[0]) / MEGABYTE)
        for table, grown in largest(seen.recordings[side].tables.get(side, {})):
            found[f"server.{side}.table.{table}.grown_megabytes"] = as_ratio(grown / MEGABYTE)
        if share is not None:
            found[f"server.{side}.own_reading_percent"] = as_ratio(100 * share)
    return found


def capacity_measures(seen: Observed) -> dict[str, Value]:
    """What each side sustains (arrivals a second), how it fails beyond that, how soon it is itself again."""
    found: dict[str, Value] = {}
    for side in Side:
        taken = capacity(seen, side)
        if taken is None:
            continue
        found[f"capacity.{side}.sustained"] = as_ratio(taken.sustained or 0)
        for stage in taken.stages:
            asked = as_ratio(stage.asked)
            found[f"capacity.{side}.{asked}.answered"] = as_ratio(stage.answered)
            if stage.p95 is not None:
                found[f"capacity.{side}.{asked}.p95"] = as_seconds(stage.p95)
        if taken.knee is not None:
            found[f"capacity.{side}.knee"] = as_ratio(taken.knee.asked)
            found[f"capacity.{side}.fails"] = taken.knee.fails
            recovered = taken.recovered
            found[f"capacity.{side}.recovered"] = "never" if recovered is None else as_ratio(recovered)
    return found


def crowd_measures(seen: Observed) -> dict[str, Value]:
    """Good answers a second by the number of users who ask without a pause, and where that bends."""
    found: dict[str, Value] = {}
    for side in Side:
        tried = crowds(seen, side)
        for crowd in tried:
            found[f"crowd.{side}.{crowd.users}.answered"] = as_ratio(crowd.answered)
            if crowd.p95 is not None:
                found[f"crowd.{side}.{crowd.users}.p95"] = as_seconds(crowd.p95)
            if crowd.fails is not None:
                found[f"crowd.{side}.fails"] = crowd.fails
        if tried:
            found[f"crowd.{side}.most"] = as_ratio(max(crowd.answered for crowd in tried))
        knee = bend(tried)
        if knee is not None:
            found[f"crowd.{side}.knee"] = knee.users
    return found


def _generator_measures(seen: Observed) -> dict[str, Value]:
    blocks = [block for each in seen.distinct() for block in each.story.blocks]
    if not blocks:
        return {}
    workers = {each.worker for block in blocks for each in block.workers}
    return {
        **({"generator.workers": len(workers)} if workers else {}),
        "generator.cpu": as_ratio(max(block.cpu for block in blocks)),
        "generator.lag_milliseconds": round(max(block.lag for block in blocks) * 1000),
        "seconds": Decimal(f"{sum(block.seconds for block in blocks):.1f}"),
    }
