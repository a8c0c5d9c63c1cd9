"""Reads a workbook back from its parts: values, looks, and what keeps a text from being a formula."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_EPOCH = datetime(1899, 12, 30)
Content = str | int | float | datetime | None


@dataclass(frozen=True)
class Cell:
    """One cell as a spreadsheet shows it."""

    value: Content
    is_text: bool
    fill: str | None
    quoted: bool


@dataclass(frozen=True)
class Sheet:
    """One sheet; `cells` by row and column, both from 0."""

    name: str
    cells: dict[tuple[int, int], Cell]
    frozen: bool
    validated: bool
    formulas: int
    filtered: str | None = None
    landscape: bool = False
    width: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "width", 1 + max((column for _, column in self.cells), default=0))

    def rows(self) -> list[list[Content]]:
        """The values, row by row."""
        last = max((row for row, _ in self.cells), default=-1)
        empty = Cell(None, False, None, False)
        return [
            [self.cells.get((row, column), empty).value for column in range(self.width)]
            for row in range(last + 1)
        ]


def read(path: Path) -> tuple[Sheet, ...]:
    """Every sheet of a workbook, in order."""
    with zipfile.ZipFile(path) as archive:
        texts = _shared(archive)
        looks = _looks(ET.fromstring(archive.read("xl/styles.xml")))
        book = ET.fromstring(archive.read("xl/workbook.xml"))
        names = [item.attrib["name"] for item in book.iter(f"{_MAIN}sheet")]
        return tuple(
            _sheet(name, ET.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml")), texts, looks)
            for number, name in enumerate(names, 1)
        )


def _shared(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    shared = ET.fromstring(archive.read("xl/sharedStrings.xml"))
    return ["".join(part.itertext()) for part in shared.iter(f"{_MAIN}si")]


def _looks(styles: ET.Element) -> list[tuple[str | None, bool, bool]]:
    """Of each format: the colour of its ground, whether text is quoted, whether it is a date."""
    fills = [
        (found.attrib["rgb"] if (found := fill.find(f".//{_MAIN}fgColor")) is not None else None)
        for fill in styles.iter(f"{_MAIN}fill")
    ]
    forms = {item.attrib["numFmtId"]: item.attrib["formatCode"] for item in styles.iter(f"{_MAIN}numFmt")}
    formats = styles.find(f"{_MAIN}cellXfs")
    assert formats is not None
    return [
        (
            fills[int(item.attrib["fillId"])],
            "quotePrefix" in item.attrib,
            "yy" in forms.get(item.attrib["numFmtId"], ""),
        )
        for item in formats
    ]


def _sheet(
    name: str, root: ET.Element, texts: list[str], looks: list[tuple[str | None, bool, bool]]
) -> Sheet:
    cells = {}
    for item in root.iter(f"{_MAIN}c"):
        fill, quoted, is_date = looks[int(item.attrib.get("s", "0"))]
        kind = item.attrib.get("t")
        found = item.find(f"{_MAIN}v")
        if kind == "inlineStr":  # sheets that are written row by row
            value: Content = "".join(item.itertext())
        else:
            value = (
                None if found is None else _value(found.text or "", texts if kind == "s" else None, is_date)
            )
        cells[_place(item.attrib["r"])] = Cell(value, kind in ("s", "inlineStr"), fill, quoted)
    return Sheet(
        name,
        cells,
        frozen=root.find(f".//{_MAIN}pane") is not None,
        validated=root.find(f".//{_MAIN}dataValidation") is not None,
        formulas=sum(1 for _ in root.iter(f"{_MAIN}f")),
        filtered=None if (filters := root.find(f"{_MAIN}autoFilter")) is None else filters.attrib["ref"],
        landscape=_on_paper(root) == {"paperSize": "9", "orientation": "landscape"},
    )


def _on_paper(root: ET.Element) -> dict[str, str]:
    setup = root.find(f"{_MAIN}pageSetup")
    found = {} if setup is None else setup.attrib
    return {name: found[name] for name in ("paperSize", "orientation") if name in found}


def _value(content: str, texts: list[str] | None, is_date: bool) -> Content:
    if texts is not None:
        return texts[int(content)]
    if is_date:
        return _EPOCH + timedelta(days=float(content))
    return float(content) if "." in content or "E" in content else int(content)


def _place(name: str) -> tuple[int, int]:
    found = re.fullmatch(r"([A-Z]+)(\d+)", name)
    assert found is not None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1
