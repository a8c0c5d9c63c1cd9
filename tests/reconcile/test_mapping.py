"""A wrong mapping is refused before anything runs, with its file, key path, reason and what is valid."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import ConfigError, ExitCode
from harness.messages import Language, render
from harness.model import Mode, Severity
from harness.reconcile import load, load_folder
from harness.reconcile.entity import EntityMapping
from tests.reconcile.conftest import COLUMNS, Pair, mapping_of, table

GOOD = """
schema = 1
entity = "item"
title = { en = "Items", zh = "物料" }
module = "stock"
severity = "major"
key = ["id"]
[source]
table = "item"
[target]
table = "item"
[fields]
id = "integer"
amount = { type = "number", money = true }
"""


def written(folder: Path, content: str, name: str = "item.toml") -> Path:
    """The mapping as a file."""
    (folder / name).write_text(content, encoding="utf-8")
    return folder / name


def plain(error: ConfigError) -> str:
    """The message without its quotation marks, which belong to the configuration's own tests."""
    return str(error).replace('"', "")


def field(keys: str) -> tuple[str, str]:
    """The change that adds a field `x` with some keys."""
    return ("[fields]", f"[fields]\nx = {{ {keys} }}")


def test_a_mapping_is_a_check(tmp_path: Path) -> None:
    """Its id is the entity's, and it runs on both sides at once."""
    mapping = load(written(tmp_path, GOOD))

    spec = mapping.spec()

    assert (spec.id, spec.mode, spec.severity) == ("data.item", Mode.PAIR, Severity.MAJOR)
    assert EntityMapping.from_value(mapping.as_value()) == mapping


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("schema = 1", "schema = 2"), "schema: The value is not one of those possible. Valid: 1"),
        (('module = "stock"\n', ""), "module: This key is required."),
        (("module =", "modul ="), "modul: There is no such key. Did you mean module?"),
        (('table = "item"\n[target]', "[target]"), "source: Name either a table or a query."),
        (('"integer"', '"int"'), "fields.id.type: The value is not one of those possible."),
        (("money = true", "mony = true"), "fields.amount.mony: There is no such key. Did you mean money?"),
        (('key = ["id"]', 'key = ["ids"]'), "key[0]: “ids” is not a field of this mapping. Did you mean id?"),
        (
            ("money = true", 'source = "a, b"'),
            "fields.amount.source: One expression is expected here",
        ),
        (
            ("money = true", 'target = "(select 1); drop table item"'),
            "fields.amount.target: One expression is expected here",
        ),
        (("money = true", 'source = "a +"'), "fields.amount.source: This is not SQL that can be read"),
        (
            ("money = true", 'tolerance = "0.01"'),
            "fields.amount: A tolerance needs its unit and a reason.",
        ),
        (
            ('"integer"', '{ type = "integer", tolerance = "1", unit = "x", reason = "y" }'),
            "fields.id: Only a number that is neither a key nor personal data can have a tolerance.",
        ),
        (("[fields]", '[[totals]]\nsum = "amont"\n[fields]'), "totals[0].sum: “amont” is not a field"),
        (("[fields]", '[amount]\nfield = "amount"\n[fields]'), "amount: Name either a currency or"),
        (
            ("[target]", 'filter = "id > 0; delete from item"\n[target]'),
            "source.filter: One expression is expected here",
        ),
        (("[fields]", "[fields"), "The mapping is not valid TOML"),
        (('title = { en = "Items", zh', "title = { zh"), "title.en: This key is required."),
        (field('map = { a = "b" }, type = "integer"'), "fields.x.map: Only a field of type text that is"),
        (field('map = { a = "b" }, personal = true'), "fields.x.map: Only a field of type text that is"),
        (field("map = {}"), "fields.x.map: The map is empty."),
        (field('map = "accounts.csv"'), "fields.x.map: The value is wrong"),
        (field('mapp = { a = "b" }'), "fields.x.mapp: There is no such key. Did you mean map?"),
        (field('unmapped = "keep"'), "fields.x.unmapped: “unmapped” says what becomes of values"),
        (field('map = { a = "b" }, unmapped = "drop"'), "fields.x.unmapped: The value is not one of those"),
        (field("ignore_case = true"), "fields.x: “ignore_case” needs a reason."),
        (
            field('type = "number", ignore_case = true, reason = "r"'),
            "fields.x.ignore_case: “ignore_case” is only for fields of type text. Valid: text",
        ),
        (field('type = "timestamp", date_only = true'), "fields.x: “date_only” needs a reason."),
        (
            field('type = "date", date_only = true, reason = "r"'),
            "fields.x.date_only: “date_only” is only for fields of type timestamp.",
        ),
        (
            field('type = "timestamp", zone = { source = "Shanghai" }, reason = "r"'),
            "fields.x.zone.source: The value is wrong: Value error, neither a name such as",
        ),
        (field('type = "timestamp", zone = { source = "UTC" }'), "fields.x: “zone” needs a reason."),
        (
            field('type = "timestamp", zone = { sorce = "UTC" }, reason = "r"'),
            "fields.x.zone.sorce: There is no such key. Did you mean source?",
        ),
        (
            field('type = "number", relative_tolerance = "0.01", reason = "r"'),
            "fields.x: A tolerance needs its unit and a reason.",
        ),
        (
            field('type = "number", relative_tolerance = "1.5", unit = "u", reason = "r"'),
            "fields.x.relative_tolerance: The value is wrong",
        ),
        (
            ("[target]", '[[references]]\nfield = "idd"\ntable = "t"\n[target]'),
            "references[0].field: “idd” is not a field of this mapping. Did you mean id? Valid: id, amount",
        ),
        (
            ("[target]", '[[references]]\nfield = "id"\n[target]'),
            "references[0].table: This key is required.",
        ),
        (
            ("[target]", '[[references]]\nfield = "id"\ntabel = "t"\ntable = "t"\n[target]'),
            "references[0].tabel: There is no such key. Did you mean table?",
        ),
        (
            ("[target]", '[[references]]\nfield = "id"\ntable = "t"\nwhere = "a; b"\n[target]'),
            "references[0].where: One expression is expected here",
        ),
        (("[target]", '[rows]\nrelation = "shiped"\n[target]'), "rows.relation: The value is not one of"),
        (
            ("[target]", '[rows]\nrelation = "shipped"\nreason = "r"\n[target]'),
            "rows.rule: The relation “shipped” needs a rule, and only it has one",
        ),
        (("[target]", '[rows]\nrule = "id > 1"\n[target]'), "rows.rule: The relation “shipped” needs"),
        (("[target]", '[rows]\nrelation = "at_least"\n[target]'), "rows: “relation” needs a reason."),
        (
            ("[target]", '[rows]\nrelation = "shipped"\nrule = "drop table x"\nreason = "r"\n[target]'),
            "rows.rule: ",
        ),
        (
            ("[target]", '[rows]\nrul = "id > 1"\n[target]'),
            "rows.rul: There is no such key. Did you mean rule?",
        ),
        (
            ("[fields]", '[labels]\nl = { source = "id", target = "id", map = { a = "b" } }\n[fields]'),
            "labels.l: A label is shown and never compared",
        ),
    ],
)
def test_broken(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    """One mistake each."""
    assert change[0] in GOOD
    path = written(tmp_path, GOOD.replace(*change, 1))

    with pytest.raises(ConfigError) as error:
        load(path)

    assert message in plain(error.value)
    assert error.value.exit_code is ExitCode.USAGE_ERROR
    assert render(error.value.sentence, Language.ZH)


def test_all_problems_of_all_files_at_once(tmp_path: Path) -> None:
    """Nobody fixes them one by one."""
    written(tmp_path, GOOD.replace('module = "stock"', 'modul = "stock"'), "a.toml")
    written(tmp_path, GOOD, "b.toml")
    written(tmp_path, GOOD, "c.toml")

    with pytest.raises(ConfigError) as error:
        load_folder(tmp_path)

    said = str(error.value)
    assert said.index("a.toml") < said.index("c.toml")
    assert (
        "modul" in said and "This key is required" in said and "The same entity is mapped in b.toml" in said
    )


def test_an_empty_folder_is_no_check(tmp_path: Path) -> None:
    """No mapping at all is a mistake, not a pass."""
    with pytest.raises(ConfigError, match="no mapping"):
        load_folder(tmp_path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"source": {"table": "itm"}},
            "source.table: The current system has no table “itm”. Did you mean item?",
        ),
        (
            {"fields": {"id": "integer", "nme": "text"}, "amount": None},
            "fields.nme.source: Table item of the current system has no column “nme”. Did you mean name?",
        ),
        (
            {"fields": {"id": "integer", "name": {"target": "upper(nam)"}}, "amount": None},
            "fields.name.target: Table item of the upgraded system has no column “nam”. Did you mean name?",
        ),
        (
            {"ignore": [{"column": "colour", "reason": "x"}]},
            "ignore: Table item of the current system has no column “colour”.",
        ),
        (
            {"ignore": [{"column": "name", "reason": "x"}]},
            "ignore: Column “name” is both compared and left out.",
        ),
        (
            {"source": {"table": "item", "filter": "nme > 'a'"}},
            "source.filter: Table item of the current system has no column “nme”. Did you mean name?",
        ),
        (
            {"rows": {"relation": "shipped", "rule": "nme = 'x'", "reason": "r"}},
            "rows.rule: Table item of the upgraded system has no column “nme”. Did you mean name?",
        ),
        (
            {"fields": {"id": "integer", "name": {"source": "no_such_function(name)"}}, "amount": None},
            "The database of the current system refuses a statement of the mapping",
        ),
    ],
)
def test_a_mapping_is_held_against_both_schemas(
    items: Callable[..., Pair], changes: dict[str, object], message: str
) -> None:
    """The columns that exist are named."""
    with pytest.raises(ConfigError) as error:
        items([(1, "a", "1")], [(1, "a", "1")]).gather(mapping_of(**changes))

    assert message in plain(error.value)


def test_columns_left_open_are_said_and_not_covered(items: Callable[..., Pair]) -> None:
    """Neither compared nor ignored with a reason: not verified."""
    pair = items([(1, "a", "1")], [(1, "a", "1")])
    mapping = mapping_of(
        fields={"id": "integer"}, amount=None, ignore=[{"column": "name", "reason": "a test"}]
    )

    capture, conclusion = pair.gather(mapping), pair.live(mapping)

    assert [render(text, Language.EN) for text in capture.caveats] == [
        "1 columns are neither compared nor left out with a reason: item.amount."
    ]
    assert {(cover.item, cover.how) for cover in conclusion.covers} == {
        ("item", "rows"),
        ("item.id", "rows"),
        ("item.name", "ignored: a test"),
    }


def test_a_column_that_only_one_side_compares_is_not_covered(databases: Callable[..., Pair]) -> None:
    """The same name on both sides, read on one of them: the other one's content was not looked at."""
    pair = databases(table([(1, "a", "1")]), table([(1, "a", "1", "x")], f"{COLUMNS}, label TEXT"))
    mapping = mapping_of(fields={"id": "integer", "name": {"target": "label", "source": "'x'"}}, amount=None)
    swapped = mapping_of(
        fields={"id": "integer", "name": {"target": "label || substr(name, 1, 0)"}, "amount": "number"},
        amount=None,
    )

    for conclusion in (pair.live(mapping), pair.stored(mapping)):
        assert {cover.item for cover in conclusion.covers} == {"item", "item.id", "item.label"}
    assert "item.name" in {cover.item for cover in pair.live(swapped).covers}


def test_a_column_read_by_the_source_and_open_in_the_target_is_open(items: Callable[..., Pair]) -> None:
    """Its cover from the one side does not hide the other."""
    mapping = mapping_of(
        fields={"id": "integer", "name": {"target": "amount", "source": "name || substr(amount, 1, 0)"}},
        amount=None,
    )

    conclusion = items([(1, "a", "1")], [(1, "b", "a")]).live(mapping)

    assert {cover.item for cover in conclusion.covers} == {"item", "item.id", "item.amount"}
