"""Reconciliation on real PostgreSQL and the real upgrade: what is planted is named, and nothing else.

`HARNESS_TEST_SOURCE_SQL` and `HARNESS_TEST_TARGET_SQL` name two scratch databases of a pristine pair that
may be changed; otherwise copies of the demo's pair are made.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from harness import demo
from harness.errors import ConfigError
from harness.model import Capture, Conclusion, Finding, FindingKind, Part, Side, Status
from harness.reconcile import EntityMapping, gather, gather_inventory, load_folder
from harness.reconcile.comparison import compare
from harness.reconcile.inventory import spec as inventory_spec
from harness.reconcile.snapshot import snapshot

pytestmark = pytest.mark.real_pair

MAPPINGS = Path(__file__).parents[2] / "fixtures" / "mappings" / "tryton"
KEY = b"a key of the tests"

Engines = Mapping[Side, Engine]


@pytest.fixture(scope="module")
def engines(request: pytest.FixtureRequest) -> Iterator[Engines]:
    """A pristine source and target that belong to this module."""
    with ExitStack() as stack:
        given = [os.environ.get(f"HARNESS_TEST_{side.name}_SQL") for side in Side]
        if not all(given):
            pair = request.getfixturevalue("pair")
            copies = (demo.source_copy, demo.target_copy)
            given = [stack.enter_context(copy(pair, "reconcile")).sql for copy in copies]
        made = {side: create_engine(str(url)) for side, url in zip(Side, given, strict=True)}
        for engine in made.values():
            stack.callback(engine.dispose)
        yield made


@pytest.fixture(scope="module")
def mappings() -> dict[str, EntityMapping]:
    """The mappings of Tryton by entity."""
    return {mapping.entity: mapping for mapping in load_folder(MAPPINGS)}


def live(mapping: EntityMapping, engines: Engines) -> Conclusion:
    """Both at once, pushed down."""
    return compare(mapping.spec(), {Part.PAIR: gather(mapping, engines, Part.PAIR, mask_key=KEY)})


def stored(mapping: EntityMapping, engines: Engines) -> Conclusion:
    """Each side streamed and stored, then compared."""
    captures = {part: gather(mapping, engines, part, mask_key=KEY) for part in (Part.SOURCE, Part.TARGET)}
    return compare(mapping.spec(), captures)


@contextmanager
def planted(engine: Engine, *statements: str) -> Iterator[list[Any]]:
    """Harms the target, gives what each statement returned, and restores the tables afterwards."""
    tables = sorted({statement.split()[2 if "delete" in statement else 1] for statement in statements})
    with engine.connect() as connection:

        def run(*commands: str) -> None:
            connection.execute(text("set session_replication_role = replica"))  # no trigger, no cascade
            for command in commands:
                connection.execute(text(command))
            connection.execute(text("set session_replication_role = origin"))
            connection.commit()

        run(*(f"create temporary table kept_{table} as table {table}" for table in tables))
        connection.execute(text("set session_replication_role = replica"))
        returned = [connection.execute(text(statement)).one() for statement in statements]
        run()
        try:
            yield returned
        finally:
            for table in tables:
                run(
                    f"delete from {table}",
                    f"insert into {table} table kept_{table}",
                    f"drop table kept_{table}",
                )


def named(findings: tuple[Finding, ...]) -> set[tuple[str, str, str | None]]:
    """What is wrong, without which rows."""
    return {(finding.entity, finding.kind.value, finding.field) for finding in findings}


# What the upgrade really changes; each is accepted by hand, with its reason, in the demo's waivers.toml.
REAL = {
    ("account", "mismatch", "template"),
    ("account", "mismatch", "write_date"),
    ("account", "mismatch", "write_uid"),
    ("account_move", "mismatch", "provisional_number"),
    ("account_type", "mismatch", "template"),
    ("account_type", "mismatch", "write_date"),
    ("account_type", "mismatch", "write_uid"),
    ("internal_shipment", "mismatch", "write_date"),
    ("internal_shipment", "mismatch", "write_uid"),
    ("journal_sequence", "mismatch", "sequence"),
    ("payment_term", "missing_in_source", None),
    ("payment_term_delta", "missing_in_source", None),
    ("payment_term_line", "missing_in_source", None),
    ("sale", "mismatch", "invoice_method"),
    ("sequence", "missing_in_source", None),
    ("sequence", "missing_in_target", None),
    ("strict_sequence", "missing_in_source", None),
    ("user_group", "missing_in_source", None),
    ("user_group", "missing_in_target", None),
}


def test_the_clean_upgrade(engines: Engines, mappings: dict[str, EntityMapping]) -> None:
    """Every entity holds rows and all its columns are accounted for; the findings are the known ones."""
    found: dict[str, tuple[Finding, ...]] = {}
    undecided, open_columns, rows = [], [], 0
    started = time.perf_counter()
    for mapping in mappings.values():
        capture = gather(mapping, engines, Part.PAIR, mask_key=KEY)
        conclusion = compare(mapping.spec(), {Part.PAIR: capture})
        found[mapping.entity] = conclusion.findings
        rows += int(str(conclusion.measures["source_rows"]))
        undecided += [mapping.entity] * (conclusion.status is Status.UNKNOWN)
        open_columns += capture.caveats
    print(
        f"{len(mappings)} entities, {rows} rows: {time.perf_counter() - started:.1f} s"
    )  # figures for the reader

    assert undecided == []
    assert {name for caveat in open_columns for name in dict(caveat.params)["columns"]} == set()
    assert named(tuple(finding for findings in found.values() for finding in findings)) == REAL


def test_live_and_stored_findings_are_the_same(engines: Engines, mappings: dict[str, EntityMapping]) -> None:
    """Checksums where the data is and rows streamed to us: two ways, one answer."""
    for mapping in mappings.values():
        assert live(mapping, engines).findings == stored(mapping, engines).findings, mapping.entity


def test_planted_defects_are_named_exactly(engines: Engines, mappings: dict[str, EntityMapping]) -> None:
    """One line gone and one cent changed: two findings, each in its own entity, with key and amount."""
    line = "(select max(id) from sale_line where quantity is not null and unit_price is not null)"
    invoice = (
        "(select max(id) from account_invoice where state = 'posted' and total_amount_cache is not null)"
    )
    clean = {name: live(mapping, engines).findings for name, mapping in mappings.items()}
    with planted(
        engines[Side.TARGET],
        f"delete from sale_line where id = {line} returning id, round(quantity::numeric * unit_price, 2)",
        f"update account_invoice set total_amount_cache = total_amount_cache + 0.01 where id = {invoice}"
        " returning id, (select code from currency_currency c where c.id = currency)",
    ) as (lost, changed):
        dirty = {name: live(mapping, engines).findings for name, mapping in mappings.items()}
        again = stored(mappings["sale_line"], engines).findings

    extra = [item for name, findings in dirty.items() for item in findings if item not in clean[name]]
    by_entity = {finding.entity: finding for finding in extra}
    assert len(extra) == 2
    gone, cent = by_entity["sale_line"], by_entity["invoice"]
    assert (gone.kind, gone.key, gone.amount) == (FindingKind.MISSING_IN_TARGET, f"id={lost[0]}", lost[1])
    assert gone in again
    assert (cent.kind, cent.key, cent.field) == (
        FindingKind.MISMATCH,
        f"id={changed[0]}",
        "total_amount_cache",
    )
    assert (cent.amount, cent.currency) == (Decimal("0.01"), changed[1])


def test_the_ledger_shows_in_the_balance_list(engines: Engines, mappings: dict[str, EntityMapping]) -> None:
    """Two errors that cancel in the total: the entry lines, and the balances of their accounts."""
    one, other = (
        f"(select {pick}(id) from account_move_line where debit > 1 and credit = 0)"
        for pick in ("min", "max")
    )
    with planted(
        engines[Side.TARGET],
        f"update account_move_line set debit = debit + 1 where id = {one} returning id",
        f"update account_move_line set debit = debit - 1 where id = {other} returning id",
    ) as returned:
        lines = live(mappings["account_move_line"], engines).findings
        balances = live(mappings["account_balance"], engines).findings

    assert [(item.key, item.field, item.amount) for item in lines] == [
        (f"id={row[0]}", "debit", Decimal(1)) for row in returned
    ]
    assert {item.kind for item in balances} <= {FindingKind.MISMATCH}
    assert "debit" in {item.field for item in balances}


def test_a_table_that_lost_everything_is_named(engines: Engines, mappings: dict[str, EntityMapping]) -> None:
    """Mapped by nobody, so only the inventory can see it; the clean pair has none."""

    def lost(known: dict[str, EntityMapping]) -> list[str | None]:
        captures = {Part.PAIR: gather_inventory(tuple(known.values()), engines, Part.PAIR)}
        return [item.key for item in compare(inventory_spec(), captures).findings]

    unmapped = {
        name: mapping for name, mapping in mappings.items() if name != "product_category_supplier_tax"
    }

    assert lost(mappings) == []
    assert lost(unmapped) == ["product_category_supplier_taxes_rel"]


@pytest.fixture
def trap(engines: Engines) -> Iterator[Callable[..., tuple[Finding, ...]]]:
    """Compares two tables of the target's database: `trap(columns, rows, rows, fields)`."""
    engine = engines[Side.TARGET]

    def run(
        columns: tuple[str, str], source: str, target: str, fields: dict[str, Any], **more: Any
    ) -> tuple[Finding, ...]:
        with engine.begin() as connection:
            for name, layout, rows in zip(
                ("trap_source", "trap_target"), columns, (source, target), strict=True
            ):
                connection.execute(text(f"drop table if exists {name}"))
                connection.execute(text(f"create table {name} ({layout})"))
                connection.exec_driver_sql(
                    f"insert into {name} {rows}", execution_options={"no_parameters": True}
                )
        data: dict[str, Any] = {
            "entity": "trap",
            "title": {"en": "Traps", "zh": "陷阱"},
            "module": "test",
            "key": ["id"],
            "source": {"table": "trap_source"},
            "target": {"table": "trap_target"},
            "fields": {"id": "integer"} | fields,
        }
        mapping = EntityMapping.model_validate(data | more)
        both = dict.fromkeys(Side, engine)
        findings = live(mapping, both).findings
        assert findings == stored(mapping, both).findings
        return findings

    yield run
    with engine.begin() as connection:
        connection.execute(text("drop table if exists trap_source, trap_target"))


@pytest.mark.parametrize(
    ("kinds", "values", "field", "differs"),
    [
        (("numeric", "numeric(20,6)"), ("1.10", "1.1"), "number", False),
        (("numeric", "text"), ("1.10", "'1.1000'"), "number", False),
        (("numeric", "numeric"), ("12345678.90", "12345679.40"), "number", True),
        (("numeric", "double precision"), ("0.1", "0.1"), "number", False),
        (("double precision", "double precision"), ("0.1", "0.10000000000000002"), "float", True),
        (("double precision", "double precision"), ("'-0'", "0"), "float", False),
        (("real", "real"), ("0.1", "0.1"), "float", False),
        (("text", "text"), ("null", "''"), "text", True),
        (("text", "text"), ("null", "''"), {"empty_is_null": True}, False),
        (("char(5)", "text"), ("'ab'", "'ab'"), {"form": "trimmed"}, False),
        (("text", "text"), ("'M' || chr(252)", "'Mu' || chr(776)"), "text", True),
        (("text", "text"), ("'M' || chr(252)", "'Mu' || chr(776)"), {"form": "nfc"}, False),
        (
            ("timestamptz", "timestamp"),
            ("'2025-01-01 08:00+08'", "'2025-01-01 00:00'"),
            "timestamp",
            False,
        ),
        (("timestamp", "timestamp"), ("'2025-01-01'", "'2025-01-01 00:00:00.000001'"), "timestamp", True),
        (("date", "timestamp"), ("'2025-01-01'", "'2025-01-01'"), "date", False),
        (("date", "timestamp"), ("'2025-01-01'", "'2025-01-01 01:00'"), "date", True),
        (("interval", "interval"), ("'1 day'", "'24:00'"), "interval", False),
        (("json", "jsonb"), ('\'{"b":1, "a":2.50}\'', '\'{"a":2.5,"b":1}\''), "json", False),
        (("bytea", "bytea"), ("'\\x00ff'", "'\\x00fe'"), "bytes", True),
        (("smallint", "bigint"), ("7", "7"), "integer", False),
        (("boolean", "integer"), ("true", "1"), "boolean", False),
    ],
)
def test_traps_of_types(
    trap: Callable[..., tuple[Finding, ...]],
    kinds: tuple[str, str],
    values: tuple[str, str],
    field: Any,
    differs: bool,
) -> None:
    """Pushed down and streamed alike: representation never matters, values always do."""
    columns = (f"id integer, v {kinds[0]}", f"id integer, v {kinds[1]}")

    findings = trap(columns, f"select 1, {values[0]}", f"select 1, {values[1]}", {"v": field})

    assert [finding.field for finding in findings] == (["v"] if differs else [])


def test_traps_of_rows(trap: Callable[..., tuple[Finding, ...]]) -> None:
    """Many rows, text keys under different collations, doubles, NULL keys and a shifted column."""
    columns = ('id text collate "C", n integer', 'id text collate "und-x-icu", n integer')
    rows = "select chr(65 + g % 58) || g, g from generate_series(1, 5000) g"

    findings = trap(
        columns,
        f"{rows} union all select null, 1 union all select 'twice', 1 union all select 'twice', 1",
        f"{rows.replace('5000', '4990')} union all select null, 2 union all select 'twice', 1"
        " union all select 'extra', 0",
        {"id": "text", "n": "integer"},
        totals=[{"sum": "n"}],
    )

    kinds = [(finding.kind, finding.count) for finding in findings]
    assert kinds.count((FindingKind.MISSING_IN_TARGET, 1)) == 11
    assert [(item.kind, item.key) for item in findings if item.kind is not FindingKind.MISSING_IN_TARGET] == [
        (FindingKind.MISMATCH, "id=NULL"),
        (FindingKind.MISSING_IN_SOURCE, "id=extra"),
    ]


def test_a_snapshot_is_one_moment_and_read_only(engines: Engines) -> None:
    """Data that moves during the comparison is not seen; nothing can be written."""
    engine = engines[Side.TARGET]
    with engine.begin() as connection:
        connection.execute(text("create table trap_moment as select 1 as id"))
    try:
        with snapshot(engine, Side.TARGET) as view:
            assert view.number("select count(*) from trap_moment") == 1
            with engine.begin() as connection:
                connection.execute(text("insert into trap_moment values (2)"))
            assert view.number("select count(*) from trap_moment") == 1
            with pytest.raises(ConfigError, match="ReadOnlySqlTransaction"):
                view.all("delete from trap_moment")
    finally:
        with engine.begin() as connection:
            connection.execute(text("drop table trap_moment"))


def test_speed(engines: Engines) -> None:
    """A hundred thousand rows a side, ten of them changed: printed, and far from slow."""
    engine = engines[Side.TARGET]
    rows = "select g as id, 'item ' || g as name, g / 100.0 as amount, date '2025-01-01' + g % 365 as day"
    with engine.begin() as connection:
        connection.execute(text(f"create table trap_source as {rows} from generate_series(1, 100000) g"))
        connection.execute(text("create table trap_target as table trap_source"))
        connection.execute(text("update trap_target set amount = amount + 1 where id % 10000 = 0"))
    mapping = EntityMapping.model_validate(
        {
            "entity": "speed",
            "title": {"en": "Speed", "zh": "速度"},
            "module": "test",
            "key": ["id"],
            "source": {"table": "trap_source"},
            "target": {"table": "trap_target"},
            "fields": {"id": "integer", "name": "text", "amount": "number", "day": "date"},
        }
    )
    try:
        captures: dict[Part, Capture] = {}
        for part in (Part.PAIR, Part.SOURCE, Part.TARGET):
            started = time.perf_counter()
            captures[part] = gather(mapping, dict.fromkeys(Side, engine), part, mask_key=KEY)
            print(
                f"{part.value}: {time.perf_counter() - started:.2f} s {dict(captures[part].measures)}"
            )  # figures for the reader
        started = time.perf_counter()
        sides = {part: captures[part] for part in (Part.SOURCE, Part.TARGET)}
        offline = compare(mapping.spec(), sides)
        print(f"offline comparison: {time.perf_counter() - started:.2f} s")  # figures for the reader
        pair = compare(mapping.spec(), {Part.PAIR: captures[Part.PAIR]})
    finally:
        with engine.begin() as connection:
            connection.execute(text("drop table trap_source, trap_target"))

    assert pair.findings == offline.findings
    assert len(pair.findings) == 10
    assert int(str(captures[Part.PAIR].measures["rows_per_second"])) > 50_000
