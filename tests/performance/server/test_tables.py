"""Which tables have grown, from the sizes before and after."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.model import Attachment, Part, Side
from harness.performance.comparison import compare
from harness.performance.server import tables
from tests.performance.recorded import SPEC, capture

BEFORE = {"public.sale": 8 << 20, "public.party": 4 << 20, "public.session": 2 << 20}


def stored(side: Side, after: dict[str, int]) -> str:
    return tables.lines(side, tables.BEFORE, BEFORE) + tables.lines(side, tables.AFTER, after)


@pytest.mark.parametrize(
    ("content", "grown"),
    [
        ("", {}),
        (tables.lines(Side.TARGET, tables.BEFORE, BEFORE), {}),
        (tables.lines(Side.TARGET, tables.AFTER, BEFORE), {}),
        (
            stored(Side.TARGET, {"public.sale": 11 << 20, "public.party": 4 << 20, "public.new": 1 << 20}),
            {Side.TARGET: {"public.sale": 3 << 20, "public.party": 0, "public.new": 1 << 20}},
        ),
    ],
)
def test_growth_needs_a_before_and_an_after(content: str, grown: dict[Side, dict[str, int]]) -> None:
    assert tables.read(content) == grown


def test_the_few_that_grew_most_are_told() -> None:
    grown = {f"t{number}": number << 20 for number in range(9)} | {"shrunk": -5}

    assert [name for name, _ in tables.largest(grown)] == ["t8", "t7", "t6", "t5", "t4"]
    assert tables.largest({"same": 0, "shrunk": -1}) == []


def test_what_grew_is_a_measure_of_its_side() -> None:
    made = capture()
    sizes = stored(Side.TARGET, BEFORE | {"public.sale": 10 << 20})
    made = replace(made, attachments=(*made.attachments, Attachment(tables.FILE, "text/csv", sizes.encode())))
    measures = compare(SPEC, {Part.PAIR: made}).measures

    assert measures["server.target.table.public.sale.grown_megabytes"] == 2
    assert not [name for name in measures if "server.source.table" in name]
