"""Figures to draw pictures of, and what a picture holds once it is drawn."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from decimal import Decimal
from itertools import count

from harness.gate import Counts, Rehearsal
from harness.messages import Language
from harness.model import Capture, CheckResult, Part, Side, Status, text
from harness.performance import Limit, LoadPlan, Scenario
from harness.performance.blocks import Block
from harness.performance.comparison import compare
from harness.performance.observed import Observed, observed
from harness.reporting.pictures.capacity import Curve, capacity
from harness.reporting.pictures.gallery import of_load
from harness.reporting.pictures.lettering import width
from harness.reporting.pictures.ratios import Interval, Row, ratios
from harness.reporting.pictures.rehearsals import rehearsals
from harness.reporting.pictures.shown import Picture
from harness.reporting.pictures.statements import Statement, statements
from harness.reporting.pictures.svg import Drawing
from harness.reporting.pictures.windows import Batch, windows
from harness.statistics import Answer
from tests.gate.runs import STARTED
from tests.performance.recorded import PLAN, SPEC, Seconds, capture

SVG = "{http://www.w3.org/2000/svg}"
Draw = Callable[[Language], Drawing]


def uneven() -> Seconds:
    """Times that spread, with one extreme in a hundred; confirming is slower on the target."""
    numbers = count()

    def seconds(block: Block, transaction: str) -> float:
        chance = random.Random(f"{block.number}:{len(transaction)}:{next(numbers)}")
        usual = 0.05 * 2.718 ** chance.gauss(0, 0.4) * (30 if chance.random() < 0.01 else 1)
        return usual * (1.6 if block.side is Side.TARGET and transaction.endswith("confirm") else 1)

    return seconds


def plan_of(names: Sequence[str], rate: int = 5, **more: object) -> LoadPlan:
    """A plan of these transactions."""
    return replace(
        PLAN,
        scenarios=tuple(Scenario(name) for name in names),
        rate=Decimal(rate),
        **more,  # type: ignore[arg-type]
    )


def seen_of(captures: Mapping[Part, Capture]) -> tuple[Observed, CheckResult]:
    """What the captures hold, and the result that their comparison was stored as."""
    concluded = compare(SPEC, captures)
    reason = (
        None if concluded.status is Status.PASSED else concluded.reason or text("gate.check.no_conclusion")
    )
    result = CheckResult(
        SPEC, Part.PAIR, concluded.status, STARTED, Decimal(1), reason, measures=concluded.measures
    )
    return observed(captures), result


def pictures_of(captures: Mapping[Part, Capture]) -> dict[str, Picture]:
    """The pictures of a load check by their names."""
    return {each.name: each for each in of_load(*seen_of(captures))}


def pair(
    names: Sequence[str], seconds: Seconds | None = None, rate: int = 5, **more: object
) -> dict[Part, Capture]:
    """Both sides loaded in turn."""
    return {Part.PAIR: capture(seconds or uneven(), plan=plan_of(names, rate, **more))}


LIMIT = Limit("sale.confirm", Decimal("0.95"), Decimal("0.2"))
ROWS = (
    Row("sale.open", "p50", 1.2, Interval(1.02, 0.95, 1.09, Answer.EQUIVALENT)),
    Row("sale.open", "p95", 1.2, Interval(1.31, 0.9, 9.7, Answer.UNDECIDED)),
    Row("sale.create", "p50", 2.0, Interval(0.71, 0.66, 0.76, Answer.BETTER)),
    Row("sale.confirm", "p50", 1.2, Interval(1.58, 1.41, 1.77, Answer.WORSE)),
    Row("stock.report", "p50", 1.2, None),
)
RISING = ((5, 4.8), (10, 9.5), (20, 18.7), (40, 27.2), (60, 27.5), (80, 25.0))
CURVES = (Curve(Side.SOURCE, RISING, 31), Curve(Side.TARGET, [(users, rate * 0.8) for users, rate in RISING]))
BATCHES = (
    Batch("Month end / 月末结账", 9600, 9000, 10400, 14400, True, time(0)),
    Batch(
        "Mass invoicing of all deliveries that are still open", 15900, 15000, 17000, 14400, False, time(22)
    ),
    Batch("Planning run", 14000, 12500, 15800, 14400, None, time(22)),
    Batch("Import", 140, 130, 150, 3600, True),
)
STATEMENTS = (
    Statement(
        "SELECT id, party FROM sale_sale WHERE state = ? AND company = ? ORDER BY id", 120.2, 482.1, "!"
    ),
    Statement("UPDATE stock_move SET state = ? WHERE id IN (?)", 50, 51, "", (1, 62)),
    Statement("SELECT count(*) FROM <added> & more", None, 30.5),
    Statement("SELECT gone", 12, None),
)

TREND = tuple(
    Rehearsal(f"r{day}", datetime(2026, 11, day, 8, tzinfo=UTC), "SIT", None, Counts(*counts), unseen=unseen)
    for day, counts, unseen in (
        (2, (1, 14, 30, 55), Counts()),
        (9, (0, 9, 21, 60), Counts()),
        (9, (0, 4, 0, 12), Counts(0, 0, 21, 40)),
        (16, (0, 1, 9, 48), Counts()),
    )
)


def drawings() -> dict[str, Draw]:
    """One small picture of each kind, from fixed figures."""
    made = pictures_of(pair(["sale.open", "sale.confirm"], limits=(LIMIT,)))
    return {
        "over-time": lambda language: made["over-time"].drawn[language],
        "percentiles": lambda language: made["percentiles"].drawn[language],
        "ratio": lambda language: ratios(ROWS, 0.2, 0.9, "Sales / 销售", language),
        "capacity": lambda language: capacity(CURVES, "Sales / 销售", language),
        "windows": lambda language: windows(BATCHES, "Night / 夜间", language),
        "rehearsals": lambda language: rehearsals(TREND, language),
        "statements": lambda language: statements(STATEMENTS, "ms", "SQL", language),
    }


@dataclass(frozen=True)
class Label:
    """A text with about the room that it takes: (from, to) across and down."""

    said: str
    across: tuple[float, float]
    down: tuple[float, float]

    def touches(self, other: Label) -> bool:
        """Whether both are over each other."""
        return all(
            first[0] < second[1] and second[0] < first[1]
            for first, second in ((self.across, other.across), (self.down, other.down))
        )


def root_of(drawing: Drawing) -> ET.Element:
    """The file, parsed."""
    return ET.fromstring(drawing.content())


def labels(drawing: Drawing) -> Iterator[Label]:
    """Every text of a picture."""
    for element in root_of(drawing).iter(f"{SVG}text"):
        size = float(element.get("font-size", "12"))
        said = "".join(element.itertext()) if not len(element) else element[0].tail or ""
        wide = width(said, size) * 0.97
        x, y = float(element.get("x", "0")), float(element.get("y", "0"))
        start = x - {"start": 0.0, "middle": wide / 2, "end": wide}[element.get("text-anchor", "start")]
        yield Label(said, (start, start + wide), (y - size * 0.75, y + size * 0.2))


def collisions(drawing: Drawing) -> list[tuple[str, str]]:
    """Texts that lie over each other, or leave the sheet."""
    found = list(labels(drawing))
    across = float(re.sub(r"[^\d.]", "", root_of(drawing).get("width", "0")))
    high = float(root_of(drawing).get("height", "0"))
    over = [(a.said, b.said) for n, a in enumerate(found) for b in found[n + 1 :] if a.touches(b)]
    outside = [
        (each.said, "the edge")
        for each in found
        if each.across[0] < 0 or each.across[1] > across or each.down[0] < 0 or each.down[1] > high
    ]
    return over + outside
