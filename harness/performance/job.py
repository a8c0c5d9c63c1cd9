"""What the load generator is told, on its standard input and nowhere else: it holds the passwords."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from harness.model import Account, Environment, Secret, Side
from harness.performance.crew.address import Address
from harness.performance.plan import LoadPlan, plan_from_value
from harness.values import Value, dumps, loads

LOGIN_SECONDS = 30.0
"""How long one answer may take while users log in: nothing is measured yet, so there is patience."""

_LOGIN_ANSWERS = 10  # what one user asks before it is ready; the users of a side log in together


@dataclass(frozen=True, slots=True)
class Loaded:
    """One side as the generator needs it: where it is, who logs in, and the class that knows how."""

    environment: Environment
    accounts: tuple[Account, ...]
    sessions: str


@dataclass(frozen=True, slots=True)
class Crew:
    """How many workers carry the load out, where their master waits for them, and how long (s)."""

    workers: int
    bind: Address
    wait_seconds: int = 120


@dataclass(frozen=True, slots=True)
class Job:
    """The whole order: the plan, the sides in their first order, where to write, and with whom."""

    plan: LoadPlan
    sides: tuple[Loaded, ...]
    folder: str
    run: str
    crew: Crew | None = None

    def to_line(self) -> bytes:
        """One line of bytes; the only place where the passwords are revealed."""
        return (
            dumps(
                {
                    "plan": self.plan.to_value(),
                    "sides": [loaded_value(side) for side in self.sides],
                    "folder": self.folder,
                    "run": self.run,
                    "crew": _crew_value(self.crew),
                }
            )
            + b"\n"
        )


def job_from_line(content: bytes) -> Job:
    """The job that `to_line` wrote; ValueError for anything else."""
    plain = cast(Mapping[str, Value], loads(content))
    sides = cast("list[Mapping[str, Value]]", plain["sides"])
    return Job(
        plan=plan_from_value(plain["plan"]),
        sides=tuple(loaded_of(side) for side in sides),
        folder=str(plain["folder"]),
        run=str(plain["run"]),
        crew=_crew(plain["crew"]),
    )


def login_bound(job: Job) -> float:
    """The longest that logging everybody in may take (s)."""
    return _LOGIN_ANSWERS * len(job.sides) * len(job.plan.roles) * LOGIN_SECONDS


def run_token() -> str:
    """A short word that no other load of this ERP carries in its documents."""
    return f"{time.time_ns() // 1_000_000:x}"


def _crew_value(crew: Crew | None) -> Value:
    return None if crew is None else [crew.workers, crew.bind.host, crew.bind.port, crew.wait_seconds]


def _crew(plain: Value) -> Crew | None:
    if plain is None:
        return None
    workers, host, port, seconds = cast("tuple[int, str, int, int]", plain)
    return Crew(workers, Address(host, port), seconds)


def loaded_value(loaded: Loaded) -> Value:
    """One side as plain values, with its passwords."""
    environment = loaded.environment
    return {
        "side": environment.side.value,
        "adapter": environment.adapter,
        "url": environment.url,
        "options": dict(environment.options),
        "sql": environment.sql.reveal() if environment.sql else None,
        "accounts": [[each.role, each.user, each.password.reveal()] for each in loaded.accounts],
        "sessions": loaded.sessions,
    }


def loaded_of(plain: Mapping[str, Value]) -> Loaded:
    """The side that `loaded_value` wrote."""
    environment = Environment(
        side=Side(str(plain["side"])),
        adapter=str(plain["adapter"]),
        url=str(plain["url"]),
        options=cast("Mapping[str, Value]", plain["options"]),
        sql=Secret(str(plain["sql"])) if plain["sql"] else None,
        load=True,
    )
    rows = cast("list[list[str]]", plain["accounts"])
    accounts = tuple(Account(role, user, Secret(password)) for role, user, password in rows)
    return Loaded(environment, accounts, str(plain["sessions"]))
