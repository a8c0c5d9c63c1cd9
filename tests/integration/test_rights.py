"""Rights on the real pair: tries leave no trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy

from harness import demo
from harness.access import Duties, gather, load_duties
from harness.adapters.registry import open_adapter
from harness.demo import DemoPair, TargetCopy
from harness.model import (
    Capture,
    Environment,
    Secret,
    Side,
)
from harness.project import open_config

pytestmark = [pytest.mark.real_pair, pytest.mark.qualify]

DUTIES = Path(__file__).parents[2] / "fixtures" / "duties" / "tryton.toml"
# What logging in and being logged in writes by itself.
OF_SESSIONS = {"ir_session", "ir_session_wizard", "res_user_login_attempt", "res_user_device"}
# When a call on some models ends well, the server notes that caches are to be read again; it holds no data.
OF_CACHES = {"ir_cache"}


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
