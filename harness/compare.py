"""One place where a check's kind is joined to the pure function that compares its captures.

Both the plug-in and the command line call `conclude`; it is what makes a run re-comparable offline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TypeAlias, cast

from harness.evidence import Recorded, Run
from harness.model import (
    Capture,
    CheckSpec,
    Conclusion,
    Finding,
    FindingKind,
    Mode,
    Part,
    Side,
    Status,
    text,
)

Comparator: TypeAlias = Callable[[CheckSpec, Mapping[Part, Capture]], Conclusion]


@dataclass(frozen=True, slots=True)
class Kind:
    """How checks of one kind run and where their comparator lives (imported when first used).

    `noise`: the side that runs twice, so that what differs between two runs of it means nothing.
    """

    mode: Mode
    module: str
    noise: Side | None = None


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "flow": Kind(Mode.SIDE, "harness.flows.comparison", noise=Side.SOURCE),
        "replay": Kind(Mode.SIDE, "harness.flows.replayed", noise=Side.TARGET),
        "reconcile": Kind(Mode.PAIR, "harness.reconcile.comparison"),
        "load": Kind(Mode.PAIR, "harness.performance.comparison"),
        "batch": Kind(Mode.PAIR, "harness.performance.batch.comparison"),
        "kpi": Kind(Mode.PAIR, "harness.performance.kpi.comparison"),
        "rights": Kind(Mode.SIDE, "harness.access.comparison"),
        "ux": Kind(Mode.SIDE, "harness.ux.comparison"),
        "inventory": Kind(Mode.PAIR, "harness.inventory.comparison"),
        "contract": Kind(Mode.SIDE, "harness.contracts.comparison", noise=Side.SOURCE),
    }
)


def parts_of(kind: Kind, sides: Iterable[Side], *, comparable: bool, alone: bool = False) -> tuple[Part, ...]:
    """The parts that a check of this kind runs as for the sides asked for.

    `comparable`: both sides will have been captured when these parts are done, in this run directory.
    `alone`: only the target can run it; the source does not have the function, or may not be written to.
    """
    asked = set(sides)
    if alone:
        return (Part.TARGET, Part.TARGET_REPEAT, Part.COMPARISON) if Side.TARGET in asked else ()
    if kind.mode is Mode.PAIR and asked == set(Side):
        return (Part.PAIR,)
    parts: list[Part] = []
    if Side.SOURCE in asked:
        parts += [Part.SOURCE, Part.SOURCE_REPEAT] if kind.noise is Side.SOURCE else [Part.SOURCE]
    if Side.TARGET in asked:
        parts += [Part.TARGET, Part.TARGET_REPEAT] if kind.noise is Side.TARGET else [Part.TARGET]
    return (*parts, Part.COMPARISON) if comparable else tuple(parts)


def conclude(spec: CheckSpec, captures: Mapping[Part, Capture]) -> Conclusion:
    """What the captures of one check say. A part that is not there is never a pass."""
    if Part.PAIR in captures:
        return _of_pair(spec, captures)
    alone = spec.new or (Part.TARGET_REPEAT in captures and spec.comparator == "flow")
    for part in (Part.TARGET,) if alone else (Part.SOURCE, Part.TARGET):
        if part not in captures:
            return Conclusion(Status.UNKNOWN, text("compare.part_missing", part=part.value))
    source, target = captures.get(Part.SOURCE), captures[Part.TARGET]
    if source is not None and source.value is None:
        return Conclusion(Status.UNKNOWN, text("compare.source_gave_nothing", why=source.failure))
    if target.value is None:
        return _target_gave_nothing(spec, target)
    return _comparator(spec)(spec, captures)


def compare(run: Run, check_id: str) -> Conclusion:
    """Compares one check of a stored run again, from what is in its directory alone."""
    return compare_recorded(run, run.read(), check_id)


def compare_recorded(run: Run, recorded: Recorded, check_id: str) -> Conclusion:
    """The same for a run that has been read already: reading it is most of the work."""
    spec = next(spec for spec, _ in recorded.planned if spec.id == check_id)
    return conclude(spec, stored_captures(run, check_id))


def stored_captures(run: Run, check_id: str) -> Mapping[Part, Capture]:
    """The captures of one check, as stored."""
    found = ((part, run.capture(check_id, part)) for part in Part if part is not Part.COMPARISON)
    return {part: capture for part, capture in found if capture is not None}


def _of_pair(spec: CheckSpec, captures: Mapping[Part, Capture]) -> Conclusion:
    pair = captures[Part.PAIR]
    if pair.value is None:
        return Conclusion(Status.UNKNOWN, text("compare.pair_gave_nothing", why=pair.failure))
    return _comparator(spec)(spec, {Part.PAIR: pair})


def _target_gave_nothing(spec: CheckSpec, target: Capture) -> Conclusion:
    reason = text("compare.target_gave_nothing", check=spec.title, why=target.failure)
    finding = Finding(spec.id, FindingKind.UNAVAILABLE, spec.module, spec.severity, reason)
    return Conclusion(Status.FAILED, reason, (finding,))


def _comparator(spec: CheckSpec) -> Comparator:
    return cast(Comparator, import_module(KINDS[spec.comparator].module).compare)
