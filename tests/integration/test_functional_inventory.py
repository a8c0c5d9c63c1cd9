"""What an upgrade changes unasked, planted in the upgraded ERP: each is found by its name, and nothing else.

The source is listed once; each defect has a fresh copy of the target, which is listed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest

from harness import demo
from harness.demo import DemoPair, TargetCopy
from harness.evidence import Recorded, Run
from harness.model import Severity
from harness.testing.plant import Bench, difference, lost, plant
from tests.integration.defects.module import plant_module
from tests.integration.whole_run import SUITES, harness

pytestmark = pytest.mark.real_pair

SUITE = [str(SUITES / "functional" / "inventory")]
CHECK = "function.inventory"
RATES = "currency.cron.update"
Harm: TypeAlias = "Callable[[TargetCopy, Path], None]"
Named: TypeAlias = "tuple[str, str | None, str | None, Severity]"

# The company has switched this job off before the upgrade.
SWITCHED_OFF = "UPDATE ir_cron SET active = false WHERE method = 'currency.cron|update'"
OPTIONAL = """
class Template(metaclass=PoolMeta):
    __name__ = "product.template"

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.default_uom.required = False
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
        run = bench.capture_source(SUITE)
        yield Ground(bench, run, bench.check(run, copy(), SUITE).read(), copy)


@pytest.mark.qualify
@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (
            module(OPTIONAL, "Template"),
            ("field", "product.template.default_uom", "optional", Severity.MAJOR),
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


def test_the_clean_pair_is_explained_by_the_waivers_and_impact_names_flows(
    pair: DemoPair, tmp_path: Path
) -> None:
    suites = [str(SUITES / "functional" / name) for name in ("inventory", "record_to_report")]
    runs = f"--set=project.runs={tmp_path}"
    done = harness(pair, "run", *suites, "--config", str(pair.config), runs, "--no-report")
    run = Run.find(tmp_path, "latest")
    judged = (run.judgements()[-1] / "verdict.json").read_text("utf-8")

    serious = [item for item in run.read().findings if item.severity in (Severity.CRITICAL, Severity.MAJOR)]
    assert serious
    assert done.returncode == 0, (done.stdout, judged)
