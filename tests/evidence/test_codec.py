"""Every noun reads back as it was stored; what does not fit is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.evidence import EvidenceRef, Manifest, from_value, to_value
from harness.evidence.codec import from_stored
from harness.model import (
    Account,
    Area,
    Attachment,
    Capture,
    CheckResult,
    CheckSpec,
    Conclusion,
    Condition,
    Cover,
    Finding,
    FindingKind,
    Item,
    Mode,
    Outcome,
    Part,
    RuleResult,
    Secret,
    Severity,
    Side,
    Status,
    Text,
    Title,
    Verdict,
    Waiver,
)
from harness.values import dumps, loads
from tests.evidence.samples import a_finding, a_manifest

words = st.text(min_size=1, max_size=12).filter(lambda word: bool(word.strip()))
names = st.from_regex(r"[a-z]{1,6}\.[a-z_]{1,8}", fullmatch=True)
decimals = st.decimals(allow_nan=False, allow_infinity=False)
amounts = st.decimals(min_value=0, allow_nan=False, allow_infinity=False, places=2)
times = st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(fold=0))
titles = st.builds(Title, words, words)
leaves: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), words, decimals, times, st.dates()
)
texts: st.SearchStrategy[Text] = st.deferred(
    lambda: st.builds(Text, names, st.lists(st.tuples(words, params), max_size=3).map(tuple))
)
params: st.SearchStrategy[Any] = st.one_of(
    leaves, titles, texts, st.lists(leaves | titles, max_size=3).map(tuple)
)
values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        leaves,
        st.binary(max_size=8),
        st.times().map(lambda at: at.replace(fold=0)),
        st.timedeltas(),
        st.floats(allow_nan=False),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
measures = st.dictionaries(words, st.integers() | decimals, max_size=3)
specs = st.builds(
    CheckSpec,
    names,
    titles,
    st.sampled_from(Area),
    words,
    st.sampled_from(Mode),
    words,
    st.sampled_from(Severity),
    st.lists(words, max_size=2).map(tuple),
    st.none() | words,
    st.none() | words,
    st.booleans(),
)
covers = st.builds(Cover, words, words, words)
items = st.builds(Item, words, words, st.none() | st.integers(min_value=0))
attachments = st.builds(Attachment, words, words, st.binary(max_size=8), st.booleans())
findings = st.builds(
    Finding,
    names,
    st.sampled_from(FindingKind),
    words,
    st.sampled_from(Severity),
    texts,
    key=st.none() | words,
    field=st.none() | words,
    source_value=values,
    target_value=values,
    amount=st.none() | amounts,
    count=st.integers(min_value=1),
)
rules = st.builds(
    RuleResult,
    words,
    st.none() | st.sampled_from(Area),
    st.sampled_from(Severity),
    st.booleans(),
    texts,
    values,
    values,
)
NOUNS = st.one_of(
    titles,
    texts,
    specs,
    covers,
    items,
    attachments,
    findings,
    rules,
    st.builds(
        Capture,
        values,
        st.lists(attachments, max_size=2).map(tuple),
        st.lists(covers, max_size=2).map(tuple),
        st.lists(items, max_size=2).map(tuple),
        st.lists(texts, max_size=2).map(tuple),
        measures,
        st.none() | texts,
    ),
    st.builds(Conclusion, st.just(Status.FAILED), texts, st.lists(findings, max_size=2).map(tuple)),
    st.builds(CheckResult, specs, st.sampled_from(Part), st.just(Status.BROKEN), times, amounts, texts),
    st.builds(Waiver, words, words, words, words, st.dates(), fingerprint=words),
    st.builds(Condition, texts, words, st.none() | st.dates(), st.none() | words),
    st.builds(
        Verdict,
        st.sampled_from(Outcome),
        st.just(()),
        st.none(),
        words,
        times,
        st.lists(rules, max_size=2).map(tuple),
        digests=st.dictionaries(words, words, max_size=2),
    ),
    st.builds(
        EvidenceRef,
        names,
        st.sampled_from(Part),
        st.integers(1),
        words,
        words,
        st.integers(0),
        st.none() | words,
    ),
)


@settings(max_examples=150, deadline=None)
@given(NOUNS)
def test_every_noun_reads_back_as_it_was_stored(noun: Any) -> None:
    stored = dumps(to_value(noun))
    assert from_value(type(noun), loads(stored)) == noun
    assert from_stored(type(noun), json.loads(stored)) == noun


def test_a_manifest_reads_back_with_its_environments() -> None:
    manifest = a_manifest(synthetic=True)
    assert from_value(Manifest, to_value(manifest)) == manifest


@pytest.mark.parametrize("digits", ["1.10", "0E-8", "12345678901234567890.123456789", "-0.00"])
def test_digits_of_money_survive(digits: str) -> None:
    finding = from_value(Finding, to_value(a_finding()))
    assert str(finding.amount) == "0.01"
    stored = from_value(RuleResult, to_value(_rule(Decimal(digits))))
    assert str(stored.actual) == digits


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"unheard_of": 1}, "Cover has no field 'unheard_of'"),
        ({"kind": 7}, "str expected, int found"),
        ({"kind": None}, "str expected, NoneType found"),
        ({"how": ["rows"]}, "str expected, list found"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], reason: str) -> None:
    value = {"kind": "table", "item": "sale", "how": "rows"} | change
    with pytest.raises(ValueError, match=reason):
        from_value(Cover, value)


@pytest.mark.parametrize(
    ("cls", "data"),
    [
        (Cover, []),
        (Cover, {"decimal": "1"}),
        (Cover, {"object": {"kind": "table"}}),
        (CheckResult, {"object": {"status": "passed"}}),
        (Item, {"object": {"kind": "a", "item": "b", "size": True}}),
        (RuleResult, {"object": {"passed": 1}}),
        (Finding, {"object": {"amount": {"decimal": "many"}}}),
        (Finding, {"object": {"kind": "no kind"}}),
        (Text, {"object": {"key": "a.b", "params": [["only a name"]]}}),
        (Text, {"object": {"key": "a.b", "params": [["a", {"object": {"page": 1}}]]}}),
    ],
)
def test_data_of_another_shape_is_refused(cls: type, data: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_stored(cls, data)


def test_a_noun_still_checks_itself_when_read() -> None:
    value = to_value(_result())
    assert isinstance(value, dict)
    with pytest.raises(ValueError, match="says why"):
        from_value(CheckResult, value | {"status": "failed"})


def test_a_secret_is_never_stored() -> None:
    with pytest.raises(TypeError, match="never stored"):
        to_value(Account("admin", "admin", Secret("hush")))


def test_sides_and_parts_are_plain_words_in_the_stored_form() -> None:
    assert b'"part":"source-repeat"' in dumps(to_value(_result(Part.SOURCE_REPEAT)))
    assert b'"sides":["source","target"]' in dumps(to_value(a_manifest()))
    assert Side("source") is Side.SOURCE


def _rule(actual: Decimal) -> RuleResult:
    return RuleResult("limit", None, Severity.MINOR, True, Text("a.b"), actual)


def _result(part: Part = Part.SOURCE) -> CheckResult:
    spec = CheckSpec("a.b", Title("a", "b"), Area.DATA, "m", Mode.SIDE, "flow")
    return CheckResult(spec, part, Status.PASSED, datetime(2026, 1, 1, tzinfo=UTC), Decimal(1))
