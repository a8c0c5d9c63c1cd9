"""What differs from run to run is folded away; what differs between systems is not."""

import pytest

from harness.ux.signatures import of_browser_error, of_message, of_name, of_place, of_url, without_personal

SEGMENTS = {"target": "database"}


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        ("Attachment (3)", "Attachment"),
        ("Note (0/12)", "Note"),
        ("Save", "Save"),
        ("  New\n sale ", "New sale"),
        ("Order 42 of 7", "Order # of #"),
        ("Total 1,234.50", "Total #"),
        ("(1)", ""),
        ("客户 (2)", "客户"),
        ("E-Mail...", "E-Mail..."),
    ],
)
def test_names_lose_their_counters(name: str, signature: str) -> None:
    """A counter in a button's name is data, not another button."""
    assert of_name(name) == signature


@pytest.mark.parametrize(
    ("url", "signature"),
    [
        ("http://127.0.0.1:8170/target/rpc/", "/{database}/rpc/"),
        ("http://127.0.0.1:8170/party/42/edit?x=1", "/party/{n}/edit"),
        ("http://127.0.0.1:8170/f/0123456789abcdef0123", "/f/{id}"),
        ("blob:http://127.0.0.1:8170/230c5790-0ab3-4f97-9fa7-42c9e6068f8b", "blob"),
        ("https://cdn.example.org/x.js", "https://cdn.example.org/x.js"),
        ("http://127.0.0.1:8170", "/"),
    ],
)
def test_urls_become_templates(url: str, signature: str) -> None:
    """Ports, databases, ids and queries are folded; a stranger's host stays visible."""
    assert of_url(url, SEGMENTS, own_hosts=["127.0.0.1"]) == signature


@pytest.mark.parametrize(
    ("message", "signature"),
    [
        ("TypeError: x is undefined\n  at http://127.0.0.1:1/a.js:3:4", "TypeError: x is undefined"),
        ("at http://127.0.0.1:8170/dist/a.js:12:5 boom", "at /dist/a.js:# boom"),
        ("record 15 of party.party", "record # of party.party"),
        ("", ""),
    ],
)
def test_messages_keep_the_problem(message: str, signature: str) -> None:
    """The first line without places and numbers."""
    assert of_message(message, SEGMENTS) == signature


def test_browser_errors_say_what_was_waited_for() -> None:
    """A time-out alone helps nobody."""
    message = 'Locator.click: Timeout 30000ms exceeded.\nCall log:\n  - waiting for get_by_role("button")\n'

    assert of_browser_error(message, {}) == (
        'Locator.click: Timeout #ms exceeded. (waiting for get_by_role("button"))'
    )


def test_personal_texts_leave_no_remainder() -> None:
    """The longest goes first, blanks hide nothing."""
    assert without_personal("李小龙 and 李小", ["李小", "李小龙", " ", ""]) == "<personal> and <personal>"


@pytest.mark.parametrize(
    ("url", "other", "same"),
    [
        pytest.param(
            "http://a/#db/model/sale.sale;views=[1]", "http://a/#db/model/sale.sale/42", True, id="record"
        ),
        pytest.param(
            "http://a/#db/model/sale.sale", "http://a/#db/model/party.party", False, id="another list"
        ),
        pytest.param("http://a/x?y=1", "http://a/x?y=2", True, id="a query"),
        pytest.param("http://a/x", "http://a/y", False, id="another document"),
    ],
)
def test_a_page_is_an_address_without_its_record(url: str, other: str, same: bool) -> None:
    assert (of_place(url) == of_place(other)) is same


def test_the_blank_page_is_no_page() -> None:
    assert of_place("about:blank") == ""
