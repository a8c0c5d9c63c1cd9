"""Each row: what the source, its repeat and the target did, and exactly what must be found."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from harness.flows.comparison import compare
from harness.model import Area, Capture, CheckSpec, FindingKind, Mode, Part, Severity, Status, Title
from harness.values import Value

SPEC = CheckSpec(
    id="function.order_to_cash",
    title=Title("Order to cash", "从订单到收款"),
    area=Area.FUNCTION,
    module="sale",
    mode=Mode.SIDE,
    comparator="flow",
)
STEPS = ("quote", "confirm", "post")


def step(name: str, outcome: str = "done", message: str = "", code: str = "") -> dict[str, Value]:
    return {
        "name": name,
        "en": name,
        "zh": name,
        "outcome": outcome,
        "code": code,
        "message": message,
        "seconds": Decimal(1),
    }


def line(product: str, amount: str) -> dict[str, Value]:
    return {"product": product, "amount": Decimal(amount)}


def invoice(**changes: Value) -> dict[str, Value]:
    content: dict[str, Value] = {
        "number": "7",
        "date": date(2026, 1, 5),
        "currency": "CNY",
        "total": Decimal("119.00"),
        "lines": [line("A", "100.00"), line("B", "19.00")],
    }
    return content | changes


def capture(*invoices: Value, steps: tuple[dict[str, Value], ...] = ()) -> Capture:
    done = steps or tuple(step(name) for name in STEPS)
    documents = [{"step": number, "name": "invoice", "content": each} for number, each in enumerate(invoices)]
    return Capture(value={"steps": list(done), "documents": documents})


def run(target: Capture, *, source: Capture | None = None, repeat: Capture | None = None) -> Any:
    captures: Mapping[Part, Capture] = {
        Part.SOURCE: source or capture(invoice(number="1")),
        Part.SOURCE_REPEAT: repeat or capture(invoice(number="2")),
        Part.TARGET: target,
    }
    return compare(SPEC, captures)


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(invoice(number="99"), id="a field that is noise on the source may differ"),
        pytest.param(
            invoice(number="9", lines=[line("B", "19.00"), line("A", "100.00")]), id="lines in another order"
        ),
        pytest.param(invoice(number="9", total=Decimal("119.0000")), id="the same decimal in another scale"),
    ],
)
def test_what_means_the_same_is_no_finding(target: Value) -> None:
    conclusion = run(capture(target))

    assert conclusion.status is Status.PASSED
    assert conclusion.findings == ()


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param(
            invoice(total=Decimal("119.01")),
            {("total", FindingKind.MISMATCH, Decimal("0.01"), "CNY")},
            id="an amount with the amount affected",
        ),
        pytest.param(
            invoice(number=None),
            {("number", FindingKind.MISMATCH, None, None)},
            id="a noisy field that became empty",
        ),
        pytest.param(
            invoice(lines=[line("A", "100.00")]),
            {("lines[]", FindingKind.MISSING_IN_TARGET, None, None)},
            id="a line that is missing",
        ),
        pytest.param(
            invoice(lines=[line("A", "100.00"), line("B", "18.00")]),
            {("lines[].amount", FindingKind.MISMATCH, Decimal("1.00"), "CNY")},
            id="one line's amount, and no other line",
        ),
        pytest.param(
            invoice(date=date(2026, 1, 6)),
            {("date", FindingKind.MISMATCH, None, None)},
            id="a date",
        ),
        pytest.param(
            invoice(total="119.00"),
            {("total", FindingKind.MISMATCH, None, None)},
            id="the same digits as another type",
        ),
    ],
)
def test_what_differs_beyond_noise_is_found_once(target: Value, expected: set[object]) -> None:
    conclusion = run(capture(target))

    assert conclusion.status is Status.FAILED
    assert {(f.field, f.kind, f.amount, f.currency) for f in conclusion.findings} == expected
    assert {(f.entity, f.severity) for f in conclusion.findings} == {("invoice", Severity.CRITICAL)}


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        ("refused", FindingKind.REGRESSION),
        ("unreachable", FindingKind.UNAVAILABLE),
        ("violated", FindingKind.VIOLATION),
    ],
)
def test_a_step_that_only_the_target_does_not_do_is_a_finding_at_that_step(
    outcome: str, kind: FindingKind
) -> None:
    steps = (step("quote"), step("confirm", outcome, "not allowed"))

    conclusion = run(capture(invoice(), steps=steps))

    assert [(f.kind, f.step) for f in conclusion.findings] == [(kind, "confirm")]


def test_a_difference_is_placed_at_the_step_where_it_first_shows() -> None:
    good, bad = invoice(), invoice(total=Decimal("1.00"))
    source, repeat = capture(good, good, good), capture(good, good, good)

    conclusion = run(capture(good, bad, bad), source=source, repeat=repeat)

    assert [(f.field, f.step) for f in conclusion.findings] == [("total", "confirm")]


@pytest.mark.parametrize(
    ("source", "repeat", "target"),
    [
        pytest.param(
            capture(steps=(step("quote", "refused"),)), None, capture(invoice()), id="the source stopped"
        ),
        pytest.param(capture(), None, capture(), id="no document was kept"),
        pytest.param(
            None,
            capture(invoice(), steps=(step("quote", "refused"),)),
            capture(invoice()),
            id="the noise run stopped",
        ),
        pytest.param(None, None, capture(), id="the target kept nothing and said nothing"),
    ],
)
def test_what_could_not_be_compared_is_unknown_and_never_passed(
    source: Capture | None, repeat: Capture | None, target: Capture
) -> None:
    conclusion = run(target, source=source, repeat=repeat)

    assert conclusion.status is Status.UNKNOWN
    assert conclusion.reason is not None


def test_without_a_noise_run_nothing_is_decided() -> None:
    captures = {Part.SOURCE: capture(invoice()), Part.TARGET: capture(invoice())}

    assert compare(SPEC, captures).status is Status.UNKNOWN


def refused(outcome: str, message: str = "Debit and credit differ.", code: str = "UserError") -> Capture:
    """A run whose second step must be refused."""
    unbalanced = step("unbalanced", outcome, message, code)
    return capture(invoice(), invoice(), invoice(), steps=(step("quote"), unbalanced, step("post")))


CHINESE = "借贷不平。"


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        pytest.param(refused("declined"), refused("declined"), [], id="both alike"),
        pytest.param(refused("declined"), refused("declined", "They must balance."), [], id="in other words"),
        pytest.param(
            refused("declined"),
            refused("accepted"),
            [(FindingKind.VIOLATION, "UserError", "accepted")],
            id="only the target accepts",
        ),
        pytest.param(
            refused("accepted"),
            refused("declined"),
            [(FindingKind.REGRESSION, "accepted", "UserError")],
            id="only the target refuses",
        ),
        pytest.param(
            refused("declined"),
            refused("declined", "KeyError", "server_error"),
            [(FindingKind.MISMATCH, "UserError", "server_error")],
            id="for another kind of reason",
        ),
        pytest.param(
            refused("declined"),
            refused("declined", " "),
            [(FindingKind.VIOLATION, "Debit and credit differ.", " ")],
            id="without a word",
        ),
        pytest.param(
            refused("declined"),
            refused("declined", "account.msg_post_unbalanced"),
            [(FindingKind.VIOLATION, "Debit and credit differ.", "account.msg_post_unbalanced")],
            id="by a key",
        ),
        pytest.param(
            refused("declined"),
            refused("declined", "psycopg.errors.CheckViolation: IntegrityError"),
            [
                (
                    FindingKind.VIOLATION,
                    "Debit and credit differ.",
                    "psycopg.errors.CheckViolation: IntegrityError",
                )
            ],
            id="in words of programmers",
        ),
        pytest.param(
            refused("declined", CHINESE),
            refused("declined"),
            [(FindingKind.VIOLATION, CHINESE, "Debit and credit differ.")],
            id="in another language",
        ),
        pytest.param(
            refused("declined", ""), refused("declined", ""), [], id="as silent as the current system"
        ),
    ],
)
def test_a_refusal_must_come_on_both_sides_in_words_that_a_user_reads(
    source: Capture, target: Capture, expected: list[Any]
) -> None:
    conclusion = run(target, source=source, repeat=source)

    assert [(f.kind, f.source_value, f.target_value) for f in conclusion.findings] == expected
    assert {f.step for f in conclusion.findings} <= {"unbalanced"}
    assert [item.name for item in conclusion.attachments] == ["noise.json", "refusals.json"]


@pytest.mark.parametrize(
    ("source", "target", "caveats"),
    [
        pytest.param("ignored", "ignored", [], id="both go on"),
        pytest.param("ignored", "declined", ["flows.now_refused"], id="the target refuses it now"),
        pytest.param("declined", "ignored", ["flows.now_ignored"], id="the target goes on now"),
        pytest.param("declined", "declined", [], id="both refuse"),
    ],
)
def test_where_a_step_must_only_be_without_effect_the_documents_decide(
    source: str, target: str, caveats: list[str]
) -> None:
    conclusion = run(refused(target), source=refused(source), repeat=refused(source))

    assert (conclusion.status, conclusion.findings) == (Status.PASSED, ())
    assert [caveat.key for caveat in conclusion.caveats] == caveats


@pytest.mark.parametrize(
    ("change", "repeated"),
    [
        ({"total": Decimal("119.00")}, {"total": Decimal("119.01")}),
        ({"date": date(2026, 1, 5)}, {"date": date(2026, 1, 6)}),
        ({"lines": [line("A", "100.00")]}, {}),
    ],
    ids=["an amount", "a day", "a line more"],
)
def test_amounts_and_days_are_never_taken_for_noise(change: Any, repeated: Any) -> None:
    source, repeat = capture(invoice(**change)), capture(invoice(**repeated))

    conclusion = run(source, source=source, repeat=repeat)

    assert conclusion.status is Status.UNKNOWN
    assert conclusion.reason is not None
    assert conclusion.reason.key == "flows.unsteady"


@pytest.mark.parametrize(
    ("source", "repeat", "target", "found"),
    [
        ("INV-0007", "INV-0008", "INV-0099", False),
        ("INV-0007", "INV-0008", "INV-12345", False),
        ("INV-0007", "INV-0008", "2026/0099", True),
        ("a3f", "77c", "b-1", False),
    ],
    ids=["the next number", "more digits", "written otherwise", "nothing in common on the source"],
)
def test_a_number_that_varies_keeps_its_form(source: str, repeat: str, target: str, found: bool) -> None:
    conclusion = run(
        capture(invoice(number=target)),
        source=capture(invoice(number=source)),
        repeat=capture(invoice(number=repeat)),
    )

    assert [finding.field for finding in conclusion.findings] == (["number"] if found else [])


def test_what_neither_system_refuses_is_said() -> None:
    both = refused("accepted")

    conclusion = run(both, source=both, repeat=both)

    assert conclusion.status is Status.PASSED
    assert [caveat.key for caveat in conclusion.caveats] == ["flows.both_accept"]


def doing(
    name: str, outcome: str = "done", *, did: tuple[str, ...] = (), refused: tuple[str, ...] = ()
) -> Any:
    return step(name, outcome) | {"did": list(did), "refused": list(refused)}


ENTER = doing("enter", did=("a/b/create",))
DELETE = doing("delete", "declined", did=("a/b/read",), refused=("a/b/delete",))
POST = doing("post", did=("a/b/post",))


@pytest.mark.parametrize(
    ("target", "covers"),
    [
        (
            (ENTER, DELETE, POST),
            {"a/b/create": "did: enter", "a/b/read": "did: delete", "a/b/post": "did: post",
             "a/b/delete": "refused: delete"},
        ),
        ((doing("enter", "refused"),), {"a/b/create": "did: enter"}),
        ((ENTER,), {"a/b/create": "did: enter"}),
    ],
    ids=["to its end", "stopped at a step: that was looked at", "stopped between two steps"],
)  # fmt: skip
def test_operations_are_covered_as_far_as_the_target_came(target: Any, covers: dict[str, str]) -> None:
    source = capture(invoice(), steps=(ENTER, DELETE, POST))

    found = run(capture(invoice(), steps=target), source=source, repeat=source)

    assert {cover.item: cover.how for cover in found.covers} == covers
    assert {cover.kind for cover in found.covers} == {"operation"}
