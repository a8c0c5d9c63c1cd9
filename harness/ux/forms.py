"""In which form a date, a number or an amount is written: never what it says."""

from __future__ import annotations

import re

_SIGN = "[-+−]?"
_CURRENCY = r"(?:[A-Z]{3}|[¥￥$€£]|元|CHF|kr)"
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?$", re.IGNORECASE)
_CHINESE_DATE = re.compile(r"\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日")
_YEAR_FIRST = re.compile(r"\d{4}(?P<mark>[-/.])\d{1,2}(?P=mark)\d{1,2}")
_YEAR_LAST = re.compile(r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)\d{4}")
_AMOUNT = re.compile(
    rf"(?P<before>{_CURRENCY})? ?{_SIGN}(?P<digits>\d[\d.,'\u00a0\u202f\u2019 ]*)"
    rf"(?: ?(?P<after>{_CURRENCY}|%))?"
)


def form_of(content: str) -> str | None:
    """Such as `Y-M-D`, `M/D/Y`, `1,234.56` or `¥ 1.23`; None for what is no date and no number.

    A date that may be read both ways is `N/N/Y`.
    """
    said = content.strip()
    return _date(_TIME.sub("", said)) or _number(said)


def _date(said: str) -> str | None:
    if _CHINESE_DATE.fullmatch(said):
        return "Y年M月D日"
    if found := _YEAR_FIRST.fullmatch(said):
        return "Y{0}M{0}D".format(found["mark"])
    found = _YEAR_LAST.fullmatch(said)
    if found is None:
        return None
    first, second = int(found["first"]), int(found["second"])
    order = "D{0}M{0}Y" if first > 12 else "M{0}D{0}Y" if second > 12 else "N{0}N{0}Y"
    return order.format(found["mark"])


def _number(said: str) -> str | None:
    found = _AMOUNT.fullmatch(said)
    if found is None:
        return None
    digits = found["digits"].strip()
    last = max(digits.rfind("."), digits.rfind(","))
    decimals = len(digits) - last - 1 if last >= 0 else 0
    mark = digits[last] if last >= 0 else ""
    # Three digits after the only mark are thousands, as everybody writes them.
    if mark and (digits.count(mark) > 1 or (decimals == 3 and len(digits) > 4 and digits[:last].isdigit())):
        mark, decimals = "", 0
    form = f"1{mark}{'0' * decimals}" if mark else "1"
    before, after = found["before"], found["after"]
    return f"{before + ' ' if before else ''}{form}{' ' + after if after else ''}"


def is_date(form: str) -> bool:
    """Whether a form is that of a date."""
    return "Y" in form and form[0] in "YMDN"


def worse(source: tuple[str, ...], target: tuple[str, ...]) -> str | None:
    """The target's form where it is none of the source's: `date` or `number`; None where it may stay.

    Numbers differ from row to row; only a decimal mark or a currency that is gone or another one counts.
    """
    dates = [item for item in target if is_date(item)], {item for item in source if is_date(item)}
    if dates[0] and dates[1]:
        ambiguous = {item for item in dates[0] if item[0] != "N" or not _either(item, dates[1])}
        return "date" if ambiguous - dates[1] else None
    if dates[0] or dates[1]:
        return None  # one side shows no date there now: other data
    theirs, ours = _marks(source), _marks(target)
    return "number" if theirs and ours and not ours & theirs else None


def _either(form: str, known: set[str]) -> bool:
    """Whether a date that can be read both ways is written in one of the known orders."""
    mark = form[1]
    return bool(known & {f"D{mark}M{mark}Y", f"M{mark}D{mark}Y", f"N{mark}N{mark}Y"})


def _marks(forms: tuple[str, ...]) -> set[tuple[str, str]]:
    """Currency and decimal mark of each form."""
    marks = set()
    for form in forms:
        words = form.split()
        digits = next((word for word in words if word.startswith("1")), "1")
        marks.add(("".join(word for word in words if word != digits), digits[1:2]))
    return marks
