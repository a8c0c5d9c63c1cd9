"""What a judgement is held against: earlier policies, the last verdict, and the rehearsals before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from harness.config import Config, Policy, load_policy
from harness.errors import ConfigError, EvidenceError, HarnessError, HistoryError
from harness.evidence import Recorded, Run
from harness.gate import Earlier, Judgement, PolicyChange, Risk, risks_of, verdict_of
from harness.gate.changes import since
from harness.gate.policies import differences
from harness.gate.risks import risks_since, with_trend
from harness.history import Added, History, before, entry_of, so_far
from harness.model import Text, text

_RUNS = 8  # runs before this one, of which the trend of a risk is told


def with_past(judgement: Judgement, policy: Policy, run: Run, config: Config) -> Judgement:
    """The judgement with what is asked otherwise than before, and what became of the recommendation.

    The policy is compared with those of all earlier judgements of the run, so that lowering it twice hides
    nothing, and with that of the run judged before it. A policy that cannot be read any more is left out.
    """
    milestone = judgement.verdict.milestone
    found: dict[PolicyChange, None] = {}
    for earlier in _policies(run, config):
        found |= dict.fromkeys(differences(earlier, policy, milestone))
    changes = tuple(sorted(found, key=lambda change: not change.weaker))
    runs = tuple(_earlier_risks(run, config)) if judgement.risks else ()
    return replace(
        judgement,
        policy_changes=changes,
        since=(*_since(judgement, run), *risks_since(runs, judgement.risks)),
        risks=with_trend(judgement.risks, runs),
    )


def rehearsals_before(run: Run, config: Config) -> tuple[Earlier | None, tuple[Text, ...]]:
    """What the history knows of rehearsals before this run; None and why, when it cannot be read."""
    manifest = run.manifest
    try:
        known = History(config.history).entries(manifest.project, lambda entry: before(manifest, entry))
    except HistoryError as problem:
        return None, (text("history.not_read", why=problem.sentence),)
    return so_far(known), ()


def remembered(run: Run, recorded: Recorded, judgement: Judgement, config: Config) -> tuple[Text, ...]:
    """Adds the judged run to the history; why it is not in there, when it is not."""
    try:
        added = History(config.history).add(entry_of(run, recorded, judgement))
    except HistoryError as problem:
        return (text("history.not_written", why=problem.sentence, path=str(run.path)),)
    if added is Added.ALTERED:
        return (text("history.other_evidence", run=run.manifest.run_id, path=str(run.path)),)
    return ()


def _policies(run: Run, config: Config) -> Iterator[Policy]:
    seen = set[bytes]()
    for folder in (*_before(run, config), *run.judgements()):
        for file in sorted(folder.glob("*.toml")):  # under whatever name it was kept
            with suppress(OSError, ConfigError):
                content = file.read_bytes()
                if content not in seen:
                    seen.add(content)
                    yield load_policy(file)


def _before(run: Run, config: Config) -> tuple[Path, ...]:
    """The last judgement of the run that was judged and was started last before this one."""
    return tuple(folder for _, folder in _judged_before(run, config)[-1:])


def _earlier_risks(run: Run, config: Config) -> Iterator[tuple[str, tuple[Risk, ...]]]:
    """The risks of the last runs before this one, the oldest first, each as it was judged last."""
    for name, folder in _judged_before(run, config)[-_RUNS:]:
        with suppress(OSError):
            if found := risks_of((folder / "verdict.json").read_bytes()):
                yield name, found


def _judged_before(run: Run, config: Config) -> tuple[tuple[str, Path], ...]:
    """The runs that were started before this one and judged, the oldest first, with their last judgement."""
    earlier = list[tuple[datetime, str, Path]]()
    for folder in config.runs.glob("*/judgements"):
        with suppress(HarnessError):  # another run's damage is not this one's
            other = Run.open(folder.parent)
            if other.manifest.created < run.manifest.created and (judged := other.judgements()):
                earlier.append((other.manifest.created, other.manifest.run_id, judged[-1]))
    return tuple((name, folder) for _, name, folder in sorted(earlier))


def _since(judgement: Judgement, run: Run) -> Iterator[Text]:
    for folder in reversed(run.judgements()):
        try:
            verdict, waivers = verdict_of((folder / "verdict.json").read_bytes())
        except (EvidenceError, OSError):
            continue
        if verdict.milestone == judgement.verdict.milestone:
            yield from since(verdict, waivers, judgement)
            return
