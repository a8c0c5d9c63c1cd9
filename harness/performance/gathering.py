"""Loads one side, or both in turn, and gathers what the generator wrote."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

from harness.adapters.load import AccountsForLoad, NumbersWithoutGaps
from harness.adapters.registry import open_adapter
from harness.errors import HarnessError
from harness.model import Attachment, Capture, Environment, Item, Part, Side, Text, text
from harness.performance import events, ledger, samples
from harness.performance.crew.joining import demand_crew, demand_workers
from harness.performance.job import Crew, Job, Loaded, run_token
from harness.performance.plan import LoadPlan
from harness.performance.process import run_generator
from harness.performance.recording import RAW, Kept, entered_of, missing_of, recording_value
from harness.performance.safety import account_of, demand_permission
from harness.performance.server import stored as server
from harness.performance.server import tables
from harness.performance.server.sampling import sampled
from harness.performance.sessions import sessions_of
from harness.performance.sql import stored
from harness.written import Entered

_LOG_BYTES = 200_000
# Some ERPs finish in the background what they have acknowledged.
_SETTLE_SECONDS, _SETTLE_PAUSE = 10.0, 0.5


def gather(
    plan: LoadPlan,
    environments: Mapping[Side, Environment],
    part: Part,
    *,
    workdir: Path,
    hosts: Iterable[str] = (),
    writes: bool = False,
    sessions: str | None = None,
    crew: Crew | None = None,
) -> Capture:
    """Everything one load run of `part` saw, whatever happened to it.

    `hosts` are the only ones that may be loaded; `writes` is true when the check is marked as writing;
    `sessions` names another class than the adapter's; a `crew` carries the load out on other machines.
    ConfigError or WriteRefused before anything is sent, also when workers do not come or cannot take part;
    LoadError when the generator had to be ended.
    """
    sides = tuple(Side) if part.side is None else (part.side,)
    chosen = {side: environments[side] for side in sides}
    demand_permission(plan, chosen, hosts, writes=writes)
    job = Job(
        plan=plan,
        sides=tuple(_loaded(plan, chosen[side], sessions) for side in sides),
        folder=str(workdir.resolve()),
        run=run_token(),
        crew=crew,
    )
    demand_crew(plan, crew)
    with sampled([each.environment for each in job.sides], workdir):
        exit_code = run_generator(job)
    if crew is not None:
        demand_workers(crew, events.read(workdir / events.EVENTS))
    return _capture(job, exit_code, _read_back(job) if plan.writes else {})


def _loaded(plan: LoadPlan, environment: Environment, sessions: str | None) -> Loaded:
    found = sessions or plan.sessions or sessions_of(environment, plan.role)
    return Loaded(environment, tuple(account_of(environment, role) for role in plan.roles), found)


def _read_back(job: Job) -> dict[Side, Kept]:
    """What each side has of this run's documents; a side that cannot tell is left out."""
    notes = ledger.read(ledger.read_file(Path(job.folder) / events.WRITES))
    found = {}
    for loaded in job.sides:
        side = loaded.environment.side
        own = [note for note in notes if note.side is side]
        with suppress(HarnessError):  # it is down, or has no way to tell: not verified, and said so
            adapter = open_adapter(loaded.environment, job.plan.role)
            try:
                if isinstance(adapter, AccountsForLoad):
                    entered = _settled(adapter, job.run, own)
                    missing = None
                    if isinstance(adapter, NumbersWithoutGaps):
                        missing = tuple(adapter.missing_numbers(job.run))
                    found[side] = Kept(entered, missing)
            finally:
                adapter.close()
    return found


def _settled(adapter: AccountsForLoad, run: str, notes: Sequence[ledger.Note]) -> tuple[Entered, ...]:
    """What is there once nothing is missing any more, or when it has had its time to get there."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while True:
        entered = tuple(adapter.entered_by(run))
        if time.monotonic() > deadline or ledger.audit(notes, entered).settled:
            return entered
        time.sleep(_SETTLE_PAUSE)


def _capture(job: Job, exit_code: int, kept: Mapping[Side, Kept]) -> Capture:
    folder = Path(job.folder)
    story = events.read(folder / events.EVENTS)
    raw = samples.read(folder / events.SAMPLES)
    log = (folder / events.LOG).read_bytes()[-_LOG_BYTES:]
    names = {*job.plan.transactions, *_untimed(job.plan, story.offered)}
    return Capture(
        value=recording_value(job.plan, story, exit_code),
        attachments=(
            Attachment(RAW, "application/vnd.apache.parquet", samples.to_parquet(raw)),
            Attachment(events.LOG, "text/plain", log),
            *_ledger(job.plan, folder, kept),
            Attachment(stored.FILE, "application/jsonl", ledger.read_file(folder / stored.FILE).encode()),
            *(
                Attachment(name, "text/csv", ledger.read_file(folder / name).encode())
                for name in (server.FILE, server.READINGS, tables.FILE)
            ),
        ),
        universe=tuple(Item("transaction", name) for name in sorted(names)),
        measures={
            "samples": len(raw),
            "blocks": len(story.blocks),
            "seconds": Decimal(f"{sum(block.seconds for block in story.blocks):.1f}"),
        },
        failure=_failure(job, story),
    )


def _ledger(plan: LoadPlan, folder: Path, kept: Mapping[Side, Kept]) -> Iterator[Attachment]:
    """What was sent and acknowledged, and what each side has of it; nothing for a load that only reads."""
    if not plan.writes:
        return
    notes = ledger.read_file(folder / events.WRITES)
    yield Attachment(events.WRITES, "text/csv", notes.encode())
    for side, one in kept.items():
        yield Attachment(entered_of(side), "text/csv", ledger.entered_text(one.entered).encode())
        if one.missing is not None:
            yield Attachment(missing_of(side), "text/plain", "".join(f"{n}\n" for n in one.missing).encode())


def _untimed(plan: LoadPlan, offered: tuple[str, ...]) -> set[str]:
    """Scenarios that the ERP's sessions could run and the plan leaves out: not verified."""
    return set(offered) - {scenario.name for scenario in plan.scenarios}


def _failure(job: Job, story: events.Story) -> Text | None:
    """A side's own part has failed when its ERP did; of a pair, the comparison says which."""
    if len(job.sides) > 1 or not story.unavailable:
        return None
    side, code = story.unavailable[0]
    return text("performance.failure.unavailable", side=side.value, code=code)
