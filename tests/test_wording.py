"""What a message is worth to its reader, message by message."""

from __future__ import annotations

import pytest

from harness.wording import Unclear, advises, in_language, unclear


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        pytest.param('"Party" is required.', None, id="names its field"),
        pytest.param("订单必须有客户", None, id="Chinese"),
        pytest.param(" ", Unclear.EMPTY, id="nothing"),
        pytest.param("Traceback (most recent call last)", Unclear.TECHNICAL, id="a stack trace"),
        pytest.param("KeyError: 7", Unclear.TECHNICAL, id="an exception"),
        pytest.param("sale.msg_party_required", Unclear.TECHNICAL, id="a key of the catalogue"),
        pytest.param("Party %(name)s is missing", Unclear.TECHNICAL, id="a parameter not filled in"),
    ],
)
def test_what_cannot_be_read(message: str, fault: Unclear | None) -> None:
    assert unclear(message) == fault


@pytest.mark.parametrize(
    ("message", "locale", "fits"),
    [
        ("Enter a customer", "en", True),
        ("Enter the customer 王芳", "en", True),
        ("请输入客户", "en", False),
        ("请输入客户", "zh-CN", True),
        ("Enter a customer", "zh-CN", False),
        ("客户 Acme 必填", "zh_CN", True),
        ("42", "zh-CN", True),
        ("Kunde fehlt", "de", True),
    ],
)
def test_the_language_by_its_script(message: str, locale: str, fits: bool) -> None:
    assert in_language(message, locale) is fits


@pytest.mark.parametrize(
    ("message", "helps"),
    [
        ('"Party" is required.', True),
        ("To delete the sale you must cancel it.", True),
        ("请选择客户", True),
        ("Something went wrong", False),
        ("出现错误", False),
        ("REPORT BUG", False),
    ],
)
def test_a_message_that_helps_says_what_to_do(message: str, helps: bool) -> None:
    assert advises(message) is helps
