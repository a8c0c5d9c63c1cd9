"""What the history keeps of a run: states, counts, amounts and fingerprints, and no value out of an ERP."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from harness.errors import EvidenceError
from harness.evidence import Manifest, Recorded, Run
from harness.gate import Amount, CheckState, Counts, Judgement, Known, from_bytes, known_of, verdict_of
from harness.gate.amounts import amounts_of
from harness.model import Area, Outcome, Severity, Status, Verdict, text
from harness.values import Value, dumps

VERDICT = "verdict.json"


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference by its fingerprint; `open` counts its findings that nobody had accepted, by severity.

    `key` is the sentence of the catalogue that said it, without its parameters.
    """

    fingerprint: str
    check: str
    severity: Severity
    key: str
    count: int
    open: Counts
    amounts: tuple[Amount, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A check, its state, and the outcomes of its parts that were executed more than once."""

    id: str
    area: Area
    state: CheckState
    attempts: int
    varied: tuple[Status, ...] = ()
    manual: bool = False


@dataclass(frozen=True, slots=True)
class Criterion:
    """An exit criterion as the run was judged by it."""

    rule: str
    area: Area | None
    severity: Severity
    limit: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """One judgement of the run, with the digests of the policy and the waivers it was made by."""

    number: int
    as_of: datetime
    milestone: str
    outcome: Outcome | None
    scope_passed: bool | None
    policy: str
    waivers: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A run with its judgements, and what the last of them says in detail.

    `complete`: everything that was planned came to its end, and the evidence is sealed. `world` is equal
    for runs on equal environments with equal configuration, suites and harness. `root` is the digest of
    the evidence. `altered`: a directory of this run was seen that is not what was sealed.
    """

    project: str
    run: str
    created: datetime
    profile: str
    scope: tuple[str, ...]
    sealed: bool
    complete: bool
    root: str
    world: str
    judgements: tuple[Judged, ...]
    amounts: tuple[Amount, ...] = ()
    differences: tuple[Difference, ...] = ()
    checks: tuple[Checked, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    altered: bool = False

    @property
    def last(self) -> Judged:
        """The judgement that counts."""
        return self.judgements[-1]

    @property
    def rehearsal(self) -> bool:
        """Whether it counts among the rehearsals: complete, of the whole, and as it was sealed."""
        return self.complete and not self.scope and not self.altered

    @property
    def open(self) -> Counts:
        """The open findings by severity."""
        return sum((each.open for each in self.differences), Counts())

    @property
    def concluded(self) -> frozenset[str]:
        """The checks that came to a conclusion."""
        return frozenset(each.id for each in self.checks if each.state.concluded)

    @property
    def rank(self) -> tuple[bool, int, datetime, str]:
        """Of two copies of a run the one that ranks higher is the later state of it."""
        return self.sealed, len(self.judgements), self.last.as_of, self.root


def entry_of(run: Run, recorded: Recorded, judgement: Judgement) -> Entry:
    """The entry of a run by its last judgement."""
    manifest, verdict = run.manifest, judgement.verdict
    done = [result.passed for result in verdict.rules if result.rule == "run_complete"]
    return Entry(
        project=manifest.project,
        run=manifest.run_id,
        created=manifest.created,
        profile=manifest.profile,
        scope=manifest.scope,
        sealed=recorded.sealed,
        complete=bool(done) and all(done),
        root=recorded.digest,
        world=_world(manifest),
        judgements=tuple(_judgements(run)),
        amounts=amounts_of(each.finding for each in judgement.findings if each.open),
        differences=tuple(_differences(judgement)),
        checks=tuple(_checks(judgement, recorded)),
        criteria=tuple(
            Criterion(each.rule, each.area, each.severity, _limit(each.limit), each.passed)
            for each in verdict.rules
        ),
    )


def stored_entry(run: Run) -> Entry:
    """The entry of a run as it lies there; EvidenceError when it is unreadable or nobody has judged it."""
    folders = run.judgements()
    if not folders:
        raise EvidenceError(text("cli.not_judged", run=run.manifest.run_id))
    return entry_of(run, run.read(), from_bytes((folders[-1] / VERDICT).read_bytes()))


def known_differences(entry: Entry) -> tuple[Known, ...]:
    """The differences as the trend follows them."""
    return tuple(Known(each.fingerprint, each.check, each.open) for each in entry.differences)


def _world(manifest: Manifest) -> str:
    environments: Value = {side: dict(known) for side, known in manifest.environments.items()}
    content = [
        environments,
        manifest.config_digest,
        manifest.profile,
        manifest.code_revision,
        manifest.harness_version,
    ]
    return hashlib.sha256(dumps(content)).hexdigest()


def _judgements(run: Run) -> Iterator[Judged]:
    for folder in run.judgements():
        with suppress(EvidenceError, OSError):  # an old one that nobody can read any more decides nothing
            verdict, _ = verdict_of((folder / VERDICT).read_bytes())
            yield _judged(int(folder.name), verdict)


def _judged(number: int, verdict: Verdict) -> Judged:
    return Judged(
        number,
        verdict.as_of,
        verdict.milestone,
        verdict.outcome,
        verdict.scope_passed,
        verdict.digests.get("policy", ""),
        verdict.digests.get("waivers", ""),
    )


def _differences(judgement: Judgement) -> Iterator[Difference]:
    findings = defaultdict(list)
    for judged in judgement.findings:
        findings[judged.finding.fingerprint or judged.finding.check_id].append(judged.finding)
    for known in known_of(judgement.findings):
        own = findings[known.fingerprint]
        worst = min(own, key=lambda finding: finding.severity.rank)
        yield Difference(
            known.fingerprint,
            known.check,
            worst.severity,
            worst.text.key,
            sum(finding.count for finding in own),
            known.open,
            amounts_of(own),
        )


def _checks(judgement: Judgement, recorded: Recorded) -> Iterator[Checked]:
    tried: dict[str, dict[str, list[Status]]] = {}
    for result in sorted(recorded.attempts, key=lambda each: each.attempt):
        tried.setdefault(result.spec.id, {}).setdefault(result.part, []).append(result.status)
    for check in judgement.checks:
        parts = tried.get(check.id, {}).values()
        varied = next((tuple(states) for states in parts if len(set(states)) > 1), ())
        yield Checked(check.id, check.area, check.state, check.attempts, varied, check.manual)


def _limit(limit: Value) -> str:
    return "" if limit is None else f"{limit:f}" if isinstance(limit, Decimal) else dumps(limit).decode()
