"""Flow tables: each row of a CSV or XLSX drives an existing flow with other inputs, without any Python.

    check,        en,                  zh,           country, lines, paid, refused
    half_paid,    Paid in two halves,  分两次付款,    DE,      2,     0.5,
    no_products,  Order without goods, 没有商品的订单, CN,     0,     ,     quote

`fixtures/flows/order_to_cash.csv` drives the flow of that name. The first columns are the same for all
flows; the others are the inputs that the flow's own class declares, by their names or Chinese titles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

from harness.config.problems import Problem, raise_problems
from harness.config.rows import SUFFIXES, Names, checked, read_rows
from harness.config.table import Line, Number, Table, wrong
from harness.documents import LineDraft
from harness.messages import text
from harness.model import Severity

C = TypeVar("C", bound=Table)


class Heading(Table):
    """What a row says about its check, whatever it drives."""

    check: Annotated[Line, Field(title="编号"), AfterValidator(lambda value: _check_name(value))]
    en: Annotated[Line | None, Field(title="英文名称")] = None
    zh: Annotated[Line | None, Field(title="中文名称")] = None
    severity: Annotated[Severity, Field(title="严重程度")] = Severity.CRITICAL
    requirements: Annotated[Names, Field(title="需求")] = ()
    cases: Annotated[Names, Field(title="用例")] = ()
    refused: Annotated[Line | None, Field(title="应被拒绝的步骤")] = None
    profile: Annotated[Literal["smoke", "rehearsal", "full"], Field(title="运行档")] = "smoke"


@dataclass(frozen=True, slots=True)
class Row(Generic[C]):
    """One row: what it says about its check, and the flow's inputs."""

    heading: Heading
    inputs: C


def _check_name(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", value):
        raise wrong("check_name")
    return value


def _names_of(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.replace("；", ";").split(";") if part.strip())


def _order_lines(value: Any) -> Any:
    """`3`, or `A-1 x 2; B-7 x 0.5 @ 19.90`: so many products, or products with quantities and prices."""
    if not isinstance(value, str):
        return value
    if value.isdigit():
        return int(value)
    return tuple(_order_line(part) for part in value.replace("；", ";").split(";") if part.strip())


def _order_line(part: str) -> LineDraft:
    goods, _, price = part.partition("@")
    product, _, quantity = goods.replace("×", " x ").rpartition(" x ")
    try:
        amounts = [Decimal(item) for item in (quantity, price) if item.strip()]
    except ArithmeticError:
        raise wrong("order_lines") from None
    if not product.strip() or not quantity.strip() or not all(map(Decimal.is_finite, amounts)):
        raise wrong("order_lines")
    return LineDraft(product.strip(), amounts[0], amounts[1] if len(amounts) > 1 else None)


OrderLines = Annotated[int | tuple[LineDraft, ...], BeforeValidator(_order_lines)]
"""So many products of any kind with drawn quantities, or lines that are written out."""

Share = Annotated[Number, Field(ge=0, le=1)]
"""From 0 for nothing to 1 for all of it."""

Paid = Annotated[Number, Field(ge=0, le=2)]
"""From 0 for nothing to 1 for all of it, and up to twice as much for who pays too much."""

Several = Annotated[tuple[Line, ...], BeforeValidator(lambda value: _names_of(value))]
"""Names, separated by `;`: a name may have blanks in it."""


def tables(folder: Path) -> Mapping[str, Path]:
    """The tables of a folder by the names of the flows that they drive."""
    return {path.stem: path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES}


def load(path: Path, file: str, inputs: type[C]) -> tuple[Row[C], ...]:
    """The rows of one table; ConfigError names every wrong cell by file, row and column."""
    problems = list[Problem]()
    rows = tuple(_rows(path, file, inputs, problems))
    raise_problems(problems)
    return rows


def _rows(path: Path, file: str, inputs: type[C], problems: list[Problem]) -> Iterator[Row[C]]:
    first: dict[str, int] = {}
    for number, cells in read_rows(path, file, (Heading, inputs), "check", problems):
        heading = checked(Heading, file, number, cells, "check", problems)
        read = checked(inputs, file, number, cells, "check", problems)
        if heading is None or read is None:
            continue
        known = first.setdefault(heading.check, number)
        if known != number:
            reason = text("flows.table.twice", name=heading.check, first=known)
            problems.append(Problem(file, "check", reason, line=number))
        yield Row(heading, read)
