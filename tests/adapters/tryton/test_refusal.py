"""How Tryton says no, in codes that two versions share."""

from __future__ import annotations

import pytest

from harness.adapters.tryton.refusal import http_refusal, refusal
from harness.model import Side
from harness.values import Value


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (
            ["UserError", ['You are not allowed to access "Sale".', "", None]],
            "access",
            'You are not allowed to access "Sale".',
        ),
        (
            ["UserError", ['Calling button "confirm on "Sale" is not allowed.', "", None]],
            "access",
            'Calling button "confirm on "Sale" is not allowed.',
        ),
        (
            ["UserError", ["The amount is wrong.", "By 1.", [{}, {}]]],
            "validation",
            "The amount is wrong. - By 1.",
        ),
        (
            ["UserError", ['A value is required for field "Party" in "1" of "Sale".', "", None]],
            "validation",
            'A value is required for field "Party" in "1" of "Sale".',
        ),
        (["UserError", ["No stock.", "", None]], "UserError", "No stock."),
        (
            ["UserError", ['You can not call "post" on "7" of "Statement".', "", None]],
            "state",
            'You can not call "post" on "7" of "Statement".',
        ),
        (["UserWarning", ["key-17", "Are you sure?", "Really?"]], "UserWarning", "Are you sure? - Really?"),
        (["ConcurrencyException", "Changed"], "concurrency", "Changed"),
        (["LoginException", ["code", "Enter the code", "char"]], "login", "Enter the code"),
        (["'no.such.model'", ""], "server_error", "'no.such.model'"),
        (["", ""], "server_error", ""),
        ("text", "server_error", "text"),
    ],
)
def test_each_error_has_a_code(error: Value, code: str, message: str) -> None:
    """The record's own name and the warning's key, which differ per run, are not in the message."""
    found = refusal("model.sale.sale.confirm", Side.TARGET, error)
    assert (found.code, found.message) == (code, message)


@pytest.mark.parametrize(
    ("status", "code"), [(401, "login"), (403, "access"), (429, "rate_limit"), (500, "http_500")]
)
def test_a_bare_status_has_one_too(status: int, code: str) -> None:
    """Tryton answers some refusals without a body."""
    assert http_refusal("model.sale.sale.confirm", Side.TARGET, status).code == code
