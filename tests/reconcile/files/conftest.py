"""Small files made by the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from harness.model import Side
from harness.reconcile.files import Choices, FileOrigin, opened_file

Opens = Callable[..., FileOrigin]


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[Opens]:
    """Writes a text file and opens it; keywords are the choices."""
    with ExitStack() as stack:

        def make(content: str, *, name: str = "a.csv", encoding: str = "utf-8", **choices: Any) -> FileOrigin:
            path = tmp_path / name
            path.write_bytes(content.encode(encoding))
            return stack.enter_context(opened_file(path, Choices(**choices)))

        yield make


@pytest.fixture
def opens_book(tmp_path: Path) -> Iterator[Opens]:
    """Makes a workbook by a function that writes to its sheet, and opens it."""
    with ExitStack() as stack:

        def make(write: Callable[[Any, Any], None], name: str = "a.xlsx", **choices: Any) -> FileOrigin:
            path = tmp_path / name
            with xlsxwriter.Workbook(path) as book:
                write(book, book.add_worksheet("Sheet 1"))
            return stack.enter_context(opened_file(path, Choices(**choices)))

        yield make


def rows_of(origin: FileOrigin, table: str | None = None) -> list[tuple[Any, ...]]:
    """Everything in the first table, or the named one."""
    with origin.open(Side.SOURCE) as view:
        return list(view.rows(f'SELECT * FROM "{table or origin.detected[0].table}"'))
