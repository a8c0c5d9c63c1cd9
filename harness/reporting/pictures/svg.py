"""Marks on a sheet, as SVG.

Our own few elements, on purpose: the same picture takes matplotlib 3.11 four times as many bytes as it may
have (and 160 MB, and a warning for each Chinese character), Vega five times (and 84 MB), and both place
their text by the fonts that a machine happens to have. ElementTree escapes whatever comes from an ERP.

There are no styles, ids, scripts, fonts or references in it: it looks alike as a file, inside a page, in
Allure and in a word processor.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.messages import Language
from harness.reporting.pictures.lettering import FONTS, fitted
from harness.reporting.wording import plain

INK, SOFT, LINE, PALE, PAPER = "#1c2430", "#4d5868", "#d5dae2", "#eef1f5", "#ffffff"
_LANG = {Language.EN: "en", Language.ZH: "zh-CN"}
_NAMESPACE = "http://www.w3.org/2000/svg"


class Shape(StrEnum):
    """The form of a mark; no two that mean something else share one."""

    CIRCLE = "circle"
    SQUARE = "square"
    UP = "up"
    DOWN = "down"
    DIAMOND = "diamond"
    CROSS = "cross"


@dataclass(frozen=True, slots=True)
class Look:
    """How one kind of mark looks: told apart by form and filling, with colour only on top of that."""

    colour: str
    shape: Shape
    filled: bool = True
    dashed: bool = False


class Drawing:
    """A sheet that marks are put on; what is put later lies above."""

    def __init__(self, size: tuple[float, float], title: str, about: str, language: Language) -> None:
        wide, high = map(number, size)
        self._root = ET.Element(
            "svg",
            {
                "xmlns": _NAMESPACE,
                "width": wide,
                "height": high,
                "viewBox": f"0 0 {wide} {high}",
                "role": "img",
                "xml:lang": _LANG[language],
                "font-family": FONTS,
                "font-size": "12",
                "fill": INK,
            },
        )
        ET.SubElement(self._root, "title").text = plain(title)
        ET.SubElement(self._root, "desc").text = plain(about, 6_000)
        self.rect(0, 0, size[0], size[1], fill=PAPER)

    def text(
        self,
        place: tuple[float, float],
        content: str,
        *,
        size: float = 12,
        anchor: str = "start",
        fill: str = INK,
        bold: bool = False,
        room: float | None = None,
    ) -> None:
        """One line of text; what does not fit into `room` is shortened, and whole where it is pointed at."""
        clean = plain(content)
        short = clean if room is None else fitted(clean, size, room, bold=bold)
        options = {"x": number(place[0]), "y": number(place[1])}
        options |= {"font-size": number(size)} if size != 12 else {}
        options |= {"text-anchor": anchor} if anchor != "start" else {}
        options |= {"fill": fill} if fill != INK else {}
        options |= {"font-weight": "600"} if bold else {}
        element = ET.SubElement(self._root, "text", options)
        if short != clean:
            ET.SubElement(element, "title").text = clean
            element[0].tail = short
        else:
            element.text = short

    def rect(
        self, x: float, y: float, wide: float, high: float, *, fill: str, stroke: str | None = None
    ) -> None:
        """A filled rectangle."""
        options = {"x": number(x), "y": number(y), "width": number(wide), "height": number(high)}
        ET.SubElement(self._root, "rect", options | {"fill": fill} | ({"stroke": stroke} if stroke else {}))

    def path(
        self,
        data: str,
        *,
        stroke: str | None = None,
        fill: str = "none",
        wide: float = 1,
        dashed: bool = False,
        opacity: float = 1,
    ) -> None:
        """Lines and areas of one kind, in one element; nothing for no data."""
        if not data:
            return
        options = {"d": data, "fill": fill}
        options |= {"stroke": stroke} if stroke else {}
        options |= {"stroke-width": number(wide)} if stroke and wide != 1 else {}
        options |= {"stroke-dasharray": "4 3"} if dashed else {}
        options |= {"opacity": number(opacity)} if opacity != 1 else {}
        ET.SubElement(self._root, "path", options)

    def marks(self, places: Sequence[tuple[float, float]], look: Look, radius: float = 4) -> None:
        """One mark at each place."""
        data = "".join(_outline(look.shape, x, y, radius) for x, y in places)
        fill = look.colour if look.filled and look.shape is not Shape.CROSS else PAPER
        self.path(data, stroke=look.colour, fill=fill, wide=1.6)

    def markup(self) -> str:
        """The picture as an element, for a page."""
        return ET.tostring(self._root, encoding="unicode")

    def content(self) -> bytes:
        """The picture as a file: the same bytes for the same marks, everywhere."""
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{self.markup()}\n'.encode()


def number(value: float) -> str:
    """A coordinate to a tenth of a pixel, without what says nothing."""
    rounded = round(value, 1)
    return f"{rounded:.1f}".removesuffix(".0") if rounded else "0"


def line(places: Sequence[tuple[float, float]]) -> str:
    """The data of a line through the places."""
    return "".join(f"{'L' if index else 'M'}{number(x)} {number(y)}" for index, (x, y) in enumerate(places))


def _outline(shape: Shape, x: float, y: float, radius: float) -> str:
    n, r = number, radius
    match shape:
        case Shape.CIRCLE:
            arc = f"a{n(r)} {n(r)} 0 1 0 "
            return f"M{n(x - r)} {n(y)}{arc}{n(2 * r)} 0{arc}{n(-2 * r)} 0z"
        case Shape.SQUARE:
            side = r * 0.9
            return f"M{n(x - side)} {n(y - side)}h{n(2 * side)}v{n(2 * side)}h{n(-2 * side)}z"
        case Shape.UP:
            return f"M{n(x)} {n(y - 1.2 * r)}l{n(1.2 * r)} {n(2.1 * r)}h{n(-2.4 * r)}z"
        case Shape.DOWN:
            return f"M{n(x)} {n(y + 1.2 * r)}l{n(1.2 * r)} {n(-2.1 * r)}h{n(-2.4 * r)}z"
        case Shape.DIAMOND:
            d = n(1.3 * r)
            return f"M{n(x)} {n(y - 1.3 * r)}l{d} {d}l-{d} {d}l-{d}-{d}z"
        case Shape.CROSS:
            return f"M{n(x - r)} {n(y - r)}l{n(2 * r)} {n(2 * r)}m0-{n(2 * r)}l-{n(2 * r)} {n(2 * r)}"
