"""The pure comparison of both sides' rights: gained, lost, same; conflicts of duties; ways in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.access import changes
from harness.access.changes import Both
from harness.access.conflicts import conflicts_gained
from harness.access.duties import Duties
from harness.access.findings import Findings
from harness.access.matrix import read_matrix
from harness.messages import text
from harness.model import Capture, CheckSpec, Conclusion, Cover, Part, Status, Text
from harness.rights import Answer

KIND = "right"


def compare(spec: CheckSpec, captures: Mapping[Part, Capture]) -> Conclusion:
    """Every right that some role gained or lost; what could not be found out stays not verified."""
    source: Any = captures[Part.SOURCE].value
    target: Any = captures[Part.TARGET].value
    duties = Duties.model_validate(source["duties"])
    if target["duties"] != source["duties"]:
        return Conclusion(Status.UNKNOWN, text("access.duties_changed"))
    both = Both(read_matrix(source["matrix"]), read_matrix(target["matrix"]))
    covers = tuple(_covers(both))
    findings = Findings(spec, both, duties)
    found = (
        *findings.log_ins(),
        *findings.operations(changes.operations(both)),
        *findings.fields(changes.fields(both)),
        *findings.records(changes.records(both)),
        *findings.doors(),
        *findings.conflicts(conflicts_gained(both, duties)),
    )
    measures = {"rights_compared": len(covers), "differences": sum(item.count for item in found)}
    if not found and not covers:
        return Conclusion(Status.UNKNOWN, text("access.nothing_compared"), measures=measures)
    return Conclusion(
        status=Status.FAILED if found else Status.PASSED,
        reason=text("access.differs", count=len(found)) if found else None,
        findings=found,
        covers=covers,
        caveats=tuple(_caveats(both)),
        measures=measures,
    )


def _covers(both: Both) -> Iterator[Cover]:
    """What is known on both sides; on models and operations of one side only there is nothing to compare."""
    shared = set()
    for role, model, operation, source, target in both.rights():
        name = f"{role} · {model} · {operation}"
        shared.add(name)
        if None not in (source.allowed, target.allowed):
            yield Cover(KIND, name, "tried" if source.tried and target.tried else "asked")


def _caveats(both: Both) -> Iterator[Text]:
    source, target = both.source.by_model(), both.target.by_model()
    for side, alone in (("source", source.keys() - target.keys()), ("target", target.keys() - source.keys())):
        if alone:
            names = tuple(sorted(alone))
            yield text(
                "access.caveat.alone", side=text(f"access.side.{side}"), models=names, count=len(names)
            )
    sampled = both.source.samples.keys() ^ both.target.samples.keys()
    if sampled & source.keys() & target.keys():
        names = tuple(sorted(sampled & source.keys() & target.keys()))
        yield text("access.caveat.sampled", models=names, count=len(names))
    asked = sum(not (one.tried and other.tried) for *_, one, other in both.rights() if _known(one, other))
    if asked:
        yield text("access.caveat.asked", count=asked)
    for one in both.source.roles:
        other = both.target.by_role().get(one.role)
        if one.log_in is not Answer.ALLOWED or other is None:
            yield text("access.caveat.role", role=one.role)


def _known(one: Answer, other: Answer) -> bool:
    return one.allowed is not None and other.allowed is not None
