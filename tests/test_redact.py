"""Secrets are masked in every form they are known to take; what is no secret stays as it is."""

from __future__ import annotations

import base64
import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.redact import MASK, Redactor, mask
from harness.values import Value

SECRET = 'p&ss "wörd"/+1'
PLAIN = "plain-secret-1"


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET, safe=""),
        quote(SECRET),
        quote_plus(SECRET),
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        json.dumps(json.dumps(SECRET))[3:-3],
        repr(SECRET)[1:-1],
        SECRET.encode().hex(),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
        "p&amp;ss &quot;wörd&quot;/+1",
    ],
)
def test_every_form_of_a_secret_is_masked(form: str) -> None:
    assert Redactor([SECRET]).text(f"<{form}>") == f"<{MASK}>"


@given(st.binary(max_size=9), st.binary(max_size=9))
def test_a_secret_inside_base64_is_masked_at_any_offset(start: bytes, end: bytes) -> None:
    encoded = base64.b64encode(start + PLAIN.encode() + end).decode()
    shown = Redactor([PLAIN]).text(encoded)
    assert MASK in shown
    for rest in shown.split(MASK):
        assert PLAIN.encode()[2:-2] not in base64.b64decode(rest[: len(rest) // 4 * 4])


@given(st.text(max_size=20), st.text(min_size=4, max_size=12), st.text(max_size=20))
def test_no_text_shows_a_secret(start: str, secret: str, end: str) -> None:
    if secret in MASK:
        return
    assert secret not in Redactor([secret]).text(start + secret + end).replace(MASK, "\0")


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("postgresql://harness:hush@db:5432/erp", "postgresql://harness:***@db:5432/erp"),
        ("https://:hush@host/", "https://:***@host/"),
        ("http://host/?password=hush&page=2", "http://host/?password=***&page=2"),
        ('{"password": "hush", "user": "amy"}', '{"password": "***", "user": "amy"}'),
        ("DB_PASSWORD=hush", "DB_PASSWORD=***"),
        ("api_key: hush", "api_key: ***"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("authorization: Session YWRtaW46MTox", "authorization: Session ***"),
        ("Cookie: session=abc; theme=dark", "Cookie: ***"),
        ("Set-Cookie: sessionid=abc; Path=/", "Set-Cookie: ***"),
        ("sessionid=abcdef", "sessionid=***"),
        ('{\\"token\\": \\"abc\\"}', '{\\"token\\": \\"***\\"}'),
    ],
)
def test_credentials_are_masked_by_their_place(content: str, shown: str) -> None:
    assert Redactor([]).text(content) == shown


@pytest.mark.parametrize(
    "content",
    [
        "订单 SO-1 已确认",
        "http://host:8000/path?page=2",
        "the password was wrong",
        "12 tokens: many",
        "primary key: id",
        "10:30 @ the office",
        "",
    ],
)
def test_what_is_no_secret_stays(content: str) -> None:
    assert Redactor([PLAIN]).text(content) == content


@pytest.mark.parametrize(
    ("content", "shown"),
    [("abc", MASK), ("abcd", "abcd"), ("x abc", "x abc"), ("password=abc", "password=***"), ("", "")],
)
def test_a_very_short_secret_is_masked_only_as_a_whole_or_by_its_place(content: str, shown: str) -> None:
    assert Redactor(["abc", ""]).text(content) == shown


def test_a_secret_within_a_secret_leaves_nothing_of_the_longer_one() -> None:
    assert Redactor(["secret", "secret-long"]).text("x secret-long y secret") == "x *** y ***"


def test_names_fixed_by_code_survive_a_secret_that_is_a_common_word() -> None:
    redactor = Redactor(["sales", "a-long-secret"])
    assert redactor.name("function.sales.order") == "function.sales.order"
    assert redactor.name("function.a-long-secret") == "function.***"


def test_a_value_is_masked_all_through() -> None:
    value: Value = {
        PLAIN: [f"a {PLAIN}", {"deep": (PLAIN,)}],
        "password": "anything",
        "bytes": b"\x00" + PLAIN.encode(),
        "number": 1234567,
        "amount": Decimal("1234567"),
    }
    assert Redactor([PLAIN, "1234567"]).value(value) == {
        MASK: [f"a {MASK}", {"deep": [MASK]}],
        "password": MASK,
        "bytes": b"\x00" + b"*" * len(PLAIN),
        "number": MASK,
        "amount": MASK,
    }


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        1234,
        Decimal("1234.00"),
        1.5,
        date(2026, 1, 2),
        time(1, 2),
        datetime(2026, 1, 2),
        timedelta(seconds=3),
        b"\x00\xff",
    ],
)
def test_values_of_other_types_stay(value: Value) -> None:
    kept = Redactor(["1234", PLAIN]).value(value)
    assert kept == value
    assert type(kept) is type(value)


def test_what_is_no_value_is_refused() -> None:
    with pytest.raises(TypeError, match="object cannot be stored"):
        Redactor([]).value(object())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "media_type", "shown"),
    [
        (PLAIN.encode(), "text/plain", b"***"),
        (f'{{"a": "{PLAIN}"}}'.encode(), "application/json; charset=utf-8", b'{"a": "***"}'),
        (b"\xe9 " + PLAIN.encode(), "text/html", b"\xe9 ***"),
        (b"\x00" + PLAIN.encode(), "application/octet-stream", b"\x00" + b"*" * len(PLAIN)),
        (PLAIN.encode("utf-16-le"), "image/png", b"*" * 2 * len(PLAIN)),
        (b"PK\x03\x04 is no archive", "application/zip", b""),
        (b"\x1f\x8b is no archive", "application/gzip", b""),
        (b"\x89PNG nothing here", "image/png", b"\x89PNG nothing here"),
    ],
)
def test_bytes_are_masked_by_their_type(content: bytes, media_type: str, shown: bytes) -> None:
    assert Redactor([PLAIN]).content(content, media_type) == shown


def test_a_redactor_does_not_show_its_secrets() -> None:
    assert PLAIN not in repr(Redactor([PLAIN]))


def test_masked_personal_data_can_be_compared_but_not_read() -> None:
    key = b"key"
    assert mask("王小明", key) == mask("王小明", key)
    assert mask("王小明", key) != mask("王大明", key)
    assert mask("王小明", key) != mask("王小明", b"another key")
    assert "王" not in mask("王小明", key)
    assert mask("1", key) != mask(1, key)
    assert mask(Decimal("1.0"), key) != mask(Decimal("1.00"), key)


@pytest.mark.parametrize(
    ("value", "start"),
    [
        (None, "null"),
        ("", "<text 0-0 #"),
        ("amy", "<text 1-4 #"),
        ("a" * 64, "<text 33-64 #"),
        ("a" * 65, "<text 65+ #"),
        (date(2026, 1, 2), "<date "),
    ],
)
def test_a_mask_says_the_kind_and_the_class_of_the_length(value: Value, start: str) -> None:
    assert mask(value, b"key").startswith(start)
