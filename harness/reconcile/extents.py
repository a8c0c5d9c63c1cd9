"""What PostgreSQL's catalogue knows about a table: how many rows, which keys, and in which order they lie."""

from __future__ import annotations

from harness.errors import ConfigError
from harness.reconcile.entity import EntityMapping
from harness.reconcile.layout import Extent
from harness.reconcile.pushed_down import PushedDown
from harness.reconcile.snapshot import Snapshot
from harness.sqltext import quoted
from harness.sqltext.dialects import sql_dialect

_BYTES_PER_ROW = 100  # of a table that was never analysed

_TABLE = """
SELECT CASE WHEN c.reltuples > 0 THEN c.reltuples::bigint ELSE pg_relation_size(c.oid) / {bytes} END,
       EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum
               AND i.indpred IS NULL AND i.indisvalid),
       coalesce((SELECT max(s.correlation) FROM pg_stats s
                 WHERE s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname), 0)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = {column} AND NOT a.attisdropped
WHERE c.oid = {table}::regclass AND c.relkind IN ('r', 'm')
"""


def rows_known(mapping: EntityMapping, snapshot: Snapshot) -> int | None:
    """About how many rows a table holds before any filter; None when that is not known, as of a query."""
    table = mapping.relation(snapshot.side).table
    if table is None:
        return None
    name = _literal(quoted(table, sql_dialect(snapshot.dialect)))
    sizes = f"SELECT reltuples::bigint, pg_relation_size(oid) FROM pg_class WHERE oid = {name}::regclass"  # noqa: S608
    found = snapshot.all(f"{sizes} AND relkind = 'r'")
    if not found:
        return None
    (rows, size) = found[0]
    # Both are old news or an estimate: the larger one counts.
    return max(int(rows), int(size) // _BYTES_PER_ROW)


def extent_of(sql: PushedDown, snapshot: Snapshot) -> Extent:
    """The extent of one side's rows; counted when nothing is known about them."""
    known = _known(sql, snapshot)
    if known is None:
        return Extent(snapshot.number(sql.count()))
    rows, indexed, correlation = known
    if sql.bare_key is None:
        return Extent(rows)
    ((lowest, highest),) = snapshot.all(sql.extent())
    return Extent(rows, lowest, highest, indexed, float(correlation))


def _known(sql: PushedDown, snapshot: Snapshot) -> tuple[int, bool, float] | None:
    name = sql.quoted_table
    if name is None:
        return None
    query = _TABLE.format(bytes=_BYTES_PER_ROW, table=_literal(name), column=_literal(sql.bare_key or ""))
    try:
        with snapshot.attempt():
            found = snapshot.all(query)
    except ConfigError:  # a role that may not read the catalogue
        return None
    return (int(found[0][0]), bool(found[0][1]), float(found[0][2])) if found else None


def _literal(content: str) -> str:
    return "'" + content.replace("'", "''") + "'"
