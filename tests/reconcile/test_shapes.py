"""How a value changed is named exactly, or not at all."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.messages import Language, catalogue
from harness.reconcile.hints import hidden, personal_shape
from harness.reconcile.kinds import Kind, canonical
from harness.reconcile.shapes import CHANGED, Shape, ShapeKind, shape

K = ShapeKind
TEXT, NUMBER, DATE, MOMENT = Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.TIMESTAMP

CASES = (
    ("Main Street 12", "Main Street 1", TEXT, Shape(K.LOST_LAST, "13")),
    ("Main Street 12", "Main Stree", TEXT, Shape(K.TRUNCATED, "10")),
    ("Main Street 12", "Main Str    ", TEXT, Shape(K.TRUNCATED, "12")),
    ("Main Street 12", "Street 12", TEXT, Shape(K.LOST_START)),
    ("Main Street", "Side Street", TEXT, CHANGED),
    (" a ", "a", TEXT, Shape(K.BLANKS_LOST)),
    ("a", "a   ", TEXT, Shape(K.BLANKS_ADDED)),
    ("a\u3000", "a", TEXT, Shape(K.BLANKS_LOST)),
    ("Acme GmbH", "ACME GMBH", TEXT, Shape(K.CASE)),
    ("Müller", unicodedata.normalize("NFD", "Müller"), TEXT, Shape(K.UNICODE_FORM)),
    ("ＡＢ１", "AB1", TEXT, Shape(K.WIDTH)),
    ("00471", "471", TEXT, Shape(K.ZEROS_LOST)),
    ("471", "0000000471", TEXT, Shape(K.ZEROS_ADDED)),
    ("Müller", "MÃ¼ller", TEXT, Shape(K.MOJIBAKE, "UTF-8 → Latin-1")),
    ("Straße „A“", "StraÃŸe â€žAâ€œ", TEXT, Shape(K.MOJIBAKE, "UTF-8 → Windows-1252")),
    ("上海公司", "上海公司".encode().decode("gbk", "replace"), TEXT, Shape(K.MOJIBAKE, "UTF-8 → GBK")),
    ("上海公司", "上海公司".encode("gbk").decode("latin-1"), TEXT, Shape(K.MOJIBAKE, "GB18030 → Latin-1")),
    ("MÃ¼ller", "Müller", TEXT, Shape(K.MOJIBAKE_UNDONE, "UTF-8 → Latin-1")),
    ("上海公司", "????", TEXT, Shape(K.REPLACED)),
    ("上海 AG", "\ufffd\ufffd AG", TEXT, Shape(K.REPLACED)),
    ("Müller", "M?ller", TEXT, Shape(K.REPLACED)),
    ("Müller", "Muller", TEXT, Shape(K.ACCENTS_LOST)),
    ("a", "", TEXT, Shape(K.EMPTIED)),
    ("", "a", TEXT, Shape(K.FILLED)),
    (None, "", TEXT, Shape(K.NULL_TO_EMPTY)),
    ("", None, TEXT, Shape(K.EMPTY_TO_NULL)),
    (None, "standard", TEXT, Shape(K.FILLED)),
    ("a", None, TEXT, Shape(K.CLEARED)),
    (None, "0", NUMBER, Shape(K.NULL_TO_ZERO)),
    ("0", None, NUMBER, Shape(K.ZERO_TO_NULL)),
    (None, "0", TEXT, Shape(K.FILLED)),
    ("12.345", "0", NUMBER, Shape(K.ZEROED)),
    ("12.345", "-12.345", NUMBER, Shape(K.SIGN)),
    ("12.345", "1234.5", NUMBER, Shape(K.SCALED, "+2")),
    ("1000", "1", NUMBER, Shape(K.SCALED, "-3")),
    ("12.345", "12.35", NUMBER, Shape(K.ROUNDED, "2")),
    ("12.345", "12.34", NUMBER, Shape(K.ROUNDED, "2")),
    ("12.9", "12", NUMBER, Shape(K.ROUNDED, "0")),
    ("1.996", "2", NUMBER, Shape(K.ROUNDED, "0-2")),
    ("12345678901234.5678", "12345678901234.5681", NUMBER, Shape(K.IMPRECISE)),
    ("100", "100.01", NUMBER, CHANGED),
    ("NaN", "1", NUMBER, CHANGED),
    ("true", "false", Kind.BOOLEAN, Shape(K.SWITCHED_OFF)),
    ("false", "true", Kind.BOOLEAN, Shape(K.SWITCHED_ON)),
    ("2026-03-04", "2026-03-05", DATE, Shape(K.DAY_OFF, "+1")),
    ("2026-03-01", "2026-02-28", DATE, Shape(K.DAY_OFF, "-1")),
    ("2026-03-04", "2026-04-03", DATE, Shape(K.DAY_AND_MONTH)),
    ("1926-03-04", "2026-03-04", DATE, Shape(K.CENTURY)),
    ("2026-03-04", "2026-03-09", DATE, CHANGED),
    ("2026-03-04 08:00:00.000000", "2026-03-04 00:00:00.000000", MOMENT, Shape(K.TIME_LOST, "-8:00")),
    ("2026-03-04 08:01:02.000000", "2026-03-04 00:00:00.000000", MOMENT, Shape(K.TIME_LOST)),
    ("2026-03-04 08:01:02.123456", "2026-03-04 08:01:02.000000", MOMENT, Shape(K.FRACTION_LOST)),
    ("2026-03-04 08:01:02.123456", "2026-03-04 08:01:02.123000", MOMENT, Shape(K.FRACTION_LOST)),
    ("2026-03-04 08:01:02.000000", "2026-03-04 16:01:02.000000", MOMENT, Shape(K.SHIFTED, "+8:00")),
    ("2026-03-04 02:01:02.000000", "2026-03-03 20:31:02.000000", MOMENT, Shape(K.SHIFTED, "-5:30")),
    ("2026-03-04 08:01:02.000000", "2026-03-05 08:01:02.000000", MOMENT, Shape(K.DAY_OFF, "+1")),
    ("2026-03-04 08:01:02.000000", "2026-03-04 08:07:02.000000", MOMENT, CHANGED),
    ('{"a":1}', '{"a":2}', Kind.JSON, CHANGED),
)  # fmt: skip


@pytest.mark.parametrize(("source", "target", "kind", "expected"), CASES)
def test_each_shape(source: str | None, target: str | None, kind: Kind, expected: Shape) -> None:
    assert shape(source, target, kind) == expected


def test_what_only_the_row_or_the_map_can_tell() -> None:
    """Two columns exchanged, a map applied twice, a map forgotten."""
    known = {"A": "B", "B": "C"}

    assert shape("x", "y", TEXT, swapped="other") == Shape(K.SWAPPED, "other")
    assert shape("B", "C", TEXT, known=known) == Shape(K.MAPPED_TWICE)
    assert shape("B", "A", TEXT, known=known) == Shape(K.NOT_MAPPED)
    assert shape("B", "X", TEXT, known=known) == CHANGED


@pytest.mark.parametrize("kind", [kind for kind in K if kind not in {K.CHANGED, K.UNMAPPED}])
def test_every_shape_has_words(kind: ShapeKind) -> None:
    assert set(catalogue()[f"reconcile.shape.{kind}"]) == set(Language)


def test_a_rounding_explains_its_example() -> None:
    """Both ends of the range of decimals give the target."""
    for source, target, kind, expected in CASES:
        if expected.kind is K.ROUNDED:
            low, _, high = expected.detail.partition("-")
            for places in {int(low), int(high or low)}:
                assert abs(Decimal(str(source)) - Decimal(str(target))) < Decimal(1).scaleb(-places), kind


@given(st.text(max_size=12), st.text(max_size=12), st.sampled_from(list(Kind)))
def test_any_two_cells_have_a_shape(source: str, target: str, kind: Kind) -> None:
    """Whatever is in them: never an error."""
    if source != target:
        assert isinstance(shape(source, target, kind), Shape)


@given(st.decimals(allow_nan=False, allow_infinity=False), st.integers(0, 6))
def test_rounding_is_seen(number: Decimal, places: int) -> None:
    """A number rounded half up is rounded, zero, or scaled to the same digits."""
    source = canonical(number, NUMBER)
    try:
        target = canonical(number.quantize(Decimal(1).scaleb(-places)), NUMBER)
    except ArithmeticError:
        return
    if source != target:
        assert shape(source, target, NUMBER).kind in {K.ROUNDED, K.ZEROED, K.IMPRECISE, K.SCALED, K.CHANGED}


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("Zhang Wei", "Zhang We", K.LOST_LAST),
        ("Zhang Wei ", "Zhang Wei", K.BLANKS_LOST),
        ("Zhang Wei", "Zhang Wei  ", K.BLANKS_ADDED),
        ("Zhang Wei", "ZHANG WEI", K.CASE),
        ("Zhang Wei", "", K.EMPTIED),
        ("Zhang Wei", "Li Na", K.CHANGED),
        (None, "Li Na", K.FILLED),
        ("Li Na", None, K.CLEARED),
    ],
)
def test_personal_data_is_told_apart_without_being_kept(
    source: str | None, target: str | None, expected: ShapeKind
) -> None:
    """Digests of the value's kin are enough to say that a name lost its last character."""

    def cell(content: str | None) -> str | None:
        shown = f"<text {'0-0' if not content else '5-8'} #0>"
        return None if content is None else hidden(shown, content, b"key", hints=True)

    assert personal_shape(cell(source), cell(target)).kind is expected
    assert "Zhang" not in repr(cell(source))
