"""What partners would notice: each row is two answers and the findings that they must make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from harness.adapters.protocol import HttpAnswer
from harness.contracts.comparison import compare
from harness.contracts.contract import Contract
from harness.contracts.gathering import gather
from harness.errors import ConfigError
from harness.messages import Language, render
from harness.model import Account, Capture, Conclusion, Environment, FindingKind, Part, Secret, Side, Status

JSON = {"content-type": "application/json"}
GOOD = HttpAnswer(200, JSON, b'{"result": [{"code": "A", "price": 1.50}, {"code": "B", "price": 2}]}')
MOVED, MISMATCH = FindingKind.REGRESSION, FindingKind.MISMATCH
GONE, EXTRA, BROKEN = FindingKind.MISSING_IN_TARGET, FindingKind.MISSING_IN_SOURCE, FindingKind.VIOLATION
PERSONAL = "王芳 never-shown"


class Partner:
    """An adapter that answers everything alike and remembers what it was asked."""

    def __init__(self, answer: HttpAnswer, side: Side, *, synthetic: bool = True) -> None:
        self.answer, self.asked = answer, dict[str, Any]()
        account = Account("sales", "me", Secret('p"w'))
        self.environment = Environment(
            side, "own", "http://erp.example", options={"database": "a b"}, accounts={"sales": account},
            synthetic=synthetic,
        )  # fmt: skip

    role = "sales"

    def version(self) -> str:
        """Any."""
        return "1"

    def as_role(self, role: str) -> Partner:
        """Itself."""
        return self

    def close(self) -> None:
        """Nothing to close."""

    def exchange(
        self, method: str, path: str, *, content: bytes = b"",
        headers: Mapping[str, str] = MappingProxyType({}), logged_in: bool = True, reads: bool = False,
    ) -> HttpAnswer:  # fmt: skip
        """The answer."""
        self.asked = {
            "method": method,
            "path": path,
            "content": content,
            "logged_in": logged_in,
            "reads": reads,
        }
        return self.answer


def contract(**more: Any) -> Contract:
    plain = {
        "contract": "prices", "title": {"en": "Prices", "zh": "价格"}, "module": "product",
        "request": {"path": "/{{database}}/prices"}, **more,
    }  # fmt: skip
    return Contract.model_validate(plain)


def captured(answer: HttpAnswer, side: Side, asked: Contract, *, synthetic: bool = True) -> Capture:
    return gather(asked, Partner(answer, side, synthetic=synthetic), mask_key=b"key")


def concluded(
    target: HttpAnswer,
    asked: Contract | None = None,
    source: HttpAnswer = GOOD,
    repeat: HttpAnswer | None = None,
) -> Conclusion:
    known = asked or contract()
    parts = {
        Part.SOURCE: captured(source, Side.SOURCE, known),
        Part.SOURCE_REPEAT: captured(repeat or source, Side.SOURCE, known),
        Part.TARGET: captured(target, Side.TARGET, known),
    }
    return compare(known.spec(), parts)


def body(text: str, kind: str = "application/json", status: int = 200) -> HttpAnswer:
    return HttpAnswer(status, {"content-type": kind}, text.encode())


XML = body("<order id='7'><total>1.00</total></order>", "application/xml")


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        (GOOD, GOOD, set()),
        (GOOD, body('{"result": [{"price": 2.00, "code": "B"}, {"code": "A", "price": 1.5}]}'), set()),
        (GOOD, replace(GOOD, status=404), {("status", MOVED)}),
        (GOOD, HttpAnswer(308, {"location": "/new?key=x"}, b""), {("status", MOVED)}),
        (GOOD, replace(GOOD, status=500), {("status", MISMATCH)}),
        (GOOD, replace(GOOD, status=401), {("status", MISMATCH)}),
        (GOOD, body("<html>Log in</html>", "text/html"), {("form", MOVED)}),
        (GOOD, body("{not json"), {("form", MOVED)}),
        (GOOD, HttpAnswer(200, JSON, b""), {("form", MOVED)}),
        (GOOD, body(GOOD.body.decode(), "application/vnd.erp+json"), {("header content-type", MISMATCH)}),
        (GOOD, body('{"result": [{"code": "A", "price": null}, {"code": "B", "price": 2}]}'),
         {("result[].price", MISMATCH)}),
        (GOOD, body('{"result": [{"code": "A", "price": "1.50"}, {"code": "B", "price": "2"}]}'),
         {("result[].price", MISMATCH)}),
        (GOOD, body('{"result": [{"code": "A"}, {"code": "B"}]}'), {("result[].price", GONE)}),
        (GOOD, body('{"result": [{"code": "A", "price": 1.5}]}'), {("result[]", GONE)}),
        (GOOD, body('{"result": [{"code": "A", "price": 1.5}, {"code": "B", "price": 2}, {"code": "C"}]}'),
         {("result[]", MISMATCH)}),
        (GOOD, body('{"error": "no"}'), {("result", GONE)}),
        (XML, XML, set()),
        (XML, body("<order id='7'><total>1,00</total></order>", "text/xml"),
         {("header content-type", MISMATCH), ("order.total", MISMATCH)}),
        (body("a;1\nb;2\n", "text/csv"), body("a;1\r\nb;2", "text/csv"), set()),
        (body("a;1\nb;2\n", "text/csv"), body("a;1\nb;2,0\n", "text/csv"), {("[]", MISMATCH)}),
    ],
)  # fmt: skip
def test_what_a_partner_would_notice(
    source: HttpAnswer, target: HttpAnswer, expected: set[tuple[str, FindingKind]]
) -> None:
    found = concluded(target, source=source)
    assert {(item.field, item.kind) for item in found.findings} == expected
    assert found.status is (Status.FAILED if expected else Status.PASSED)
    for item in found.findings:
        assert all(render(item.text, language) for language in Language)


def test_a_field_is_one_finding_however_many_rows_have_it() -> None:
    (finding,) = concluded(body('{"result": [{"code": "A"}, {"code": "B"}]}')).findings
    assert (finding.count, finding.entity) == (2, "prices")


def test_what_varies_on_the_source_is_no_difference() -> None:
    early, later, target = (body(f'{{"at": "{moment}", "n": 1}}') for moment in ("10:00", "10:01", "11:00"))
    assert concluded(target, source=early, repeat=later).status is Status.PASSED
    assert concluded(body('{"at": null, "n": 1}'), source=early, repeat=later).status is Status.FAILED


def test_what_may_vary_is_not_even_stored() -> None:
    known = contract(answer={"varies": ["session"]})
    one, other = body('{"session": "secret-1"}'), body('{"session": "secret-2"}')
    assert concluded(other, known, source=one).status is Status.PASSED
    assert "secret-1" not in str(captured(one, Side.SOURCE, known).value)
    assert concluded(body('{"session": 1}'), known, source=one).status is Status.FAILED


def test_texts_are_masked_where_they_are_real_and_still_compared() -> None:
    known = contract()
    one = captured(body(f'{{"name": "{PERSONAL}", "n": 1}}'), Side.SOURCE, known, synthetic=False)
    other = captured(body('{"name": "another", "n": 1}'), Side.TARGET, known, synthetic=False)
    assert "never-shown" not in str(one.value)
    found = compare(known.spec(), {Part.SOURCE: one, Part.SOURCE_REPEAT: one, Part.TARGET: other})
    assert [item.field for item in found.findings] == ["name"]
    assert "never-shown" not in str(found)


def test_a_new_field_is_said_and_no_finding() -> None:
    found = concluded(body('{"result": [{"code": "A", "price": 1.5, "x": 1}, {"code": "B", "price": 2}]}'))
    assert found.status is Status.PASSED
    assert [caveat.key for caveat in found.caveats] == ["contracts.added"]


def test_what_partners_were_told_of_is_said_and_no_finding() -> None:
    reason = {"en": "told in May", "zh": "五月已告知"}
    known = contract(
        target={"path": "/v2/prices", "reason": reason},
        answer={
            "accepted": [{"path": "result[].price", "reason": reason}],
            "fields": {"result[].price": "number"},
        },
    )
    found = concluded(body('{"result": [{"code": "A", "price": null}, {"code": "B", "price": 2}]}'), known)
    assert found.status is Status.PASSED
    assert [caveat.key for caveat in found.caveats] == ["contracts.announced", "contracts.accepted"]


def test_what_must_hold_is_demanded_of_the_target() -> None:
    known = contract(answer={"status": 200, "contains": ["ready"]})
    found = concluded(body("busy", "text/html"), known, source=body("ready", "text/html"))
    assert [(item.field, item.kind) for item in found.findings] == [("contains", BROKEN)]


@pytest.mark.parametrize(
    ("source", "repeat", "key"),
    [
        (replace(GOOD, status=500), GOOD, "contracts.source_lacks"),
        (GOOD, replace(GOOD, status=503), "contracts.unstable"),
    ],
)
def test_without_a_dependable_source_nothing_is_concluded(
    source: HttpAnswer, repeat: HttpAnswer, key: str
) -> None:
    found = concluded(GOOD, contract(answer={"status": 200}), source, repeat)
    assert found.status is Status.UNKNOWN
    assert found.reason is not None
    assert found.reason.key == key


def test_a_source_asked_once_is_unknown() -> None:
    known = contract()
    parts = {Part.SOURCE: captured(GOOD, Side.SOURCE, known), Part.TARGET: captured(GOOD, Side.TARGET, known)}
    assert compare(known.spec(), parts).status is Status.UNKNOWN


def test_places_are_filled_and_quoted() -> None:
    request = {
        "method": "POST", "path": "/{{database}}/x", "headers": {"Content-Type": "application/json"},
        "body": '["{{user}}", "{{password}}"]',
    }  # fmt: skip
    partner = Partner(GOOD, Side.SOURCE)
    gather(contract(request=request, reads=True, account="sales"), partner, mask_key=b"")
    assert partner.asked == {
        "method": "POST", "path": "/a%20b/x", "content": b'["me", "p\\"w"]', "logged_in": False,
        "reads": True,
    }  # fmt: skip


def test_an_unknown_place_is_named() -> None:
    with pytest.raises(
        ConfigError, match=r"'\{\{databse\}\}', which nothing fills\. Known: database, unique"
    ):
        gather(contract(request={"path": "/{{databse}}"}), Partner(GOOD, Side.SOURCE), mask_key=b"")
