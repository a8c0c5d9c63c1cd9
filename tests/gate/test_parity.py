"""What a difference of the environments means for the evidence, and what the gate says of it."""

from __future__ import annotations

from typing import Any

import pytest

from harness.config.surroundings import FactsTable
from harness.gate import Declared, Judgement, from_bytes, to_bytes
from harness.gate.parity import Against, Fit, ParityLine, parity, said, weakening
from harness.messages import Language, render
from harness.model import Outcome
from harness.surroundings import DECLARED, Fact
from harness.values import Value
from tests.gate.runs import FLOOR_LINE, Line, judged, passing, policy

LIKE: dict[str, Value] = {
    "version": "7.0.59",
    "database": "PostgreSQL 15.18",
    "encoding": "UTF8",
    "collation": "zh_CN.UTF-8",
    "locale": "zh_CN.UTF-8",
    "time_zone": "Asia/Shanghai",
    "extensions": ["plpgsql 1.0", "unaccent 1.1"],
    "modules": ["account", "sale"],
    "tables": 260,
    "rows": 100_000,
    "size_mb": 500,
    "cpus": 8,
    "memory_mb": 32_000,
}


def line_of(fact: str, theirs: Value, ours: Value, against: Against = Against.SOURCE) -> ParityLine:
    """What becomes of one fact, everything else being alike."""
    other, target = LIKE | {fact: theirs}, LIKE | {fact: ours}
    if against is Against.SOURCE:
        lines = parity({"source": other, "target": target}, {})
    else:
        lines = parity({"source": LIKE, "target": target}, other)
    (found,) = [line for line in lines if line.fact == fact and line.against is against]
    return found


@pytest.mark.parametrize("against", Against)
@pytest.mark.parametrize("fact", Fact)
def test_what_is_alike_is_the_same(fact: Fact, against: Against) -> None:
    assert line_of(fact, LIKE[fact], LIKE[fact], against).fit is Fit.SAME


@pytest.mark.parametrize("against", Against)
@pytest.mark.parametrize("fact", Fact)
@pytest.mark.parametrize("lacking", ["theirs", "ours", "both"])
def test_what_is_not_known_of_both_is_not_verified(fact: Fact, against: Against, lacking: str) -> None:
    theirs = None if lacking in ("theirs", "both") else LIKE[fact]
    ours = None if lacking in ("ours", "both") else LIKE[fact]

    assert line_of(fact, theirs, ours, against).fit is Fit.NOT_VERIFIED


EXPECTED, HARMLESS, WEAKER, SAME = Fit.EXPECTED, Fit.HARMLESS, Fit.WEAKER, Fit.SAME


@pytest.mark.parametrize(
    ("fact", "theirs", "ours", "to_source", "to_production", "areas"),
    [
        ("version", "7.0.59", "8.0", EXPECTED, WEAKER, "data function performance"),
        ("database", "PostgreSQL 15.18", "PostgreSQL 17.2", EXPECTED, WEAKER, "data performance"),
        ("database", "PostgreSQL 15.18", "MariaDB 15.18", EXPECTED, WEAKER, "data performance"),
        ("database", "PostgreSQL 15.18", "PostgreSQL 15.2", HARMLESS, HARMLESS, ""),
        ("encoding", "UTF8", "SQL_ASCII", WEAKER, WEAKER, "data function"),
        ("encoding", "UTF8", "utf-8", SAME, SAME, ""),
        ("collation", "C", "zh_CN.UTF-8", WEAKER, WEAKER, "data function"),
        ("collation", "zh_CN.utf8", "zh_CN.UTF-8", SAME, SAME, ""),
        ("locale", "C", "zh_CN.UTF-8", WEAKER, WEAKER, "data function"),
        ("time_zone", "Asia/Shanghai", "UTC", WEAKER, WEAKER, "data function"),
        ("time_zone", "Etc/UTC", "UTC", SAME, SAME, ""),
        ("extensions", ["a 1", "b 1"], ["a 1"], WEAKER, WEAKER, "function"),
        ("extensions", ["a 1"], ["a 1", "b 1"], HARMLESS, HARMLESS, ""),
        ("extensions", ["a 1"], ["a 2"], HARMLESS, HARMLESS, ""),
        ("modules", ["sale", "stock"], ["sale", "account"], WEAKER, WEAKER, "function"),
        ("modules", [], ["sale"], HARMLESS, HARMLESS, ""),
        ("tables", 260, 275, EXPECTED, HARMLESS, ""),
        ("rows", 1000, 899, WEAKER, WEAKER, "data performance"),
        ("rows", 1000, 900, HARMLESS, HARMLESS, ""),
        ("rows", 1000, 2000, HARMLESS, HARMLESS, ""),
        ("size_mb", 1000, 100, HARMLESS, HARMLESS, ""),
        ("cpus", 8, 4, WEAKER, WEAKER, "performance"),
        ("cpus", 8, 16, WEAKER, WEAKER, "performance"),
        ("memory_mb", 32_000, 31_000, HARMLESS, HARMLESS, ""),
        ("memory_mb", 32_000, 16_000, WEAKER, WEAKER, "performance"),
    ],
)
def test_each_difference_has_its_meaning(
    fact: str, theirs: Value, ours: Value, to_source: Fit, to_production: Fit, areas: str
) -> None:
    for against, fit in ((Against.SOURCE, to_source), (Against.PRODUCTION, to_production)):
        found = line_of(fact, theirs, ours, against)

        assert found.fit is fit
        assert (found.why is None) == (fit is SAME)
        if fit is WEAKER:
            assert " ".join(found.areas) == areas
        if found.why is not None:
            assert all(render(found.why, language) for language in Language)


@pytest.mark.parametrize(("ours", "fit"), [(449, WEAKER), (450, HARMLESS), (900, HARMLESS)])
def test_the_size_counts_where_rows_are_not_known(ours: int, fit: Fit) -> None:
    source = {"rows": None, "size_mb": 500}
    lines = parity({"source": source, "target": {"rows": 5, "size_mb": ours}}, {})

    assert next(line.fit for line in lines if line.fact is Fact.SIZE_MB) is fit


@pytest.mark.parametrize(
    "environments", [{}, {"source": {"version": "7.0"}, "target": {"version": "8.0", "url": "http://x"}}]
)
def test_a_run_that_recorded_versions_only_has_nothing_to_compare(environments: Any) -> None:
    assert parity(environments, LIKE) == ()
    assert list(said(())) == []


def test_one_side_alone_is_not_verified() -> None:
    lines = parity({"source": LIKE}, {})

    assert {line.fit for line in lines} == {Fit.NOT_VERIFIED}
    assert [each.key for each in said(lines)] == ["parity.unread", "parity.no_production"]


def test_what_is_declared_is_marked() -> None:
    lines = parity({"source": LIKE, "target": LIKE | {DECLARED: ["cpus"]}}, LIKE)

    assert {line.fact for line in lines if line.target_declared} == {Fact.CPUS}
    assert {line.against for line in lines if line.other_declared} == {Against.PRODUCTION}


def test_every_fact_may_be_declared() -> None:
    assert set(FactsTable.model_fields) == set(Fact) == set(LIKE)


RULES = policy(FLOOR_LINE, Line("environment_parity", 0))


def judged_on(target: dict[str, Value], **more: Any) -> Judgement:
    """The judgement of clean checks on environments of which the target differs."""
    environments = {"source": LIKE, "target": LIKE | target}
    declared = Declared(production=FactsTable.model_validate(more)) if more else Declared()
    return judged(passing(), rules=RULES, declared=declared, environments=environments)


@pytest.mark.parametrize(
    ("target", "production", "outcome"),
    [
        pytest.param({}, {}, Outcome.GO, id="alike"),
        pytest.param({"version": "8.0"}, {}, Outcome.GO, id="the upgrade"),
        pytest.param({"cpus": 2}, {}, Outcome.NO_GO, id="a smaller target"),
        pytest.param({}, {"cpus": 8}, Outcome.GO, id="like production"),
        pytest.param({}, {"rows": 9_000_000}, Outcome.NO_GO, id="production holds more"),
        pytest.param({"cpus": None}, {}, Outcome.GO, id="not known"),
    ],
)
def test_the_gate_limits_what_makes_evidence_weaker(
    target: dict[str, Value], production: dict[str, Any], outcome: Outcome
) -> None:
    judgement = judged_on(target, **production)

    assert judgement.verdict.outcome is outcome
    assert from_bytes(to_bytes(judgement)) == judgement
    assert ("production" in judgement.verdict.digests) is bool(production)
    told = [each for each in judgement.verdict.not_verified if each.key.startswith("parity.")]
    assert sum(each.key == "parity.weaker" for each in told) == len(weakening(judgement.parity))
    assert all(render(each, language) for each in told for language in Language)
    assert all(render(rule.text, language) for rule in judgement.verdict.rules for language in Language)
