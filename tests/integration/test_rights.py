"""Rights on the real pair: tries leave no trace, and what is planted in the rights is found and named."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy

from harness import demo
from harness.access import Duties, gather, load_duties
from harness.access.comparison import compare
from harness.adapters.registry import open_adapter
from harness.demo import DemoPair, TargetCopy
from harness.model import (
    Area,
    Capture,
    CheckSpec,
    Conclusion,
    Environment,
    FindingKind,
    Mode,
    Part,
    Secret,
    Severity,
    Side,
    Title,
)
from harness.project import open_config
from harness.testing.plant import plant

pytestmark = pytest.mark.real_pair

DUTIES = Path(__file__).parents[2] / "fixtures" / "duties" / "tryton.toml"
ROLES = ("admin", "accounting", "stock", "viewer", "sales_zh")
# What the defects could touch; all models are tried by the suite itself.
MODELS = ("account.account", "account.payment", "account.statement*", "party.party", "sale.*", "stock.lot*")
SPEC = CheckSpec(
    "rights.roles", Title("Rights", "权限"), Area.RIGHTS, "system", Mode.SIDE, "rights", writes=True
)
GAINED, LOST = FindingKind.VIOLATION, FindingKind.REGRESSION
# What logging in and being logged in writes by itself.
OF_SESSIONS = {"ir_session", "ir_session_wizard", "res_user_login_attempt", "res_user_device"}
# When a call on some models ends well, the server notes that caches are to be read again; it holds no data.
OF_CACHES = {"ir_cache"}

# The second company, and an order of its own: on both sides, and seen by nobody while the rule is there.
_COPY = (
    "INSERT INTO {table} SELECT (jsonb_populate_record(t, '{{\"id\": 900001, {changed}}}')).* FROM {table} t "
    "WHERE id = (SELECT min(id) FROM {table})"
)
SECOND_COMPANY = (
    _COPY.format(table="company_company", changed='"party": 7'),
    _COPY.format(table="sale_sale", changed='"company": 900001'),
)
_GROUP = "(SELECT id FROM res_group WHERE name = '{}')"
DEFECTS: Mapping[str, tuple[str, set[tuple[FindingKind, Severity, str, str]]]] = {
    "a role lost a model": (
        "DELETE FROM ir_model_access WHERE model = 'stock.lot' AND \"group\" IS NOT NULL",
        {(LOST, Severity.MAJOR, "admin+stock: stock.lot", "read, create, write, delete")},
    ),
    "a role gained delete": (
        (
            "UPDATE ir_model_access SET perm_delete = true WHERE model = 'account.statement.journal' "
            f'AND "group" = {_GROUP.format("Accounting")}'
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


def environment(pair: DemoPair, copy: TargetCopy, roles: tuple[str, ...]) -> Environment:
    """The copy as the configuration would describe it, with some of the roles."""
    found = open_config(pair.config).pair[copy.side]
    return replace(
        found,
        url=copy.url,
        sql=Secret(copy.reader_sql),
        options={**found.options, "database": copy.database},
        accounts={role: found.accounts[role] for role in roles},
    )


def gathered(where: Environment, duties: Duties) -> Capture:
    """What the roles may do there."""
    adapter = open_adapter(where, "admin", writes=True)
    try:
        return gather(adapter, duties)
    finally:
        adapter.close()


def traces(copy: TargetCopy) -> Mapping[str, object]:
    """Of every table how many rows there are and which transactions wrote them; of sequences the value."""
    engine = sqlalchemy.create_engine(copy.sql)
    try:
        with engine.connect() as connection:
            names = sqlalchemy.inspect(connection).get_table_names()
            counted = {
                name: tuple(
                    connection.execute(
                        sqlalchemy.text(
                            f'SELECT count(*), sum(xmin::text::bigint), max(xmin::text::bigint) FROM "{name}"'
                        )
                    ).one()
                )
                for name in names
                if name not in OF_SESSIONS | OF_CACHES
            }
            numbers = connection.execute(sqlalchemy.text("SELECT sequencename, last_value FROM pg_sequences"))
            used = {
                f"sequence {name}": value
                for name, value in numbers
                if "session" not in name and "ir_cache" not in name
            }
            return {**counted, **used}
    finally:
        engine.dispose()


@pytest.mark.parametrize("side", list(Side))
def test_tries_leave_no_trace(pair: DemoPair, side: Side) -> None:
    """The administrator may do nearly everything and a viewer nearly nothing: nothing changes either way."""
    copied = demo.source_copy if side is Side.SOURCE else demo.target_copy
    with copied(pair, "rights_trace") as copy:
        before = traces(copy)
        found = gathered(environment(pair, copy, ("admin", "viewer")), load_duties(DUTIES))
        after = traces(copy)

    assert len(before) > 300
    assert {name for name in before if before[name] != after.get(name)} | (
        after.keys() - before.keys()
    ) == set()
    assert int(str(found.measures["tried"])) > 0.8 * int(str(found.measures["answers"]))


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


@pytest.mark.qualify
@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_found_and_named(found: Found, defect: str) -> None:
    _, expected = DEFECTS[defect]
    assert expected <= planted(found)


@pytest.mark.qualify
def test_nothing_else_is_found(found: Found) -> None:
    assert planted(found) == set().union(*(expected for _, expected in DEFECTS.values()))
