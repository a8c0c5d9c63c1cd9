"""The form of a value is known without the value; another form is another form, other data is not."""

import pytest

from harness.ux.forms import form_of, worse


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("2026-03-04", "Y-M-D"),
        ("2026-03-04 12:30:00", "Y-M-D"),
        ("2026年3月4日", "Y年M月D日"),
        ("03/04/2026", "N/N/Y"),
        ("25/04/2026", "D/M/Y"),
        ("04/25/2026", "M/D/Y"),
        ("25.04.2026", "D.M.Y"),
        ("1,234.50", "1.00"),
        ("1.234,50", "1,00"),
        ("1234", "1"),
        ("1,234", "1"),
        ("1,234,567", "1"),
        ("-3.5", "1.0"),
        ("¥\n10,888.80", "¥ 1.00"),
        ("¥\u00a00.00", "¥ 1.00"),
        ("12 %", "1 %"),
        ("CNY 7.25", "CNY 1.00"),
        ("P1005", None),
        ("李明", None),
        ("", None),
    ],
)
def test_form(content: str, form: str | None) -> None:
    assert form_of(content) == form


@pytest.mark.parametrize(
    ("source", "target", "kind"),
    [
        (("Y-M-D",), ("M/D/Y", "N/N/Y"), "date"),
        (("Y-M-D",), ("Y/M/D",), "date"),
        (("D/M/Y", "N/N/Y"), ("M/D/Y",), None),  # the source had dates that may be read both ways
        (("D/M/Y",), ("M/D/Y",), "date"),
        (("D/M/Y",), ("N/N/Y",), None),
        (("N/N/Y",), ("M/D/Y",), None),
        (("Y-M-D",), ("Y-M-D",), None),
        (("Y-M-D",), ("1",), None),
        ((), ("M/D/Y",), None),
        (("¥ 1.00",), ("¥ 1",), "number"),
        (("1,00",), ("1.00",), "number"),
        (("¥ 1.00",), ("1.00",), "number"),
        (("1.00", "1"), ("1",), None),
        (("1.00",), ("1.000",), None),
        (("1",), (), None),
    ],
)
def test_worse(source: tuple[str, ...], target: tuple[str, ...], kind: str | None) -> None:
    """Only what cannot be the same way of writing."""
    assert worse(source, target) == kind
