"""When two unequal values agree: only as far as a mapping declares, with unit and reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.errors import ConfigError
from harness.model import Side
from harness.reconcile.entity import FieldMapping
from harness.reconcile.rendering import compared_sql
from harness.sqltext import SqlTextError
from harness.sqltext.zones import in_utc, is_zone
from tests.reconcile.conftest import Pair, mapping_of
from tests.reconcile.test_mapping import plain

Items = Callable[..., Pair]
SHARE = {"type": "number", "relative_tolerance": "0.001", "unit": "of the larger", "reason": "a test"}
BOTH = {**SHARE, "tolerance": "0.01"}


@pytest.mark.parametrize(
    ("field", "source", "target", "differs"),
    [
        (SHARE, "1000", "1001", False),
        (SHARE, "1000", "1001.01", True),
        (SHARE, "-1000", "-1001", False),
        (SHARE, "1000", "-1000", True),
        (SHARE, "0", "0.000001", True),
        (SHARE, "0", "0.00", False),
        (SHARE, None, "0", True),
        (BOTH, "0", "0.01", False),
        (BOTH, "0", "0.011", True),
        ({"ignore_case": True, "reason": "a test"}, "Acme GmbH", "ACME GMBH", False),
        ({"ignore_case": True, "reason": "a test"}, "Straße", "STRASSE", False),
        ({"ignore_case": True, "reason": "a test"}, "Acme", "Acne", True),
        ({"ignore_case": True, "reason": "a test", "personal": True}, "Zhang", "ZHANG", False),
        (
            {"type": "timestamp", "date_only": True, "reason": "x"},
            "2026-03-04 08:00:00",
            "2026-03-04 23:59:59",
            False,
        ),
        (
            {"type": "timestamp", "date_only": True, "reason": "x"},
            "2026-03-04 08:00:00",
            "2026-03-05 00:00:00",
            True,
        ),
        ({"type": "timestamp", "date_only": True, "reason": "x"}, "2026-03-04 08:00:00", "2026-03-04", False),
        ({"type": "timestamp", "date_only": True, "reason": "x"}, "nonsense", "rubbish", True),
        (
            {"type": "timestamp", "zone": {"source": "+08:00"}, "reason": "x"},
            "2026-03-04 08:00:00.123456",
            "2026-03-04 00:00:00.123456",
            False,
        ),
        (
            {"type": "timestamp", "zone": {"source": "+08:00"}, "reason": "x"},
            "2026-03-04 08:00:00",
            "2026-03-04 08:00:00",
            True,
        ),
        (
            {"type": "timestamp", "zone": {"source": "+08:00", "target": "-05:30"}, "reason": "x"},
            "2026-03-04 08:00:00",
            "2026-03-03 18:30:00",
            False,
        ),
        ({"type": "timestamp", "zone": {"source": "+08:00"}, "reason": "x"}, None, None, False),
        (
            {"type": "timestamp", "zone": {"source": "+08:00"}, "date_only": True, "reason": "x"},
            "2026-03-04 07:00:00",
            "2026-03-03 00:00:00",
            False,
        ),
    ],
)
def test_declared(items: Items, field: dict[str, Any], source: Any, target: Any, differs: bool) -> None:
    """Equal as declared, on either way of comparing."""
    mapping = mapping_of(fields={"id": "integer", "name": field}, amount=None)

    findings = items([(1, source, "1")], [(1, target, "1")]).both(mapping)

    assert [finding.field for finding in findings] == (["name"] if differs else [])


def test_a_key_may_ignore_case(items: Items) -> None:
    """Rows meet whatever their letters."""
    mapping = mapping_of(
        key=["name"],
        fields={
            "name": {"ignore_case": True, "reason": "a test"},
            "amount": {"type": "number", "money": True},
        },
    )

    (finding,) = items([(1, "ab", "1"), (2, "CD", "1")], [(1, "AB", "1"), (2, "cd", "2")]).both(mapping)

    assert (finding.key, finding.field) == ("name=cd", "amount")


@pytest.mark.parametrize(
    ("zone", "valid"),
    [
        *((zone, True) for zone in ("Europe/Berlin", "Asia/Shanghai", "+08:00", "-05:30", "UTC")),
        *((zone, False) for zone in ("+8", "Berlin", "", "+08:75", "../x", "'; --")),
    ],
)
def test_zones(zone: str, valid: bool) -> None:
    assert is_zone(zone) is valid


def test_a_zone_by_name_where_the_database_knows_none(items: Items) -> None:
    """Said before anything is compared; never taken for UTC."""
    field = {"type": "timestamp", "zone": {"source": "Europe/Berlin"}, "reason": "x"}
    mapping = mapping_of(fields={"id": "integer", "name": field}, amount=None)

    with pytest.raises(ConfigError) as error:
        items([(1, None, "1")], [(1, None, "1")]).gather(mapping)

    assert "fields.name.zone.source: A database of kind sqlite cannot reckon with" in plain(error.value)


@pytest.mark.parametrize(
    ("dialect", "zone", "expected"),
    [
        ("mysql", "+08:00", "(t) + INTERVAL -480 MINUTE"),
        ("duckdb", "-05:30", "CAST(t AS TIMESTAMP) + INTERVAL '330 minutes'"),
        ("sqlite", "+08:00", "coalesce(datetime(t, '-480 minutes') || substr(t, 20), t)"),
    ],
)
def test_zones_in_sql(dialect: str, zone: str, expected: str) -> None:
    assert in_utc("t", zone, dialect) == expected


@pytest.mark.parametrize(("dialect", "zone"), [("oracle", "+08:00"), ("mysql", "Asia/Shanghai")])
def test_zones_that_cannot_be_said(dialect: str, zone: str) -> None:
    with pytest.raises(SqlTextError):
        in_utc("t", zone, dialect)


def test_postgresql_leaves_what_knows_its_zone() -> None:
    """A timestamp with time zone is never shifted."""
    field = FieldMapping(name="t", type="timestamp", zone={"source": "Europe/Berlin"})  # type: ignore[arg-type]

    rendered = compared_sql(field, Side.SOURCE, "postgres")

    assert "WHEN 'timestamp with time zone' THEN" in rendered
    assert "AT TIME ZONE 'Europe/Berlin'" in rendered
