"""Pairs of values that have fooled other comparisons, as PostgreSQL and SQLite hold them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

PG, LITE = "postgresql", "sqlite"
PAIRINGS = tuple((source, target) for source in (PG, LITE) for target in (PG, LITE))


@dataclass(frozen=True)
class Cell:
    """One value as each kind of database holds it: `type literal`; without one it cannot occur there."""

    postgresql: str = ""
    sqlite: str = ""

    def on(self, kind: str) -> tuple[str, str]:
        """Its column's type and its literal."""
        declared, _, literal = (self.postgresql if kind == PG else self.sqlite).partition(" = ")
        return declared, literal


def same(declared: str, literal: str) -> Cell:
    """A value that is written alike for both."""
    return Cell(f"{declared} = {literal}", f"{declared} = {literal}")


@dataclass(frozen=True)
class Trap:
    """Two values, the field that compares them, and whether they differ."""

    name: str
    source: Cell
    target: Cell
    field: Any
    differs: bool = False

    def pairings(self) -> Iterator[tuple[str, str]]:
        """Where it can occur."""
        return (
            pairing for pairing in PAIRINGS if self.source.on(pairing[0])[1] and self.target.on(pairing[1])[1]
        )


NFC, NFD = same("text", "'Mü'"), same("text", "'Mu\u0308'")
EURO_TEXT = Cell("numeric = 12345678901234567.89", "TEXT = '12345678901234567.89'")
NULL, EMPTY, BLANK = same("text", "NULL"), same("text", "''"), same("text", "' '")
PADDED = Cell("char(5) = 'ab'")
LOOSE, TRIMMED = {"empty_is_null": True}, {"form": "trimmed"}
EIGHT_IN_SHANGHAI = Cell("timestamptz = '2025-01-01 08:00+08'", "TEXT = '2025-01-01T08:00:00+08:00'")
MIDNIGHT = Cell("timestamp = '2025-01-01 00:00'", "TEXT = '2025-01-01 00:00:00.000000'")
HALF_HOUR = Cell("interval = '30 minutes'", "INTEGER = 1800")

TRAPS = (
    Trap(
        "numeric scale",
        Cell("numeric = 1.10", "TEXT = '1.10'"),
        Cell("numeric(20,6) = 1.1", "REAL = 1.1"),
        "number",
    ),
    Trap(
        "a cent in a large sum",
        Cell("numeric = 12345678.90", "TEXT = '12345678.90'"),
        Cell("numeric = 12345678.91", "TEXT = '12345678.91'"),
        "number",
        True,
    ),
    Trap(
        "beyond double precision",
        EURO_TEXT,
        Cell("numeric = 12345678901234567.88", "TEXT = '12345678901234567.88'"),
        "number",
        True,
    ),
    Trap(
        "SQLite REAL lost digits of money",
        EURO_TEXT,
        Cell(sqlite="REAL = 12345678901234567.89"),
        "number",
        True,
    ),
    Trap(
        "SQLite REAL that lost none",
        Cell("numeric = 1234567890.12", "TEXT = '1234567890.12'"),
        Cell(sqlite="REAL = 1234567890.12"),
        "number",
    ),
    Trap(
        "SQLite NUMERIC makes floats of texts",
        EURO_TEXT,
        Cell(sqlite="NUMERIC = '12345678901234567.89'"),
        "number",
        True,
    ),
    Trap(
        "exponents",
        Cell("numeric = 1000000000000000000000", "REAL = 1e21"),
        Cell("double precision = 1e21", "TEXT = '1E+21'"),
        "number",
    ),
    Trap("a number kept as text", Cell("numeric = 1.10", "REAL = 1.1"), same("text", "'1.1000'"), "number"),
    Trap("not a number", Cell("numeric = 'NaN'"), Cell("double precision = 'NaN'"), "number"),
    Trap(
        "infinite",
        Cell("double precision = 'Infinity'", "REAL = 9e999"),
        Cell("double precision = 'Infinity'", "REAL = 9e999"),
        "float",
    ),
    Trap("what is no number", same("text", "'1,5'"), same("text", "'1.5'"), "number", True),
    Trap(
        "integers beyond 2^53",
        Cell("bigint = 9007199254740993", "INTEGER = 9007199254740993"),
        Cell("numeric = 9007199254740992", "REAL = 9007199254740992"),
        "integer",
        True,
    ),
    Trap(
        "integers of any width",
        Cell("smallint = 7", "INTEGER = 7"),
        Cell("bigint = 7", "TEXT = '007'"),
        "integer",
    ),
    Trap("leading zeros of a code", same("text", "'007'"), same("text", "'7'"), "text", True),
    Trap(
        "minus zero",
        Cell("double precision = '-0'", "REAL = -0.0"),
        Cell("double precision = 0", "REAL = 0.0"),
        "float",
    ),
    Trap(
        "minus zero as a number",
        Cell("numeric = 0.00", "TEXT = '0.00'"),
        Cell("double precision = '-0'", "TEXT = '-0.0'"),
        "number",
    ),
    Trap(
        "the last bit of a float",
        Cell("double precision = 0.1", "REAL = 0.1"),
        Cell("double precision = 0.10000000000000002", "REAL = 0.10000000000000002"),
        "float",
        True,
    ),
    Trap("single precision", Cell("real = 0.1", "REAL = 0.1"), Cell("real = 0.1", "REAL = 0.1"), "float"),
    Trap(
        "single beside double precision",
        Cell("double precision = 0.1", "REAL = 0.1"),
        Cell("real = 0.1"),
        "float",
    ),
    Trap(
        "a sum of floats",
        Cell("double precision = 0.1::float8 + 0.2::float8", "REAL = 0.1 + 0.2"),
        Cell("numeric = 0.3", "TEXT = '0.3'"),
        "number",
        True,
    ),
    Trap("NULL and NULL", NULL, NULL, "text"),
    Trap("NULL and the empty text", NULL, EMPTY, "text", True),
    Trap("the empty text and NULL", EMPTY, NULL, "text", True),
    Trap("NULL and the empty text by rule", NULL, EMPTY, LOOSE),
    Trap("a blank is not empty", NULL, BLANK, LOOSE, True),
    Trap("NULL and the word NULL", NULL, same("text", "'NULL'"), "text", True),
    Trap("NULL and its mark", NULL, same("text", "'N'"), "text", True),
    Trap(
        "NULL and zero",
        Cell("numeric = NULL", "TEXT = NULL"),
        Cell("numeric = 0", "TEXT = '0'"),
        "number",
        True,
    ),
    Trap("CHAR padding by rule", PADDED, same("text", "'ab'"), TRIMMED),
    Trap("CHAR of two widths", PADDED, Cell("char(9) = 'ab'"), "text"),
    Trap("CHAR beside text", PADDED, same("text", "'ab'"), "text"),
    Trap("blanks that somebody typed", same("text", "'ab  '"), same("text", "'ab'"), "text", True),
    Trap("blanks at the beginning", same("text", "'  ab'"), same("text", "'ab'"), TRIMMED, True),
    Trap(
        "a line end", Cell("text = E'ab\\n'", "TEXT = 'ab' || char(10)"), same("text", "'ab'"), TRIMMED, True
    ),
    Trap("case", same("text", "'ab'"), same("text", "'aB'"), "text", True),
    Trap(
        "case under a collation that ignores it",
        Cell("text COLLATE \"und-x-icu\" = 'ab'", "TEXT COLLATE NOCASE = 'ab'"),
        Cell("text = 'AB'", "TEXT COLLATE NOCASE = 'AB'"),
        "text",
        True,
    ),
    Trap("composed and decomposed letters", NFC, NFD, "text", True),
    Trap("composed and decomposed letters by rule", NFC, NFD, {"form": "nfc"}),
    Trap("full-width digits", same("text", "'１２'"), same("text", "'12'"), {"form": "nfc"}, True),
    Trap("beyond the basic plane", same("text", "'𠮷野家😀'"), same("text", "'𠮷野家😀'"), "text"),
    Trap(
        "the marks of the engine in a text",
        Cell("text = E'\\x01a\\x1f'", "TEXT = char(1) || 'a' || char(31)"),
        same("text", "'a'"),
        "text",
        True,
    ),
    Trap("timestamps with and without a zone", EIGHT_IN_SHANGHAI, MIDNIGHT, "timestamp"),
    Trap(
        "a clock read as another zone's",
        Cell("timestamp = '2025-01-01 08:00'", "TEXT = '2025-01-01 08:00'"),
        MIDNIGHT,
        "timestamp",
        True,
    ),
    Trap(
        "a microsecond",
        MIDNIGHT,
        Cell("timestamp = '2025-01-01 00:00:00.000001'", "TEXT = '2025-01-01 00:00:00.000001'"),
        "timestamp",
        True,
    ),
    Trap(
        "digits of a second",
        Cell("timestamp(1) = '2025-01-01 00:00:00.5'", "TEXT = '2025-01-01 00:00:00.5'"),
        Cell("timestamptz = '2025-01-01 00:00:00.500000+00'", "TEXT = '2025-01-01T00:00:00.500000Z'"),
        "timestamp",
    ),
    Trap(
        "summer time",
        Cell("timestamptz = '2025-03-09 03:00-04'", "TEXT = '2025-03-09 03:00-04:00'"),
        Cell("timestamp = '2025-03-09 07:00'", "TEXT = '2025-03-09 07:00'"),
        "timestamp",
    ),
    Trap("a day as a timestamp", Cell("date = '2025-01-01'", "TEXT = '2025-01-01'"), MIDNIGHT, "date"),
    Trap(
        "a time of day that a date cannot hold",
        Cell("date = '2025-01-01'", "TEXT = '2025-01-01'"),
        Cell("timestamp = '2025-01-01 01:00'", "TEXT = '2025-01-01 01:00'"),
        "date",
        True,
    ),
    Trap(
        "the end of time",
        Cell("date = 'infinity'"),
        Cell("date = '9999-12-31'", "TEXT = '9999-12-31'"),
        "date",
        True,
    ),
    Trap(
        "the end of time on both sides",
        Cell("timestamp = 'infinity'"),
        Cell("timestamp = 'infinity'"),
        "timestamp",
    ),
    Trap(
        "before our era",
        Cell("date = '0044-03-15 BC'"),
        Cell("date = '0044-03-15'", "TEXT = '0044-03-15'"),
        "date",
        True,
    ),
    Trap(
        "a time of day",
        Cell("time = '08:00'", "TEXT = '08:00'"),
        Cell("time = '08:00:00'", "TEXT = '08:00:00.000000'"),
        "time",
    ),
    Trap("intervals", HALF_HOUR, Cell("interval = '00:30'", "REAL = 1800.0"), "interval"),
    Trap(
        "a day and 24 hours",
        Cell("interval = '1 day'", "INTEGER = 86400"),
        Cell("interval = '24:00'", "TEXT = '24:00:00'"),
        "interval",
    ),
    Trap("booleans", Cell("boolean = true", "INTEGER = 1"), Cell("integer = 1", "TEXT = 'true'"), "boolean"),
    Trap(
        "JSON",
        Cell('json = \'{"b": 1, "a": 2.50}\'', 'TEXT = \'{"b": 1, "a": 2.50}\''),
        Cell('jsonb = \'{"a":2.5,"b":1}\'', 'TEXT = \'{"a":2.5,"b":1}\''),
        "json",
    ),
    Trap(
        "JSON NULL is not NULL",
        Cell("jsonb = 'null'", "TEXT = 'null'"),
        Cell("jsonb = NULL", "TEXT = NULL"),
        "json",
        True,
    ),
    Trap(
        "bytes",
        Cell("bytea = '\\x00ff'", "BLOB = x'00ff'"),
        Cell("bytea = '\\x00fe'", "BLOB = x'00fe'"),
        "bytes",
        True,
    ),
    Trap(
        "no bytes and NULL",
        Cell("bytea = ''", "BLOB = x''"),
        Cell("bytea = NULL", "BLOB = NULL"),
        "bytes",
        True,
    ),
    Trap(
        "identifiers",
        Cell("uuid = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'"),
        same("text", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"),
        "text",
    ),
)
