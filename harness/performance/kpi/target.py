"""One business figure: a number that each side tells by a query, and what it may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import cast

from harness.model import Area, CheckSpec, Mode, Severity, Side, Title
from harness.values import Value

COMPARATOR = "kpi"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the target's figure may be, and by which share it may have moved from the source's."""

    max: Decimal | None = None
    min: Decimal | None = None
    max_increase: Decimal | None = None
    max_decrease: Decimal | None = None

    @property
    def compares(self) -> bool:
        """Whether the source's figure is needed."""
        return self.max_increase is not None or self.max_decrease is not None


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure by its id; `file` and `keys` say where the query of each side is written."""

    id: str
    title: Title
    unit: Title
    module: str
    limits: Limits
    queries: Mapping[Side, str]
    file: str
    keys: Mapping[Side, str]
    department: str | None = None
    owner: str | None = None
    severity: Severity = Severity.MAJOR
    requirements: tuple[str, ...] = ()

    def spec(self) -> CheckSpec:
        """The check that measures it."""
        return CheckSpec(
            id=f"performance.kpi_{self.id}",
            title=self.title,
            area=Area.PERFORMANCE,
            module=self.module,
            mode=Mode.PAIR,
            comparator=COMPARATOR,
            severity=self.severity,
            requirements=self.requirements,
            department=self.department,
            owner=self.owner,
        )

    def as_value(self) -> Value:
        """What a comparison has to know of it, to be stored beside what was measured."""
        limits = {each.name: getattr(self.limits, each.name) for each in fields(Limits)}
        return {"id": self.id, "unit": {"en": self.unit.en, "zh": self.unit.zh}, "limits": limits}


@dataclass(frozen=True, slots=True)
class Measured:
    """One side's figure; where the query gave none, `why` is `none` (no row), `null` or `many` (rows)."""

    value: Decimal | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was stored of a figure: its limits, and both sides' values."""

    id: str
    unit: Title
    limits: Limits
    measured: Mapping[Side, Measured]


def stored(kpi: Kpi, measured: Mapping[Side, Measured]) -> Value:
    """The value of a capture."""
    sides = {side.value: {"value": one.value, "why": one.why} for side, one in measured.items()}
    return cast(Value, {"kind": COMPARATOR, "kpi": kpi.as_value(), "measured": sides})


def read(values: Mapping[Side, Value]) -> Judged | None:
    """The figure of each side's capture; None when they are of two kinds, or have different limits."""
    found = [cast("Mapping[str, Value]", value) for value in values.values()]
    if any(not isinstance(one, Mapping) or one.get("kind") != COMPARATOR for one in found):
        return None
    if any(one["kpi"] != found[0]["kpi"] for one in found):
        return None
    kpi = cast("Mapping[str, Mapping[str, Decimal]]", found[0]["kpi"])
    measured = {}
    for side, value in zip(values, found, strict=True):
        own = cast("Mapping[str, Mapping[str, object]]", value["measured"])[side.value]
        measured[side] = Measured(cast("Decimal | None", own["value"]), str(own["why"]))
    unit = cast("Mapping[str, str]", kpi["unit"])
    return Judged(str(kpi["id"]), Title(unit["en"], unit["zh"]), Limits(**kpi["limits"]), measured)
