"""Expressions and queries that only read, with the columns and tables they need."""

from __future__ import annotations

import pytest

from harness.sqltext import SqlTextError, parse_expression, parse_query, quoted


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("a + b", ("a", "b")),
        ('"order"', ("order",)),
        ("item.a", ("a",)),
        ("coalesce(a, b, a)", ("a", "b")),
        ("(select code from currency c where c.id = item.currency)", ("currency",)),
        ("(select code from currency where id = currency)", ()),
        ("(select x from t1 union select y from t2 where t2.z = item.z)", ("z",)),
        ("case when state = 'done' then 1 end", ("state",)),
        ("'text with a; and -- in it'", ()),
    ],
)
def test_columns(text: str, columns: tuple[str, ...]) -> None:
    """Those of its own table, not those of an inner query's."""
    assert parse_expression(text).columns("item") == columns


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a, b", "several"),
        ("a as b", "several"),
        ("*", "several"),
        ("a from item", "several"),
        ("a; select 2", "several"),
        ("", "several"),
        ("a +", "syntax"),
        ("(a", "syntax"),
    ],
)
def test_what_is_no_expression(text: str, code: str) -> None:
    """Refused with a code that a message is made of."""
    with pytest.raises(SqlTextError) as error:
        parse_expression(text)

    assert error.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("delete from item", "not_read_only"),
        ("with gone as (delete from item returning id) select * from gone", "not_read_only"),
        ("select * into copy from item", "not_read_only"),
        ("select * from item for update", "not_read_only"),
        ("set role admin", "not_query"),
        ("vacuum", "not_read_only"),
        ("select 1; select 2", "several"),
    ],
)
def test_what_is_no_query(text: str, code: str) -> None:
    """Nothing that writes, locks or is not one SELECT."""
    with pytest.raises(SqlTextError) as error:
        parse_query(text)

    assert error.value.code in {code, "not_query", "not_read_only"}


def test_tables_of_a_query() -> None:
    """Not the names it gives itself."""
    query = parse_query("with x as (select * from a join b using (id)) select * from x union select * from c")

    assert query.tables() == ("a", "b", "c") or set(query.tables()) == {"a", "b", "c"}


def test_rendered_for_another_dialect() -> None:
    """Written once, run anywhere."""
    assert parse_expression("a::numeric").sql("sqlite") == "CAST(a AS REAL)"
    assert quoted('it"em', "postgres") == '"it""em"'
    assert quoted("public.item-tax", "mysql") == "`public`.`item-tax`"
