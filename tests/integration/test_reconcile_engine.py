"""The engine on real PostgreSQL: every way to the differences finds the same ones, whatever interrupts it.

`HARNESS_TEST_SOURCE_SQL` and `HARNESS_TEST_TARGET_SQL` name two scratch databases that may be changed;
otherwise copies of the demo's pair are made.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, text

from harness import demo
from harness.model import FindingKind, Part, Side
from harness.reconcile import EntityMapping, bulk, engine, gather, postgres_pair, ranges
from harness.reconcile.blocks import Blocks
from harness.reconcile.checkpoint import Checkpoint
from harness.reconcile.engine import Compared, compare_live
from harness.reconcile.layout import Limits
from harness.reconcile.outcome import Outcome
from harness.reconcile.progress import Progress, Watch
from harness.reconcile.rows import RowForm
from harness.reconcile.snapshot import snapshot
from harness.sqltext.native_hash import Hashing, row_hash
from harness.sqltext.typed_forms import typed_templates

pytestmark = pytest.mark.real_pair

KEY = b"a key of the tests"
Engines = Mapping[Side, Engine]
Table = list[tuple[Any, ...]]

ALWAYS = Limits(stream_below=0)  # however few rows there are

COLUMNS = {
    Side.SOURCE: "id bigint, name text, amount numeric, day date, at timestamp, on_hand float8, ok boolean",
    Side.TARGET: "id integer, name varchar(40), amount numeric(20,4), day date, at timestamptz,"
    " on_hand float8, ok boolean",
}


@pytest.fixture(scope="module")
def engines(request: pytest.FixtureRequest) -> Iterator[Engines]:
    """Two databases that belong to this module, with an empty table `engine_item` each."""
    with ExitStack() as stack:
        given_urls = [os.environ.get(f"HARNESS_TEST_{side.name}_SQL") for side in Side]
        if not all(given_urls):
            pair = request.getfixturevalue("pair")
            copies = (demo.source_copy, demo.target_copy)
            given_urls = [stack.enter_context(copy(pair, "engine")).sql for copy in copies]
        made = {side: create_engine(str(url)) for side, url in zip(Side, given_urls, strict=True)}
        for side, database in made.items():
            stack.callback(database.dispose)
            stack.callback(run, database, "drop table if exists engine_item")
            run(database, "drop table if exists engine_item", f"create table engine_item ({COLUMNS[side]})")
        yield made


def run(database: Engine, *statements: str) -> None:
    """Each statement, committed together."""
    with database.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def mapping_of(**changes: Any) -> EntityMapping:
    """A mapping of `engine_item` by its id."""
    data: dict[str, Any] = {
        "entity": "engine_item",
        "title": {"en": "Items", "zh": "物料"},
        "module": "stock",
        "key": ["id"],
        "source": {"table": "engine_item"},
        "target": {"table": "engine_item"},
        "fields": {
            "id": "integer",
            "name": "text",
            "amount": {"type": "number", "money": True},
            "day": "date",
            "at": "timestamp",
            "on_hand": "float",
            "ok": "boolean",
        },
        "amount": {"field": "amount", "currency": "EUR"},
        "totals": [{"sum": "amount", "by": ["day"]}, {"sum": "on_hand"}],
    }
    return EntityMapping.model_validate(data | changes)


def fill(engines: Engines, rows: Mapping[Side, Table]) -> None:
    """Puts the rows in place of what was there."""
    for side, table in rows.items():
        with engines[side].begin() as connection:
            connection.execute(text("truncate engine_item"))
            if table:
                insert = text("insert into engine_item values (:0, :1, :2, :3, :4, :5, :6)")
                connection.execute(
                    insert, [{str(place): cell for place, cell in enumerate(row)} for row in table]
                )


def compared(mapping: EntityMapping, engines: Engines, limits: Limits = ALWAYS) -> Compared:
    """Pushed down."""
    with ExitStack() as stack:
        views = {side: stack.enter_context(snapshot(engines[side], side)) for side in Side}
        return compare_live(mapping, views, RowForm(mapping, KEY), limits=limits)


def streamed(mapping: EntityMapping, engines: Engines) -> Outcome:
    """Every row read and compared by us."""
    with ExitStack() as stack:
        views = {side: stack.enter_context(snapshot(engines[side], side)) for side in Side}
        return engine._streamed(mapping, views, RowForm(mapping, KEY), Watch("engine_item")).outcome


def whole_rows_where_possible(blocks: Blocks) -> ranges.Way:
    """An index on a whole-number key gives blocks of rows."""
    return ranges.Way.ROWS if blocks.possible else ranges.Way.HASHES


@contextmanager
def indexed(engines: Engines) -> Iterator[None]:
    """An index on the id, for as long as the block runs."""
    with ExitStack() as stack:
        for database in engines.values():
            run(database, "create index engine_item_by_id on engine_item (id)")
            stack.callback(run, database, "drop index engine_item_by_id")
        yield


def ways(mapping: EntityMapping, engines: Engines) -> dict[str, Outcome]:
    """The outcome by each way there is to it."""
    found = {"native": compared(mapping, engines).outcome, "streamed": streamed(mapping, engines)}
    small = Limits(rows_per_range=3, rows_in_memory=2, stream_below=0)
    found["in small parts"] = compared(mapping, engines, small).outcome
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranges, "_way", lambda _: ranges.Way.HASHES)
        found["hashes only"] = compared(mapping, engines, small).outcome
        patch.setattr(engine, "_PORTION", 1)
        patch.setattr(engine, "_SHARE_OF_SUSPECTS", 0)
        found["all rows"] = compared(mapping, engines).outcome
        with indexed(engines):
            found["a suspect at a time"] = compared(mapping, engines).outcome
            patch.setattr(ranges, "_way", whole_rows_where_possible)
            for side_by_side in (2, 1_000):
                blocks = replace(small, rows_side_by_side=side_by_side)
                found[f"{side_by_side} whole rows at a time"] = compared(mapping, engines, blocks).outcome
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postgres_pair, "_hashing", lambda _: Hashing.MD5)
        found["md5"] = compared(mapping, engines).outcome
        patch.setattr(bulk, "_connected", lambda _: None)
        by_driver = compared(mapping, engines)
        found["by driver"] = by_driver.outcome
    assert (by_driver.how["transport"], by_driver.how["hash"]) == ("driver", "md5")
    return found


names = st.one_of(
    st.none(), st.sampled_from(["", " ", "a", "A", "余额", "u\u0308", "\u00fc", "a\\", '"', "(,)"])
)
amounts = st.one_of(st.none(), st.decimals(-(10**9), 10**9, places=2))
floats = st.one_of(st.none(), st.sampled_from([0.0, -0.0, 0.1, 0.10000000000000002, 1e20, -1.5]))
rows = st.tuples(
    names,
    amounts,
    # Python holds neither infinite dates nor years before 1 or after 9999: such rows take a way of their own.
    st.sampled_from([None, "2024-02-29", "2024-03-01", "infinity", "0044-03-15 BC", "10000-01-01"]),
    st.sampled_from(
        [
            None,
            "2024-02-29 12:34:56.789012+00",
            "2024-02-29 12:34:56.789013+00",
            "-infinity",
            "0044-03-15 12:00:00.5+00 BC",
            "10000-01-01 00:00:00+00",
        ]
    ),
    floats,
    st.sampled_from([None, True, False]),
)
keys = st.one_of(st.none(), st.integers(-3, 12), st.sampled_from([-(2**31), 2**31 - 1]))
tables = st.lists(st.tuples(keys, rows).map(lambda item: (item[0], *item[1])), max_size=12)
# Changes whose sum needs more than 28 digits: it must not depend on the order in which rows are read.
FAR_APART = [
    (0, 1, ("renamed", None, None, None, None, None)),
    *((key, 1, ("new", None, None, None, 0.10000000000000002, None)) for key in range(1, 9)),
]
edits = st.lists(st.tuples(st.integers(0, 11), st.integers(1, 6), rows), max_size=4)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"key": ["id", "name"]},
        {"key": []},
    ],
    ids=["integer key", "composite key", "no key"],
)
@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(table=tables, edited=edits)
@example(table=[(0, "large", None, None, None, 1e20, None)], edited=FAR_APART)
def test_every_way_finds_the_same(
    engines: Engines, changes: dict[str, Any], table: Table, edited: list[tuple[int, int, Any]]
) -> None:
    """Random rows, with doubles and NULL keys, and random edits of them."""
    target = list(table)
    for place, column, values in edited:
        if place < len(target):
            row = target[place]
            target[place] = (*row[:column], values[column - 1], *row[column + 1 :])
        else:
            target.append((place, *values))
    fill(engines, {Side.SOURCE: table, Side.TARGET: target})

    outcomes = ways(mapping_of(**changes), engines)

    for way, outcome in outcomes.items():
        assert outcome == outcomes["streamed"], way


def plain(count: int) -> Table:
    """Rows with whole keys from 1."""
    return [(key, f"n{key}", Decimal(key), "2024-02-29", None, 1.5, True) for key in range(1, count + 1)]


@pytest.mark.parametrize(
    ("kind", "type_", "one", "other"),
    [
        ("number", "numeric", "5", "-5"),
        ("number", "numeric", "'NaN'::numeric", "null::numeric"),
        ("number", "numeric", "'NaN'::numeric", "'Infinity'::numeric"),
        ("number", "numeric", "0", "null"),
        ("number", "numeric limited", "5::numeric(9,2)", "-5::numeric(9,2)"),
        ("integer", "int8", "1::int8", "4294967296::int8"),
        ("integer", "int8", "-1::int8", "4294967295::int8"),
        ("float", "float8", "0::float8", "null::float8"),
        ("timestamp", "timestamp", "timestamp '2024-01-01'", "timestamp '2024-01-01 01:11:34.967297'"),
        ("time", "time", "time '00:00:00.000001'", "time '01:11:34.967296'"),
    ],
)
def test_the_hash_tells_apart_what_the_servers_own_does_not(
    engines: Engines, kind: str, type_: str, one: str, other: str
) -> None:
    """PostgreSQL's hashes drop signs, fold eight bytes into four and give NULL, 0 and NaN one number."""
    templates = typed_templates(kind, [type_, type_])
    assert templates is not None
    hashes = [row_hash(Hashing.NATIVE, [form.format(value) for form in templates]) for value in (one, other)]

    with engines[Side.SOURCE].connect() as connection:
        assert connection.exec_driver_sql(f"select {hashes[0]} <> {hashes[1]}").scalar()


def test_rows_that_exchange_a_value_are_seen(engines: Engines) -> None:
    """A sum of the server's own record hashes would be the same: each is a sum of its columns'."""
    source = plain(600)
    for one in range(0, 600, 2):
        fill(engines, {Side.SOURCE: source, Side.TARGET: _exchanged(source, one)})

        found = compared(mapping_of(), engines).outcome

        assert found.count(FindingKind.MISMATCH) == 2
        if one > 20:
            break


def _exchanged(rows: Table, place: int) -> Table:
    first, second = rows[place], rows[place + 1]
    swapped = [(first[0], second[1], *first[2:]), (second[0], first[1], *second[2:])]
    return [*rows[:place], *swapped, *rows[place + 2 :]]


class Stop(Exception):
    """The process ends here."""


def stop_after(ranges_done: int) -> Callable[[Progress], None]:
    """A listener that ends the comparison after so many ranges."""
    heard: list[str] = []

    def listen(progress: Progress) -> None:
        heard.append(progress.step)
        if heard.count("ranges") == ranges_done:
            raise Stop

    return listen


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five ranges instead of one."""
    monkeypatch.setattr(engine, "Limits", lambda: Limits(rows_per_range=1_000, stream_below=0))


def differing_tables(engines: Engines) -> None:
    """5,000 rows in order of their key, one of them changed in each of two ranges."""
    table = plain(5_000)
    other = [(*row[:2], row[2] + 1, *row[3:]) if row[0] in {7, 4_444} else row for row in table]
    fill(engines, {Side.SOURCE: table, Side.TARGET: other})
    for database in engines.values():
        run(
            database,
            "alter table engine_item drop constraint if exists engine_item_pkey",
            "alter table engine_item alter id set not null",
            "alter table engine_item add primary key (id)",
            "analyze engine_item",
        )


@pytest.fixture
def without_key(engines: Engines) -> Iterator[None]:
    """The table takes NULL keys and doubles again afterwards."""
    yield
    for database in engines.values():
        run(
            database,
            "alter table engine_item drop constraint if exists engine_item_pkey",
            "alter table engine_item alter id drop not null",
        )


@pytest.mark.usefixtures("small", "without_key")
def test_an_interrupted_comparison_goes_on(
    engines: Engines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finished ranges are not read again, their differences are confirmed, and the folder ends empty."""
    differing_tables(engines)
    expected = gather(mapping_of(), engines, Part.PAIR, mask_key=KEY)
    with pytest.raises(Stop):
        gather(
            mapping_of(), engines, Part.PAIR, mask_key=KEY, report=stop_after(3), checkpoint=tmp_path / "kept"
        )
    left = sorted(path.name for path in (tmp_path / "kept").iterdir())
    read = counted_ranges(monkeypatch)

    capture = gather(mapping_of(), engines, Part.PAIR, mask_key=KEY, checkpoint=tmp_path / "kept")

    assert left == ["plan.json", "range-0", "range-1", "range-2"]
    assert len(read) == 2
    assert capture.value == expected.value
    assert [caveat.key for caveat in capture.caveats] == ["reconcile_engine.caveat.resumed"]
    assert list((tmp_path / "kept").iterdir()) == []


def counted_ranges(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The ranges that are read from now on."""
    read: list[Any] = []
    original = ranges._range

    def note(*given_values: Any, **named: Any) -> Any:
        read.append(given_values[1])
        return original(*given_values, **named)

    monkeypatch.setattr(ranges, "_range", note)
    return read


@pytest.mark.usefixtures("small", "without_key")
def test_a_difference_that_is_gone_after_the_interruption_is_not_reported(
    engines: Engines, tmp_path: Path
) -> None:
    """What was found before is confirmed once more."""
    differing_tables(engines)
    with pytest.raises(Stop):
        gather(mapping_of(), engines, Part.PAIR, mask_key=KEY, report=stop_after(2), checkpoint=tmp_path)
    run(engines[Side.TARGET], "update engine_item set amount = 7 where id = 7")

    capture = gather(mapping_of(), engines, Part.PAIR, mask_key=KEY, checkpoint=tmp_path)

    (tally,) = capture.value["outcome"]["tallies"]  # type: ignore[index,call-overload]
    assert [example["key"] for example in tally["examples"]] == ["id=4444"]


@pytest.mark.usefixtures("small", "without_key")
def test_a_checkpoint_of_another_mapping_is_not_used(
    engines: Engines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would tell of other rows."""
    differing_tables(engines)
    with pytest.raises(Stop):
        gather(mapping_of(), engines, Part.PAIR, mask_key=KEY, report=stop_after(3), checkpoint=tmp_path)
    read = counted_ranges(monkeypatch)

    capture = gather(mapping_of(key=["id", "name"]), engines, Part.PAIR, mask_key=KEY, checkpoint=tmp_path)

    assert capture.caveats == ()
    assert len(read) == 1


@pytest.mark.usefixtures("small", "without_key")
def test_a_dropped_connection_is_opened_again(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a new snapshot, which is said; what is finished is not done again."""
    differing_tables(engines)
    expected = gather(mapping_of(), engines, Part.PAIR, mask_key=KEY)
    read, dropped = counted_ranges(monkeypatch), list[int]()

    def drop(progress: Progress) -> None:
        if progress.step == "ranges" and len(read) == 3 and not dropped:
            dropped.append(len(read))
            run(
                engines[Side.TARGET],
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()",
            )

    capture = gather(mapping_of(), engines, Part.PAIR, mask_key=KEY, report=drop)

    assert capture.value == expected.value
    assert [caveat.key for caveat in capture.caveats] == ["reconcile_engine.caveat.new_snapshot"]
    assert 5 <= len(read) <= 6


def test_an_interrupt_ends_what_the_servers_do(engines: Engines) -> None:
    """At once, not when their queries end."""
    fill(engines, {side: plain(3) for side in Side})
    slow = {"name": {"source": "(select pg_sleep(20))::text", "target": "(select pg_sleep(20))::text"}}
    fields = {"id": "integer", **slow}
    timer = threading.Timer(2, os.kill, [os.getpid(), signal.SIGINT])
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it
    started = time.monotonic()
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            gather(
                mapping_of(fields=fields, amount=None, totals=[]),
                engines,
                Part.PAIR,
                mask_key=KEY,
            )
    finally:
        signal.signal(signal.SIGINT, before)

    assert time.monotonic() - started < 8
    with engines[Side.TARGET].connect() as connection:
        busy = "select count(*) from pg_stat_activity where datname = current_database() and state = 'active'"
        assert connection.exec_driver_sql(busy).scalar() == 1


def test_arrow_reads_the_snapshot_and_writes_nothing(engines: Engines) -> None:
    """The second connection sees what the first one sees, and is as read-only."""
    fill(engines, {side: plain(3) for side in Side})
    with snapshot(engines[Side.SOURCE], Side.SOURCE) as view, bulk.bulk_of(view) as fast:
        run(engines[Side.SOURCE], "delete from engine_item")
        found = bulk.table(fast, "select count(*) from engine_item")

        assert fast.transport == "arrow"
        assert found is not None and found.column(0).to_pylist() == [3]
        for statement in ("delete from engine_item", "set transaction read write", "commit"):
            with pytest.raises(Exception, match="not sent"):
                bulk.table(fast, statement)
        with pytest.raises(Exception, match="refuses a statement"):
            bulk.table(fast, "with gone as (delete from engine_item returning 1) select * from gone")


def test_a_checkpoint_of_memory_needs_no_folder() -> None:
    """Only a restarted process does."""
    Checkpoint().discard()
