"""The pieces of evidence, each by itself."""

from __future__ import annotations

import random
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.reconcile.discovery import codes, personal
from harness.reconcile.discovery.cells import SKETCH, Cells, agreement, overlap, sketch, token
from harness.reconcile.discovery.description import Column
from harness.reconcile.discovery.document import entity_name
from harness.reconcile.discovery.names import name_likeness, words
from harness.reconcile.discovery.personal import Suspicion
from harness.reconcile.kinds import Kind
from tests.reconcile.discovery.pairs import columns, filled, found

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("sale_line-account_tax", ("sale", "line", "account", "tax")),
        ("SaleLineID", ("sale", "line", "id")),
        ("科目编码", ("科目编码",)),
        ("Straße.Größe", ("straße", "größe")),
        ("", ()),
    ],
)
def test_words(name: str, parts: tuple[str, ...]) -> None:
    assert words(name) == parts


@pytest.mark.parametrize(
    ("table", "entity"),
    [
        ("sale_line-account_tax", "sale_line_account_tax"),
        ("Aufträge Groß", "auftrage_gross"),
        ("科目", "table"),
        ("2024_sales", "table_2024_sales"),
    ],
)
def test_entities_are_named_after_their_tables(table: str, entity: str) -> None:
    assert entity_name(table) == entity


@pytest.mark.parametrize(
    ("source", "better", "worse"),
    [
        ("sale_line_account_tax", "sale_line-account_tax", "purchase_line-account_tax"),
        ("party_category_rel", "party_party-party_category", "product_category-customer-account_tax"),
        ("street", "street_unstructured", "building_name"),
        ("post_move_sequence", "move_sequence", "invoice_number"),
        ("CardCode", "card_code", "card_name"),
    ],
)
def test_name_likeness(source: str, better: str, worse: str) -> None:
    assert 1 > name_likeness(source, better) > name_likeness(source, worse) >= 0
    assert name_likeness(source, source) == 1


@pytest.mark.parametrize(
    ("source", "target", "beyond"),
    [
        ("aaaa", "aaaa", None),
        ("aaaa", "bbbb", None),
        ("", "", None),
        ("abab", "abab", 1.0),
        ("abab", "baba", 0.0),
        ("aaab", "aaaa", 0.0),
    ],
    ids=["one value", "two single values", "no row", "the same", "the opposite", "nearly one value"],
)  # fmt: skip
def test_agreement_is_beyond_chance(source: str, target: str, beyond: float | None) -> None:
    assert agreement(Cells(tuple(source)), Cells(tuple(target))).beyond_chance == beyond


def test_accidental_agreement_counts_for_nothing() -> None:
    """Two columns that are nearly always false agree in nine rows of ten and say nothing."""
    random.seed(7)
    one, other = (Cells(tuple("tf"[random.random() < 0.95] for _ in range(1000))) for _ in range(2))
    found = agreement(one, other)
    assert found.share > 0.85
    assert found.beyond_chance is not None and found.beyond_chance < 0.1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, "1"),
        (1, 1.0),
        ("1.50", 1.5),
        (True, 1),
        ("x ", "x"),
        (datetime(2025, 1, 2, 3, 4, 5, 120000), "2025-01-02T03:04:05.12"),
        (datetime(2025, 1, 2), "2025-01-02 00:00:00.000"),
        (date(2025, 1, 2), datetime(2025, 1, 2)),
        (date(2025, 1, 2), "2025-01-02"),
    ],
    ids=str,
)
def test_tokens_are_the_same_however_stored(one: object, other: object) -> None:
    assert token(one) == token(other)


@given(st.sets(st.integers(0, 400)), st.sets(st.integers(0, 400)))
def test_sketches_estimate_the_overlap(source: set[int], target: set[int]) -> None:
    """Exact while all values fit into a sketch, near it otherwise."""
    estimate = overlap(sketch(map(str, source)), sketch(map(str, target)))
    exact = len(source & target) / len(source | target) if source and target else 0.0
    allowed = 0.25 if max(len(source), len(target)) > SKETCH // 2 else 0.0
    assert abs(estimate - exact) <= allowed + 1e-9


@pytest.mark.parametrize(
    ("source", "target", "mapping"),
    [
        ("abcabcabc", "xyzxyzxyz", {"a": "x", "b": "y", "c": "z"}),
        ("abab", "abab", None),
        ("abcdefgh", "xyzuvwst", None),
        ("aabbaabb", "xyxyxyxy", None),
        ("1111", "2222", None),
        ("aaaa", "xxxx", {"a": "x"}),
    ],
    ids=["renamed", "the same", "all different", "no relation", "a counter", "one code"],
)  # fmt: skip
def test_code_maps(source: str, target: str, mapping: dict[str, str] | None) -> None:
    inferred = codes.inferred(Cells(tuple(source)), Cells(tuple(target)))
    assert (inferred.mapping if inferred else None) == mapping


TEXTS = ["red", "green"]
PERSONAL = [
    ("party", "name", TEXTS, Suspicion.NAME),
    ("product", "name", TEXTS, None),
    ("kunde", "x", ["王小明", "李雷", "张伟"], Suspicion.NAME),
    ("t", "mobile", TEXTS, Suspicion.PHONE),
    ("t", "x", ["13900001111", "13911112222"], Suspicion.PHONE),
    ("t", "x", ["+49 221 1234567"], Suspicion.PHONE),
    ("t", "x", ["a@b.de", "c@d.com", "none"], Suspicion.EMAIL),
    ("t", "x", ["DE89370400440532013000"], Suspicion.BANK),
    ("t", "x", ["DE89370400440532013001"], None),
    ("t", "x", ["11010519491231002X"], Suspicion.IDENTITY),
    ("t", "x", ["110105194912310021"], None),
    ("t", "shenfenzheng", TEXTS, Suspicion.IDENTITY),
    ("t", "纳税人识别号", TEXTS, Suspicion.IDENTITY),
    ("t", "联系人", TEXTS, Suspicion.NAME),
    ("t", "dizhi", TEXTS, Suspicion.ADDRESS),
    ("t", "postal_code", TEXTS, Suspicion.ADDRESS),
    ("t", "bank_account", TEXTS, Suspicion.BANK),
    ("t", "password_hash", TEXTS, Suspicion.SECRET),
    ("t", "phone_type", TEXTS, None),
    ("t", "number", ["SO-1", "SO-2"], None),
    ("t", "x", [], None),
]


@pytest.mark.parametrize(("table", "column", "values", "wanted"), PERSONAL)
def test_personal_data(table: str, column: str, values: list[object], wanted: Suspicion | None) -> None:
    assert personal.suspected(table, Column(column, Kind.TEXT), values) is wanted


@pytest.mark.parametrize(("kind", "refers_to"), [(Kind.INTEGER, None), (Kind.TEXT, "party")])
def test_a_number_or_a_reference_is_not_personal(kind: Kind, refers_to: str | None) -> None:
    assert personal.suspected("party", Column("phone", kind, refers_to=refers_to), ["13900001111"]) is None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_renaming_is_found(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Telling columns under any names and in any order, some rows lost: the pairs are exactly the truth."""
    tmp_path: Path = tmp_path_factory.mktemp("pair")
    seed = data.draw(st.integers(0, 10_000))
    order = data.draw(st.permutations(range(5)))
    lost = data.draw(st.sets(st.integers(0, 79), max_size=20))
    chance = random.Random(seed)
    rows = [
        (
            place,
            *(f"{letter}{chance.randrange(12)}" for letter in "abc"),
            chance.randrange(10**6),
            chance.randrange(30),
        )
        for place in range(80)
    ]
    names = data.draw(st.permutations(["alpha", "beta", "gamma", "delta", "epsilon"]))
    types = ["text", "text", "text", "integer", "integer"]
    source = filled(
        "thing(id integer primary key, "
        + ", ".join(f"c{place} {kind}" for place, kind in enumerate(types))
        + ")",
        rows,
    )
    layout = ", ".join(f"{names[place]} {types[place]}" for place in order)
    target = filled(
        f"other(key integer primary key, {layout})",
        [(row[0], *(row[1 + place] for place in order)) for row in rows if row[0] not in lost],
    )
    discovery, drafts = found(tmp_path, source, target)

    assert columns(discovery, "thing") == {"id": "key"} | {f"c{place}": names[place] for place in range(5)}
    assert [draft.problem for draft in drafts] == [None]
