"""Rights in Tryton, tried as the user: each call stops after the server's access check and changes nothing.

What the server does first, in trytond 7.0 and 8.0 (`model/modelstorage.py`, `model/modelsql.py`,
`model/modelview.py`), and what therefore stops a call that is allowed:

operation  order on the server                           what is sent           what stops it
---------  --------------------------------------------  ---------------------  --------------------------
read       access, rules, rows                           one row is read        nothing need
create 7.0 access, fields, defaults, INSERT              no record at all       there is nothing to insert
create 8.0 access, names of the fields, ..., INSERT;     a number in place of   the names cannot be taken:
           for no record, trees are built again          a record's values      the transaction is undone
write      access, rules, fields, UPDATE                 no record, a field     the field's lookup fails:
                                                         that does not exist    the transaction is undone
delete 8.0 access, ..., rules, DELETE                    no record at all       there is nothing to delete
delete 7.0 nothing for no record; else rules, links      asked; a refusal is    the record does not exist
           and only then access                          tried on record -1
button     access, group of the button, body             no record, too many    the body cannot be called:
                                                         arguments              the transaction is undone

A singleton puts its only record in place of whatever is sent: it is found out first, and only written to
(by the field that does not exist), and only when its record is there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from harness.adapters.tryton import rights
from harness.adapters.tryton.client import Row, TrytonClient
from harness.adapters.tryton.doors import open_doors
from harness.adapters.tryton.rights import ORDINARY, SINGLETON, method_of
from harness.adapters.tryton.speaking import Speaking
from harness.errors import Refused, WriteRefused
from harness.rights import BUTTON, CREATE, DELETE, READ, WRITE, Answer, Door, Grant, Subject
from harness.values import Value

_NO_FIELD = "harness_no_such_field"
_NO_RECORD = -1
_NO_VALUES = 0
_NOT_VALUES = "'int' object is not iterable"
_TOO_MANY = tuple(range(40))
_CANNOT_BE_CALLED = re.compile(r"takes .*positional arguments? but \d+ were given")
_SAYS_NO = re.compile(r"^(You are not allowed|Calling button)")
_WITHOUT_TABLE = "On table_query"
# The refusals are told apart by Tryton's English words.
_CONTEXT = {"language": "en"}


class Access(Speaking):
    """Tries what the role may do."""

    def subjects(self) -> tuple[Subject, ...]:
        """Every model with methods of its own, as the reader sees it."""
        return rights.subjects(self._reader)

    def grants(self) -> tuple[Grant, ...]:
        """The stored rights on models."""
        return rights.grants(self._reader)

    def samples(self) -> Mapping[str, Mapping[str, str]]:
        """Records of the models that have rules: of each company, employee or user a few."""
        engine = self._connection.database.engine() if self.environment.sql else None
        return rights.samples(self._reader, engine)

    def doors(self) -> tuple[Door, ...]:
        """What answers without a login."""
        return open_doors(
            self._connection.nobody(), self._client.server, str(self.environment.options["database"])
        )

    def log_in(self) -> Answer:
        """Whether the account can log in."""
        try:
            return Answer.ALLOWED if self._client.context else Answer.UNCLEAR
        except Refused as problem:
            return Answer.REFUSED if problem.code in {"login", "access"} else Answer.UNCLEAR

    def groups(self) -> tuple[str, ...]:
        """The names of the groups that the account is in."""
        ids = self._client.context.get("groups") or []
        rows = self._reader.search_read("res.group", [["id", "in", ids]], ["name"], context=_CONTEXT)
        return tuple(sorted(str(row["name"]) for row in rows))

    def try_operations(self, subjects: Sequence[Subject]) -> Mapping[str, Mapping[str, Answer]]:
        """By model: what each of its operations came to."""
        said = _said(self._client, [subject.model for subject in subjects])
        nothing: Mapping[str, Answer] = {}
        return {
            subject.model: _Trial(self._client, subject, said.get(subject.model, nothing)).answers()
            for subject in subjects
        }

    def try_fields(self, subject: Subject, one_by_one: Sequence[str]) -> Mapping[str, Answer]:
        """What reading each field came to: all in one call, and each by itself when that is refused."""
        read = partial(_reads_fields, self._client, subject.model)
        single = [field for field in one_by_one if field in subject.fields]
        rest = [field for field in subject.fields if field not in single]
        allowed = read(rest) is Answer.ALLOWED
        found = {field: Answer.ALLOWED if allowed else read([field]) for field in rest}
        return found | {field: _reads_row(self._client, subject.model, field) for field in single}

    def reach(self, model: str, ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """Found by a search; what of it may be written and deleted, the server answers for each record."""
        try:
            found = self._reached(model, ids)
        except Refused:  # one record of a document that is hidden refuses them all
            found = [row for number in ids for row in self._reached_alone(model, number)]
        return {
            READ: tuple(str(row["id"]) for row in found),
            WRITE: tuple(str(row["id"]) for row in found if row["_write"]),
            DELETE: tuple(str(row["id"]) for row in found if row["_delete"]),
        }

    def _reached(self, model: str, ids: Sequence[str]) -> Sequence[Row]:
        numbers: Value = [int(number) for number in ids]
        context: dict[str, Value] = {**_CONTEXT, "active_test": False}
        return self._client.search_read(
            model, [["id", "in", numbers]], ["_write", "_delete"], context=context
        )

    def _reached_alone(self, model: str, number: str) -> Sequence[Row]:
        """Nothing where the server refuses: a log entry of a document that the user may not see."""
        try:
            return self._reached(model, [number])
        except Refused as refusal:
            if refusal.code != "access":
                raise
            return ()


def _said(client: TrytonClient, models: Sequence[str]) -> Mapping[str, Mapping[str, Answer]]:
    """The server's own decision on every model, in one call."""
    found = client.call("model.ir.model.access.get_access", list(models))
    assert isinstance(found, Mapping)
    return {
        str(model): {
            name: Answer.SAID_ALLOWED if allowed else Answer.SAID_REFUSED for name, allowed in access.items()
        }
        for model, access in found.items()
        if isinstance(access, Mapping)
    }


@dataclass(frozen=True, slots=True)
class _Trial:
    """One role against one model; `said` is what the server says when it is only asked."""

    client: TrytonClient
    subject: Subject
    said: Mapping[str, Answer]

    def answers(self) -> Mapping[str, Answer]:
        """What each operation came to."""
        return {operation: self._answer(operation) for operation in self.subject.operations}

    def _answer(self, operation: str) -> Answer:
        if operation.startswith(BUTTON):
            button = operation.removeprefix(BUTTON)
            return _outcome(
                partial(self.client.call, method_of(self.client, self._model, button), [], *_TOO_MANY)
            )
        asked = self.said.get(operation, Answer.UNCLEAR)
        if operation == READ:
            return self._read(asked)
        if operation == WRITE and self.subject.form in {ORDINARY, SINGLETON}:
            return _first(self._call(WRITE, [], {_NO_FIELD: True}), asked)
        if self.subject.form != ORDINARY:
            return asked
        if operation == DELETE and self.client.server.series < (8, 0):
            return self._delete_before_8(asked)
        if operation == CREATE:
            return self._create(asked)
        return _first(self._call(operation, []), asked)

    def _read(self, asked: Answer) -> Answer:
        """A row is read. Where only the rows are refused, for what they belong to, the model was not."""
        answer = self._call("search_read", [], 0, 1, None, ["id"])
        if answer is not Answer.REFUSED:
            return _first(answer, asked)
        return self._call("search", [["id", "=", _NO_RECORD]], 0, 1, None)

    def _create(self, asked: Answer) -> Answer:
        """Before 8.0 a model that goes over the records by itself never comes to the check without one."""
        if self.client.server.series >= (8, 0):
            return _first(self._call(CREATE, [_NO_VALUES]), asked)
        tried = _first(self._call(CREATE, []), asked)
        return asked if (tried, asked) == (Answer.ALLOWED, Answer.SAID_REFUSED) else tried

    def _delete_before_8(self, asked: Answer) -> Answer:
        """That it is refused can be shown; that it is allowed only by deleting something."""
        if asked is not Answer.SAID_REFUSED and self._call(CREATE, []) is not Answer.NOT_OFFERED:
            return asked  # it has a table, so that a deletion could succeed
        shown = self._call(DELETE, [_NO_RECORD])
        return shown if shown in {Answer.REFUSED, Answer.NOT_OFFERED} else asked

    @property
    def _model(self) -> str:
        return self.subject.model

    def _call(self, method: str, *params: Value) -> Answer:
        return _outcome(partial(self.client.call, f"model.{self._model}.{method}", *params))


def _first(tried: Answer, asked: Answer) -> Answer:
    return asked if tried in {Answer.UNCLEAR, Answer.LOCKED} and asked is not Answer.UNCLEAR else tried


def _reads_row(client: TrytonClient, model: str, field: str) -> Answer:
    """A real read; the check alone without a row, where rows are refused whatever is read of them, or where
    the field cannot be worked out.
    """
    row = partial(client.call, f"model.{model}.search_read", [], 0, 1, None)
    if _outcome(partial(row, [field])) is Answer.REFUSED and _outcome(partial(row, ["id"])) is Answer.ALLOWED:
        return Answer.REFUSED
    return _reads_fields(client, model, [field])


def _reads_fields(client: TrytonClient, model: str, fields: Sequence[str]) -> Answer:
    return _outcome(partial(client.call, f"model.{model}.read", [], list(fields)))


def _outcome(attempt: partial[Value]) -> Answer:
    try:
        attempt(context=_CONTEXT)
    except WriteRefused:
        return Answer.LOCKED
    except Refused as problem:
        return _meaning(problem)
    return Answer.ALLOWED


def _meaning(problem: Refused) -> Answer:
    if problem.message == "HTTP 403":
        return Answer.NOT_OFFERED
    if problem.code == "access" and _SAYS_NO.match(problem.message):
        return Answer.REFUSED
    if problem.code != "server_error":
        return Answer.UNCLEAR
    if problem.message == _WITHOUT_TABLE:
        return Answer.NOT_OFFERED
    passed = (
        problem.message == _NOT_VALUES
        or _NO_FIELD in problem.message
        or _CANNOT_BE_CALLED.search(problem.message)
    )
    return Answer.ALLOWED if passed else Answer.UNCLEAR
