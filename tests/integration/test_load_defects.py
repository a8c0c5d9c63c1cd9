"""Defects of performance planted in the real target: each is found, its cause named, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy

from harness import demo
from harness.config import load as load_config
from harness.demo import DemoPair
from harness.messages import Language, render
from harness.model import Conclusion, Environment, Part, Side
from harness.performance import Limit, LoadPlan, Scenario, gather
from harness.performance.comparison import compare
from harness.testing.proxy import Delay, Fault, FaultProxy, Replace, Swallow, matching
from tests.performance.recorded import SPEC
from tests.performance.test_process import HOSTS

pytestmark = [pytest.mark.real_pair, pytest.mark.qualify]
OVERLAYS = Path(__file__).parent / "overlays"

DESK = LoadPlan(
    scenarios=(Scenario("party.list"), Scenario("product.search"), Scenario("sale.count")),
    rate=Decimal(9),
    block_seconds=Decimal(2),
    pairs=6,
    rounds=2,
    margin=Decimal("0.85"),
    noticeable=Decimal("0.15"),
    users=8,
    role="sales",
)
COUNTING = replace(
    DESK,
    scenarios=(Scenario("sale.count"),),
    rate=Decimal(25),
    block_seconds=Decimal(4),
    quantiles=(Decimal("0.5"), Decimal("0.99")),
)
LONG = replace(DESK, block_seconds=Decimal(1), pairs=20, rounds=1)


def some(every: int, body: bytes) -> Callable[[object], bool]:
    """Of the requests with this in their body one in so many."""
    chosen, seen = matching(body=body), count(1)
    return lambda request: chosen(request) and next(seen) % every == 0  # type: ignore[arg-type]


@dataclass(frozen=True)
class Defect:
    """How it is planted in the target, what must be found, and the word that names the cause."""

    name: str
    found: frozenset[tuple[str, str | None]]
    says: str
    plan: LoadPlan = DESK
    fault: tuple[int, bytes, Fault] | None = None
    overlay: str | None = None
    sql: str | None = None
    also: frozenset[tuple[str, str | None]] = field(default=frozenset())


LIST, SEARCH, COUNT = b"party.party.search_read", b"product.product.search_read", b"sale.sale.search_count"
EMPTY = Replace(body=b'{"id": 1, "result": []}')

DEFECTS = [
    Defect(
        "a slow endpoint",
        frozenset({("product.search", "p50")}),
        "for a single user too",
        fault=(1, SEARCH, Delay(0.4)),
    ),
    Defect(
        "slow only at p99",
        frozenset({("sale.count", "p99")}),
        "strikes now and then",
        plan=COUNTING,
        fault=(40, COUNT, Delay(1.2)),
    ),
    Defect(
        "slow only when several are at work",
        frozenset({("party.list", "p50")}),
        "only while several are at work",
        plan=replace(DESK, scenarios=(Scenario("party.list", 6), Scenario("sale.count")), rate=Decimal(20)),
        overlay="one_at_a_time.py",
    ),
    Defect(
        "a statement for each row",
        frozenset({("party.list", "statements")}),
        "N+1",
        overlay="asks_for_each_row.py",
        also=frozenset({("party.list", "p50")}),
    ),
    Defect(
        "a dropped index",
        frozenset({("ir_translation", "index")}),
        "through the index",
        sql="""DO $$ DECLARE one record; BEGIN
            FOR one IN SELECT i.indexrelid::regclass AS name FROM pg_index i
                WHERE i.indrelid = 'ir_translation'::regclass AND NOT i.indisprimary
            LOOP EXECUTE 'DROP INDEX ' || one.name; END LOOP; END $$""",
        also=frozenset({("product.search", "p50")}),
    ),
    Defect(
        "two percent errors",
        frozenset({("sale.count", "errors")}),
        "http.500",
        plan=COUNTING,
        fault=(50, COUNT, Replace(status=500)),
    ),
    Defect(
        "timeouts",
        frozenset({("party.list", "errors")}),
        "timeout",
        plan=replace(DESK, timeout_seconds=Decimal(1)),
        fault=(5, LIST, Swallow()),
    ),
    Defect(
        "throttling",
        frozenset({("party.list", "errors")}),
        "http.429",
        fault=(3, LIST, Replace(status=429)),
    ),
    Defect(
        "an answer that is fast and empty",
        frozenset({("party.list", "errors")}),
        "answer.empty",
        fault=(1, LIST, EMPTY),
    ),
    Defect(
        "a cache that makes the first user wait",
        frozenset({("party.list", "first")}),
        "the first user",
        overlay="cache_is_cold.py",
    ),
    Defect(
        "memory leaks",
        frozenset({("system", "memory")}),
        "gives none back",
        plan=LONG,
        overlay="memory_leaks.py",
    ),
    Defect(
        "connections leak",
        frozenset({("system", "connections")}),
        "connections to its database",
        plan=LONG,
        overlay="connections_leak.py",
        also=frozenset({("system", "files")}),
    ),
    Defect(
        "too slow for its limit, and the source is as slow",
        frozenset({("product.search", "limit p90")}),
        "the limit is 0.001 s",
        plan=replace(DESK, limits=(Limit("product.search", Decimal("0.9"), Decimal("0.001")),)),
    ),
]


@pytest.fixture(scope="module")
def environments(pair: DemoPair) -> Mapping[Side, Environment]:
    """The real pair."""
    config = load_config(pair.config, environ=os.environ, overrides={})
    return {side: config.pair[side] for side in Side}


@contextmanager
def planted(defect: Defect, pair: DemoPair, target: Environment) -> Iterator[Environment]:
    """The target with the defect in it."""
    copy = defect.overlay or defect.sql
    overlay = OVERLAYS / defect.overlay if defect.overlay else None
    made: AbstractContextManager[demo.TargetCopy | None] = (
        demo.target_copy(pair, "load_harmed", overlay=overlay) if copy else nullcontext()
    )
    with made as one, FaultProxy(one.url if one else target.url) as proxy:
        if one and defect.sql:
            with sqlalchemy.create_engine(one.sql, poolclass=sqlalchemy.NullPool).begin() as connection:
                connection.exec_driver_sql(defect.sql)
        rule = None
        if defect.fault is not None:
            every, body, fault = defect.fault
            rule = proxy.add(some(every, body), fault)
        changed = replace(target, url=proxy.url)
        if one:
            sql = replace(target, sql=type(target.sql)(one.reader_sql)).sql if target.sql else None
            changed = replace(changed, sql=sql, options={**target.options, "database": one.database})
        yield changed
        assert rule is None or rule.count


def concluded(plan: LoadPlan, sides: Mapping[Side, Environment], folder: Path) -> Conclusion:
    capture = gather(plan, sides, Part.PAIR, workdir=folder, hosts=HOSTS, writes=plan.writes)
    return compare(SPEC, {Part.PAIR: capture})


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_it_is_found_and_its_cause_is_named(
    pair: DemoPair, environments: Mapping[Side, Environment], tmp_path: Path, defect: Defect
) -> None:
    with planted(defect, pair, environments[Side.TARGET]) as target:
        conclusion = concluded(defect.plan, {**environments, Side.TARGET: target}, tmp_path)

    found = {(each.entity, each.field) for each in conclusion.findings}
    said = " ".join(render(each.text, Language.EN) for each in conclusion.findings)
    print(f"{defect.name}: {said}; measures {dict(conclusion.measures)}")
    assert defect.found <= found, conclusion
    assert found <= defect.found | defect.also
    assert defect.says in said


@pytest.mark.parametrize("plan", [DESK, COUNTING, LONG], ids=["desk", "counting", "long"])
def test_where_nothing_is_planted_nothing_is_found(
    pair: DemoPair, environments: Mapping[Side, Environment], tmp_path: Path, plan: LoadPlan
) -> None:
    with demo.target_copy(pair, "load_clean") as copy:
        target = environments[Side.TARGET]
        options = {**target.options, "database": copy.database}
        sides = {**environments, Side.TARGET: replace(target, url=copy.url, options=options)}
        conclusion = concluded(plan, sides, tmp_path)

    compared = {name for name in conclusion.measures if name.endswith(".answer")}
    assert len(compared) == len(plan.transactions) * len(plan.quantiles)  # not by saying nothing at all
    assert conclusion.findings == ()
