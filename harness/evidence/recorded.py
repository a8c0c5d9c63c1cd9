"""What a run has recorded, as one frozen value that everything later is computed from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from harness.coverage import larger
from harness.errors import EvidenceError
from harness.evidence.codec import decode_as, from_stored
from harness.evidence.journal import Record
from harness.evidence.records import CheckCovers, Cut, EvidenceRef, Kind, Planned
from harness.model import CheckResult, CheckSpec, Cover, Finding, Item, Part, Status, text

_DECIDING = (Part.PAIR, Part.COMPARISON)
_CONCLUDED = (Status.PASSED, Status.FAILED)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run's records. `results` and `findings` are those of the latest attempt of each part of a check.

    `attempts` has every result, the first ones too. `covers` counts only for checks that concluded;
    `stated_covers` are all. `cuts` are half-written ends that no later session has made up for;
    `healed_cuts` are those that one has. `recorded_at` says when the latest result of a part was stored.
    """

    planned: tuple[tuple[CheckSpec, Part], ...] = ()
    results: tuple[CheckResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    evidence: tuple[EvidenceRef, ...] = ()
    universe: tuple[Item, ...] = ()
    covers: tuple[tuple[str, Cover], ...] = ()
    cuts: tuple[Cut, ...] = ()
    digest: str = ""
    sealed: bool = False
    attempts: tuple[CheckResult, ...] = ()
    stated_covers: tuple[tuple[str, Cover], ...] = ()
    healed_cuts: tuple[Cut, ...] = ()
    recorded_at: Mapping[tuple[str, Part], datetime] = field(default_factory=lambda: MappingProxyType({}))

    def latest(self, check_id: str, part: Part) -> CheckResult | None:
        """The result of the latest attempt of this part; None when there is none."""
        for result in self.results:
            if result.spec.id == check_id and result.part is part:
                return result
        return None

    def missing(self) -> tuple[tuple[CheckSpec, Part], ...]:
        """What was planned and has no final result; a comparison older than what it compared is none."""
        final = {(result.spec.id, result.part) for result in self.results}
        return tuple(
            (spec, part)
            for spec, part in self.planned
            if (spec.id, part) not in final or self._outdated(spec.id, part)
        )

    def conclusions(self) -> Mapping[str, CheckResult]:
        """Per check the result that decides it: the later of its comparison and its live pair."""
        deciding: dict[str, CheckResult] = {}
        for result in self.results:
            check_id = result.spec.id
            if result.part in _DECIDING and not self._outdated(check_id, result.part):
                known = deciding.get(check_id)
                if known is None or known.started < result.started:
                    deciding[check_id] = result
        return MappingProxyType(deciding)

    def not_passed(self) -> frozenset[str]:
        """The checks that did not pass, whatever the reason; a missing result counts."""
        passed = {name for name, result in self.conclusions().items() if result.status is Status.PASSED}
        return frozenset(spec.id for spec, _ in self.planned if spec.id not in passed)

    def _outdated(self, check_id: str, part: Part) -> bool:
        compared_at = self.recorded_at.get((check_id, part))
        if part is not Part.COMPARISON or compared_at is None:
            return False
        captured = (self.recorded_at.get((check_id, side)) for side in Part if side.side is not None)
        return any(at is not None and at > compared_at for at in captured)


class Builder:
    """Gathers records, segment by segment in their order, into a `Recorded`."""

    def __init__(self) -> None:
        self._planned: dict[tuple[str, Part], CheckSpec] = {}
        self._results: list[tuple[CheckResult, datetime, tuple[Finding, ...]]] = []
        self._orphans: list[tuple[Finding, datetime]] = []
        self._evidence: list[EvidenceRef] = []
        self._universe: dict[tuple[str, str], Item] = {}
        self._covers: dict[tuple[str, Cover], None] = {}

    def add(self, records: Iterable[Record]) -> None:
        """The records of one segment; EvidenceError for one that does not fit."""
        pending: dict[str, list[tuple[Finding, datetime]]] = {}
        for record in records:
            try:
                self._add(record, pending)
            except (ValueError, AttributeError) as error:
                raise EvidenceError(
                    text(
                        "evidence.journal.unreadable",
                        file=record.segment,
                        line=record.number,
                        reason=str(error),
                    )
                ) from error
        for found in pending.values():
            self._orphans.extend(found)

    def _add(self, record: Record, pending: dict[str, list[tuple[Finding, datetime]]]) -> None:
        body = record.body
        match record.kind:
            case Kind.FINDING:
                finding = from_stored(Finding, body)
                pending.setdefault(finding.check_id, []).append((finding, record.at))
            case Kind.CHECK:
                result = from_stored(CheckResult, body)
                found = pending.pop(result.spec.id, []) if result.part in _DECIDING else []
                self._results.append((result, record.at, tuple(finding for finding, _ in found)))
            case Kind.PLAN:
                for item in decode_as(tuple[Planned, ...], body):
                    self._planned[item.spec.id, item.part] = item.spec
            case Kind.EVIDENCE:
                self._evidence.append(from_stored(EvidenceRef, body))
            case Kind.UNIVERSE:
                for item in decode_as(tuple[Item, ...], body):
                    known = self._universe.get((item.kind, item.item))
                    self._universe[item.kind, item.item] = larger(known, item)
            case Kind.COVERS:
                stated = from_stored(CheckCovers, body)
                self._covers |= {(stated.check_id, cover): None for cover in stated.covers}

    def build(self, *, cuts: tuple[Cut, ...], digest: str, sealed: bool) -> Recorded:
        """All of it, in an order that does not depend on which process wrote first."""
        ordered = sorted(self._results, key=lambda item: (item[0].attempt, item[1]))
        latest = {(result.spec.id, result.part): (result, at, found) for result, at, found in ordered}
        kept = [latest[key] for key in sorted(latest)]
        concluded = {
            result.spec.id
            for result, _, _ in kept
            if result.part in _DECIDING and result.status in _CONCLUDED
        }
        findings = [finding for _, _, found in kept for finding in found]
        return Recorded(
            planned=tuple((spec, part) for (_, part), spec in sorted(self._planned.items(), key=_by_key)),
            results=tuple(result for result, _, _ in kept),
            findings=tuple(findings + self._unfinished(kept)),
            evidence=tuple(sorted(self._evidence, key=lambda ref: (ref.check_id, ref.part, ref.attempt))),
            universe=tuple(self._universe[key] for key in sorted(self._universe)),
            covers=tuple(item for item in self._covers if item[0] in concluded),
            cuts=tuple(cut for cut in cuts if not cut.resumed),
            digest=digest,
            sealed=sealed,
            attempts=tuple(result for result, _, _ in ordered),
            stated_covers=tuple(self._covers),
            healed_cuts=tuple(cut for cut in cuts if cut.resumed),
            recorded_at=MappingProxyType({key: at for key, (_, at, _) in latest.items()}),
        )

    def _unfinished(self, kept: Iterable[tuple[CheckResult, datetime, object]]) -> list[Finding]:
        """Findings of an attempt that was interrupted after the latest result: they still stand."""
        decided: dict[str, datetime] = {}
        for result, at, _ in kept:
            if result.part in _DECIDING:
                decided[result.spec.id] = max(at, decided.get(result.spec.id, at))
        return [
            finding
            for finding, at in self._orphans
            if finding.check_id not in decided or at > decided[finding.check_id]
        ]


def _by_key(item: tuple[tuple[str, Part], CheckSpec]) -> tuple[str, int]:
    (check_id, part), _ = item
    return check_id, list(Part).index(part)
