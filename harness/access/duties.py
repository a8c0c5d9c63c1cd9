"""Duties that one person should not hold together, sensitive fields, critical models: one TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from harness.config.problems import Problem, nearest, raise_problems
from harness.config.table import Table
from harness.messages import text
from harness.model import Title

_Word = Annotated[str, Field(min_length=1)]
_Operation = Annotated[str, Field(pattern=r"^\S+ (read|create|write|delete|button:\S+)$")]


class Duty(Table):
    """A task in the business; who may do all of its operations can perform it."""

    id: _Word
    en: _Word
    zh: _Word
    operations: tuple[_Operation, ...] = Field(min_length=1)

    @property
    def title(self) -> Title:
        """Its name in both languages."""
        return Title(self.en, self.zh)


class Conflict(Table):
    """Two duties that one role should not perform both."""

    duties: tuple[_Word, _Word]


class Sensitive(Table):
    """Fields whose content is nobody's business without need; `model` is the ERP's own name."""

    model: _Word
    fields: tuple[_Word, ...] = Field(min_length=1)


class Duties(Table):
    """What the file says, by patterns of models: `models` are tried (all if none is named); a right gained
    or lost on one of `critical` is critical.
    """

    models: tuple[_Word, ...] = ()
    critical: tuple[_Word, ...] = ()
    duty: tuple[Duty, ...] = ()
    conflict: tuple[Conflict, ...] = ()
    sensitive: tuple[Sensitive, ...] = ()

    def tries(self, model: str) -> bool:
        """Whether rights on the model are tried; what is not stays not verified."""
        return not self.models or any(fnmatchcase(model, pattern) for pattern in self.models)

    def is_critical(self, model: str) -> bool:
        """Whether a change of rights on the model is critical."""
        return any(fnmatchcase(model, pattern) for pattern in self.critical)

    def sensitive_fields(self, model: str) -> tuple[str, ...]:
        """The fields of the model that are called sensitive."""
        return tuple(field for entry in self.sensitive if entry.model == model for field in entry.fields)

    def conflicts(self) -> Iterator[tuple[Duty, Duty]]:
        """The pairs."""
        known = {duty.id: duty for duty in self.duty}
        for conflict in self.conflict:
            one, other = conflict.duties
            yield known[one], known[other]


def load_duties(path: Path) -> Duties:
    """What the file says; ConfigError that lists everything that is wrong with it."""
    try:
        found = Duties.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError):
        raise_problems([Problem(str(path), "", text("access.duties.unreadable"))])
        raise
    except tomllib.TOMLDecodeError as error:
        raise_problems([Problem(path.name, "", text("access.duties.syntax", why=str(error)))])
        raise
    except ValidationError as error:
        raise_problems([_problem(path.name, item) for item in error.errors(include_input=False)])
        raise
    raise_problems(list(_unknown(path.name, found)))
    return found


def _problem(file: str, item: object) -> Problem:
    assert isinstance(item, dict)
    place = ".".join(str(part) for part in item["loc"])
    return Problem(file, place, text("access.duties.wrong", why=str(item["msg"])))


def _unknown(file: str, found: Duties) -> Iterator[Problem]:
    known = [duty.id for duty in found.duty]
    for number, duty in enumerate(found.duty):
        if known.index(duty.id) != number:
            yield Problem(file, f"duty.{number}.id", text("access.duties.double", id=duty.id))
    for number, conflict in enumerate(found.conflict):
        for name in conflict.duties:
            if name not in known:
                reason = text("access.duties.unknown", id=name)
                yield Problem(file, f"conflict.{number}.duties", reason, nearest(name, known), tuple(known))
