"""Access logs counted by minute and kind of request, in one pass of an embedded database.

Known: the combined and common log formats (whatever follows the size is left alone), and one JSON object a
line under the names that nginx, Apache, Traefik and Envoy are usually told to write. Compressed files are
read as they are.

A path keeps nothing that could be data: no query, and of its segments only those of plain letters and
version numbers; `/orders/4711/lines?customer=Wang` is `/orders/{}/lines`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from harness.errors import ConfigError
from harness.model import text

STATIC = "avif|css|gif|ico|jpeg|jpg|js|map|png|svg|ttf|webp|woff|woff2"
"""Files that a browser fetches by itself: no transaction of anybody."""

_LINE = r'^\S+ \S+ .*?\[([^\]]+)\] "([A-Z]+) ([^ "]+)[^"]*" (\d{3}) '
_MOMENT = "%d/%b/%Y:%H:%M:%S %z"
_TIMES = ("time", "timestamp", "@timestamp", "ts", "time_iso8601", "time_local", "start_time", "StartUTC")
_METHODS = ("method", "request_method", "verb", "RequestMethod", "http_method")
_PATHS = ("path", "uri", "request_uri", "url", "RequestPath", "request")
_STATUSES = ("status", "response_code", "code", "DownstreamStatus", "response")
_PLAIN = r"[A-Za-z][A-Za-z_.\-]*|v[0-9]{1,2}"


@dataclass(frozen=True, slots=True)
class Seen:
    """How often each kind of request (`GET /orders/{}`) started in each minute, and what was left out.

    `minutes` is keyed by the minute's start; `static`, `failed` (status 400 and above, counted in
    `minutes` too) and `unread` are lines.
    """

    minutes: Mapping[datetime, Mapping[str, int]]
    static: int = 0
    failed: int = 0
    unread: int = 0

    @property
    def requests(self) -> int:
        """All that count."""
        return sum(sum(found.values()) for found in self.minutes.values())


def read_logs(paths: Sequence[Path], zone: tzinfo) -> Seen:
    """The logs together, by minutes in the time of `zone`; ConfigError when nothing in them is understood."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(_LINES.format(files=", ".join(map(_quoted, paths))))
        first = connection.execute("SELECT line FROM lines WHERE line <> '' LIMIT 1").fetchone()
        fields = _from_json() if first and str(first[0]).lstrip().startswith("{") else _COMBINED
        connection.execute(_FORMS.format(fields=fields, static=STATIC, plain=_PLAIN))
        rows = connection.execute(_COUNTED).fetchall()
    return _seen(rows, zone, paths)


_LINES = """
CREATE VIEW lines AS SELECT line FROM read_csv([{files}], columns = {{'line': 'VARCHAR'}}, header = false,
    auto_detect = false, delim = '\x01', quote = '', escape = '', strict_mode = false, null_padding = true,
    maximum_line_size = 10000000)
"""
_COMBINED = f"""
SELECT try_strptime(nullif(part.moment, ''), '{_MOMENT}') AS moment, nullif(part.method, '') AS method,
       nullif(part.target, '') AS target, try_cast(part.status AS INTEGER) AS status
FROM (SELECT regexp_extract(line, '{_LINE}', ['moment', 'method', 'target', 'status']) AS part
      FROM lines WHERE line <> '')
"""  # noqa: S608 - made of constants
_JSON = """
SELECT coalesce(try_strptime(said, '{said_as}'), try_cast(said AS TIMESTAMPTZ),
                to_timestamp(try_cast(said AS DOUBLE))) AS moment,
       coalesce(verb, nullif(regexp_extract(asked, '^([A-Z]+) ', 1), '')) AS method,
       regexp_replace(regexp_replace(asked, '^[A-Z]+ ([^ ]+).*$', '\\1'), '^[a-z]+://[^/]+', '') AS target,
       try_cast(code AS INTEGER) AS status
FROM (SELECT {moment} AS said, {method} AS verb, {target} AS asked, {status} AS code
      FROM (SELECT CASE WHEN json_valid(line) THEN line ELSE '{{}}' END AS line
            FROM lines WHERE line <> ''))
"""
# Each line as minute, method, form of the path, status; nulls where it is not understood.
_FORMS = """
CREATE TABLE requests AS
WITH raw AS ({fields}),
cut AS (SELECT *, split_part(split_part(target, '?', 1), '#', 1) AS path FROM raw)
SELECT time_bucket(INTERVAL 1 minute, moment AT TIME ZONE 'UTC') AS minute, method, status,
       coalesce(regexp_matches(lower(path), '\\.({static})$'), false) AS is_static,
       array_to_string(list_transform(string_split(path, '/'), lambda segment:
           CASE WHEN segment = '' OR regexp_full_match(segment, '{plain}') THEN segment
                WHEN regexp_matches(segment, '^[A-Za-z_]+\\(.*\\)$')
                THEN regexp_extract(segment, '^[A-Za-z_]+') || '()'
                ELSE '{{}}' END), '/') AS form
FROM cut
"""
_COUNTED = """
SELECT minute, CASE WHEN regexp_full_match(method, '[A-Z]+') THEN method || ' ' || form END,
       count(*) FILTER (NOT is_static), count(*) FILTER (is_static),
       count(*) FILTER (status >= 400 AND NOT is_static)
FROM requests GROUP BY ALL
"""


def _seen(
    rows: Sequence[tuple[datetime | None, str | None, int, int, int]], zone: tzinfo, paths: Sequence[Path]
) -> Seen:
    minutes: dict[datetime, dict[str, int]] = {}
    static = failed = unread = 0
    for minute, request, count, files, errors in rows:
        if minute is None or request is None:
            unread += count + files
            continue
        static, failed = static + files, failed + errors
        if count:
            place = minute.replace(tzinfo=UTC).astimezone(zone)
            minutes.setdefault(place, {})[request] = count
    if not minutes:
        raise ConfigError(text("performance.workload.nothing", file=str(paths[0]), lines=unread))
    return Seen(minutes, static, failed, unread)


def _from_json() -> str:
    def first(names: Sequence[str]) -> str:
        found = [f"""json_extract_string(line, '$."{name}"')""" for name in names]  # @ demands the quotes
        return f"coalesce({', '.join(found)})"

    return _JSON.format(
        said_as=_MOMENT,
        moment=first(_TIMES),
        method=first(_METHODS),
        target=first(_PATHS),
        status=first(_STATUSES),
    )


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
