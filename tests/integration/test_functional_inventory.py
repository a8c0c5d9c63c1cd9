"""What an upgrade changes unasked, planted in the upgraded ERP: each is found by its name, and nothing else.

The source is listed once; each defect has a fresh copy of the target, which is listed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import pytest

from harness import demo
from harness.demo import DemoPair, TargetCopy
from harness.evidence import Recorded, Run
from harness.impact import impact_of
from harness.model import Severity
from harness.project import judge_run, open_config
from harness.testing.plant import Bench, difference, lost, plant
from tests.integration.defects.module import plant_module
from tests.integration.whole_run import SUITES

pytestmark = pytest.mark.real_pair

SUITE = [str(SUITES / "functional" / "inventory")]
FLOW = str(SUITES / "functional" / "record_to_report" / "test_manual_entry.py")
CHECK = "function.inventory"
RATES = "currency.cron.update"
Harm: TypeAlias = "Callable[[TargetCopy, Path], None]"
Named: TypeAlias = "tuple[str, str | None, str | None, Severity]"

# The company has switched this job off before the upgrade.
SWITCHED_OFF = "UPDATE ir_cron SET active = false WHERE method = 'currency.cron|update'"
OPTIONAL = """
class Sale(metaclass=PoolMeta):
    __name__ = "sale.sale"

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.currency.required = False
"""
DEFAULT = """
class Sale(metaclass=PoolMeta):
    __name__ = "sale.sale"

    @classmethod
    def default_shipment_method(cls, **pattern):
        return "manual"
"""
SILENT = """
class Invoice(metaclass=PoolMeta):
    __name__ = "account.invoice"

    @classmethod
    def get_amount(cls, invoices, names):
        amounts = super().get_amount(invoices, names)
        for found in [amounts[name] for name in amounts if name == "tax_amount"]:
            found.update(dict.fromkeys(found))
        return amounts
"""


def sql(*statements: str) -> Harm:
    """A defect in the database."""
    return lambda copy, folder: plant(copy.sql, *statements)


def module(code: str, *classes: str) -> Harm:
    """A defect in the program."""
    return lambda copy, folder: plant_module(copy, folder, code, *classes)


@dataclass(frozen=True)
class Ground:
    """The source's list, what the clean target makes of it, and fresh copies of the target."""

    bench: Bench
    source: Run
    run: Run
    clean: Recorded
    copy: Callable[[], TargetCopy]


@pytest.fixture(scope="module")
def ground(pair: DemoPair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Listed once."""
    with ExitStack() as stack:
        numbers = iter(range(1_000))

        def copy() -> TargetCopy:
            made = stack.enter_context(demo.target_copy(pair, f"inventory_{next(numbers)}"))
            plant(made.sql, SWITCHED_OFF)
            return made

        source = stack.enter_context(demo.source_copy(pair, "inventory"))
        plant(source.sql, SWITCHED_OFF)
        bench = Bench(pair.config, tmp_path_factory.mktemp("inventory"), source)
        run = bench.capture_source([*SUITE, FLOW])
        clean = bench.check(run, copy(), [*SUITE, FLOW])
        yield Ground(bench, run, clean, clean.read(), copy)


@pytest.mark.qualify
@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (
            module(OPTIONAL, "Sale"),
            ("field", "sale.sale.currency", "optional", Severity.MAJOR),
        ),
        (module(DEFAULT, "Sale"), ("field", "sale.sale.shipment_method", "default", Severity.MAJOR)),
        (
            sql("UPDATE ir_cron SET active = true WHERE method = 'currency.cron|update'"),
            ("job", RATES, "started", Severity.CRITICAL),
        ),
        (
            sql(
                'INSERT INTO "ir_ui_menu-res_group" (menu, "group") SELECT m.id, g.id FROM ir_ui_menu m,'
                " res_group g WHERE m.name = 'Addresses' AND g.name = 'Party Administration'"
            ),
            ("menu", "Parties / Addresses", "lost_by_role", Severity.MAJOR),
        ),
        (
            sql("UPDATE sale_sale SET reference = NULL"),
            ("field", "sale.sale.reference", "empty", Severity.CRITICAL),
        ),
        (module(SILENT, "Invoice"), ("field", "account.invoice.tax_amount", "empty", Severity.CRITICAL)),
        (
            sql("SELECT setval('ir_sequence_13', 1, false)"),
            ("sequence", "Sale: Sale", "restarted", Severity.CRITICAL),
        ),
    ],
    ids=[
        "a required field became optional",
        "a default changed",
        "a job was switched on",
        "a role lost a menu entry",
        "a column lost its values",
        "a computed field gives null",
        "a sequence starts again",
    ],
)
def test_what_changed_unasked_is_found_by_name(
    ground: Ground, tmp_path: Path, harm: Harm, expected: Named
) -> None:
    target = ground.copy()
    harm(target, tmp_path)
    harmed = ground.bench.check(ground.source, target, SUITE).read()

    found = difference(ground.clean, harmed)
    assert [(item.entity, item.key, item.field, item.severity) for item in found] == [expected]
    assert lost(ground.clean, harmed, [CHECK]) == ()
    target.stop()


@pytest.mark.qualify
def test_on_the_clean_pair_every_serious_change_is_waived_and_impact_says_what_it_concerns(
    ground: Ground,
) -> None:
    judged = judge_run(ground.run, open_config(ground.bench.config), datetime.now(UTC), "SIT").judgement
    found = impact_of(ground.run, ground.run.path.parent)

    mine = [each for each in judged.findings if each.finding.check_id == CHECK]
    accepted = {each.waiver.id for each in mine if each.waiver is not None}
    assert {each.finding.severity for each in mine if each.open} == {Severity.MINOR}
    assert len(accepted) == sum(
        each.id.startswith("INV-") for each in open_config(ground.bench.config).waivers
    )
    assert found.checks == {"function.manual_entry"}
    assert "account.journal.sequence" in {hit.difference.name for hit in found.hits}
    assert {"stock.shipment.in.planned_date", "product.product.list_price"} <= {
        each.name for each in found.gaps
    }
