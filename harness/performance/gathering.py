"""Loads one side, or both in turn, and gathers what the generator wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from harness.model import Attachment, Capture, Environment, Item, Part, Side, Text, text
from harness.performance import events, samples
from harness.performance.job import Job, Loaded, run_token
from harness.performance.plan import LoadPlan
from harness.performance.process import run_generator
from harness.performance.recording import RAW, recording_value
from harness.performance.safety import account_of, demand_permission
from harness.performance.sessions import sessions_of

_LOG_BYTES = 200_000


def gather(
    plan: LoadPlan,
    environments: Mapping[Side, Environment],
    part: Part,
    *,
    workdir: Path,
    hosts: Iterable[str] = (),
    writes: bool = False,
    sessions: str | None = None,
) -> Capture:
    """Everything one load run of `part` saw, whatever happened to it.

    `hosts` are the only ones that may be loaded; `writes` is true when the check is marked as writing;
    `sessions` names another class than the adapter's. ConfigError or WriteRefused before anything is
    sent; LoadError when the generator had to be ended.
    """
    sides = tuple(Side) if part.side is None else (part.side,)
    chosen = {side: environments[side] for side in sides}
    demand_permission(plan, chosen, hosts, writes=writes)
    job = Job(
        plan=plan,
        sides=tuple(_loaded(plan, chosen[side], sessions) for side in sides),
        folder=str(workdir.resolve()),
        run=run_token(),
    )
    return _capture(job, run_generator(job))


def _loaded(plan: LoadPlan, environment: Environment, sessions: str | None) -> Loaded:
    found = sessions or sessions_of(environment, plan.role)
    return Loaded(environment, account_of(environment, plan.role), found)


def _capture(job: Job, exit_code: int) -> Capture:
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
        ),
        universe=tuple(Item("transaction", name) for name in sorted(names)),
        measures={
            "samples": len(raw),
            "blocks": len(story.blocks),
            "seconds": Decimal(f"{sum(block.seconds for block in story.blocks):.1f}"),
        },
        failure=_failure(job, story),
    )


def _untimed(plan: LoadPlan, offered: tuple[str, ...]) -> set[str]:
    """Scenarios that the ERP's sessions could run and the plan leaves out: not verified."""
    return set(offered) - {scenario.name for scenario in plan.scenarios}


def _failure(job: Job, story: events.Story) -> Text | None:
    """A side's own part has failed when its ERP did; of a pair, the comparison says which."""
    if len(job.sides) > 1 or not story.unavailable:
        return None
    side, code = story.unavailable[0]
    return text("performance.failure.unavailable", side=side.value, code=code)
