"""The nouns are frozen, check themselves, and keep their secrets."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from harness import model
from harness.model import (
    Area,
    Attachment,
    Capture,
    CheckResult,
    CheckSpec,
    Conclusion,
    Environment,
    EnvironmentPair,
    Finding,
    FindingKind,
    Mode,
    Outcome,
    Part,
    Secret,
    Severity,
    Side,
    Status,
    Title,
    Verdict,
    Waiver,
    fingerprint_of,
    text,
)

NOUNS = [item for item in vars(model).values() if isinstance(item, type) and dataclasses.is_dataclass(item)]
SPEC = CheckSpec("data.sale", Title("Sales", "销售"), Area.DATA, "sales", Mode.PAIR, "reconcile")
FINDING = Finding(
    "data.sale", FindingKind.MISMATCH, "sale", Severity.MAJOR, text("a.b"), key="1", field="total"
)
SOURCE = Environment(Side.SOURCE, "tryton", "http://source.test")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: str(noun.__name__))
def test_every_noun_is_frozen_and_has_slots(noun: Any) -> None:
    assert noun.__dataclass_params__.frozen
    assert "__slots__" in vars(noun)


BROKEN: list[tuple[str, Callable[[], object]]] = [
    ("a title needs both languages", lambda: Title("Sales", " ")),
    ("dotted name", lambda: replace(SPEC, id="sale")),
    ("dotted name", lambda: replace(SPEC, id=" data.sale")),
    ("names the comparator", lambda: replace(SPEC, comparator="")),
    ("at least one difference", lambda: replace(FINDING, count=0)),
    ("has no sign", lambda: replace(FINDING, amount=Decimal("-0.01"))),
    ("says why", lambda: Conclusion(Status.UNKNOWN)),
    ("has not passed", lambda: Conclusion(Status.PASSED, findings=(FINDING,))),
    ("says why", lambda: CheckResult(SPEC, Part.PAIR, Status.SKIPPED, NOW, Decimal(1))),
    ("which finding it accepts", lambda: Waiver("w", "r", "o", "a", date(2026, 1, 1), kind=FINDING.kind)),
    ("neither written to", lambda: replace(SOURCE, production=True, allow_writes=True)),
    ("neither written to", lambda: replace(SOURCE, production=True, load=True)),
    ("neither written to", lambda: replace(SOURCE, production=True, synthetic=True)),
    ("a source and a target", lambda: EnvironmentPair(SOURCE, SOURCE)),
    ("an unscoped one recommends", lambda: Verdict(None, (), None, "SIT", NOW, ())),
    ("recommends nothing", lambda: Verdict(Outcome.GO, ("area data",), True, "SIT", NOW, ())),
    ("whether its part passed", lambda: Verdict(None, ("area data",), None, "SIT", NOW, ())),
    ("whether its part passed", lambda: Verdict(Outcome.GO, (), True, "SIT", NOW, ())),
]


@pytest.mark.parametrize(("reason", "make"), BROKEN, ids=[f"{n} {why}" for n, (why, _) in enumerate(BROKEN)])
def test_a_noun_that_makes_no_sense_cannot_be_made(reason: str, make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=reason):
        make()


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r}".format])
def test_a_secret_never_shows_itself(show: Callable[[object], str]) -> None:
    secret = Secret("hush")
    environment = replace(SOURCE, sql=secret, accounts={"admin": model.Account("admin", "amy", secret)})
    assert "hush" not in show(secret) + show(environment)
    assert secret.reveal() == "hush"


def test_a_secret_is_equal_by_content_and_is_not_pickled() -> None:
    assert Secret("hush") == Secret("hush") != Secret("other")
    assert len({Secret("hush"), Secret("hush")}) == 1
    assert Secret("hush") != "hush"
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Secret("hush"))


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"source_value": 1, "target_value": 2}, True),
        ({"severity": Severity.MINOR, "amount": Decimal(1), "text": text("c.d"), "count": 2}, True),
        ({"check_id": "data.other"}, False),
        ({"kind": FindingKind.VIOLATION}, False),
        ({"entity": "invoice"}, False),
        ({"key": "2"}, False),
        ({"field": "tax"}, False),
        ({"key": None}, False),
    ],
)
def test_a_fingerprint_names_the_difference_not_its_values(change: dict[str, Any], same: bool) -> None:
    changed = replace(FINDING, **change)
    assert (fingerprint_of(changed, b"key") == fingerprint_of(FINDING, b"key")) is same


def test_a_fingerprint_hides_the_business_key_behind_its_own_key() -> None:
    assert fingerprint_of(FINDING, b"key") != fingerprint_of(FINDING, b"another key")


@pytest.mark.parametrize(
    ("part", "side"),
    [
        (Part.SOURCE, Side.SOURCE),
        (Part.SOURCE_REPEAT, Side.SOURCE),
        (Part.TARGET, Side.TARGET),
        (Part.COMPARISON, None),
        (Part.PAIR, None),
    ],
)
def test_a_part_speaks_to_one_side_or_none(part: Part, side: Side | None) -> None:
    assert part.side is side


def test_severities_are_ordered_the_worst_first() -> None:
    assert sorted(Severity, key=lambda severity: severity.rank) == [
        Severity.BLOCKER,
        Severity.CRITICAL,
        Severity.MAJOR,
        Severity.MINOR,
    ]


def test_an_attachment_is_found_by_its_name() -> None:
    capture = Capture(None, (Attachment("a", "text/plain", b"1"), Attachment("b", "text/plain", b"2")))
    assert capture.content("b") == b"2"
    with pytest.raises(KeyError):
        capture.content("c")


def test_a_sentence_has_its_parameters_in_a_fixed_order() -> None:
    assert text("a.b", y=1, x=2) == text("a.b", x=2, y=1)
    assert text("a.b", x=2)["x"] == 2
