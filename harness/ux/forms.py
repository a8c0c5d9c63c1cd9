"""In which form a date, a number or an amount is written: never what it says."""

from __future__ import annotations

import re

_SIGN = "[-+−]?"
_CURRENCY = r"(?:[A-Z]{3}|[¥￥$€£]|元|CHF|kr)"
_SPACE = re.compile(r"\s+")  # those that do not break lines, too
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?$", re.IGNORECASE)
_CHINESE_DATE = re.compile(r"\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日")
_YEAR_FIRST = re.compile(r"\d{4}(?P<mark>[-/.])\d{1,2}(?P=mark)\d{1,2}")
_YEAR_LAST = re.compile(r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)\d{4}")
_AMOUNT = re.compile(
    rf"(?P<before>{_CURRENCY})? ?{_SIGN}(?P<digits>\d[\d.,'\u2019 ]*)"
    rf"(?: ?(?P<after>{_CURRENCY}|%))?"
)


def form_of(content: str) -> str | None:
    """Such as `Y-M-D`, `M/D/Y`, `1,234.56` or `¥ 1.23`; None for what is no date and no number.

    A date that may be read both ways is `N/N/Y`.
    """
    said = _SPACE.sub(" ", content).strip()
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
    theirs, ours = ([item for item in side if is_date(item)] for side in (source, target))
    if theirs and ours:
        known = set().union(*map(_orders, theirs))
        return "date" if any(not _orders(item) & known for item in ours) else None
    if theirs or ours:
        return None  # one side shows no date there now: other data
    before, now = _marks(source), _marks(target)
    return "number" if before and now and not now & before else None


def _orders(form: str) -> set[str]:
    """In which orders a date may have been written."""
    if form[0] != "N":
        return {form}
    mark = form[1]
    return {f"D{mark}M{mark}Y", f"M{mark}D{mark}Y"}


def _marks(forms: tuple[str, ...]) -> set[tuple[str, str]]:
    """Currency and decimal mark of each form."""
    marks = set()
    for form in forms:
        words = form.split()
        digits = next((word for word in words if word.startswith("1")), "1")
        marks.add(("".join(word for word in words if word != digits), digits[1:2]))
    return marks
