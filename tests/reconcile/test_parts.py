"""What happens around the comparison: servers that are gone, mappings that change, sides captured apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from harness.messages import Language, render
from harness.model import FindingKind, Part, Side, Status
from harness.reconcile.comparison import compare
from harness.reconcile.inventory import gather_inventory
from harness.reconcile.inventory import spec as inventory_spec
from harness.reconcile.snapshot import snapshot
from tests.reconcile.conftest import Pair, mapping_of, table

Items = Callable[..., Pair]
Databases = Callable[[str, str], Pair]


def without(pair: Pair, side: Side) -> Pair:
    """The pair with one database that cannot be opened."""
    return Pair({**pair.engines, side: create_engine("sqlite:////nowhere/at/all.db")})


def test_a_target_that_does_not_answer_is_a_finding(items: Items) -> None:
    """The upgraded system is what is judged."""
    conclusion = without(items([(1, "a", "1")], []), Side.TARGET).live(mapping_of())

    (finding,) = conclusion.findings
    assert (conclusion.status, finding.kind) == (Status.FAILED, FindingKind.UNAVAILABLE)
    assert "upgraded system does not answer" in render(finding.text, Language.EN)


def test_a_source_that_does_not_answer_decides_nothing(items: Items) -> None:
    """It is no pass, and no fault of the target."""
    conclusion = without(items([(1, "a", "1")], []), Side.SOURCE).live(mapping_of())

    assert (conclusion.status, conclusion.findings) == (Status.UNKNOWN, ())


@pytest.mark.parametrize(("part", "side"), [(Part.SOURCE, Side.SOURCE), (Part.TARGET, Side.TARGET)])
def test_a_side_that_does_not_answer_gives_a_failure(items: Items, part: Part, side: Side) -> None:
    """Stored like any other evidence."""
    capture = without(items([(1, "a", "1")], []), side).gather(mapping_of(), part)

    assert capture.value is None
    assert capture.failure is not None


def test_stored_sides_say_that_they_are_weaker(items: Items) -> None:
    """They were not seen at the same time."""
    conclusion = items([(1, "a", "1")], [(1, "a", "1")]).stored(mapping_of())

    assert conclusion.status is Status.PASSED
    assert [caveat.key for caveat in conclusion.caveats] == ["reconcile.caveat.stored"]
    assert conclusion.measures["rows_compared"] == 1


def test_a_mapping_changed_between_the_sides_decides_nothing(items: Items) -> None:
    """Two mappings compare nothing."""
    pair, mapping = items([(1, "a", "1")], [(1, "a", "1")]), mapping_of()
    captures = {
        Part.SOURCE: pair.gather(mapping, Part.SOURCE),
        Part.TARGET: pair.gather(mapping_of(key=["name"]), Part.TARGET),
    }

    conclusion = compare(mapping.spec(), captures)

    assert conclusion.status is Status.UNKNOWN
    assert conclusion.reason and conclusion.reason.key == "reconcile.reason.mapping_changed"


def test_a_snapshot_sees_nothing_later_and_writes_nothing(tmp_path: Path) -> None:
    """One moment, read-only; the connection goes back as it came."""
    engine = create_engine(f"sqlite:///{tmp_path}/moment.db")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE item (id INTEGER)"))
        connection.execute(text("PRAGMA journal_mode = WAL"))
    with snapshot(engine, Side.SOURCE) as view:
        assert view.number("SELECT count(*) FROM item") == 0
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO item VALUES (1)"))
        assert view.number("SELECT count(*) FROM item") == 0
        with pytest.raises(Exception, match="refuses a statement"):
            view.all("DELETE FROM item")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO item VALUES (2)"))
    engine.dispose()


def test_the_inventory_names_tables_that_lost_everything(databases: Databases) -> None:
    """Gone or emptied, and mapped by nobody; what is mapped is its mapping's business."""
    one, none = [(1, "a", "1")], []
    pair = databases(
        "".join(table(one, name=name) for name in ("item", "gone", "emptied", "kept", "renamed")),
        "".join(
            table(rows, name=name)
            for name, rows in (("emptied", none), ("kept", one), ("item-2", one), ("fresh", one))
        ),
    )
    mappings = [
        mapping_of(target={"table": "item-2"}),
        mapping_of(entity="renamed", source={"table": "renamed"}, target={"table": "kept"}),
    ]

    capture = gather_inventory(mappings, pair.engines, Part.PAIR)
    conclusion = compare(inventory_spec(), {Part.PAIR: capture})
    sides = {part: gather_inventory(mappings, pair.engines, part) for part in (Part.SOURCE, Part.TARGET)}

    assert [(item.key, item.source_value, item.target_value) for item in conclusion.findings] == [
        ("emptied", 1, 0),
        ("gone", 1, None),
    ]
    assert compare(inventory_spec(), sides).findings == conclusion.findings
    tables = {item.item: item.size for item in capture.universe if item.kind == "table"}
    assert tables == dict.fromkeys(("emptied", "fresh", "gone", "item", "item-2", "kept", "renamed"), 1)
    columns = {item.item: item.size for item in capture.universe if item.kind == "column"}
    assert columns["item-2.amount"] == 1
    assert set(columns.values()) == {1}


def test_an_inventory_without_rows_is_no_pass(databases: Databases) -> None:
    """An empty database proves nothing."""
    pair = databases(table([]), table([]))

    conclusion = compare(inventory_spec(), {Part.PAIR: gather_inventory([], pair.engines, Part.PAIR)})

    assert conclusion.status is Status.UNKNOWN
