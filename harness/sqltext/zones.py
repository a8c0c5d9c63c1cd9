"""Timestamps of another time zone as UTC, and timestamps as dates, in each dialect's SQL."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from harness.sqltext.error import SqlTextError

_OFFSET = re.compile(r"([+-])(\d\d):([0-5]\d)")


def is_zone(name: str) -> bool:
    """True for an offset such as +08:00 and for a name of the time zone database."""
    if _OFFSET.fullmatch(name):
        return True
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError):  # not found is a KeyError, a folder of zones an OSError
        return False
    return True


def in_utc(expression: str, zone: str, dialect: str) -> str:
    """The timestamp `expression`, kept in `zone`, as UTC; SqlTextError `zone` where that cannot be said.

    On PostgreSQL a value that knows its own time zone is left as it is.
    """
    if dialect == "postgres":
        moved = f"({expression})::timestamp AT TIME ZONE {_named(zone)}"
        return (
            f"CASE pg_typeof({expression})::text WHEN 'timestamp with time zone'"
            f" THEN ({expression})::timestamptz ELSE {moved} END"
        )
    offset = _OFFSET.fullmatch(zone)
    if offset is None or dialect not in {"sqlite", "mysql", "duckdb"}:
        raise SqlTextError("zone", zone)
    minutes = (int(offset[2]) * 60 + int(offset[3])) * (-1 if offset[1] == "+" else 1)
    if dialect == "sqlite":  # its own function would drop the digits behind the seconds
        moved = f"datetime({expression}, '{minutes:+d} minutes') || substr({expression}, 20)"
        return f"coalesce({moved}, {expression})"
    if dialect == "mysql":
        return f"({expression}) + INTERVAL {minutes:d} MINUTE"
    return f"CAST({expression} AS TIMESTAMP) + INTERVAL '{minutes:d} minutes'"


def as_date(expression: str, dialect: str) -> str:
    """The day of the timestamp `expression`; what is no timestamp stays as it is."""
    if dialect in {"sqlite", "mysql"}:
        return f"coalesce(date({expression}), {expression})"
    return f"CAST({expression} AS DATE)"


def _named(zone: str) -> str:
    # PostgreSQL reads a bare '+08:00' as POSIX does, west of Greenwich; an interval is not mistaken.
    return f"INTERVAL '{zone}'" if _OFFSET.fullmatch(zone) else f"'{zone}'"
