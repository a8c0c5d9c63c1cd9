"""What a worker's process is told on its standard input, and what it takes part in: its own rules decide."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import harness
from harness.model import Side
from harness.performance.crew.address import Address
from harness.performance.crew.messages import Order, System
from harness.performance.job import Loaded, loaded_of, loaded_value
from harness.values import Value, dumps, loads


@dataclass(frozen=True, slots=True)
class Member:
    """A worker: its master, the sides that it may load, those that it may write to, where it writes files."""

    master: Address
    sides: tuple[Loaded, ...]
    writes: tuple[Side, ...]
    folder: str

    def to_line(self) -> bytes:
        """One line of bytes, with the passwords of the worker's own configuration."""
        plain: Value = {
            "master": [self.master.host, self.master.port],
            "sides": [loaded_value(each) for each in self.sides],
            "writes": [side.value for side in self.writes],
            "folder": self.folder,
        }
        return dumps(plain) + b"\n"

    def refusal(self, order: Order) -> str | None:
        """Why it cannot take part, as `code:detail`; None when it can."""
        if order.version != harness.__version__:
            return f"version:{harness.__version__}"
        own = {each.environment.side: each for each in self.sides}
        for side, system in order.systems.items():
            loaded = own.get(side)
            if loaded is None:
                return f"side:{side}"
            reason = _refusal(order, loaded, system, side in self.writes)
            if reason is not None:
                return reason
        return None

    def chosen(self, order: Order) -> tuple[Loaded, ...]:
        """The sides of an order that was not refused, each with the accounts of the plan's roles."""
        own = {each.environment.side: each for each in self.sides}
        found = []
        for side in order.systems:
            accounts = {each.role: each for each in own[side].accounts}
            needed = tuple(accounts[role] for role in order.plan.roles)
            found.append(Loaded(own[side].environment, needed, own[side].sessions))
        return tuple(found)


def _refusal(order: Order, loaded: Loaded, system: System, writes: bool) -> str | None:
    known, side = system_of(loaded), loaded.environment.side
    if known.identity != system.identity:
        return f"system:{side}"
    if known.sessions != system.sessions:
        return f"sessions:{side}"
    lacking = order.plan.roles.keys() - {each.role for each in loaded.accounts}
    if lacking:
        return f"role:{side}.{min(lacking)}"
    return f"writes:{side}" if order.plan.writes and not writes else None


def system_of(loaded: Loaded) -> System:
    """What a side is, without saying it: equal only for the same system and the same load sessions."""
    environment = loaded.environment
    plain: Value = [environment.adapter, environment.url, dict(environment.options)]
    place, _, name = loaded.sessions.rpartition(":")
    sessions = f"{_digest(Path(place).read_bytes())}:{name}" if place.endswith(".py") else loaded.sessions
    return System(_digest(dumps(plain)), sessions)


def member_of_line(content: bytes) -> Member:
    """The member that `to_line` wrote; ValueError for anything else."""
    plain = cast(Mapping[str, Value], loads(content))
    host, port = cast("tuple[str, int]", plain["master"])
    sides = cast("list[Mapping[str, Value]]", plain["sides"])
    return Member(
        master=Address(host, port),
        sides=tuple(loaded_of(each) for each in sides),
        writes=tuple(Side(each) for each in cast("list[str]", plain["writes"])),
        folder=str(plain["folder"]),
    )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
