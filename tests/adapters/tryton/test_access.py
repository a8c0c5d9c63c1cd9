"""What a try of a right sends to Tryton, and what its answer is taken for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from harness.adapters.tryton.access import _TOO_MANY, Access, _reads_row, _Trial
from harness.adapters.tryton.refusal import refusal
from harness.adapters.tryton.rights import CLOSED, EMPTY, ORDINARY, SINGLETON, method_of
from harness.errors import Refused, WriteRefused
from harness.model import Side, Title, text
from harness.rights import Answer, Subject

NO = ["UserError", ['You are not allowed to access "Sale".', "", None]]
NO_BUTTON = ["UserError", ['Calling button "quote on "Sale" is not allowed.', "", None]]
MISSING = ["UserError", ['You are trying to read records "-1" of "Sale" that don\'t exist.', "", None]]
TOO_MANY = ["Sale.quote() takes 2 positional arguments but 42 were given", ""]
PASSED = ["'harness_no_such_field'", ""]
WITHOUT_TABLE = ["On table_query", ""]
CRASH = ["list index out of range", ""]
YES, NEVER = Answer.SAID_ALLOWED, Answer.SAID_REFUSED


@dataclass
class Server:
    """Answers each method with an error or with nothing wrong, and remembers what was sent."""

    errors: Mapping[str, Any] = field(default_factory=dict)
    version: tuple[int, int] = (8, 0)
    sent: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    @property
    def server(self) -> Any:
        """As a client has it."""
        return SimpleNamespace(series=self.version)

    def call(self, method: str, *params: Any, context: Mapping[str, Any]) -> Any:
        """One call; the language is English, for the refusals are told apart by it."""
        assert context["language"] == "en"
        name = method.rpartition(".")[2]
        self.sent.append((name, params))
        error = self.errors.get(name)
        if isinstance(error, int):
            raise Refused(text("adapters.refused"), code="access", message=f"HTTP {error}")
        if isinstance(error, Exception):
            raise error
        if error is not None:
            raise refusal(method, Side.SOURCE, error)
        return []


def answer(server: Server, operation: str, *, form: str = ORDINARY, said: Answer = YES) -> Answer:
    """What one operation on sales came to."""
    subject = Subject("sale.sale", Title("Sale", "销售"), "sale", (operation,), form=form)
    client: Any = server
    return _Trial(client, subject, {operation: said}).answers()[operation]


LOCKED = WriteRefused(text("adapters.write.production", action="x", side="source"))


@pytest.mark.parametrize(
    ("operation", "method", "error", "said", "expected"),
    [
        ("read", "search_read", None, NEVER, Answer.ALLOWED),
        ("read", "search_read", 403, NEVER, Answer.NOT_OFFERED),
        ("read", "search_read", CRASH, YES, Answer.SAID_ALLOWED),
        ("read", "search_read", NO, YES, Answer.ALLOWED),  # the row's own record, not the model
        ("create", "create", ["'int' object is not iterable", ""], NEVER, Answer.ALLOWED),
        ("create", "create", NO, YES, Answer.REFUSED),
        ("create", "create", WITHOUT_TABLE, YES, Answer.NOT_OFFERED),
        ("create", "create", LOCKED, NEVER, Answer.SAID_REFUSED),
        ("write", "write", PASSED, NEVER, Answer.ALLOWED),
        ("write", "write", NO, YES, Answer.REFUSED),
        ("write", "write", MISSING, NEVER, Answer.SAID_REFUSED),
        ("delete", "delete", None, NEVER, Answer.ALLOWED),
        ("delete", "delete", NO, YES, Answer.REFUSED),
        ("button:quote", "quote", TOO_MANY, YES, Answer.ALLOWED),
        ("button:quote", "quote", NO_BUTTON, YES, Answer.REFUSED),
        ("button:quote", "quote", MISSING, YES, Answer.UNCLEAR),
        ("button:quote", "quote", LOCKED, YES, Answer.LOCKED),
    ],
)
def test_an_answer_is_taken_for_what_it_proves(
    operation: str, method: str, error: Any, said: Answer, expected: Answer
) -> None:
    assert answer(Server({method: error}), operation, said=said) is expected


def test_a_model_that_refuses_the_search_too_refuses_reading() -> None:
    assert answer(Server({"search_read": NO, "search": NO}), "read") is Answer.REFUSED


@pytest.mark.parametrize(
    ("operation", "sent"),
    [
        ("create", ("create", ([0],))),
        ("write", ("write", ([], {"harness_no_such_field": True}))),
        ("delete", ("delete", ([],))),
        ("button:quote", ("quote", ([], *_TOO_MANY))),
    ],
)
def test_no_try_names_a_record(operation: str, sent: tuple[str, tuple[Any, ...]]) -> None:
    server = Server()
    answer(server, operation)

    assert server.sent == [sent]


@pytest.mark.parametrize("form", [SINGLETON, EMPTY, CLOSED])
@pytest.mark.parametrize("operation", ["create", "delete"])
def test_what_may_be_a_singleton_is_only_asked(form: str, operation: str) -> None:
    server = Server()

    assert answer(server, operation, form=form) is YES
    assert server.sent == []


@pytest.mark.parametrize(
    ("errors", "said", "expected", "deletions"),
    [
        ({}, YES, Answer.SAID_ALLOWED, []),
        ({"delete": NO}, NEVER, Answer.REFUSED, [([-1],)]),
        ({"delete": MISSING}, NEVER, Answer.SAID_REFUSED, [([-1],)]),
        ({"create": WITHOUT_TABLE, "delete": WITHOUT_TABLE}, YES, Answer.NOT_OFFERED, [([-1],)]),
    ],
)
def test_before_8_an_allowed_deletion_is_asked_and_never_sent(
    errors: Mapping[str, Any], said: Answer, expected: Answer, deletions: list[Any]
) -> None:
    server = Server(errors, version=(7, 0))

    assert answer(server, "delete", said=said) is expected
    assert [params for name, params in server.sent if name == "delete"] == deletions


@pytest.mark.parametrize(
    ("error", "said", "expected"),
    [
        (None, YES, Answer.ALLOWED),
        (None, NEVER, Answer.SAID_REFUSED),  # its own `create` came to no record, and so to no check
        (NO, YES, Answer.REFUSED),
    ],
)
def test_before_8_creating_nothing_proves_nothing_against_what_the_server_says(
    error: Any, said: Answer, expected: Answer
) -> None:
    server = Server({"create": error}, version=(7, 0))

    assert answer(server, "create", said=said) is expected
    assert server.sent == [("create", ([],))]


@pytest.mark.parametrize(
    ("version", "model", "button", "method"),
    [
        ((7, 0), "production", "done", "model.production.done"),
        ((8, 0), "production", "done", "model.production.do"),
        ((8, 0), "sale.sale", "done", "model.sale.sale.done"),
    ],
)
def test_a_renamed_button_is_the_same_right(
    version: tuple[int, int], model: str, button: str, method: str
) -> None:
    client: Any = Server(version=version)
    assert method_of(client, model, button) == method


@dataclass
class Rows:
    """Records of one model; a call that touches one of the `hidden` is refused as a whole."""

    hidden: Sequence[int]
    code: str = "access"

    def search_read(
        self, model: str, domain: Any, fields: Sequence[str], context: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        """Every record that is asked for, which may be written and not deleted."""
        ((_, _, wanted),) = domain
        if set(wanted) & set(self.hidden):
            raise Refused(text("adapters.refused"), code=self.code, message=NO[1][0])
        return [{"id": number, "_write": True, "_delete": False} for number in wanted]


def reached(rows: Rows) -> Mapping[str, tuple[str, ...]]:
    """What a user reaches of three log entries."""
    access = Access()
    access._client = rows  # type: ignore[assignment]
    return access.reach("ir.model.log", ["1", "2", "3"])


@pytest.mark.parametrize(("hidden", "seen"), [((), ("1", "2", "3")), ((2,), ("1", "3")), ((1, 2, 3), ())])
def test_a_record_of_a_hidden_document_hides_itself_and_no_other(
    hidden: Sequence[int], seen: tuple[str, ...]
) -> None:
    assert reached(Rows(hidden)) == {"read": seen, "write": seen, "delete": ()}


def test_a_refusal_that_is_not_about_access_is_not_taken_for_a_hidden_record() -> None:
    with pytest.raises(Refused):
        reached(Rows((2,), code="server_error"))


@pytest.mark.parametrize(
    ("whole_row", "expected"),
    [(True, Answer.ALLOWED), (False, Answer.REFUSED)],
    ids=["rows are refused whatever is read of them", "only the field is refused"],
)
def test_a_field_is_refused_only_where_its_row_is_not(whole_row: bool, expected: Answer) -> None:
    class Fields(Server):
        def call(self, method: str, *params: Any, context: Mapping[str, Any]) -> Any:
            if method.endswith("search_read") and (whole_row or params[-1] == ["salary"]):
                raise refusal(method, Side.SOURCE, NO)
            return []

    client: Any = Fields()
    assert _reads_row(client, "ir.model.log", "salary") is expected
