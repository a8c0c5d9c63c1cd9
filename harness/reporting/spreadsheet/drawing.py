"""How cells look, and how values get into them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from harness.messages import Language
from harness.model import Text, Title
from harness.reporting.wording import plain, say
from harness.values import FORMULA_STARTS, Value

TICKS = ("☐", "☑")
_DIGITS = 15  # a spreadsheet keeps no more of a number
_LONGEST_NAME = 31
_LONGEST_CELL = 32_767  # a spreadsheet cuts what is longer, without a mark

_BASE: Mapping[str, Any] = MappingProxyType({"font_size": 10, "valign": "top"})
_LINED: Mapping[str, Any] = MappingProxyType({**_BASE, "border": 1, "border_color": "#BFBFBF"})
_RED: Mapping[str, Any] = MappingProxyType({"bg_color": "#F8CBAD", "bold": True})
_STYLES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "title": {"font_size": 14, "bold": True},
        "note": {**_BASE},
        "heading": {**_LINED, "bold": True, "bg_color": "#D9E1F2", "text_wrap": True, "align": "center"},
        "cell": {**_LINED},
        "text": {**_LINED, "text_wrap": True},
        "different": {**_LINED, **_RED},
        "following": {**_LINED, "bg_color": "#FFEB9C"},
        "quiet": {**_LINED, "font_color": "#7F7F7F"},
        "tick": {**_LINED, "align": "center", "font_size": 12, "locked": False},
        "field": {**_LINED, "bg_color": "#FFFBE6", "locked": False},
        "link": {**_LINED, "font_color": "#1F4E79", "underline": 1},
        "total": {**_LINED, "bold": True, "bg_color": "#EDEDED"},
    }
)
_NUMBERS: Mapping[str, str] = MappingProxyType(
    {
        "amount": "#,##0.00######",
        "quantity": "#,##0.########",
        "whole": "#,##0",
        "integer": "0",
        "date": "yyyy-mm-dd",
    }
)


class Drawing:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook, language: Language) -> None:
        self.language = language
        self._book = book
        self._made: dict[tuple[str, str, bool], Format] = {}

    def format(self, style: str, number: str = "", *, quoted: bool = False) -> Format:
        """The look of a style, with a number's form where there is one."""
        name = (style, number, quoted)
        if name not in self._made:
            properties = dict(_STYLES[style])
            if number:
                properties["num_format"] = _NUMBERS[number]
            made: Format = self._book.add_format(properties)
            if quoted:
                made.set_quote_prefix()
            self._made[name] = made
        return self._made[name]

    def text(self, sheet: Worksheet, row: int, column: int, content: str, style: str) -> None:
        """A text, whatever it starts with; one that looks like a formula stays text when it is edited.

        One that is longer than a cell may be ends with a mark.
        """
        if len(content) > _LONGEST_CELL:
            content = f"{content[: _LONGEST_CELL - 1]}…"
        sheet.write_string(
            row, column, content, self.format(style, quoted=content.startswith(FORMULA_STARTS))
        )

    def number(
        self, sheet: Worksheet, row: int, column: int, number: Decimal | int, form: str, style: str = "cell"
    ) -> None:
        """A number; one with more digits than a spreadsheet keeps is written out as text."""
        exact = Decimal(number)
        if not exact.is_finite() or len(exact.normalize().as_tuple().digits) > _DIGITS:
            self.text(sheet, row, column, str(number), style)
        else:
            whole = form == "quantity" and exact == exact.to_integral_value()
            sheet.write_number(row, column, exact, self.format(style, "whole" if whole else form))

    def value(
        self, sheet: Worksheet, row: int, column: int, value: Value, form: str, style: str = "cell"
    ) -> None:
        """Any value of a list."""
        match value:
            case None:
                sheet.write_blank(row, column, None, self.format(style))
            case bool():
                self.text(sheet, row, column, TICKS[value], style)
            case int() | Decimal():
                self.number(sheet, row, column, value, form or "integer", style)
            case datetime() | time():
                self.text(sheet, row, column, str(value), style)
            case date() if value.year >= 1900:  # the spreadsheet's own calendar begins there
                moment = datetime(value.year, value.month, value.day)
                sheet.write_datetime(row, column, moment, self.format(style, "date"))
            case _:
                self.text(sheet, row, column, plain(str(value)), style)


def both(sentence: Text | Title, language: Language) -> str:
    """A heading in the reader's language, with the other one below."""
    first, second = say(sentence, language), say(sentence, _other(language))
    return first if first == second else f"{first}\n{second}"


def sheet_name(number: int, title: Title, language: Language) -> str:
    """A name that a spreadsheet accepts and that no other sheet of the workbook has."""
    clean = "".join(" " if letter in "[]:*?/\\'" else letter for letter in say(title, language))
    return f"{number} {clean}"[:_LONGEST_NAME].rstrip()


def _other(language: Language) -> Language:
    return Language.ZH if language is Language.EN else Language.EN
