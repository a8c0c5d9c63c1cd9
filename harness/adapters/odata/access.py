"""Rights on a service, tried as the user: each request is stopped after the service's access check.

403 is a refusal; whatever else the service says comes after its check and shows that it was passed.

operation  what is sent                                       what stops it where it is allowed
---------  -------------------------------------------------  -----------------------------------------------
read       one entity is read                                 nothing need
create     a property that does not exist                     400; a service that takes it all the same is
                                                              sent the deletion of what it made
write      nothing at all, to a key that does not exist, of   404 or 412
delete     a version that does not exist
button:…   the same                                           404 or 412, or what the action says to that

A service that looks for the entity before it checks rights cannot be told apart from one that allows all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

import httpx

from harness.adapters.odata.batch import Request
from harness.adapters.odata.dialect import V2
from harness.adapters.odata.service import ODataService, Query
from harness.adapters.odata.speaking import Speaking
from harness.adapters.wire.http import HttpSession
from harness.errors import AdapterError, Refused, WriteRefused
from harness.model import Title
from harness.rights import BUTTON, CREATE, DELETE, READ, WRITE, Answer, Door, Grant, Subject

_NO_PROPERTY = "harness_no_such_property"
_NO_VERSION = 'W/"harness-no-such-version"'
# By type: a key that no entity has.
_NO_KEYS: Mapping[str, str] = {
    "Edm.String": "-",
    "Edm.Guid": "00000000-0000-0000-0000-000000000000",
    "Edm.Int16": "-1",
    "Edm.Int32": "-1",
    "Edm.Int64": "-1",
}
_AT_ONCE = 60
_REFUSED = frozenset({httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN})
_NOT_OFFERED = frozenset({httpx.codes.METHOD_NOT_ALLOWED, httpx.codes.NOT_IMPLEMENTED})


class Access(Speaking):
    """Tries what the role may do."""

    def subjects(self) -> tuple[Subject, ...]:
        """Every set with its actions. Actions of the service itself are not among them."""
        typed = self._reader.typed
        return tuple(
            Subject(
                name,
                Title(name, name),
                typed.namespace(name),
                (READ, CREATE, WRITE, DELETE, *(f"{BUTTON}{action}" for action in typed.actions_of(name))),
                tuple(typed.entity(name).properties),
            )
            for name in typed.sets
        )

    def grants(self) -> tuple[Grant, ...]:
        """A service does not show what is stored."""
        return ()

    def samples(self) -> Mapping[str, Mapping[str, str]]:
        """A service does not say which entities have rules of their own."""
        return {}

    def doors(self) -> tuple[Door, ...]:
        """The service, its description and its sets, asked for without a login."""
        http = HttpSession(self.environment.url, transport=self._connection.transport)
        try:
            return tuple(
                Door(f"GET {path}", Title(f"open {path}", f"打开 {path}"), _answer(http.send("GET", path)))
                for path in ("/", "/$metadata", *(f"/{name}" for name in self._reader.typed.sets))
            )
        finally:
            http.close()

    def log_in(self) -> Answer:
        """Whether the account can log in: a service lets nobody else see what it consists of."""
        try:
            self._service.probe()
        except Refused as problem:
            return Answer.REFUSED if problem.code in {"login", "access"} else Answer.UNCLEAR
        return Answer.ALLOWED

    def groups(self) -> tuple[str, ...]:
        """A service does not say."""
        return ()

    def try_operations(self, subjects: Sequence[Subject]) -> Mapping[str, Mapping[str, Answer]]:
        """By set: what each of its operations came to."""
        tries = [(item.model, name) for item in subjects for name in item.operations]
        requests = {key: found for key in tries if (found := self._request(*key)) is not None}
        answers = dict(zip(requests, _sent(self._service, list(requests.values())), strict=True))
        for (model, operation), answer in answers.items():
            if operation == CREATE and isinstance(answer, httpx.Response) and answer.is_success:
                self._undo(model, answer)
        outcomes = {key: _answer(answer) for key, answer in answers.items()}
        return {
            item.model: {name: outcomes.get((item.model, name), Answer.UNCLEAR) for name in item.operations}
            for item in subjects
        }

    def try_fields(self, subject: Subject, one_by_one: Sequence[str]) -> Mapping[str, Answer]:
        """What reading each property came to: all in one request, and each by itself if that is refused."""
        single = [field for field in one_by_one if field in subject.fields]
        rest = [field for field in subject.fields if field not in single]
        together = self._reads(subject.model, rest) if rest else Answer.ALLOWED
        if together is Answer.ALLOWED:
            found = dict.fromkeys(rest, Answer.ALLOWED)
        else:
            found = {field: self._reads(subject.model, [field]) for field in rest}
        return found | {field: self._reads(subject.model, [field]) for field in single}

    def reach(self, model: str, ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """Which of the entities the role sees; the service does not say which of them it could change."""
        keys = self._service.typed.entity(model).keys
        seen = []
        for key in ids:
            with suppress(Refused):
                self._service.one(model, key, keys)
                seen.append(key)
        return {READ: tuple(seen)}

    def _reads(self, model: str, fields: Sequence[str]) -> Answer:
        try:
            list(self._service.read(Query(model, tuple(fields), limit=1)))
        except Refused as problem:
            return Answer.REFUSED if problem.code in {"login", "access"} else Answer.UNCLEAR
        except AdapterError:  # a type that cannot be read is no right
            return Answer.UNCLEAR
        return Answer.ALLOWED

    def _request(self, model: str, operation: str) -> Request | None:
        """What is sent for one operation; None when there is no key that certainly does not exist."""
        typed = self._service.typed
        headers = {**typed.dialect.headers, "Content-Type": typed.dialect.content_type}
        if operation == READ:
            return Request("GET", f"{model}?$top=1", typed.dialect.headers)
        if operation == CREATE:
            return Request("POST", model, headers, f'{{"{_NO_PROPERTY}":1}}'.encode())
        kind = typed.entity(model)
        parts = {key: _NO_KEYS.get(kind.properties[key]) for key in kind.keys}
        if None in parts.values():
            return None
        literals = [f"{part}={typed.literal(str(no), kind.properties[part])}" for part, no in parts.items()]
        key = ",".join(literals) if len(parts) > 1 else str(next(iter(parts.values())))
        address = typed.address(model, key)
        headers["If-Match"] = _NO_VERSION
        if operation == WRITE:
            return Request(typed.dialect.change_method, address, headers, b"{}")
        if operation == DELETE:
            return Request("DELETE", address, {**typed.dialect.headers, "If-Match": _NO_VERSION})
        action = typed.action(model, operation.removeprefix(BUTTON))
        if isinstance(typed.dialect, V2):
            query = "&".join(f"{part}={value}" for part, value in typed.key(model, key).items())
            return Request(action.method, f"{action.path}?{query}", headers)
        return Request("POST", f"{address}/{action.path}", headers, b"{}")

    def _undo(self, model: str, answer: httpx.Response) -> None:
        """Deletes what a try has made; who may create may not always delete, so the reader tries, too."""
        for service in (self._service, self._reader):
            with suppress(AdapterError):
                service.delete(model, service.created(model, answer))
                return


def _sent(service: ODataService, requests: Sequence[Request]) -> Iterator[httpx.Response | None]:
    """The answers, many at once; None where the write guard has not let a request through."""
    for start in range(0, len(requests), _AT_ONCE):
        some = requests[start : start + _AT_ONCE]
        try:
            yield from service.batch(some)
        except (Refused, WriteRefused):  # it takes no batches, or none that write
            yield from (_one(service, request) for request in some)


def _one(service: ODataService, request: Request) -> httpx.Response | None:
    try:
        return service.attempted(request)
    except WriteRefused:
        return None


def _answer(response: httpx.Response | None) -> Answer:
    if response is None:
        return Answer.LOCKED
    status = response.status_code
    if status in _REFUSED:
        return Answer.REFUSED
    if status in _NOT_OFFERED:
        return Answer.NOT_OFFERED
    return Answer.ALLOWED if status < httpx.codes.INTERNAL_SERVER_ERROR else Answer.UNCLEAR
