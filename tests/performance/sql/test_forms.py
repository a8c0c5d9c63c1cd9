"""Which texts are the same statement, and which are not."""

from __future__ import annotations

import pytest

from harness.performance.sql.forms import form_of, searching, without_values

READ = (
    'SELECT "a"."id" AS "id", "a"."name" FROM "sale_line" AS "a" '
    'WHERE ("a"."id" IN ($1, $2)) ORDER BY "a"."id"'
)

SAME = {
    "a further column": READ.replace('"a"."name"', '"a"."name", "a"."note"'),
    "another alias": READ.replace('"a"', '"b"'),
    "more values": READ.replace("$1, $2", "$1, $2, $3, $4"),
    "an array for a list": READ.replace("IN ($1, $2)", "= ANY ($1)"),
    "spaces": READ.replace(" FROM ", "\n  FROM "),
}
OTHER = {
    "another table": READ.replace("sale_line", "sale_sale"),
    "searched by another column": READ.replace('WHERE ("a"."id"', 'WHERE ("a"."sale"'),
    "in another order": READ.replace('ORDER BY "a"."id"', 'ORDER BY "a"."name"'),
    "counts": READ.replace('"a"."id" AS "id", "a"."name"', "count(*)").replace(' ORDER BY "a"."id"', ""),
    "a join": READ.replace("WHERE", 'JOIN "sale_sale" AS "c" ON "c"."id" = "a"."sale" WHERE'),
    "deletes": 'DELETE FROM "sale_line" AS "a" WHERE ("a"."id" IN ($1, $2))',
}


@pytest.mark.parametrize("name", SAME)
def test_it_is_the_same_statement_with(name: str) -> None:
    assert form_of(SAME[name]) == form_of(READ)


@pytest.mark.parametrize("name", OTHER)
def test_it_is_another_statement_that(name: str) -> None:
    assert form_of(OTHER[name]) != form_of(READ)


def test_a_renamed_table_is_the_same_one() -> None:
    renamed = READ.replace("sale_line", "sale_order_line")

    assert form_of(READ, {"sale_line": "sale_order_line"}) == form_of(renamed)


def test_a_form_says_what_is_done_to_what() -> None:
    update = 'UPDATE "party" SET "name" = $1, "code" = $2 WHERE "id" = $3'

    assert form_of(READ).line == "SELECT sale_line WHERE id ORDER id"
    assert form_of(update).line == "UPDATE party SET code, name WHERE id"
    assert form_of(update).tables == ("party",)


@pytest.mark.parametrize(
    "text", ["BEGIN", "SELECT FROM WHERE (", "VACUUM sale_line", "LOCK TABLE a IN SHARE MODE"]
)
def test_what_is_no_query_is_its_own_form(text: str) -> None:
    assert form_of(text).line == text


@pytest.mark.parametrize(
    ("statement", "query"),
    [
        (READ, READ),
        (
            'UPDATE "sale" AS "a" SET "state" = $1 WHERE "a"."id" IN ($2)',
            'SELECT 1 FROM "sale" AS "a" WHERE "a"."id" IN ($2)',
        ),
        ('DELETE FROM "sale" WHERE "id" = $1', 'SELECT 1 FROM "sale" WHERE "id" = $1'),
        (
            'SELECT $1 FROM "sale" WHERE "id" = $2 FOR UPDATE NOWAIT',
            'SELECT $1 FROM "sale" WHERE "id" = $2',
        ),
        ('SELECT COUNT($1) FROM "sale"', 'SELECT COUNT(*) FROM "sale"'),
        ('UPDATE "sale" SET "state" = $1', 'UPDATE "sale" SET "state" = $1'),
        (
            "UPDATE a SET x = b.x FROM b WHERE a.id = b.id",
            "UPDATE a SET x = b.x FROM b WHERE a.id = b.id",
        ),
        ("UPDATE sale SET (", "UPDATE sale SET ("),
        ("INSERT INTO sale (id) VALUES ($1)", "INSERT INTO sale (id) VALUES ($1)"),
    ],
)
def test_what_changes_rows_is_looked_at_by_the_way_it_finds_them(statement: str, query: str) -> None:
    assert searching(statement) == query


def test_values_that_the_database_left_in_a_text_are_taken_out() -> None:
    text = "ALTER ROLE erp PASSWORD 'it''s secret' VALID UNTIL '2026-01-01'; SET x = 4711 -- $1 a1"

    assert without_values(text) == "ALTER ROLE erp PASSWORD ? VALID UNTIL ?; SET x = ? -- $1 a1"
