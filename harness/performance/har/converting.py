"""From a HAR file to the files of a load; everything is made before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from harness.adapters.wire.har import Entry, read_har
from harness.errors import ConfigError
from harness.model import Environment, text
from harness.performance.har import check
from harness.performance.har.choice import choose, netloc
from harness.performance.har.grouping import Group, grouped, name_of, title_of, writes
from harness.performance.har.module import Step, sessions_module
from harness.performance.har.python import remark
from harness.performance.har.received import Index
from harness.performance.har.requests import Reader, Request
from harness.performance.har.resolving import Resolver
from harness.performance.har.typed import Typed, typed_in
from harness.performance.har.withheld import withheld
from harness.redact import Redactor

_NAMED = 8  # places that a message names


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user wants of a conversion. `known` is the recorded system as configured, if it is.

    `file` is what the sessions' file is called where that is not after `name`.
    """

    name: str
    file: str | None = None
    role: str = "sales"
    host: str | None = None
    pause: float = 1.0
    names: Mapping[str, Sequence[str]] = field(default_factory=lambda: MappingProxyType({}))
    keep: frozenset[str] = frozenset()
    leave_out: frozenset[str] = frozenset()
    known: Environment | None = None


@dataclass(frozen=True, slots=True)
class Converted:
    """The files by name, and what is told of them."""

    files: Mapping[str, str]
    host: str
    requests: int
    logins: int
    steps: tuple[Step, ...]
    taken: int
    left_out: Mapping[str, int]


def convert(file: Path, wishes: Wishes) -> Converted:
    """The sessions, the plan and the check that a recording becomes, as text; ConfigError when it cannot."""
    entries = read_har(file)
    chosen = choose(entries, wishes.host)
    if not chosen.entries:
        hosts = tuple(dict.fromkeys(remark(netloc(entry)) for entry in entries))[:_NAMED]
        raise ConfigError(
            text("from_har.nothing", file=str(file), host=chosen.host or "-", hosts=hosts or ("-",))
        )
    if not any(entry.received.content for entry in chosen.entries):
        raise ConfigError(text("from_har.no_answers", file=str(file)))
    typed = typed_in(chosen.entries, _accounts(wishes.known))
    requests = _requests(file, chosen.entries, typed, wishes)
    login, groups = grouped(chosen.entries, wishes.pause, typed.last)
    if not groups:
        raise ConfigError(text("from_har.only_login", file=str(file)))
    steps = _steps(groups, requests, wishes.names)
    read = [requests[entry.number] for entry in login]
    sessions = sessions_module(wishes.name, f"{len(requests)} requests to one ERP", read, steps)
    files = check.files(
        wishes.name, wishes.file or f"{wishes.name}_sessions.py", wishes.role, sessions, steps
    )
    _demand_no_secret(file, files, withheld(chosen.entries, typed, wishes.keep))
    taken = {source.whole for request in requests.values() for source in request.taken()}
    return Converted(files, chosen.host, len(requests), len(login), tuple(steps), len(taken), chosen.left_out)


def _requests(file: Path, entries: Sequence[Entry], typed: Typed, wishes: Wishes) -> dict[int, Request]:
    places: list[str] = []
    resolver = Resolver(Index(), typed, wishes.keep, places.append)
    reader = Reader(resolver, _database(wishes.known), _base(wishes.known), wishes.leave_out)
    found = {}
    for entry in entries:
        found[entry.number] = reader.read(entry)
        resolver.index.add(entry)
    if places:
        shown = tuple(dict.fromkeys(_told(place, found) for place in places))
        raise ConfigError(text("from_har.secrets", file=str(file), count=len(shown), places=shown[:_NAMED]))
    return found


def _steps(
    groups: Sequence[Group], requests: Mapping[int, Request], names: Mapping[str, Sequence[str]]
) -> list[Step]:
    steps: list[Step] = []
    for group in groups:
        name = name_of(group, names, [step.name for step in steps])
        own = tuple(requests[entry.number] for entry in group.entries)
        steps.append(Step(name, own, group.pause, any(map(writes, group.entries))))
    return steps


def _told(place: str, found: Mapping[int, Request]) -> str:
    number, _, where = place.partition(": ")
    return remark(f"{number} ({title_of(found[int(number)].entry)}): {where}")


def _demand_no_secret(file: Path, files: Mapping[str, str], secrets: set[str]) -> None:
    """The last line of defence: nothing is written in which a secret of the recording is found again."""
    redactor = Redactor(secrets)
    for name, content in files.items():
        for number, line in enumerate(content.splitlines(), 1):
            if redactor.holds(line):
                raise ConfigError(text("from_har.left_in", file=str(file), place=f"{name}:{number}"))


def _accounts(known: Environment | None) -> Typed:
    if known is None:
        return Typed()
    accounts = known.accounts.values()
    passwords = {account.password.reveal() for account in accounts if account.password is not None}
    return Typed(frozenset(account.user for account in accounts if account.user), frozenset(passwords))


def _database(known: Environment | None) -> str | None:
    database = known.options.get("database") if known else None
    return database if isinstance(database, str) and database else None


def _base(known: Environment | None) -> str:
    return urlsplit(known.url).path.rstrip("/") if known else ""
