"""The workbook of business reconciliation, read back as a spreadsheet reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.evidence import Run
from harness.gate import Judgement, judge
from harness.messages import Language
from harness.model import Capture, CheckSpec, Part, Status, text
from harness.reconcile.business import Control, lists
from harness.reconcile.comparison import compare
from harness.reporting import write_all
from harness.reporting.reconciliation import sheets_of, write
from tests.evidence.samples import CREATED, a_recorder, a_run
from tests.gate.runs import AS_OF, FLOOR_LINE, Line, policy
from tests.reconcile.business.ledger import column, control, money, rule
from tests.reporting.spreadsheet import Sheet, read

LIST = control(
    "balance",
    ["account", "day"],
    "select * from balance",
    {
        "name": column("name", label=True),
        "pieces": column("pieces", "number"),
        "opening": money("opening"),
        "debit": money("debit"),
        "closing": money("closing"),
    },
    amount="debit",
    identities=[rule("closing", ["opening", "debit"], ["closing"])],
    department="finance",
)
LIST = Control.model_validate(
    {
        **LIST.model_dump(by_alias=True),
        "columns": [
            {**each, "type": "date"} if each["name"] == "day" else each
            for each in LIST.model_dump(by_alias=True)["columns"]
        ],
    }
)
# account, day, currency, pieces, opening, debit, closing, then the label
SAME = ("=1+1", "2026-01-31", "CNY", "3.5", "0", "10", "10", "@SUM(A1)")
CENT = ("1122", "2026-01-31", "CNY", "1", "5", "0.01", "5.01", "应收账款")
HUGE = ("1123", None, "EUR", "1", "0", "12345678901234567.89", "12345678901234567.89", "+x")
GONE = ("-2", "2026-02-28", "EUR", "1", "0", "7", "7", None)
Cells = tuple[str | None, ...]


def recorded(
    folder: Path, source: tuple[Cells, ...], target: tuple[Cells, ...] | None
) -> tuple[Run, Judgement]:
    """A judged run that holds one list."""
    run, spec = a_run(folder / "run"), LIST.spec()
    value = {"kind": lists.KIND, "control": LIST.as_value()}
    sides = {lists.Side.SOURCE: source, **({lists.Side.TARGET: target} if target is not None else {})}
    attachments = tuple(lists.attachment(side, cells) for side, cells in sides.items())
    part = Part.PAIR if target is not None else Part.SOURCE
    with a_recorder(run) as recorder:
        recorder.plan([(spec, part)])
        kept = recorder.capture(spec, part, Capture(value, attachments))
        recorder.conclude(spec, part, _conclusion(spec, part, kept), started=CREATED, seconds=Decimal(1))
    rules = policy(FLOOR_LINE, Line("amount_within_materiality"), areas=[spec.area], materiality="100.00")
    return run, judge(run.read(), run.manifest, rules, (), AS_OF, "SIT")


def _conclusion(spec: CheckSpec, part: Part, kept: Capture) -> Any:
    if part is Part.PAIR:
        return compare(spec, {part: kept})
    from harness.model import Conclusion

    return Conclusion(Status.UNKNOWN, text("compare.part_missing", part="target"))


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., tuple[Sheet, ...]]:
    """Writes the workbook of one list and reads its sheets."""

    def make(
        source: tuple[Cells, ...], target: tuple[Cells, ...] | None, language: Language = Language.EN
    ) -> tuple[Sheet, ...]:
        run, judgement = recorded(tmp_path, source, target)
        path = tmp_path / "reconciliation.xlsx"
        write(sheets_of(run, judgement), judgement, run.manifest, language, path)
        return read(path)

    return make


def table(sheet: Sheet) -> tuple[int, list[str], list[list[Any]]]:
    """The number of the heading's row, the headings, and what is below."""
    found = sheet.rows()
    at = next(place for place, row in enumerate(found) if "核对结果" in str(row))
    return at + 1, [str(cell) for cell in found[at]], found[at + 1 :]


def test_source_target_and_difference_stand_side_by_side(book: Callable[..., tuple[Sheet, ...]]) -> None:
    """Exact numbers, the difference worked out, what differs highlighted, a tick for every line."""
    sheet = book((SAME, CENT), (SAME, (*CENT[:5], "0.02", "5.02", CENT[7])))[1]
    at, headings, body = table(sheet)

    cent = next(row for row in body if row[0] == "1122")
    debit = next(place for place, name in enumerate(headings) if name.startswith("debit"))
    assert [name.split("\n")[2] for name in headings[debit : debit + 3]] == [
        "current",
        "upgraded",
        "difference",
    ]
    assert cent[debit : debit + 3] == [0.01, 0.02, 0.01]
    assert cent[1] == datetime(2026, 1, 31)
    assert "different" in cent and "☐" in cent
    place = next(number for number, row in enumerate(body, at) if row[0] == "1122")
    fills = [sheet.cells[place, debit + number].fill for number in range(3)]
    assert fills == ["FFF8CBAD"] * 3
    closing = next(place for place, name in enumerate(headings) if name.startswith("closing"))
    assert sheet.cells[place, closing].fill == "FFFFEB9C"  # it follows from the debit
    assert sheet.cells[place, 0].fill != "FFF8CBAD"


def test_nothing_becomes_a_formula(book: Callable[..., tuple[Sheet, ...]]) -> None:
    """Texts that start like one stay texts, also when somebody edits the cell."""
    sheet = book((SAME, HUGE, GONE), (SAME, HUGE, GONE))[1]
    _, _, body = table(sheet)

    assert {"=1+1", "-2"} <= {row[0] for row in body}
    risky = [cell for cell in sheet.cells.values() if cell.is_text and str(cell.value)[:1] in set("=@+-")]
    assert len(risky) >= 4 and all(cell.quoted for cell in risky)
    assert sheet.formulas == 0


def test_more_digits_than_a_spreadsheet_keeps_are_written_out(book: Callable[..., tuple[Sheet, ...]]) -> None:
    """No digit of money is lost."""
    _, _, body = table(book((HUGE,), (HUGE,))[1])

    assert "12345678901234567.89" in body[0]


def test_totals_stand_below_for_each_currency(book: Callable[..., tuple[Sheet, ...]]) -> None:
    """Currencies are never added up; a line that one side lacks is in the difference."""
    _, headings, body = table(book((SAME, CENT, GONE), (SAME, CENT))[1])

    debit = next(place for place, name in enumerate(headings) if name.startswith("debit"))
    totals = {row[0]: row[debit : debit + 3] for row in body if str(row[0]).startswith("Total")}
    assert totals == {"Total CNY": [10.01, 10.01, 0], "Total EUR": [7, 0, -7]}
    assert "missing in the upgraded system" in next(row for row in body if row[0] == "-2")


@pytest.mark.parametrize(("language", "name"), [(Language.EN, "Summary"), (Language.ZH, "汇总")])
def test_the_summary_is_signed(book: Callable[..., tuple[Sheet, ...]], language: Language, name: str) -> None:
    """One line a list, with ticks, names and dates to fill in, the amounts, and the policy's threshold."""
    made = book((SAME, GONE), (SAME,), language)
    assert made[0].name == name
    found = made[0].rows()

    said = "\n".join(str(cell) for row in found for cell in row if cell)
    for heading in ("Checked by", "核对人", "Approved on", "审批日期", "Amount affected", "影响金额"):
        assert heading in said
    assert "EUR 7" in said
    assert "materiality threshold of" in said or "重要性水平" in said
    line = next(row for row in found if row[0] == "☐")
    assert line[2] == "finance" and line[4:8] == [2, 1, 1, 0]
    assert all(sheet.frozen and sheet.validated for sheet in made)


def test_a_rule_is_told_with_both_sides(book: Callable[..., tuple[Sheet, ...]]) -> None:
    """Whether it held on the source is what makes it a defect of the upgrade or not."""
    wrong = (*CENT[:6], "9", CENT[7])

    said = str(book((SAME, CENT), (SAME, wrong))[1].rows())

    assert "✗ closing: does not hold in 0 places of the current system and 1 of the upgraded one." in said


def test_one_side_alone_gives_no_list_to_sign(book: Callable[..., tuple[Sheet, ...]]) -> None:
    """The sheet says so instead."""
    made = book((SAME,), None)

    assert "nothing to tick off" in str(made[1].rows())
    assert [row[0] for row in made[0].rows()].count("☐") == 1


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    """So that a copy can be told from a changed one."""
    run, judgement = recorded(tmp_path, (SAME,), (SAME,))
    written = []
    for name in ("a.xlsx", "b.xlsx"):
        write(sheets_of(run, judgement), judgement, run.manifest, Language.EN, tmp_path / name)
        written.append((tmp_path / name).read_bytes())

    assert written[0] == written[1]


@pytest.mark.parametrize("name", ["reconciliation.xlsx", "verdict.xlsx"])
def test_a_workbook_that_cannot_be_written_harms_no_other_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """It is named with the reason; the rest is there."""
    from harness.reporting import allure

    monkeypatch.setattr(allure, "generate", lambda *given: tmp_path / "reports" / "allure" / "index.html")
    run, judgement = recorded(tmp_path, (SAME,), (SAME,))
    (tmp_path / "reports" / name).mkdir(parents=True)

    written = write_all(run, judgement, Language.EN, tmp_path / "reports")

    missing = [each for each in written if each.path is None]
    assert [each.why.key for each in missing if each.why] == ["business.sheet.not_written"]
    made = {path.name for path in (tmp_path / "reports").iterdir() if path.is_file()}
    assert {"decision.html", "reconciliation.xlsx", "verdict.xlsx"} - {name} <= made


def test_dates_before_the_calendar_of_spreadsheets_stay_texts(book: Callable[..., tuple[Sheet, ...]]) -> None:
    """Nothing fails over a wrong date."""
    ancient = (SAME[0], date(1812, 1, 1).isoformat(), *SAME[2:])

    _, _, body = table(book((ancient,), (ancient,))[1])

    assert body[0][1] == "1812-01-01"
