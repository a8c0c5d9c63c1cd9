"""What a session of MariaDB or MySQL is told before it is read."""

from __future__ import annotations

MYSQL_SESSION: tuple[str, ...] = (
    "SET SESSION time_zone = '+00:00'",
    "SET NAMES utf8mb4",
    # as the SQL is rendered: || joins texts, a backslash is a backslash
    "SET SESSION sql_mode = 'PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,ERROR_FOR_DIVISION_BY_ZERO'",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
)
"""Everything that changes what a value looks like, then one moment, read-only."""
