"""What is planted in the rights of the real target is found, named, and the only thing that is found."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from harness import demo
from harness.access import load_duties
from harness.access.comparison import compare
from harness.demo import DemoPair
from harness.model import (
    Area,
    Capture,
    CheckSpec,
    Conclusion,
    FindingKind,
    Mode,
    Part,
    Severity,
    Title,
)
from harness.testing.plant import plant
from tests.integration.test_rights import DUTIES, environment, gathered

pytestmark = [pytest.mark.real_pair, pytest.mark.qualify]

ROLES = ("admin", "accounting", "stock", "viewer", "sales_zh")
# What the defects could touch; all models are tried by the suite itself.
MODELS = ("account.account", "account.payment", "account.statement*", "party.party", "sale.*", "stock.lot*")
SPEC = CheckSpec(
    "rights.roles", Title("Rights", "权限"), Area.RIGHTS, "system", Mode.SIDE, "rights", writes=True
)
GAINED, LOST = FindingKind.VIOLATION, FindingKind.REGRESSION

# The second company, and an order of its own: on both sides, and seen by nobody while the rule is there.
_COPY = (
    "INSERT INTO {table} SELECT (jsonb_populate_record(t, '{{\"id\": 900001, {changed}}}')).* FROM {table} t "
    "WHERE id = (SELECT min(id) FROM {table})"
)
SECOND_COMPANY = (
    _COPY.format(table="company_company", changed='"party": 7'),
    _COPY.format(table="sale_sale", changed='"company": 900001'),
)
LOT = "read, create, write, delete, button:downward_traces, button:upward_traces"
_GROUP = "(SELECT id FROM res_group WHERE name = '{}')"
DEFECTS: Mapping[str, tuple[str, set[tuple[FindingKind, Severity, str, str]]]] = {
    "a role lost a model": (
        "DELETE FROM ir_model_access WHERE model = 'stock.lot' AND \"group\" IS NOT NULL",
        {(LOST, Severity.MAJOR, "admin+stock: stock.lot", LOT)},
    ),
    "a role gained delete": (
        (
            "INSERT INTO ir_model_access "
            '(model, "group", active, perm_read, perm_write, perm_create, perm_delete) VALUES '
            f"('account.statement.journal', {_GROUP.format('Accounting')}, true, true, false, false, true)"
        ),
        {(GAINED, Severity.CRITICAL, "accounting: account.statement.journal", "delete")},
    ),
    "amounts are read without a right to": (
        (
            "UPDATE ir_model_field_access SET perm_read = true "
            "WHERE model = 'account.account' AND field = 'balance'"
        ),
        {(GAINED, Severity.CRITICAL, "stock+viewer: account.account", "fields: balance")},
    ),
    "companies see each other": (
        "DELETE FROM ir_rule_group WHERE model = 'sale.sale'",
        {(GAINED, Severity.CRITICAL, "admin: sale.sale", "records: read, write, delete")},
    ),
    "a user can no longer log in": (
        "UPDATE res_user SET active = false WHERE login = 'xiaoli'",
        {(LOST, Severity.CRITICAL, "sales_zh", "log_in")},
    ),
    "who pays may approve the payment": (
        (
            'INSERT INTO "res_user-res_group" ("user", "group") SELECT u.id, g.id '
            "FROM res_user u, res_group g WHERE u.login = 'clerk' AND g.name = 'Payment Approval'"
        ),
        {
            (GAINED, Severity.CRITICAL, "accounting: pay + approve_payment", "conflict"),
            (GAINED, Severity.CRITICAL, "accounting: account.payment", "button:approve"),
        },
    ),
}


@dataclass(frozen=True)
class Found:
    """The conclusions on a clean and on a harmed target."""

    clean: Conclusion
    harmed: Conclusion


@pytest.fixture(scope="module")
def found(pair: DemoPair) -> Iterator[Found]:
    """Gathered once; every defect is in the same copy, each where no other touches it."""
    duties = load_duties(DUTIES).model_copy(update={"models": MODELS})
    captures: dict[str, Capture] = {}
    with ExitStack() as stack:
        copies = {
            "source": stack.enter_context(demo.source_copy(pair, "rights")),
            "clean": stack.enter_context(demo.target_copy(pair, "rights_clean")),
            "harmed": stack.enter_context(demo.target_copy(pair, "rights_harmed")),
        }
        for name, copy in copies.items():
            copy.stop()
            plant(
                copy.sql, *SECOND_COMPANY, *([sql for sql, _ in DEFECTS.values()] if name == "harmed" else ())
            )
            copy.start()
            started = time.perf_counter()
            captures[name] = gathered(environment(pair, copy, ROLES), duties)
            print(f"{name}: {captures[name].measures}, {time.perf_counter() - started:.1f} s")
            copy.stop()
    conclusions = {
        name: compare(SPEC, {Part.SOURCE: captures["source"], Part.TARGET: captures[name]})
        for name in ("clean", "harmed")
    }
    yield Found(conclusions["clean"], conclusions["harmed"])


def planted(found: Found) -> set[tuple[FindingKind, Severity, str, str]]:
    """What only the harmed target has."""
    known = {(item.kind, item.key, item.field) for item in found.clean.findings}
    return {
        (item.kind, item.severity, str(item.key), str(item.field))
        for item in found.harmed.findings
        if (item.kind, item.key, item.field) not in known
    }


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_found_and_named(found: Found, defect: str) -> None:
    _, expected = DEFECTS[defect]
    assert expected <= planted(found)


def test_nothing_else_is_found(found: Found) -> None:
    assert planted(found) == set().union(*(expected for _, expected in DEFECTS.values()))
