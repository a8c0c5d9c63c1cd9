"""64-bit checksums of rows inside PostgreSQL: its own hash where both servers agree on it, MD5 elsewhere.

PostgreSQL adds the hashes of a record's columns up, each multiplied by a constant. Summed over many rows
that would be blind to two rows that exchange a value; so the hash of the record is hashed once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum


class Hashing(StrEnum):
    """Which checksum of a row is used."""

    NATIVE = "native"
    MD5 = "md5"


def row_hash(hashing: Hashing, forms: Sequence[str]) -> str:
    """The SQL of a bigint from the expressions of one row; NULL in them is a value of its own."""
    row = f"ROW({', '.join(forms)})"
    if hashing is Hashing.NATIVE:
        return f"hash_numeric_extended(hash_record_extended({row}, 0)::numeric, 0)"
    # The text of a record marks NULL, quotes what needs it, and so never runs two values together.
    return f"('x' || substr(md5({row}::text), 1, 16))::bit(64)::bigint"


def self_test() -> str:
    """One row of one number, the same wherever the native hash is the same; it may fail where it is not.

    Covers each kind of expression that is hashed, NULL, and the forms that the texts are brought into.
    """
    return f"SELECT {row_hash(Hashing.NATIVE, _VECTOR)}"  # constants only


_VECTOR = (
    "1.10::numeric",
    "1.1000::numeric > 'Infinity'::numeric",
    "'-98765432109876543210.0123'::numeric",
    "0::numeric",
    "'NaN'::numeric",
    "7::int2::int4",
    "-7::int4",
    "4294967297::int8",
    "4294967297::int8 >> 32",
    "'\u4f59\u989d Stra\u00dfe'::text COLLATE \"C\"",
    "'ab   '::char(5)::text COLLATE \"C\"",
    "''::text COLLATE \"C\"",
    'NULL::text COLLATE "C"',
    "NULL::numeric",
    "date '2024-02-29'",
    "time_send(time '23:59:59.999999')",
    "timestamp_send(timestamp '2024-02-29 12:34:56.789012')",
    "timestamptz_send(timestamptz '2024-02-29 12:34:56.789012+08')",
    "float8send(1e-5::float8)",
    "float4send(1.1::float4)",
    "true",
    "false",
    "'\\x00ff10'::bytea",
    'trim_scale(100.00)::text COLLATE "C"',
    "normalize(U&'e\\0301', NFC) COLLATE \"C\"",
)
