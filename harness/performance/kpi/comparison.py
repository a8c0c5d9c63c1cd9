"""Whether a business figure is within its limits, and has not moved too far from the source's. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from harness.model import (
    Capture,
    CheckSpec,
    Conclusion,
    Finding,
    FindingKind,
    Param,
    Part,
    Side,
    Status,
    Text,
    text,
)
from harness.performance.kpi.target import Judged, read

_PLACES = Decimal("0.001")


def compare(spec: CheckSpec, captures: Mapping[Part, Capture]) -> Conclusion:
    """The conclusion about one figure, from both sides at once or from one capture of each."""
    parts = {side: Part.PAIR if Part.PAIR in captures else Part(side.value) for side in Side}
    judged = read({side: captures[part].value for side, part in parts.items()})
    if judged is None:
        return Conclusion(Status.UNKNOWN, text("kpi.unknown.changed"))
    found = tuple(_findings(spec, judged))
    unknown, caveats = list(_unmeasured(spec, judged)), []
    if judged.measured[Side.TARGET].value is not None and not judged.limits.compares:
        unknown, caveats = [], unknown  # the source is shown beside it, and decides nothing
    if Part.PAIR not in captures:
        caveats.append(text("kpi.caveat.apart"))
    status = Status.FAILED if found else Status.UNKNOWN if unknown else Status.PASSED
    reason = found[0].text if found else unknown.pop(0) if unknown else None
    values = {f"{judged.id}.{side}": one.value for side, one in judged.measured.items()}
    measures = {name: value for name, value in values.items() if value is not None}
    return Conclusion(status, reason, found, caveats=(*unknown, *caveats), measures=measures)


def _findings(spec: CheckSpec, judged: Judged) -> Iterator[Finding]:
    source, target = (judged.measured[side].value for side in Side)
    if target is None:
        return
    for name in ("max", "min"):
        limit = getattr(judged.limits, name)
        if limit is not None and (target > limit if name == "max" else target < limit):
            words = _words(spec, judged) | {"limit": _shown(limit)}
            yield _finding(spec, judged, FindingKind.VIOLATION, name, text(f"kpi.finding.{name}", **words))
    for name, sign in (("max_increase", 1), ("max_decrease", -1)):
        share = getattr(judged.limits, name)
        if share is not None and source is not None and sign * (target - source) > share * abs(source):
            moved = "?" if source == 0 else f"{abs(target - source) / abs(source) * 100:.1f}"
            words = _words(spec, judged) | {"moved": moved, "limit": _shown(share * 100)}
            yield _finding(spec, judged, FindingKind.REGRESSION, name, text(f"kpi.finding.{name}", **words))


def _unmeasured(spec: CheckSpec, judged: Judged) -> Iterator[Text]:
    for side in (Side.TARGET, Side.SOURCE):
        one = judged.measured[side]
        if one.value is None:
            name = text(f"performance.side.{side}")
            yield text("kpi.unknown.unmeasured", kpi=spec.title, side=name, why=text(f"kpi.why.{one.why}"))


def _words(spec: CheckSpec, judged: Judged) -> dict[str, Param]:
    source, target = (judged.measured[side].value for side in Side)
    return {
        "kpi": spec.title,
        "unit": judged.unit,
        "source": "?" if source is None else _shown(source),
        "target": "?" if target is None else _shown(target),
    }


def _finding(spec: CheckSpec, judged: Judged, kind: FindingKind, name: str, sentence: Text) -> Finding:
    source, target = (judged.measured[side].value for side in Side)
    return Finding(
        check_id=spec.id,
        kind=kind,
        entity=judged.id,
        field=name,
        severity=spec.severity,
        text=sentence,
        source_value=source,
        target_value=target,
    )


def _shown(value: Decimal) -> Decimal:
    """To the thousandth, without zeros that say nothing; what was compared is exact."""
    short = value.quantize(_PLACES) if abs(value) < 10**12 else value
    return Decimal(f"{short.normalize():f}")
