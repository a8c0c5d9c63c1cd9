"""Proposals for the real upgrade, scored against the mappings that were written by hand.

`HARNESS_TEST_SOURCE_SQL` and `HARNESS_TEST_TARGET_SQL` name two databases of a pristine pair, which are only
read; otherwise copies of the demo's pair are made.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import text

from harness import demo
from harness.adapters.wire.sql import read_only_engine
from harness.cli import invoke
from harness.errors import ExitCode
from harness.model import Secret, Side
from harness.reconcile import EntityMapping, load_folder
from harness.reconcile.discovery import Discovery, Proposal, discover
from harness.reconcile.snapshot import snapshot
from tests.integration.nameless import copied, nameless

pytestmark = pytest.mark.real_pair

MAPPINGS = Path(__file__).parents[2] / "fixtures" / "mappings" / "tryton"
SECONDS = 60
_COLUMN = re.compile(r'"?(\w+)"?')


@pytest.fixture(scope="module")
def urls(request: pytest.FixtureRequest) -> Iterator[Mapping[Side, str]]:
    """The databases of a pristine pair."""
    with ExitStack() as stack:
        given = [os.environ.get(f"HARNESS_TEST_{side.name}_SQL") for side in Side]
        if not all(given):
            pair = request.getfixturevalue("pair")
            copies = (demo.source_copy, demo.target_copy)
            given = [stack.enter_context(copy(pair, "discover")).sql for copy in copies]
        yield {side: str(url) for side, url in zip(Side, given, strict=True)}


@pytest.fixture(scope="module")
def found(urls: Mapping[Side, str]) -> Discovery:
    """What is discovered on the pair, without help."""
    started = time.perf_counter()
    with ExitStack() as stack:
        engines = {side: read_only_engine(Secret(url)) for side, url in urls.items()}
        for engine in engines.values():
            stack.callback(engine.dispose)
        views = {side: stack.enter_context(snapshot(engine, side)) for side, engine in engines.items()}
        discovery = discover(views)
    seconds = time.perf_counter() - started
    print(f"{sum(map(len, discovery.tables.values()))} tables of both sides: {seconds:.1f} s")
    assert seconds < SECONDS
    return discovery


@dataclass
class Score:
    """What was wanted, what was found of it, and what was proposed against the hand-written mappings."""

    wanted: int = 0
    hit: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def look(self, name: str, wanted: str, proposed: str | None) -> None:
        self.wanted += 1
        self.hit += proposed == wanted
        if proposed is None:
            self.missed.append(f"{name} -> {wanted}")
        elif proposed != wanted:
            self.wrong.append(f"{name} -> {proposed} instead of {wanted}")

    def tell(self, what: str) -> None:
        proposed = self.hit + len(self.wrong)
        print(
            f"{what}: recall {self.hit}/{self.wanted} = {self.hit / self.wanted:.4f},"
            f" precision {self.hit}/{proposed} = {self.hit / proposed:.4f}",
            *self.missed, *self.wrong, sep="\n  ",
        )  # fmt: skip


def truth(mapping: EntityMapping) -> dict[str, str]:
    """The pairs of bare columns of a mapping that a person wrote."""
    pairs = {}
    for item in mapping.fields:
        sides = [_COLUMN.fullmatch(item.expression(side)) for side in Side]
        if sides[0] is not None and sides[1] is not None:
            pairs[sides[0][1]] = sides[1][1]
    return pairs


def mentioned(mapping: EntityMapping, side: Side) -> str:
    """Every expression of one side: a column in one of them is compared in a way of its own."""
    return " ".join(column.expression(side) for column in mapping.columns)


def by_source(found: Discovery) -> dict[str, Proposal]:
    return {proposal.source.name: proposal for proposal in found.proposals}


def written_by_hand() -> list[EntityMapping]:
    return [mapping for mapping in load_folder(MAPPINGS) if mapping.source.table is not None]


def test_every_mapped_table_is_found(found: Discovery) -> None:
    score, proposals = Score(), by_source(found)
    for mapping in written_by_hand():
        assert mapping.source.table is not None and mapping.target.table is not None
        proposal = proposals.get(mapping.source.table)
        score.look(mapping.source.table, mapping.target.table, proposal.target.name if proposal else None)
    score.tell("tables")

    assert score.hit == score.wanted


def test_every_renamed_relation_table_is_found(found: Discovery) -> None:
    """8.0 names link tables after both ends, the empty ones too."""
    pairs = {source: proposal.target.name for source, proposal in by_source(found).items()}
    assert {source: target for source, target in pairs.items() if source != target} == {
        "account_account_tax_rel": "account_account-account_tax",
        "account_account_template_tax_rel": "account_account_template-account_tax_template",
        "account_invoice_line_account_tax": "account_invoice_line-account_tax",
        "cron_company_rel": "ir_cron-company_company",
        "party_category_rel": "party_party-party_category",
        "product_category_customer_taxes_rel": "product_category-customer-account_tax",
        "product_category_supplier_taxes_rel": "product_category-supplier-account_tax",
        "purchase_invoice_ignored_rel": "purchase_purchase-ignored-account_invoice",
        "purchase_invoice_recreated_rel": "purchase_purchase-recreated-account_invoice",
        "purchase_line_account_tax": "purchase_line-account_tax",
        "purchase_line_moves_ignored_rel": "purchase_line-ignored-stock_move",
        "purchase_line_moves_recreated_rel": "purchase_line-recreated-stock_move",
        "sale_invoice_ignored_rel": "sale_sale-ignored-account_invoice",
        "sale_invoice_recreated_rel": "sale_sale-recreated-account_invoice",
        "sale_line_account_tax": "sale_line-account_tax",
        "sale_line_moves_ignored_rel": "sale_line-ignored-stock_move",
        "sale_line_moves_recreated_rel": "sale_line-recreated-stock_move",
    }


def test_every_column_is_found(found: Discovery) -> None:
    """All columns that a person paired, renamed ones among them; and no pair that a person contradicts."""
    score, renamed, kinds = Score(), Score(), []
    for mapping in written_by_hand():
        proposal = by_source(found)[str(mapping.source.table)]
        pairs = {pair.source: pair for pair in proposal.columns}
        wanted = truth(mapping)
        for source, target in wanted.items():
            pair = pairs.get(source)
            for one in (score, *([renamed] if source != target else ())):
                one.look(f"{mapping.source.table}.{source}", target, pair.target if pair else None)
            if (
                pair is not None
                and pair.kind is not mapping.fields[mapping.position(_named(mapping, target))].type
            ):
                kinds.append(f"{mapping.source.table}.{source}: {pair.kind}")
        score.wrong += _invented(mapping, proposal, wanted)
    score.tell("columns")
    renamed.tell("renamed columns")

    assert renamed.hit == renamed.wanted > 0
    assert (score.missed, score.wrong) == ([], [])
    assert kinds == []


def _named(mapping: EntityMapping, column: str) -> str:
    return next(item.name for item in mapping.fields if item.expression(Side.TARGET).strip('"') == column)


def _invented(mapping: EntityMapping, proposal: Proposal, wanted: Mapping[str, str]) -> Iterator[str]:
    """Renamed columns that no person paired and that no expression of the mapping pairs either."""
    for pair in proposal.columns:
        if pair.source == pair.target or pair.source in wanted:
            continue
        known = pair.source in mentioned(mapping, Side.SOURCE) and pair.target in mentioned(
            mapping, Side.TARGET
        )
        if not known:
            yield f"{mapping.source.table}.{pair.source} -> {pair.target} was not asked for"


def test_keys_and_personal_data(found: Discovery) -> None:
    """The upgrade keeps ids; nothing that a person called personal is left unmasked."""
    unmasked = []
    for mapping in written_by_hand():
        proposal = by_source(found)[str(mapping.source.table)]
        assert proposal.key == (("id", "id"),), mapping.entity
        targets = {target: _named(mapping, target) for target in truth(mapping).values()}
        personal = {item.name for item in mapping.fields if item.personal}
        unmasked += [
            f"{mapping.target.table}.{target}"
            for target, name in targets.items()
            if name in personal and target not in proposal.personal
        ]
    assert unmasked == []


def test_where_no_name_says_anything(urls: Mapping[Side, str], tmp_path: Path) -> None:
    """Every table and column of the target under a meaningless name: values and references are what is left.

    Tables of a few rows look all alike then. What is wrong must be marked for a person.
    """
    with ExitStack() as stack:
        engine = read_only_engine(Secret(urls[Side.TARGET]))
        stack.callback(engine.dispose)
        copy = read_only_engine(Secret(copied(engine, tmp_path / "nameless.db")))
        stack.callback(copy.dispose)
        source = read_only_engine(Secret(urls[Side.SOURCE]))
        stack.callback(source.dispose)
        views = {
            side: stack.enter_context(snapshot(place, side))
            for side, place in ((Side.SOURCE, source), (Side.TARGET, copy))
        }
        proposals = by_source(discover(views))
    tables, columns, unmarked = Score(), Score(), []
    for mapping in written_by_hand():
        source_name, target_name = str(mapping.source.table), str(mapping.target.table)
        proposal = proposals.get(source_name)
        found_name = proposal.target.name if proposal is not None else None
        tables.look(source_name, nameless(target_name), found_name)
        if proposal is None or found_name != nameless(target_name):
            unmarked += [source_name] if proposal is not None and not proposal.match.review else []
            continue
        pairs = {pair.source: pair for pair in proposal.columns}
        for name, wanted in truth(mapping).items():
            pair = pairs.get(name)
            profile = proposal.match.source.profiles.get(name)
            if profile is not None and profile.telling:
                columns.look(f"{source_name}.{name}", nameless(target_name, wanted), pair and pair.target)
            if pair is not None and pair.target != nameless(target_name, wanted) and not pair.review:
                unmarked.append(f"{source_name}.{name}")
    tables.tell("tables without names")
    columns.tell("telling columns without names")

    assert unmarked == []
    assert tables.hit >= 60
    assert columns.hit >= 0.85 * columns.wanted


def test_the_files_load_and_hold_no_personal_value(
    urls: Mapping[Side, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Twice the same files; every one loads; no party's name, address or telephone is in them."""
    arguments = ["--source", urls[Side.SOURCE], "--target", urls[Side.TARGET]]
    outputs = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        assert invoke(["discover", *arguments, "--out", str(folder)]) is ExitCode.GO
        outputs.append(capsys.readouterr().out.replace(str(folder), "FOLDER"))
    files = [
        sorted((path.name, path.read_bytes()) for path in (tmp_path / name).iterdir())
        for name in ("one", "two")
    ]
    mappings = load_folder(tmp_path / "one")
    print(f"{len(mappings)} mappings written and loaded")

    assert files[0] == files[1]
    assert outputs[0] == outputs[1]
    assert {mapping.source.table for mapping in written_by_hand()} <= {
        mapping.source.table for mapping in mappings
    }
    said = outputs[0] + "".join(content.decode() for _, content in files[0])
    assert [value for value in personal_values(urls[Side.SOURCE]) if value in said] == []


def personal_values(url: str) -> list[str]:
    queries = (
        "select name from party_party",
        "select value from party_contact_mechanism",
        "select street from party_address",
        "select code from party_identifier",
    )
    engine = read_only_engine(Secret(url))
    try:
        with engine.connect() as connection:
            found = [row[0] for query in queries for row in connection.execute(text(query))]
    finally:
        engine.dispose()
    return sorted({value for value in found if value and len(value) >= 4})
