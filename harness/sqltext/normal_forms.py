"""What a PostgreSQL session is told first, so that texts and checksums depend on nothing but the values."""

from __future__ import annotations

SESSION: tuple[str, ...] = (
    "SET LOCAL TIME ZONE 'UTC'",
    "SET LOCAL DateStyle = 'ISO'",
    "SET LOCAL IntervalStyle = 'postgres'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL bytea_output = 'hex'",
)
"""One statement each, for the running transaction only."""
