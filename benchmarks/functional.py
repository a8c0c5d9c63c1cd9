"""Flows and rights on the real pair, with one process and with two, and twenty roles on a hundred models.

    python -m benchmarks.functional --rounds 2
    python -m benchmarks.functional --only rights

Each round has fresh copies of both systems, and one and two processes take turns in going first. Other
findings with two processes than with one end the command with an error, as a missed limit does not.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import sqlalchemy

from harness import demo
from harness.access import Duties, gather
from harness.adapters.access import ChecksAccess
from harness.adapters.registry import open_adapter
from harness.demo import DemoPair, TargetCopy
from harness.model import Environment, Secret, Side
from harness.project import open_config
from harness.testing.plant import Bench

SUITES = Path(__file__).parents[1] / "suites" / "functional"
# These have measures of their own: reconciliation, tries of rights, and what was made before the copies.
NOT_FLOWS = {"data", "in_progress", "inventory", "rights"}
PROCESSES = (1, 2)
SPEED_UP, MINUTES = 1.3, 5
ROLES, MODELS = 20, 100
_COPIES = {Side.SOURCE: demo.source_copy, Side.TARGET: demo.target_copy}


def main() -> None:
    """Brings a pair up, measures, and stops it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--only", choices=("flows", "rights"))
    chosen = options.parse_args()
    with _pair() as pair:
        if chosen.only != "rights":
            flows(pair, chosen.rounds)
        if chosen.only != "flows":
            rights(pair)


def flows(pair: DemoPair, rounds: int) -> None:
    """Every flow twice on the source and once on the target, with one process and with two."""
    suites = [str(path) for path in sorted(SUITES.iterdir()) if path.name not in NOT_FLOWS]
    seconds: dict[int, list[float]] = {processes: [] for processes in PROCESSES}
    found: dict[int, set[str]] = {processes: set() for processes in PROCESSES}
    for number in range(rounds):
        for processes in PROCESSES if number % 2 == 0 else PROCESSES[::-1]:
            used, fingerprints, checks = _flows_once(pair, f"bench_{number}_{processes}", processes, suites)
            seconds[processes].append(used)
            found[processes] |= fingerprints
            print(f"{checks} checks in {processes} process(es): {used:.0f} s, {len(fingerprints)} findings")
    single, double = (statistics.median(seconds[processes]) for processes in PROCESSES)
    print(f"two processes: {single / double:.2f} times the speed of one (at least {SPEED_UP})")
    print(f"flows with two processes: {double / 60:.1f} min (at most {MINUTES})")
    if found[1] != found[2]:
        raise SystemExit(f"not the same findings: {sorted(found[1] ^ found[2])}")
    print(f"the same {len(found[1])} findings with one process and with two")


def rights(pair: DemoPair) -> None:
    """Twenty roles try all operations on a hundred models of each side."""
    models: tuple[str, ...] = ()
    total = 0.0
    for side, copied in _COPIES.items():
        with copied(pair, "bench_rights") as copy:
            environment = _with_roles(pair, copy)
            adapter = open_adapter(environment, "admin", writes=True)
            try:
                assert isinstance(adapter, ChecksAccess)
                models = models or _spread([subject.model for subject in adapter.subjects()], MODELS)
                begun = time.perf_counter()
                capture = gather(adapter, Duties(models=models))
            finally:
                adapter.close()
            used = time.perf_counter() - begun
        assert capture.failure is None, capture.failure
        total += used
        print(
            f"{side}: {len(environment.accounts)} roles, {len(models)} models, "
            f"{capture.measures['answers']!s} answers ({capture.measures['tried']!s} tried) in {used:.0f} s"
        )
    print(f"rights of both sides: {total / 60:.1f} min (at most {MINUTES})")


def _flows_once(
    pair: DemoPair, name: str, processes: int, suites: Sequence[str]
) -> tuple[float, set[str], int]:
    with (
        tempfile.TemporaryDirectory(prefix="harness-functional-") as folder,
        demo.source_copy(pair, name) as source,
        demo.target_copy(pair, name) as target,
    ):
        bench = Bench(pair.config, Path(folder), source, profile="rehearsal", processes=processes)
        begun = time.perf_counter()
        run = bench.check(bench.capture_source(suites), target, suites)
        used = time.perf_counter() - begun
        recorded = run.read()
    return used, {finding.fingerprint for finding in recorded.findings}, len(recorded.conclusions())


def _with_roles(pair: DemoPair, copy: TargetCopy) -> Environment:
    """The copy with twenty accounts: those of the demo, and doubles of them with the same rights."""
    found = open_config(pair.config).pair[copy.side]
    known = list(found.accounts.items())
    accounts = dict(known)
    engine = sqlalchemy.create_engine(copy.sql)
    try:
        with engine.begin() as connection:
            for number in range(ROLES - len(known)):
                role, account = known[number % len(known)]
                login = f"{account.user}_{number}"
                _double(connection, account.user, login, 900_000 + number)
                accounts[f"{role}_{number}"] = replace(account, user=login)
    finally:
        engine.dispose()
    return replace(
        found,
        url=copy.url,
        sql=Secret(copy.reader_sql),
        options={**found.options, "database": copy.database},
        accounts=accounts,
    )


def _double(connection: sqlalchemy.Connection, login: str, new: str, number: int) -> None:
    """A user with another's password, groups and companies."""
    user = connection.execute(
        sqlalchemy.text(
            "INSERT INTO res_user SELECT (jsonb_populate_record(u, jsonb_build_object("
            "'id', CAST(:number AS integer), 'login', CAST(:new AS text)))).* FROM res_user u "
            "WHERE login = :login RETURNING (SELECT id FROM res_user WHERE login = :login)"
        ),
        {"number": number, "new": new, "login": login},
    ).scalar_one()
    for table in ("res_user-res_group", "res_user-company_company"):
        connection.execute(
            sqlalchemy.text(
                f'INSERT INTO "{table}" SELECT (jsonb_populate_record(t, jsonb_build_object('
                "'id', :number * 100 + t.id % 100, 'user', :number))).* "
                f'FROM "{table}" t WHERE t."user" = :user'
            ),
            {"number": number, "user": user},
        )


def _spread(models: Sequence[str], count: int) -> tuple[str, ...]:
    """So many of the models, from all over the list."""
    return tuple(models[index * len(models) // count] for index in range(count))


@contextmanager
def _pair() -> Iterator[DemoPair]:
    with tempfile.TemporaryDirectory(prefix="harness-functional-pair-") as folder:
        place = Path(folder) / "pair"
        try:
            yield demo.up(place, report=lambda step: None)
        finally:
            demo.down(place)


if __name__ == "__main__":
    main()
