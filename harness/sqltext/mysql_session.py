"""What a session of MariaDB or MySQL is told before it is read."""

from __future__ import annotations

MYSQL_SESSION: tuple[str, ...] = (
    "SET SESSION time_zone = '+00:00'",
    "SET NAMES utf8mb4",
    # || joins texts, as in the SQL that mappings are written in
    "SET SESSION sql_mode = 'PIPES_AS_CONCAT'",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
)
"""Everything that changes what a value looks like, then one moment, read-only."""
