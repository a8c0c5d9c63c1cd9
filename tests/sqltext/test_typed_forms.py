"""Which forms two types of columns are hashed by."""

from __future__ import annotations

import pytest

from harness.sqltext.native_hash import Hashing, row_hash, self_test
from harness.sqltext.typed_forms import canonical_template, text_templates, typed_templates


@pytest.mark.parametrize(
    ("kind", "types", "forms"),
    [
        ("integer", ("int4", "int2"), ("({0})::int4",)),
        ("integer", ("int4", "int8"), ("({0})::int8", "({0})::int8 >> 32")),
        ("integer", ("int4", "numeric"), None),
        ("number", ("numeric limited", "int4"), ("({0})::numeric", "({0}) < 0")),
        (
            "number",
            ("numeric", "numeric limited"),
            ("({0})::numeric", "({0}) < 0", "({0})::numeric > 'Infinity'::numeric"),
        ),
        ("number", ("numeric", "text"), None),
        ("float", ("float8", "float8"), ("float8send({0})",)),
        ("float", ("float8", "float4"), None),
        ("timestamp", ("timestamp", "timestamp"), ("timestamp_send({0})",)),
        ("timestamp", ("timestamp", "timestamptz"), ("timestamptz_send(({0})::timestamptz)",)),
        ("date", ("date", "date"), ("{0}",)),
        ("date", ("date", "timestamp"), None),
        ("json", ("jsonb", "jsonb"), None),
        ("interval", ("interval", "interval"), None),
        ("text", ("text", "varchar"), None),
    ],
)
def test_typed_forms(kind: str, types: tuple[str, str], forms: tuple[str, ...] | None) -> None:
    """None: the text form is hashed, because the server calls values equal that the comparison does not."""
    assert typed_templates(kind, types) == forms


@pytest.mark.parametrize(
    ("kind", "types", "comparable"),
    [
        ("text", ("bpchar", "text"), True),
        ("text", ("bool", "text"), False),
        ("text", ("bool", "bool"), True),
        ("number", ("numeric", "text"), True),
        ("number", ("bool", "int4"), False),
        ("boolean", ("bool", "int2"), True),
        ("interval", ("interval", "int4"), False),
        ("json", ("json", "jsonb"), True),
        ("bytes", ("bytea", "text"), False),
    ],
)
def test_sides_without_a_common_text_are_marked(kind: str, types: tuple[str, str], comparable: bool) -> None:
    """So that no value of one passes for a value of the other."""
    source, target = text_templates(kind, types)

    assert (source.startswith("'0:'"), target.startswith("'1:'")) == (not comparable, not comparable)


def test_hashes_of_rows() -> None:
    """The sum of a row's parts is hashed once more; MD5 reads the record's text, which marks NULL."""
    assert row_hash(Hashing.NATIVE, ["a", "b"]) == (
        "hash_numeric_extended(hash_record_extended(ROW(a, b), 0)::numeric, 0)"
    )
    assert row_hash(Hashing.MD5, ["a"]) == "('x' || substr(md5(ROW(a)::text), 1, 16))::bit(64)::bigint"
    assert self_test().startswith("SELECT hash_numeric_extended(")


@pytest.mark.parametrize(
    ("kind", "type_", "known"),
    [
        ("text", "varchar", True),
        ("text", "numeric", False),
        ("integer", "int8", True),
        ("integer", "text", False),
        ("number", "numeric limited", True),
        ("number", "text", False),
        ("timestamp", "timestamptz", True),
        ("timestamp", "date", False),
        ("json", "jsonb", False),
        ("interval", "interval", False),
    ],
)
def test_where_sql_gives_the_compared_text_itself(kind: str, type_: str, known: bool) -> None:
    """Elsewhere the value travels, and its text is made here."""
    assert (canonical_template(kind, type_) is not None) is known
