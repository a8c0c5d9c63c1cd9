"""The pictures of load: small, inert, readable in black and white, and saying what they do not know."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from decimal import Decimal

import pytest

from harness.messages import Language
from harness.model import Capture, Part, Side
from harness.performance.blocks import Block
from harness.reporting.pictures import load
from harness.reporting.pictures.capacity import Curve, capacity
from harness.reporting.pictures.lettering import fitted, on_two_lines, width, wrapped
from harness.reporting.pictures.over_time import over_time
from harness.reporting.pictures.percentiles import SHARES, Spread, by_percentile
from harness.reporting.pictures.ratios import Interval, Row, ratios
from harness.reporting.pictures.scales import Form, Scale, latency_form
from harness.reporting.pictures.sheet import ANSWERS, SIDES
from harness.reporting.pictures.statements import MOST, Statement, statements
from harness.reporting.pictures.svg import Drawing
from harness.reporting.pictures.windows import windows
from harness.statistics import Answer, samples_needed
from tests.performance.recorded import capture
from tests.reporting.drawn import (
    BATCHES,
    ROWS,
    SVG,
    collisions,
    drawings,
    pair,
    pictures_of,
    plan_of,
    root_of,
    seen_of,
)
from tests.reporting.worlds import HOSTILE

LIMIT_BYTES = 60_000
MARKS = {"svg", "title", "desc", "rect", "path", "text"}
LONG = [f"purchase.requisition.of.a.rather.long.name.{n}.approve.and.forward" for n in range(20)]
KINDS = drawings()


def fails_on_target(block: Block, transaction: str) -> float | str:
    """Only the source answers."""
    return "timeout" if block.side is Side.TARGET else 0.02 + block.pair / 100


EDGES: dict[str, dict[Part, Capture]] = {
    "three": pair(["sale.open", "sale.create", "sale.confirm"]),
    "one": pair(["sale.open"]),
    "twenty with long names": pair(LONG, rate=24, quantiles=(Decimal("0.5"), Decimal("0.95"))),
    "many samples": pair(["sale.open"], rate=150),
    "the target answers nothing": pair(["sale.open", "sale.confirm"], fails_on_target),
    "nobody answers": pair(["sale.open"], lambda block, name: "connection"),
    "apart": {
        Part.SOURCE: capture(sides=(Side.SOURCE,)),
        Part.TARGET: capture(sides=(Side.TARGET,)),
    },
    "names in Chinese": pair(["销售订单确认并生成发货单以及客户发票的完整业务流程测试", "打开"]),
}
DRAWN = {name: pictures_of(captures) for name, captures in EDGES.items()}
ALL = [
    (f"{name}: {picture.file(language)}", drawing)
    for name, found in DRAWN.items()
    for picture in found.values()
    for language, drawing in picture.drawn.items()
] + [(f"{name} {language}", draw(language)) for name, draw in KINDS.items() for language in Language]
each_picture = pytest.mark.parametrize("drawing", [d for _, d in ALL], ids=[name for name, _ in ALL])


@each_picture
def test_a_picture_is_small_and_nothing_in_it_acts_or_is_fetched(drawing: Drawing) -> None:
    content = drawing.content()

    assert len(content) < LIMIT_BYTES
    for element in ET.fromstring(content).iter():
        assert element.tag.removeprefix(SVG) in MARKS
        assert not any(name in ("id", "style", "class") or "href" in name for name in element.attrib)
        assert not any(name.startswith("on") or "url(" in value for name, value in element.attrib.items())


@each_picture
def test_texts_do_not_touch_each_other(drawing: Drawing) -> None:
    assert collisions(drawing) == []


def test_texts_over_each_other_would_be_seen() -> None:
    drawing = Drawing((300, 100), "x", "x", Language.EN)
    for x, said in ((10, "a long text"), (60, "another"), (290, "over the edge")):
        drawing.text((x, 20), said)

    assert collisions(drawing) == [("a long text", "another"), ("over the edge", "the edge")]


@each_picture
def test_a_picture_is_told_in_words(drawing: Drawing) -> None:
    title, about = list(root_of(drawing))[:2]

    assert (title.tag, about.tag) == (f"{SVG}title", f"{SVG}desc")
    assert title.text and len(about.text or "") > 20


@pytest.mark.parametrize("name", KINDS)
def test_both_languages_are_text(name: str) -> None:
    english, chinese = ("".join(root_of(KINDS[name](each)).itertext()) for each in Language)

    assert re.search("[\u4e00-\u9fff]{4}", chinese)
    assert not re.search("[\u4e00-\u9fff]", re.sub("销售|夜间|月末结账", "", english))
    assert "Noto Sans CJK SC" in KINDS[name](Language.ZH).markup()


@pytest.mark.parametrize("name", KINDS)
def test_the_same_figures_give_the_same_bytes(name: str) -> None:
    assert drawings()[name](Language.ZH).content() == KINDS[name](Language.ZH).content()


@pytest.mark.parametrize("string", HOSTILE, ids=range(len(HOSTILE)))
def test_what_comes_from_an_erp_stays_text(string: str) -> None:
    names = [string[:2_000].replace("\ud800", ""), "sale.open"]  # which no file of samples can hold
    made = [*pictures_of(pair(names)).values()]
    shown = [picture.drawn[Language.EN] for picture in made]
    shown.append(statements([Statement(string, 1, 2, string)], string[:9], string, Language.EN))
    shown.append(windows([replace(BATCHES[0], name=string)], string, Language.ZH))

    for drawing in shown:
        assert {element.tag.removeprefix(SVG) for element in root_of(drawing).iter()} <= MARKS
        assert not re.search("[\x00-\x08\x0b\x1b\u202a-\u202e\u2066-\u2069]", drawing.markup())
        assert len(drawing.content()) < LIMIT_BYTES
        assert collisions(drawing) == []


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("three", {"ratio", "percentiles", "over-time"}),
        ("one", {"ratio", "percentiles", "over-time"}),
        (
            "twenty with long names",
            {"ratio", *(f"{kind}{n}" for kind in ("percentiles", "over-time") for n in ("", "-2", "-3"))},
        ),
    ],
)
def test_many_transactions_are_on_several_sheets(name: str, files: set[str]) -> None:
    assert set(DRAWN[name]) == files


def said(name: str, picture: str) -> str:
    return "\n".join(root_of(DRAWN[name][picture].drawn[Language.EN]).itertext())


@pytest.mark.parametrize(
    ("name", "picture", "sentence"),
    [
        ("the target answers nothing", "over-time", "Upgraded system: no samples"),
        ("the target answers nothing", "over-time", "with failed requests"),
        ("the target answers nothing", "percentiles", "Upgraded system: no samples"),
        ("the target answers nothing", "ratio", "not compared"),
        ("nobody answers", "ratio", "Nothing was compared: "),
        ("nobody answers", "over-time", "no samples"),
        ("nobody answers", "percentiles", "no samples"),
        ("apart", "over-time", "loaded at different times"),
        ("three", "percentiles", "needs 100 samples"),
        ("many samples", "over-time", "samples 2,700 / 2,700"),
    ],
)
def test_a_picture_says_what_is_missing(name: str, picture: str, sentence: str) -> None:
    assert sentence in said(name, picture)


def test_without_a_single_sample_there_is_no_picture() -> None:
    assert pictures_of({Part.PAIR: capture(plan=plan_of(["sale.open"]), until=0)}) == {}


def test_no_sample_is_lost_when_many_are_drawn_as_few() -> None:
    seen, _ = seen_of(EDGES["many samples"])
    (course,) = load.courses(seen)

    for side in Side:
        drawn = [seconds for each in course.stretches[side] for seconds in each.seconds]
        assert sorted(drawn) == sorted(seen.seconds(side, "sale.open"))
        assert len(course.stretches[side]) <= 24
        assert [each.at for each in course.stretches[side]] == sorted(
            each.at for each in course.stretches[side]
        )


def test_extremes_are_drawn() -> None:
    seen, _ = seen_of(EDGES["many samples"])
    (course,) = load.courses(seen)
    markup = over_time([course], "x", Language.EN).markup()
    highest = max(course.values())
    short = replace(
        course,
        stretches={
            side: [
                replace(s, seconds=tuple(v for v in s.seconds if v < highest)) for s in course.stretches[side]
            ]
            for side in Side
        },
    )

    assert over_time([short], "x", Language.EN).markup() != markup


@pytest.mark.parametrize("count", [1, 2, 19, 20, 99, 100, 999, 1000])
def test_a_percentile_is_drawn_only_when_enough_samples_support_it(count: int) -> None:
    spread = Spread("sale.open", {side: [0.01 * (n + 1) for n in range(count)] for side in Side}, {})

    assert spread.shares(Side.TARGET) == tuple(share for share in SHARES if samples_needed(share) <= count)
    by_percentile([spread], "x", Language.EN).content()


def test_answers_and_sides_are_told_apart_without_colour() -> None:
    assert len({(look.shape, look.filled) for look in ANSWERS.values()}) == len(ANSWERS)
    assert not ANSWERS[Answer.UNDECIDED].filled and ANSWERS[Answer.UNDECIDED].dashed
    assert SIDES[Side.SOURCE].filled is not SIDES[Side.TARGET].filled
    assert SIDES[Side.SOURCE].dashed is not SIDES[Side.TARGET].dashed


def test_every_row_says_its_answer_and_its_figures() -> None:
    whole = "\n".join(root_of(ratios(ROWS, 0.2, 0.9, "x", Language.EN)).itertext())

    for part in ("worse", "within the margin", "better", "undecided", "not compared", "1.31 (0.90 – 9.70)"):
        assert part in whole


def test_an_answer_beyond_its_own_interval_is_explained() -> None:
    careful = Row("a", "p50", 1.2, Interval(1.5, 1.3, 1.7, Answer.UNDECIDED))

    assert "more certainty" in ratios([careful], 0.2, 0.9, "x", Language.EN).markup()
    assert "more certainty" not in ratios(ROWS, 0.2, 0.9, "x", Language.EN).markup()


def test_the_answers_are_those_that_were_stored() -> None:
    seen, result = seen_of(EDGES["three"])
    changed = replace(result, measures={**result.measures, "sale.open.p50.ratio": Decimal("7.77")})

    assert load.rows(seen, changed)[0].interval is not None
    assert load.rows(seen, changed)[0].interval.ratio == 7.77  # type: ignore[union-attr]
    assert load.rows(seen, replace(result, measures={}))[0].interval is None


def test_a_curve_without_a_knee_or_points_says_so() -> None:
    flat = capacity([Curve(Side.TARGET, [(5, 4.0), (10, 8.0)])], "x", Language.EN)

    assert "no knee up to 10 users" in flat.markup()
    assert "no samples" in capacity([], "x", Language.EN).markup()


def test_statements_that_are_left_out_are_counted() -> None:
    found = [Statement(f"SELECT {n}", n, n) for n in range(MOST + 7)]

    assert "7 more statements" in statements(found, "ms", "x", Language.EN).markup()
    assert windows([], "x", Language.EN).content() and statements([], "ms", "x", Language.EN).content()


@pytest.mark.parametrize(
    ("scale", "ticks"),
    [
        (Scale(0, 1, 0, 1), (0, 0.2, 0.4, 0.6, 0.8, 1)),
        (Scale(0, 37, 0, 1), (0, 10, 20, 30)),
        (Scale(0.004, 12, 0, 1, Form.LOG), (0.01, 0.1, 1, 10)),
        (Scale(0.02, 0.9, 0, 1, Form.LOG), (0.02, 0.05, 0.1, 0.2, 0.5)),
        (Scale(0.21, 0.29, 0, 1, Form.LOG), (0.22, 0.24, 0.26, 0.28)),
    ],
)
def test_ticks_are_round(scale: Scale, ticks: tuple[float, ...]) -> None:
    assert scale.ticks() == pytest.approx(ticks)


@pytest.mark.parametrize("low", [1e-6, 0.003, 1, 77.7])
@pytest.mark.parametrize("factor", [1.0001, 1.5, 9, 1e3, 1e7])
@pytest.mark.parametrize("form", [Form.LINEAR, Form.LOG])
def test_there_are_some_ticks_but_never_many(low: float, factor: float, form: Form) -> None:
    ticks = Scale(low, low * factor, 0, 100, form).ticks(6)

    assert 1 <= len(ticks) <= 7
    assert list(ticks) == sorted(set(ticks))


def test_a_scale_needs_room() -> None:
    with pytest.raises(ValueError, match="larger"):
        Scale(1, 1, 0, 100)


def test_only_a_field_that_needs_it_makes_the_scale_logarithmic() -> None:
    assert latency_form([[0.01, 0.02], [1, 2]]) is Form.LINEAR
    assert latency_form([[0.01, 0.02], [0.01, 2]]) is Form.LOG
    assert latency_form([[]]) is Form.LINEAR


def test_text_fits_its_room() -> None:
    name = "purchase.requisition.approve.and.forward"

    assert fitted(name, 12, 1000) == name
    assert width(fitted(name, 12, 120), 12) <= 120
    assert fitted(name, 12, 120).startswith("pur") and fitted(name, 12, 120).endswith("ard")
    assert on_two_lines(name, 12, 160) == ("purchase.requisition.", "approve.and.forward")
    assert on_two_lines("short", 12, 160) == ("short",)
    assert all(
        width(each, 12) <= 100 for each in wrapped("一段很长的中文说明，可以在任何地方断行。" * 3, 12, 100)
    )
    assert "".join(wrapped("a b c", 12, 1)) == "abc"
