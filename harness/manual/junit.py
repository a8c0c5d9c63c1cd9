"""JUnit XML, as test-management systems and other runners export it, as cells like those of a row.

A case is the `testcase`'s property `case` (or as other systems call it), else its name; a failure has
failed, an error could not be executed, a skipped one was not run. Other properties are read as columns.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.config.rows import headings
from harness.manual.columns import Row
from harness.manual.records import Result

_ENDS = {"failure": Result.FAILED, "error": Result.BLOCKED, "skipped": Result.NOT_RUN}
_OTHER_NAMES = {"test_key": "case", "test_id": "case", "testcase_id": "case"}


def read(path: Path) -> Iterator[Mapping[str, str]]:
    """The cells of each test case; ValueError when the file is no JUnit XML, OSError when unreadable."""
    content = path.read_bytes()
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:  # JUnit has none; expanding one could take for ever
        raise ValueError("a document type")
    try:
        root = ET.fromstring(content)  # noqa: S314  # without a document type nothing can be expanded
    except ET.ParseError as error:
        raise ValueError("no XML") from error
    if root.tag not in ("testsuites", "testsuite"):
        raise ValueError("no JUnit")
    suites = root.iter("testsuite")
    return (_cells(case, suite) for suite in suites for case in suite.findall("testcase"))


def _cells(case: ET.Element, suite: ET.Element) -> dict[str, str]:
    ends = [_ENDS[child.tag] for child in case if child.tag in _ENDS]
    name, stamp = case.get("name", ""), case.get("timestamp") or suite.get("timestamp") or ""
    own = {
        "case": name,
        "title": name,
        "day": stamp[:10],
        "result": min(ends, key=list(Result).index).value if ends else Result.PASSED.value,
        "remark": next((child.get("message") or "" for child in case if child.tag in _ENDS), ""),
    }
    return {key: cell for key, cell in (own | _properties(suite) | _properties(case)).items() if cell}


def _properties(element: ET.Element) -> dict[str, str]:
    known = {**headings(Row), **_OTHER_NAMES}
    found = element.iterfind("properties/property")
    named = ((item.get("name", "").casefold(), item.get("value") or item.text or "") for item in found)
    return {known[name]: value.strip() for name, value in named if name in known and value.strip()}
