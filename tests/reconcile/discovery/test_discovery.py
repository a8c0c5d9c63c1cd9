"""Small pairs whose truth is known: what is renamed, retyped, recoded or renumbered is found as such."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.model import Side
from harness.reconcile.discovery.alignment import KeyKind
from harness.reconcile.kinds import Kind
from tests.reconcile.discovery.pairs import columns, compared, filled, found, tables

CITIES = ("Köln", "Wien", "Bern", "Graz", "Linz", "Jena", "Gera")
STATES = ("draft", "confirmed", "done")

ORDERS = [
    (
        place,
        f"SO-{1000 + place}",
        CITIES[place % 7],
        STATES[place % 3],
        f"{place * 17}.50",
        f"2025-{1 + place % 12:02}-{1 + place % 28:02}",
    )
    for place in range(1, 61)
]
ORDER_LAYOUT = (
    "sale_order(id integer primary key, number text, city text, state text,"
    " total_amount numeric, order_date date)"
)


def day(place: int) -> str:
    return f"2025-01-{1 + place % 28:02}"


def test_a_renamed_table_with_renamed_columns(tmp_path: Path) -> None:
    """Nothing is called as it was: the values tell."""
    target = filled(
        "verkauf(nr integer primary key, beleg text, ort text, zustand text, wert numeric, am date)", ORDERS
    )
    discovery, drafts = found(tmp_path, filled(ORDER_LAYOUT, ORDERS), target)

    assert tables(discovery) == {"sale_order": "verkauf"}
    assert columns(discovery, "sale_order") == {
        "id": "nr",
        "number": "beleg",
        "city": "ort",
        "state": "zustand",
        "total_amount": "wert",
        "order_date": "am",
    }
    assert drafts[0].problem is None
    content = tomllib.loads(drafts[0].content)
    assert content["key"] == ["nr"]
    assert content["fields"]["zustand"] == {"type": "text", "source": '"state"'}
    assert compared(drafts[0], tmp_path) == ()


@pytest.mark.parametrize(
    ("types", "values", "kind"),
    [
        (("integer", "text"), lambda place: (place * 3, str(place * 3)), Kind.INTEGER),
        (("text", "integer"), lambda place: (f"{place:06}", place), Kind.INTEGER),
        (("text", "numeric"), lambda place: (f"{place}.50", place + 0.5), Kind.NUMBER),
        (("boolean", "integer"), lambda place: (place % 2, place % 2), Kind.BOOLEAN),
        (("date", "timestamp"), lambda place: (f"{day(place)}", f"{day(place)} 00:00:00"), Kind.DATE),
        (("text", "date"), lambda place: (day(place).replace("-", ""), day(place)), Kind.DATE),
        (("integer", "text"), lambda place: (place, f"K{place}"), Kind.TEXT),
        (("text", "text"), lambda place: (f"{place}.10", f"{place}.1"), Kind.NUMBER),
        (("text", "text"), lambda place: (f"{day(place)}T00:00:00", day(place)), Kind.TIMESTAMP),
        (("text", "text"), lambda place: (f'["a", {place}]', f'["a",{place}]'), Kind.JSON),
        (("", ""), lambda place: (place * 3, str(place * 3)), Kind.INTEGER),
        (("", ""), lambda place: (place / 4, place / 4), Kind.FLOAT),
    ],
)  # fmt: skip
def test_a_retyped_column(tmp_path: Path, types: tuple[str, str], values: object, kind: Kind) -> None:
    """The kind is what the values of both sides can be read as."""
    assert callable(values)
    rows = [(place, f"N{place}", *values(place)) for place in range(1, 41)]
    source = filled(f"t(id integer primary key, name text, x {types[0]})", (row[:3] for row in rows))
    target = filled(
        f"t(id integer primary key, name text, x {types[1]})", ((*row[:2], row[3]) for row in rows)
    )
    discovery, drafts = found(tmp_path, source, target)

    (pair,) = (pair for pair in discovery.proposals[0].columns if pair.source == "x")
    assert (pair.target, pair.kind) == ("x", kind)
    findings = compared(drafts[0], tmp_path)
    assert {item.field for item in findings} == ({"x"} if kind is Kind.TEXT else set())


def test_renamed_codes_are_proposed_as_a_map_and_never_applied(tmp_path: Path) -> None:
    """A map would hide differences: until a person says that it is meant, codes are compared as they are."""
    renamed = {"draft": "quotation", "confirmed": "order", "done": "finished"}
    recoded = [(*row[:3], renamed[row[3]], *row[4:]) for row in ORDERS]
    discovery, drafts = found(tmp_path, filled(ORDER_LAYOUT, ORDERS), filled(ORDER_LAYOUT, recoded))

    (pair,) = (pair for pair in discovery.proposals[0].columns if pair.source == "state")
    assert pair.codes is not None and pair.codes.mapping == renamed
    assert pair.review
    assert tomllib.loads(drafts[0].content)["fields"]["state"] == "text"
    assert {item.field for item in compared(drafts[0], tmp_path)} == {"state"}
    content = drafts[0].content
    line = 'state = { type = "text", map = { confirmed = "order", done = "finished", draft = "quotation" } }'
    assert f"# {line}\n" in content
    meant = content.replace('state = "text"\n', "").replace(f"# {line}\n", f"{line}\n")
    assert compared(replace(drafts[0], content=meant), tmp_path) == ()


def test_a_renamed_column_of_renamed_codes(tmp_path: Path) -> None:
    """Five codes that map one to one: neither the name nor a value is the same."""
    source = [(place, f"N{place}", "ABCDE"[place * 7 % 5]) for place in range(1, 61)]
    target = [(place, name, f"type {'vwxyz'['ABCDE'.index(code)]}") for place, name, code in source]
    discovery, _ = found(
        tmp_path,
        filled("t(id integer primary key, name text, art text)", source),
        filled("t(id integer primary key, name text, category text)", target),
    )
    assert columns(discovery, "t")["art"] == "category"


def test_columns_that_swapped_their_names(tmp_path: Path) -> None:
    """The values decide, not the names."""
    swapped = [(row[0], row[2], row[1], *row[3:]) for row in ORDERS]
    discovery, _ = found(tmp_path, filled(ORDER_LAYOUT, ORDERS), filled(ORDER_LAYOUT, swapped))

    assert columns(discovery, "sale_order")["number"] == "city"
    assert columns(discovery, "sale_order")["city"] == "number"


def test_a_changed_column_stays_paired_for_the_comparison_to_find(tmp_path: Path) -> None:
    """A column whose every value was harmed is still compared with itself, and marked for a person."""
    harmed = [(*row[:2], f"{row[2]}?{row[0]}", *row[3:]) for row in ORDERS]
    discovery, drafts = found(tmp_path, filled(ORDER_LAYOUT, ORDERS), filled(ORDER_LAYOUT, harmed))

    (pair,) = (pair for pair in discovery.proposals[0].columns if pair.source == "city")
    assert pair.target == "city" and pair.review
    assert {item.field for item in compared(drafts[0], tmp_path)} == {"city"}


def test_decoys_of_one_structure(tmp_path: Path) -> None:
    """Two link tables of one layout, both renamed: their rows tell which is which."""
    layout = "(id integer primary key, line integer, tax integer)"
    rows = {
        "sale": [(place, 100 + place * 3 % 50, place % 4) for place in range(1, 41)],
        "purchase": [(place, 200 + place * 7 % 50, place % 3) for place in range(1, 41)],
    }
    source = (*filled(f"rel_a{layout}", rows["sale"]), *filled(f"rel_b{layout}", rows["purchase"]))
    target = (*filled(f"link_1{layout}", rows["purchase"]), *filled(f"link_2{layout}", rows["sale"]))
    discovery, _ = found(tmp_path, source, target)

    assert tables(discovery) == {"rel_a": "link_2", "rel_b": "link_1"}
    assert not any(proposal.match.rivals for proposal in discovery.proposals)


def test_tables_that_swapped_their_names(tmp_path: Path) -> None:
    """Same names, same layout, other rows: the match by name is given up."""
    layout = "(id integer primary key, code text, label text, since date)"
    rows = {
        kind: [
            (place, f"{kind}{place}", f"{kind} no {place}", f"2025-02-{1 + place * step % 28:02}")
            for place in range(1, 31)
        ]
        for kind, step in (("A", 3), ("B", 5))
    }
    source = (*filled(f"one{layout}", rows["A"]), *filled(f"two{layout}", rows["B"]))
    target = (*filled(f"one{layout}", rows["B"]), *filled(f"two{layout}", rows["A"]))
    discovery, _ = found(tmp_path, source, target)

    assert tables(discovery) == {"one": "two", "two": "one"}


def test_two_that_nothing_tells_apart_are_for_a_person(tmp_path: Path) -> None:
    """Empty tables of one layout whose names say nothing: proposed, with their rival, and marked."""
    layout = "(id integer primary key, sale_line integer, sale_move integer)"
    discovery, _ = found(
        tmp_path,
        (f"create table rel_x{layout}",),
        (f"create table y{layout}", f"create table z{layout}"),
    )
    (proposal,) = discovery.proposals
    assert proposal.review and proposal.match.rivals


def renumbered(rows: Iterable[tuple[object, ...]], first: int, step: int) -> list[tuple[object, ...]]:
    """The same rows under other ids, in another order."""
    every = list(rows)
    return [
        (first + step * place, *row[1:])
        for place, row in enumerate(sorted(every, key=lambda row: str(row[1])[::-1]))
    ]


def test_ids_that_were_given_out_anew(tmp_path: Path) -> None:
    """The number is the key then; the ids are left to a person, and references go through the number."""
    orders = renumbered(ORDERS, 501, 2)
    new_id = {row[1]: row[0] for row in orders}
    lines = [(place, ORDERS[place % 60][0], f"L-{place}", place % 5 + 1) for place in range(1, 121)]
    moved = [
        (place + 7000, new_id[ORDERS[place % 60][1]], code, quantity) for place, _, code, quantity in lines
    ]
    layout = (
        "order_line(id integer primary key, parent integer references sale_order(id), code text,"
        " quantity integer)"
    )
    discovery, drafts = found(
        tmp_path,
        (*filled(ORDER_LAYOUT, ORDERS), *filled(layout, lines)),
        (*filled(ORDER_LAYOUT, orders), *filled(layout, moved)),
    )
    proposals = {proposal.source.name: proposal for proposal in discovery.proposals}

    assert (proposals["sale_order"].key_kind, proposals["sale_order"].key) == (
        KeyKind.BUSINESS,
        (("number", "number"),),
    )
    assert proposals["order_line"].key == (("code", "code"),)
    assert [draft.problem for draft in drafts] == [None, None]
    content = tomllib.loads(next(draft.content for draft in drafts if draft.entity == "order_line"))
    assert "id" not in content["fields"]
    expression = '(select r."number" from "sale_order" r where r."id" = "order_line"."parent")'
    assert content["fields"]["parent"] == {"type": "text", "source": expression, "target": expression}
    (pair,) = (pair for pair in proposals["order_line"].columns if pair.source == "parent")
    assert pair.agreement is not None and pair.agreement.share == 1
    assert [compared(draft, tmp_path) for draft in drafts] == [(), ()]


def test_lines_that_are_known_by_their_order_only(tmp_path: Path) -> None:
    """Ids given out anew and no code of their own: the order's number and the line's place are the key."""
    orders = renumbered(ORDERS, 501, 2)
    new_id = {row[1]: row[0] for row in orders}
    lines = [
        (place, ORDERS[place % 60][0], place // 60 + 1, f"P{place * 7 % 11}", place % 13)
        for place in range(180)
    ]
    moved = [(9000 - row[0], new_id[ORDERS[row[0] % 60][1]], *row[2:]) for row in lines]
    layout = (
        "order_line(id integer primary key, sale integer references sale_order(id), line_no integer,"
        " product text, quantity integer)"
    )
    _, drafts = found(
        tmp_path,
        (*filled(ORDER_LAYOUT, ORDERS), *filled(layout, lines)),
        (*filled(ORDER_LAYOUT, orders), *filled(layout, moved)),
    )
    draft = next(draft for draft in drafts if draft.entity == "order_line")

    assert draft.problem is None
    assert draft.proposal.key == (("sale", "sale"), ("line_no", "line_no"))
    assert tomllib.loads(draft.content)["key"] == ["sale", "line_no"]
    assert not draft.proposal.doubtful
    assert compared(draft, tmp_path) == ()


def test_two_columns_that_are_unique_only_together(tmp_path: Path) -> None:
    """Ids given out anew and no code: a composite key."""
    rows = [(place, f"W{place % 6}", f"P{place // 6}", place * 11) for place in range(60)]
    discovery, _ = found(
        tmp_path,
        filled("stock(id integer primary key, warehouse text, product text, quantity integer)", rows),
        filled(
            "stock(id integer primary key, warehouse text, product text, quantity integer)",
            [
                (place + 300, *row[1:])
                for place, row in enumerate(sorted(rows, key=lambda row: row[3] * 37 % 61))
            ],
        ),
    )
    (proposal,) = discovery.proposals
    assert proposal.key_kind is KeyKind.COMPOSITE
    assert set(proposal.key) == {("warehouse", "warehouse"), ("product", "product")}


def test_rows_without_any_key_are_a_multiset(tmp_path: Path) -> None:
    """Rows that repeat have no key: that is said, and a person is asked."""
    rows = [(f"2025-01-{1 + place % 9:02}", f"text {place % 9}", place % 4) for place in range(50)]
    layout = "log_entry(at date, what text, level integer)"
    discovery, drafts = found(tmp_path, filled(layout, [*rows, *rows]), filled(layout, [*rows, *rows]))

    (proposal,) = discovery.proposals
    assert (proposal.key_kind, proposal.key) == (KeyKind.NONE, ())
    assert proposal.review
    assert columns(discovery, "log_entry") == {"at": "at", "what": "what", "level": "level"}
    assert drafts[0].problem is None
    assert "# REVIEW" in drafts[0].content


def test_empty_and_one_sided_tables(tmp_path: Path) -> None:
    """Empty ones correspond and need no file; what one side alone has is listed; one emptied is compared."""
    empty = "create table idle(id integer primary key, a text)"
    gone = filled("gone(id integer primary key, freight numeric, carrier text)", [(1, 5, "DHL")])
    arrived = filled("arrived(key text primary key, body text)", [("a", "b")])
    source = (empty, *filled(ORDER_LAYOUT, ORDERS), *gone)
    target = (empty, f"create table {ORDER_LAYOUT}", *arrived)
    discovery, drafts = found(tmp_path, source, target)

    assert tables(discovery) == {"idle": "idle", "sale_order": "sale_order"}
    assert [draft.entity for draft in drafts] == ["sale_order"]
    assert [item.name for item in discovery.alone(Side.SOURCE)] == ["gone"]
    assert [item.name for item in discovery.alone(Side.TARGET)] == ["arrived"]


def test_columns_of_one_side_are_neither_compared_nor_ignored(tmp_path: Path) -> None:
    """They stay not verified: the ignore is a comment, without a reason."""
    wider = [(*row, "web") for row in ORDERS]
    _, drafts = found(
        tmp_path, filled(ORDER_LAYOUT, ORDERS), filled(f"{ORDER_LAYOUT[:-1]}, channel text)", wider)
    )
    content = drafts[0].content
    assert "ignore" not in tomllib.loads(content)
    assert '# column = "channel"\n# side = "target"\n# reason = ""' in content


def test_names_that_need_quoting(tmp_path: Path) -> None:
    """Hyphens, blanks, quotes, capitals and Chinese: the drafts still fit both sides."""
    rows = [(place, f"K{place}", place * 3, f"Ä{place}") for place in range(1, 31)]
    discovery, drafts = found(
        tmp_path,
        filled(
            '"凭证 明细"("ID" integer primary key, "科目 编码" text, "Menge" integer, "say ""x""" text)', rows
        ),
        filled(
            '"voucher-line"(id integer primary key, "科目编码" text, "Menge neu" integer, "x""y" text)', rows
        ),
    )
    assert tables(discovery) == {"凭证 明细": "voucher-line"}
    assert [draft.problem for draft in drafts] == [None]
    content = tomllib.loads(drafts[0].content)
    assert content["fields"]["Menge_neu"] == {"type": "integer", "source": '"Menge"', "target": '"Menge neu"'}
    assert len(content["fields"]) == 4
    assert compared(drafts[0], tmp_path) == ()


def test_money_currency_and_totals(tmp_path: Path) -> None:
    """The amount of a row, its currency through the table of currencies, and sums by currency and state."""
    currencies = filled("currency(id integer primary key, code text)", [(1, "EUR"), (2, "CNY")])
    rows = [(place, 1 + place % 2, STATES[place % 3], place * 10, place * 2, 9.5) for place in range(1, 31)]
    layout = (
        "invoice(id integer primary key, currency integer references currency(id), state text,"
        " total_amount numeric, tax_amount numeric, unit_price numeric)"
    )
    _, drafts = found(tmp_path, (*currencies, *filled(layout, rows)), (*currencies, *filled(layout, rows)))

    content = tomllib.loads(next(draft.content for draft in drafts if draft.entity == "invoice"))
    assert content["amount"] == {"field": "total_amount", "currency_from": "currency_code"}
    assert {total["sum"]: total["by"] for total in content["totals"]} == {
        "total_amount": ["currency", "state"],
        "tax_amount": ["currency", "state"],
    }
    assert content["fields"]["unit_price"] == "number"
    assert content["fields"]["total_amount"] == {"type": "number", "money": True}
