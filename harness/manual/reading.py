"""Reads the files of results; every wrong cell of all of them is reported at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from harness.config.problems import Problem, raise_problems
from harness.config.rows import checked, read_rows
from harness.manual import junit
from harness.manual.columns import Row
from harness.manual.records import Evidence, Manual, ManualResult
from harness.messages import text


def load(
    folder: Path,
    files: Sequence[str],
    *,
    upgraded: date | None = None,
    evidence_needed: bool = True,
    evidence_folder: Path | None = None,
) -> Manual:
    """What the files say, which are named relative to `folder`; ConfigError with every wrong cell.

    A file of evidence is named relative to the file that names it, unless there is a folder for all.
    """
    problems = list[Problem]()
    results = list[ManualResult]()
    for file in files:
        path = folder / file
        for place, row in _rows(path, file, problems):
            results.append(_result(row, place, evidence_folder or path.parent))
    raise_problems(problems)
    return Manual(
        results=tuple(results),
        files=tuple((file, _digest(folder / file) or "") for file in files),
        upgraded=upgraded,
        evidence_needed=evidence_needed,
    )


def _rows(path: Path, file: str, problems: list[Problem]) -> Iterator[tuple[str, Row]]:
    if path.suffix.lower() != ".xml":
        for number, cells in read_rows(path, file, (Row,), "case", problems):
            row = checked(Row, file, number, cells, "case", problems)
            if row is not None:
                yield f"{file}:{number}", row
        return
    try:
        cases = list(junit.read(path))
    except (OSError, ValueError) as error:
        problems.append(Problem(file, "", text("manual.no_junit", why=str(error) or type(error).__name__)))
        return
    for cells in cases:
        place = f"{file} {cells.get('case', '?')}"
        row = checked(Row, place, None, cells, "case", problems)
        if row is not None:
            yield place, row


def _result(row: Row, place: str, folder: Path) -> ManualResult:
    return ManualResult(
        case=row.case,
        title=row.title or row.case,
        result=row.result,
        place=place,
        area=row.area,
        severity=row.severity,
        module=row.module,
        document=row.document,
        operation=row.operation,
        department=row.department,
        tester=row.tester,
        day=row.day,
        evidence=tuple(Evidence(name, _digest(folder / name)) for name in row.evidence),
        requirements=row.requirements,
        remark=row.remark,
    )


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return None
