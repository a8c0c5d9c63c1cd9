"""Tries every role's rights on one side and keeps the answers. Values of fields are never kept."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial

from harness.access.duties import Duties
from harness.access.matrix import Matrix, RoleAnswers
from harness.adapters.access import ChecksAccess
from harness.adapters.protocol import Adapter
from harness.errors import ConfigError, Refused, Unreachable
from harness.messages import text
from harness.model import Capture, Item, Side, Text
from harness.rights import READ, Answer, Subject

AT_ONCE = 2  # roles at a time: as many as the smallest production server has workers
KIND = "right"


def gather(adapter: Adapter, duties: Duties) -> Capture:
    """Everything that the roles of the adapter's environment may do, or why it could not be found out."""
    if not isinstance(adapter, ChecksAccess):
        raise ConfigError(text("access.not_capable", adapter=adapter.environment.adapter))
    started = time.perf_counter()
    try:
        matrix = _matrix(adapter, adapter, duties)
    except (Unreachable, Refused) as problem:
        return Capture(None, failure=problem.sentence)
    answers = [
        answer for role in matrix.roles for found in role.operations.values() for answer in found.values()
    ]
    return Capture(
        {"matrix": matrix.stored(), "duties": duties.model_dump(mode="json")},
        universe=tuple(_universe(matrix)),
        caveats=_caveats(adapter),
        measures={
            "seconds": Decimal(f"{time.perf_counter() - started:.1f}"),
            "roles": len(matrix.roles),
            "models": len(matrix.subjects),
            "answers": len(answers),
            "tried": sum(answer.tried for answer in answers),
        },
    )


def item(role: str, model: str, operation: str) -> str:
    """The name of one right."""
    return f"{role} · {model} · {operation}"


def _matrix(adapter: Adapter, access: ChecksAccess, duties: Duties) -> Matrix:
    subjects, samples = access.subjects(), access.samples()
    roles = [adapter.as_role(role) for role in adapter.environment.accounts]
    attempt = partial(_role, subjects=subjects, samples=samples, duties=duties)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = tuple(pool.map(attempt, roles))
    return Matrix(subjects, answers, access.grants(), samples, access.doors())


def _role(
    adapter: Adapter, subjects: Sequence[Subject], samples: Mapping[str, Mapping[str, str]], duties: Duties
) -> RoleAnswers:
    assert isinstance(adapter, ChecksAccess)  # the same class as the adapter that was asked first
    log_in = adapter.log_in()
    if log_in is not Answer.ALLOWED:
        return RoleAnswers(adapter.role, log_in)
    subjects = [subject for subject in subjects if duties.tries(subject.model)]
    operations = adapter.try_operations(subjects)
    readable = {model for model, found in operations.items() if found[READ].allowed}
    fields = {
        subject.model: found
        for subject in subjects
        if subject.model in readable and (found := _fields(adapter, subject, duties))
    }
    reach = {
        model: adapter.reach(model, tuple(ids)) for model, ids in samples.items() if ids and model in readable
    }
    return RoleAnswers(adapter.role, log_in, adapter.groups(), operations, fields, reach)


def _fields(adapter: ChecksAccess, subject: Subject, duties: Duties) -> dict[str, Answer]:
    single = tuple(dict.fromkeys((*subject.guarded, *duties.sensitive_fields(subject.model))))
    found = adapter.try_fields(subject, single)
    return {name: answer for name, answer in found.items() if name in single or answer is not Answer.ALLOWED}


def _universe(matrix: Matrix) -> Iterator[Item]:
    for answers in matrix.roles:
        for subject in matrix.subjects:
            for operation in subject.operations:
                yield Item(KIND, item(answers.role, subject.model, operation))


def _caveats(adapter: Adapter) -> tuple[Text, ...]:
    environment = adapter.environment
    caveats = []
    if environment.sql is None:
        caveats.append(text("access.caveat.sample", side=_name(environment.side)))
    if environment.production or not environment.allow_writes:
        caveats.append(text("access.caveat.locked", side=_name(environment.side)))
    return tuple(caveats)


def _name(side: Side) -> Text:
    return text(f"access.side.{side}")
