"""What a column holds: decided by all of its cells together, with the reason; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from harness.messages import text
from harness.model import Text
from harness.reconcile.files.detected import CellKind, Choices, DayOrder, DetectedColumn, Doubt

MOSTLY = 0.9
"""So large a share of numbers (or dates) makes a column one of them; the others are shown as strange."""

# What a heading calls a code says nothing about how numbers are written: 1002.01 is an account.
_CODE = re.compile(
    r"(编码|代码|编号|号码|科目|號碼|編號|代碼|編碼|科目代號|号|號)$"
    r"|(^|[\s_/-])(code|no\.?|nr\.?|number|nummer|id|sku|ean|iban|konto|account|acct|key)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Profile:
    """How many cells have which shape of a number, shape of a date, and mark of a typed cell."""

    counts: Mapping[tuple[str | None, str | None, str | None], int]

    @property
    def total(self) -> int:
        """How many cells hold anything."""
        return sum(self.counts.values())

    def numbers(self) -> Counter[str]:
        """The shapes of numbers."""
        return self._of(0)

    def dates(self) -> Counter[str]:
        """The shapes of dates without their times."""
        found: Counter[str] = Counter()
        for shape, count in self._of(1).items():
            found[shape.removesuffix("+time")] += count
        return found

    def timed(self) -> bool:
        """True when some date has a time."""
        return any(shape.endswith("+time") for shape in self._of(1))

    def flags(self) -> int:
        """How many cells are typed as true or false."""
        return self._of(2)["b"]

    def _of(self, place: int) -> Counter[str]:
        found: Counter[str] = Counter()
        for shapes, count in self.counts.items():
            shape = shapes[place]
            if shape is not None:
                found[shape] += count
        return found


@dataclass(frozen=True, slots=True)
class Decided:
    """A column and what its cells leave open."""

    column: DetectedColumn
    doubt: Doubt | None = None
    open_point: bool = False


def is_code(heading: str) -> bool:
    """True when a heading says that its column holds codes: an account, a number of a document."""
    return bool(_CODE.search(heading))


def decide(name: str, heading: str, profile: Profile, choices: Choices) -> Decided:
    """What the column is; where its numbers may mean two things, `open_point` is set."""
    empty = DetectedColumn(name, heading, CellKind.TEXT, text("files.why.empty"))
    chosen = choices.kinds.get(name) or choices.kinds.get(heading)
    if not profile.total:
        return Decided(empty)
    if chosen is CellKind.TEXT:
        return Decided(replace(empty, why=text("files.why.chosen")))
    empty = replace(empty, numbers=profile.numbers().total() * 100 // profile.total)
    if profile.flags() == profile.total:
        return Decided(replace(empty, kind=CellKind.BOOLEAN, why=text("files.why.typed")))
    if chosen is None and is_code(heading) and profile.dates().total() != profile.total:
        return Decided(replace(empty, why=text("files.why.code")))
    dates, numbers = profile.dates().total(), profile.numbers().total()
    if chosen in {CellKind.DATE, CellKind.TIMESTAMP} or (chosen is None and dates >= MOSTLY * profile.total):
        return _date(empty, profile, choices)
    if chosen is CellKind.NUMBER or (chosen is None and numbers >= MOSTLY * profile.total):
        return _number(empty, profile, choices, forced=chosen is not None)
    return Decided(replace(empty, why=text("files.why.text")))


def _date(empty: DetectedColumn, profile: Profile, choices: Choices) -> Decided:
    shapes = profile.dates()
    strange = profile.total - shapes.total()
    kind = CellKind.TIMESTAMP if profile.timed() else CellKind.DATE
    column = replace(empty, kind=kind, strange=strange, why=_date_why(shapes))
    if choices.dates is not None:
        return Decided(replace(column, day_order=choices.dates))
    day, month = shapes["day first"], shapes["month first"]
    if day and month:
        doubt = Doubt(text("files.doubt.dates_mixed", column=empty.heading), empty.name)
        return Decided(replace(column, kind=CellKind.TEXT), doubt)
    if day or month:
        order = DayOrder.DAY_FIRST if day else DayOrder.MONTH_FIRST
        return Decided(replace(column, day_order=order))
    if shapes["either"]:
        doubt = Doubt(text("files.doubt.dates", column=empty.heading), empty.name)
        return Decided(replace(column, kind=CellKind.TEXT), doubt)
    return Decided(column)


def _date_why(shapes: Counter[str]) -> Text:
    if set(shapes) == {"typed"}:
        return text("files.why.typed")
    if shapes["day first"] or shapes["month first"]:
        return text("files.why.day_order", count=shapes["day first"] + shapes["month first"])
    return text("files.why.dates")


def _number(empty: DetectedColumn, profile: Profile, choices: Choices, *, forced: bool) -> Decided:
    shapes = profile.numbers()
    if shapes["zeros"] and not forced:
        return Decided(replace(empty, why=text("files.why.zeros", count=shapes["zeros"])))
    if shapes.total() == shapes["dash"]:
        return Decided(replace(empty, why=text("files.why.text")))
    column = replace(empty, kind=CellKind.NUMBER, strange=profile.total - shapes.total())
    if shapes.total() == shapes["typed"]:
        return Decided(replace(column, why=text("files.why.typed")))
    if choices.decimal is not None:
        return Decided(_with_point(column, choices.decimal, text("files.why.chosen")))
    if shapes["dot"] and shapes["comma"]:
        doubt = Doubt(text("files.doubt.points_mixed", column=empty.heading), empty.name)
        return Decided(replace(empty, why=text("files.why.text")), doubt)
    if shapes["dot"] or shapes["comma"]:
        point = "." if shapes["dot"] else ","
        return Decided(
            _with_point(column, point, text("files.why.point", count=shapes["dot"] + shapes["comma"]))
        )
    if shapes["dot?"] or shapes["comma?"]:
        doubt = Doubt(text("files.doubt.point", column=empty.heading), empty.name)
        return Decided(replace(column, why=text("files.why.open")), doubt, open_point=True)
    return Decided(replace(column, why=text("files.why.whole")))


def _with_point(column: DetectedColumn, point: str, why: Text) -> DetectedColumn:
    return replace(column, decimal=point, thousands=_OTHER.get(point), why=why)


_OTHER = MappingProxyType({".": ",", ",": "."})


def agreed(decided: Sequence[Decided]) -> tuple[Decided, ...]:
    """The same columns; a number that may mean two things follows the file's others where those agree."""
    points = {item.column.decimal for item in decided if item.column.decimal is not None}
    if len(points) != 1:
        return tuple(decided)
    (point,) = points
    why = text("files.why.others", point=point)
    return tuple(
        Decided(_with_point(item.column, point, why)) if item.open_point else item for item in decided
    )
