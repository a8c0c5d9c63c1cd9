"""Business figures on the real pair: what is measured is what the documents say, and a change is found."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy

from harness import demo
from harness.adapters.wire.sql import read_only_engine
from harness.compare import conclude
from harness.config import load as load_config
from harness.demo import DemoPair
from harness.errors import ConfigError
from harness.model import FindingKind, Part, Secret, Side, Status
from harness.performance.kpi import Kpi, gather, load_kpis

pytestmark = pytest.mark.real_pair

FILE = Path(__file__).parents[2] / "fixtures/kpis/tryton.toml"
SALES = (
    "select sale.id, sale.sale_date, shipment.effective_date from stock_shipment_out shipment "
    "join stock_move move on move.shipment = 'stock.shipment.out,' || shipment.id "
    "join sale_line line on move.origin = 'sale.line,' || line.id "
    "join sale_sale sale on sale.id = line.sale where shipment.state = 'done'"
)


@pytest.fixture(scope="module")
def engines(request: pytest.FixtureRequest) -> Iterator[Mapping[Side, sqlalchemy.Engine]]:
    """The databases of the real pair."""
    existing = os.environ.get("HARNESS_TEST_CONFIG")
    path = Path(existing) if existing else request.getfixturevalue("pair").config
    pair = load_config(path, environ=os.environ, overrides={}).pair
    found = {}
    for side in Side:
        url = pair[side].sql
        assert url is not None
        found[side] = read_only_engine(url)
    yield found
    for engine in found.values():
        engine.dispose()


@pytest.fixture(scope="module")
def kpis() -> Mapping[str, Kpi]:
    """The figures that are shipped for Tryton."""
    return {kpi.id: kpi for kpi in load_kpis(FILE)}


@pytest.fixture(scope="module")
def untouched(pair: DemoPair) -> Iterator[Mapping[Side, sqlalchemy.Engine]]:
    """The databases as the upgrade left them, whatever other tests have sold and shipped since."""
    with ExitStack() as stack:
        copies = {
            Side.SOURCE: stack.enter_context(demo.source_copy(pair, "kpis_source")),
            Side.TARGET: stack.enter_context(demo.target_copy(pair, "kpis_target")),
        }
        found = {side: read_only_engine(Secret(copy.reader_sql)) for side, copy in copies.items()}
        yield found
        for engine in found.values():
            engine.dispose()


@pytest.mark.parametrize("name", ["order_processing_time", "inventory_age"])
def test_an_upgrade_keeps_the_figure(
    untouched: Mapping[Side, sqlalchemy.Engine], kpis: Mapping[str, Kpi], name: str
) -> None:
    conclusion = conclude(kpis[name].spec(), {Part.PAIR: gather(kpis[name], untouched, Part.PAIR)})
    print(f"{name}: {dict(conclusion.measures)}")

    assert (conclusion.status, conclusion.caveats) == (Status.PASSED, ())
    assert all(Decimal(str(conclusion.measures[f"{name}.{side}"])) > 0 for side in Side)


def test_the_order_processing_time_is_that_of_the_documents(
    engines: Mapping[Side, sqlalchemy.Engine], kpis: Mapping[str, Kpi]
) -> None:
    with engines[Side.TARGET].connect() as connection:
        rows = connection.exec_driver_sql(SALES, execution_options={"no_parameters": True}).all()
    last: dict[int, tuple[date, date]] = {}
    for sale, ordered, shipped in rows:
        last[sale] = max(last.get(sale, (shipped, ordered)), (shipped, ordered))
    days = [(shipped - ordered).days for shipped, ordered in last.values()]

    capture = gather(kpis["order_processing_time"], engines, Part.TARGET)

    measured = Decimal(str(capture.measures["order_processing_time.target"]))
    assert float(measured) == pytest.approx(sum(days) / len(days))


def test_a_figure_that_has_moved_is_found(
    engines: Mapping[Side, sqlalchemy.Engine], kpis: Mapping[str, Kpi]
) -> None:
    """The upgraded system asked as if each order took a day longer."""
    kpi = kpis["order_processing_time"]
    usual = gather(kpi, engines, Part.TARGET).measures["order_processing_time.target"]
    slower = kpi.queries[Side.TARGET].replace("shipped.day -", "shipped.day + 1 -")
    kpi = replace(kpi, queries={**kpi.queries, Side.TARGET: slower})

    (finding,) = conclude(kpi.spec(), {Part.PAIR: gather(kpi, engines, Part.PAIR)}).findings

    assert (finding.kind, finding.entity, finding.field) == (
        FindingKind.REGRESSION,
        "order_processing_time",
        "max_increase",
    )
    # not against the source: other tests have sold and shipped on either side
    target = Decimal(str(finding.target_value))
    assert float(target - Decimal(str(usual))) == pytest.approx(1)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select avg(no_such_column) from sale_sale", "no_such_column"),
        ("select pg_sleep(0)", "type"),
        ("select sale_date from sale_sale limit 1", "type date"),
        ("select nextval('sale_sale_id_seq')", "permission denied"),
    ],
)
def test_a_query_that_the_database_refuses_names_file_and_key(
    engines: Mapping[Side, sqlalchemy.Engine], kpis: Mapping[str, Kpi], query: str, said: str
) -> None:
    kpi = replace(kpis["inventory_age"], queries=dict.fromkeys(Side, query))

    with pytest.raises(ConfigError) as problem:
        gather(kpi, engines, Part.PAIR)

    assert "tryton.toml  kpi[1].query" in str(problem.value)
    assert said in str(problem.value)
