"""Value maps: read from where finance keeps them, pushed to where the rows are, and never guessing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlglot
import xlsxwriter

from harness.errors import ConfigError
from harness.messages import Language, render
from harness.model import FindingKind, Side
from harness.reconcile import load
from harness.reconcile.entity import FieldMapping
from harness.reconcile.rendering import compared_sql
from harness.sqltext.lookups import looked_up
from tests.reconcile.conftest import Pair, mapping_of
from tests.reconcile.test_mapping import GOOD, plain, written

Items = Callable[..., Pair]
STATES = {"draft": "quotation", "posted": "booked"}


def mapped(**more: Any) -> Any:
    """A mapping whose names go through a map of states."""
    return mapping_of(fields={"id": "integer", "name": {"map": STATES, **more}, "amount": "number"})


def test_a_mapped_value_is_equal(items: Items) -> None:
    """The source's code is held against what the map makes of it; NULL stays NULL."""
    pair = items(
        [(1, "draft", "1"), (2, "posted", "1"), (3, None, "1")],
        [(1, "quotation", "1"), (2, "booked", "1"), (3, None, "1")],
    )

    assert pair.both(mapped()) == ()


@pytest.mark.parametrize("target", ["draft", "booked", "Quotation", None])
def test_any_other_value_is_a_difference(items: Items, target: str | None) -> None:
    """The source's own code too: the map was not applied then."""
    (finding,) = items([(1, "draft", "1")], [(1, target, "1")]).both(mapped())

    assert (finding.kind, finding.source_value, finding.target_value) == (
        FindingKind.MISMATCH,
        "quotation",
        target,
    )


def test_a_map_applied_twice_is_said(items: Items) -> None:
    """Codes that are old and new at once are where that happens."""
    mapping = mapping_of(
        fields={"id": "integer", "name": {"map": {"1000": "2000", "2000": "3000"}}}, amount=None
    )

    (finding,) = items([(1, "1000", "1")], [(1, "3000", "1")]).both(mapping)

    assert "name of id=1 went through the value map twice: 2000" in render(finding.text, Language.EN)


def test_a_code_that_the_map_does_not_know(items: Items) -> None:
    """It is one finding a code, with its rows counted; equal text on both sides does not hide it."""
    source = [
        (number, "4711" if number < 3 else "4712" if number == 3 else "draft", "2") for number in range(6)
    ]
    target = [
        (number, "4711" if number < 3 else "x" if number == 3 else "quotation", "2") for number in range(6)
    ]

    one, other = items(source, target).both(mapped())

    assert (one.kind, one.key, one.field, one.count) == (FindingKind.VIOLATION, "name=4711", "name", 3)
    assert (other.key, other.count) == ("name=4712", 1)
    assert render(one.text, Language.EN).startswith(
        "Items: 3 records have the name 4711, which the value map does not know, for example id=0"
    )
    assert "值映射中没有该值" in render(one.text, Language.ZH)


def test_too_many_unknown_codes_are_one_finding(items: Items) -> None:
    """A map of the wrong column is one mistake."""
    rows = [(number, f"code {number}", "1") for number in range(60)]

    (finding,) = items(rows, rows).both(mapped())

    assert (finding.kind, finding.key, finding.count) == (FindingKind.VIOLATION, None, 60)
    assert "60 values" in render(finding.text, Language.EN)


def test_keeping_unknown_codes_must_be_declared(items: Items) -> None:
    """Then they are compared as they are."""
    pair = items([(1, "other", "1"), (2, "more", "1")], [(1, "other", "1"), (2, "less", "1")])

    (finding,) = pair.both(mapped(unmapped="keep"))

    assert (finding.key, finding.source_value) == ("id=2", "more")


def test_a_key_may_be_mapped(items: Items) -> None:
    """Accounts that were renumbered: rows meet under the new code; an unknown code is not a missing row."""
    mapping = mapping_of(
        key=["name"],
        fields={"name": {"map": {"1000": "A1", "2000": "A2"}}, "amount": {"type": "number", "money": True}},
        totals=[{"sum": "amount", "by": ["name"]}],
        ignore=[{"column": "id", "reason": "a test"}],
    )

    findings = items(
        [(1, "1000", "5"), (2, "2000", "6"), (3, "3000", "7")], [(1, "A1", "5"), (2, "A2", "8")]
    ).both(mapping)

    assert [(item.kind, item.key, item.amount) for item in findings] == [
        (FindingKind.MISMATCH, "name=A2", Decimal(2)),
        (FindingKind.VIOLATION, "name=3000", Decimal(7)),
    ]


def test_numbers_are_looked_up_as_text(items: Items) -> None:
    """A state that was a number and is a word."""
    mapping = mapping_of(
        fields={"id": {"type": "text", "map": {"1": "one", "2": "two"}}}, amount=None, key=["id"]
    )

    assert (
        items(
            [(1, "a", "1"), (2, "a", "1")], [("one", "a", "1"), ("two", "a", "1")], "id, name, amount"
        ).both(mapping)
        == ()
    )


def test_blanks_and_empty_texts_follow_the_field(items: Items) -> None:
    """What the field declares to mean nothing means nothing to the map either."""
    pair = items([(1, "draft  ", "1"), (2, "", "1")], [(1, "quotation", "1"), (2, None, "1")])

    assert pair.both(mapped(form="trimmed", empty_is_null=True)) == ()


FILES = {
    "plain.csv": b"OLD,NEW\ndraft,quotation\nposted,booked\n",
    "marked.csv": "\ufeffOLD;NEW;note\ndraft;quotation;x\n\nposted;booked;\n".encode(),
    "tabs.csv": b"no\tOLD\tNEW\r\n1\tdraft\tquotation\r\n2\tposted\tbooked\r\n",
}


@pytest.mark.parametrize("name", [*FILES, "sheet.xlsx"])
def test_a_map_from_a_file(tmp_path: Path, name: str) -> None:
    """CSV with a byte order mark or without, by its own delimiter, and XLSX; kept with the mapping."""
    if name == "sheet.xlsx":
        with xlsxwriter.Workbook(str(tmp_path / name)) as book:
            for row, cells in enumerate([("OLD", "NEW"), ("draft", "quotation"), ("posted", "booked")]):
                book.add_worksheet() if not row else None
                book.worksheets()[0].write_row(row, 0, cells)
    else:
        (tmp_path / name).write_bytes(FILES[name])
    field = f'name = {{ map = {{ file = "{name}", from = "OLD", to = "NEW" }} }}'

    mapping = load(written(tmp_path, f"{GOOD}{field}\n"))

    assert dict(mapping.fields[2].map) == STATES
    assert type(mapping).from_value(mapping.as_value()) == mapping


def test_a_spreadsheet_keeps_codes_as_numbers(tmp_path: Path) -> None:
    """4711 there is 4711.0: the code is 4711."""
    with xlsxwriter.Workbook(str(tmp_path / "m.xlsx")) as book:
        sheet = book.add_worksheet("Konten")
        sheet.write_row(0, 0, ("alt", "neu"))
        sheet.write_row(1, 0, (4711, 80001))
    field = 'name = { map = { file = "m.xlsx", sheet = "Konten", from = "alt", to = "neu" } }'

    assert dict(load(written(tmp_path, f"{GOOD}{field}\n")).fields[2].map) == {"4711": "80001"}


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        (
            "OLD,NEW\n1,2\n2,3\n1,4\n",
            "",
            "m.csv:4 The code “1” stands in line 2 already: a code has one value.",
        ),
        ("OLD,NEW\n1,2\n2,\n", "", "m.csv:3 A line of a map needs both the code and its value."),
        (
            "OLT,NEW\n1,2\n",
            "",
            "fields.name.map.from m.csv has no column “OLD”. Did you mean OLT? Valid: OLT, NEW",
        ),
        ("OLD,NEW\n", "", "fields.name.map The map is empty."),
        (None, "", "fields.name.map.file The map's file m.csv cannot be read"),
        ("OLD,NEW\n1,2\n", ", to = ''", "fields.name.map.to This key is required."),
    ],
)
def test_a_wrong_file(tmp_path: Path, content: str | None, place: str, message: str) -> None:
    """File and line, or key path and the columns that exist."""
    if content is not None:
        (tmp_path / "m.csv").write_text(content, encoding="utf-8")
    where = 'file = "m.csv", from = "OLD"' + (place or ', to = "NEW"')

    with pytest.raises(ConfigError) as error:
        load(written(tmp_path, f"{GOOD}name = {{ map = {{ {where} }} }}\n"))

    assert message in " ".join(plain(error.value).replace("  ", " ").replace(": ", " ", 1).split()) or (
        message in " ".join(plain(error.value).split())
    )


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite", "duckdb", "tsql", "oracle"])
@pytest.mark.parametrize("size", [2, 40])
def test_every_dialect_can_say_it(dialect: str, size: int) -> None:
    """One statement, quotes and all."""
    pairs = {f"it's {number}": f"b\\{number}" for number in range(size)}

    rendered = looked_up('"state"' if dialect != "mysql" else "`state`", pairs, dialect)

    assert sqlglot.parse_one(f"SELECT {rendered}", read=dialect).sql()
    assert ("jsonb" in rendered) == (dialect == "postgres" and size > 4)


def test_only_the_source_is_mapped() -> None:
    """The target holds what the map leads to."""
    field = FieldMapping(name="state", map={"a": "b"})  # type: ignore[arg-type]

    assert compared_sql(field, Side.TARGET, "postgres") == '"state"'
    assert "'b'" in compared_sql(field, Side.SOURCE, "postgres")
