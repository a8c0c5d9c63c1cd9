"""The lists of what people did: read from every form and in both languages, wrong cells named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from harness.cli import invoke
from harness.config.blank import write_table
from harness.config.lists import LISTS, load_list
from harness.config.rows import headings
from harness.errors import ConfigError, ExitCode
from harness.gate import Declared
from harness.messages import Language
from harness.model import Outcome, text

ZONE = "Asia/Shanghai"
SHEET = ",".join(f"sus_{item}" for item in range(1, 11)) + ",umux_1,umux_2"
RUNBOOK = "id,task,owner,planned_start,planned_end,actual_start,actual_end,milestone,depends_on\n"
INCIDENT = '[[row]]\nid = "I-1"\npriority = 1\nopened = 2026-11-20 08:00:00\n'
PLAN = "2026-11-20 08:00,2026-11-20 09:00"

FORMS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "training": (
        "Department,Person,Completed,Date,Pass mark,Score\nfinance,4711,yes,2026-11-02,60,85.5\n",
        "部门,工号,完成人数,完成日期,及格分,考核得分\nfinance,4711,是,2026年11月2日,60,85.5\n",
        {"department": "finance", "person": "1", "completed": 1, "score": Decimal("85.5")},
    ),
    "usability": (
        "Department,Side,Umux 1,Umux 2\nsales,Source (current system),6,7\n",
        "部门,系统,UMUX1,UMUX2\nsales,原系统,6,7\n",
        {"department": "sales", "side": "source", "umux": (6, 7), "sus": None},
    ),
    "incidents": (
        "Id,Priority,Opened,SLA hours,Closed\nI-1,P1 - Critical,2026-11-20 08:30,4,\n",
        "编号,优先级,提出时间,SLA小时数,关闭时间\nI-1,紧急,2026/11/20 8:30,4,\n",
        {"priority": 1, "opened": datetime(2026, 11, 20, 0, 30, tzinfo=UTC), "sla_hours": Decimal(4)},
    ),
    "budget": (
        "Item,Planned,Actual,Currency\nLicences,1000.00,1200.50,CNY\n",
        "预算科目,预算金额,实际金额,币种\nLicences,1000.00,1200.50,CNY\n",
        {"planned": Decimal("1000.00"), "actual": Decimal("1200.50"), "currency": "CNY"},
    ),
    "runbook": (
        RUNBOOK + f"a,Stop,Li,{PLAN},2026-11-20T00:10:00Z,,point of no return,\n",
        f"编号,任务,负责人,计划开始,计划结束,实际开始,里程碑\na,Stop,Li,{PLAN},2026-11-20 08:10,不可回退点\n",
        {"place": "no_return", "actual_start": datetime(2026, 11, 20, 0, 10, tzinfo=UTC), "depends_on": ()},
    ),
    "decisions": (
        "Run,Outcome,Date,Name,Role,Reason\nr1,Conditional go,2026-11-20,Chen,CFO,Print layout\n",
        "运行编号,决策,决策日期,姓名,职务,理由\nr1,有条件上线,2026-11-20,Chen,CFO,Print layout\n",
        {"outcome": Outcome.GO_WITH_CONDITIONS, "day": date(2026, 11, 20), "reason": "Print layout"},
    ),
}  # fmt: skip


def read(folder: Path, name: str, content: str, form: str = "csv") -> tuple[Any, ...]:
    """The rows of a list in a file of this form."""
    file = folder / f"{name}.{form}"
    lines = [line.split(",") for line in content.splitlines()]
    if form == "csv":
        file.write_text(content, encoding="utf-8")
    elif form == "xlsx":
        with xlsxwriter.Workbook(file) as book:
            sheet = book.add_worksheet()
            for place, cells in enumerate(lines):
                sheet.write_row(place, 0, cells)
    else:
        keys = headings(LISTS[name].model)
        names = [keys[title.casefold().replace(" ", "_")] for title in lines[0]]
        cells = zip(names, lines[1], strict=True)
        body = "".join(f'{key} = "{cell}"\n' for key, cell in cells if cell)
        file.write_text(f"# by hand\n[[{name}]]\n{body}", encoding="utf-8")
    return load_list(LISTS[name], file, file.name, ZONE)


@pytest.mark.parametrize("form", ["csv", "xlsx", "toml"])
@pytest.mark.parametrize("language", [0, 1], ids=["en", "zh"])
@pytest.mark.parametrize("name", FORMS)
def test_a_list_says_the_same_in_every_form_and_language(
    tmp_path: Path, name: str, language: int, form: str
) -> None:
    (row,) = read(tmp_path, name, FORMS[name][language], form)

    assert {key: getattr(row, key) for key in FORMS[name][2]} == FORMS[name][2]


def test_toml_has_numbers_days_times_and_lists_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "runbook.toml").write_text(
        '[[task]]\nid = 1\ntask = "Stop"\nowner = "Li"\nplanned_start = 2026-11-20T08:00:00\n'
        "planned_end = 2026-11-20T09:00:00+08:00\n"
        '[[task]]\nid = 2\ntask = "Load"\nowner = "Li"\nplanned_start = 2026-11-20 09:00:00\n'
        "planned_end = 2026-11-20 10:00:00\ndepends_on = [1]\n",
        encoding="utf-8",
    )

    first, second = load_list(LISTS["runbook"], tmp_path / "runbook.toml", "runbook.toml", ZONE)

    assert second.depends_on == (first.id,) == ("1",)
    assert second.planned_start == first.planned_end == datetime(2026, 11, 20, 1, tzinfo=UTC)


def test_a_night_when_the_clocks_change_has_its_real_length(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(
        RUNBOOK + "a,Load,Li,2026-10-25 01:00,2026-10-25 04:00,,,,\n", encoding="utf-8"
    )
    (row,) = load_list(LISTS["runbook"], tmp_path / "r.csv", "r.csv", "Europe/Berlin")

    assert (row.planned_end - row.planned_start).total_seconds() == 4 * 3600


def test_times_of_a_spreadsheet_are_those_that_it_shows(tmp_path: Path) -> None:
    """It keeps them as shares of a day, in which half past eight is a little less."""
    at = datetime(2026, 11, 20, 8, 30)  # as a spreadsheet has it: without a zone
    with xlsxwriter.Workbook(tmp_path / "r.xlsx") as book:
        sheet, form = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, RUNBOOK.strip().split(","))
        sheet.write_row(1, 0, ["a", "Load", "Li"])
        sheet.write_datetime(1, 3, at, form)
        sheet.write_datetime(1, 4, at + timedelta(minutes=50), form)

    (row,) = load_list(LISTS["runbook"], tmp_path / "r.xlsx", "r.xlsx", ZONE)

    assert (row.planned_start.hour, row.planned_start.minute, row.planned_start.second) == (0, 30, 0)
    assert row.planned_end - row.planned_start == timedelta(minutes=50)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-20 08:29:59.9996", "08:30:00"),
        ("2026-11-20 23:59:59.7", "00:00:00"),
        ("2026年11月20日 8:30", "08:30:00"),
        ("2026/11/20 8：30", "08:30:00"),
        ("2026-11-20T08:30:15.2Z", "08:30:15"),
        ("2026-11-20 08:30 +01:00", "07:30:00"),
    ],
)
def test_a_moment_is_read_as_people_write_it(tmp_path: Path, written: str, read: str) -> None:
    file = tmp_path / "i.csv"
    file.write_text(f"id,priority,opened\nI-1,1,{written}\n", encoding="utf-8")

    (row,) = load_list(LISTS["incidents"], file, file.name)

    assert f"{row.opened:%H:%M:%S}" == read


def test_nobody_is_named_in_what_is_judged_and_stored(tmp_path: Path) -> None:
    rows = read(
        tmp_path, "training",
        "department,person,completed\nfinance,CN-4711,yes\nfinance,cn-4711,no\nfinance,Wang Fang,no\n",
    )  # fmt: skip

    assert [row.person for row in rows] == ["1", "1", "2"]
    stored = Declared(training=rows).contents()["training"]
    assert b"4711" not in stored
    assert b"Wang" not in stored


@pytest.mark.parametrize(
    ("name", "content", "column"),
    [
        ("training", "department,completed\nfinance,perhaps", "completed"),
        ("training", "department,planned,completed\nfinance,3,4", "completed"),
        ("training", "department,planned,completed,passed\nfinance,9,4,5", "passed"),
        ("training", "department,person,planned\nfinance,4711,2", "planned"),
        ("training", "department,score\nfinance,80", "score"),
        ("training", "department,planned,completed,pass_mark,score\nfinance,9,9,60,80", ""),
        ("training", "department,planned\n,3", "department"),
        ("training", "department,planned\nfinance,0", "planned"),
        ("usability", f"{SHEET}\n" + "3," * 9 + ",,", ""),
        ("usability", f"{SHEET}\n" + "3," * 9 + "6,,", "sus_10"),
        ("usability", f"{SHEET}\n" + "," * 10 + "8,1", "umux_1"),
        ("usability", f"{SHEET}\n" + "," * 10 + "7,", ""),
        ("usability", "department,sus_1\nsales,", ""),
        ("incidents", "id,priority,opened\nI-1,sometimes,2026-11-20 08:00", "priority"),
        ("incidents", "id,priority,opened\nI-1,1,2026-11-20", "opened"),
        ("incidents", "id,priority,opened,closed\nI-1,1,2026-11-20 08:00,2026-11-20 07:59", "closed"),
        ("incidents", "id,priority,opened,due\nI-1,1,2026-11-20 08:00,2026-11-19 07:59", "due"),
        ("incidents", "id,priority,opened,sla_hours\nI-1,1,2026-11-20 08:00,-1", "sla_hours"),
        ("budget", "item,planned,actual,currency\nLicences,100,many,CNY", "actual"),
        ("budget", "item,planned,actual,currency\nLicences,100,,CNY", "actual"),
        ("budget", "item,planned,actual\nLicences,100,100", "currency"),
        ("runbook", RUNBOOK + f"a,Stop,,{PLAN},,,,", "owner"),
        ("runbook", RUNBOOK + "a,Stop,Li,2026-11-20 08:00,2026-11-20 07:00,,,,", "planned_end"),
        ("runbook", RUNBOOK + f"a,Stop,Li,{PLAN},,2026-11-20 07:00,,", "actual_start"),
        ("runbook", RUNBOOK + f"a,Stop,Li,{PLAN},,,,b", "depends_on"),
        ("runbook", RUNBOOK + f"a,Stop,Li,{PLAN},,,,a", "depends_on"),
        ("runbook", RUNBOOK + f"a,Stop,Li,{PLAN},,,the middle,", "place"),
        ("decisions", "run,outcome,day,name,role\nr1,perhaps,2026-11-20,Chen,CFO", "outcome"),
        ("decisions", "run,outcome,day,name,role\nr1,No-go,2026-11-20,Chen,CFO", ""),
        ("decisions", "run,outcome,day,name,role\nr1,Go,2026-11-20,Chen,", "role"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_wrong_cell_is_named_by_file_line_and_column(
    tmp_path: Path, name: str, content: str, column: str, form: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, name, content, form)

    said = str(caught.value)
    assert f"{name}.{form}:2" in said
    assert column in said
    assert "pydantic" not in said
    assert "config.reason" not in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[[row]]\nid = 1\n[[other]]\nid = 2\n", "one name"),
        ("row = 1\n", "one name"),
        ("[[row]]\nid = {a = 1}\n", "one name"),
        ("[[row]\n", "line 1, column 6"),
        ("# nothing\n", "no row"),
        (INCIDENT + INCIDENT, "r.toml:5"),
    ],
)  # fmt: skip
def test_a_wrong_toml_says_what_a_list_is(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "r.toml").write_text(content, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_list(LISTS["incidents"], tmp_path / "r.toml", "r.toml")

    assert said in str(caught.value)


def test_a_circle_in_the_runbook_is_said_once(tmp_path: Path) -> None:
    lines = "".join(f"{one},T,Li,{PLAN},,,,{other}\n" for one, other in ("ab", "bc", "ca"))

    with pytest.raises(ConfigError) as caught:
        read(tmp_path, "runbook", RUNBOOK + lines)

    assert str(caught.value).count("depends on itself") == 1


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("form", ["csv", "xlsx", "toml"])
@pytest.mark.parametrize("name", LISTS)
def test_a_template_is_empty_and_has_every_column(
    tmp_path: Path, name: str, form: str, language: Language
) -> None:
    file = tmp_path / f"{name}.{form}"
    write_table(file, LISTS[name].model, language, text(f"human.list.{name}"))

    with pytest.raises(ConfigError) as caught:
        load_list(LISTS[name], file, file.name)

    assert "no row" in str(caught.value)
    assert "column" not in str(caught.value).replace("names the columns", "")
    if form == "toml":
        told = file.read_text(encoding="utf-8")
        assert all(f"# {field} = " in told for field in LISTS[name].model.model_fields)


@pytest.mark.parametrize("name", FORMS)
def test_a_template_that_is_filled_in_is_read(tmp_path: Path, name: str) -> None:
    file = tmp_path / "t.csv"
    write_table(file, LISTS[name].model, Language.ZH, text(f"human.list.{name}"))
    titles = file.read_text(encoding="utf-8-sig").strip().split(",")
    head, cells = (line.split(",") for line in FORMS[name][1].splitlines())
    filled = dict(zip(head, cells, strict=True))
    content = ",".join(titles) + "\n" + ",".join(filled.get(title, "") for title in titles) + "\n"

    (row,) = read(tmp_path, name, content)

    assert {key: getattr(row, key) for key in FORMS[name][2]} == FORMS[name][2]


def test_the_command_writes_a_template_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HARNESS_CONFIG", raising=False)

    codes = [
        invoke(["template", "training", name, "--language", "zh"]) for name in ("t.csv", "t.csv", "t.ods")
    ]

    assert codes == [ExitCode.GO, ExitCode.USAGE_ERROR, ExitCode.USAGE_ERROR]
    assert (tmp_path / "t.csv").read_text("utf-8-sig").startswith("部门,岗位,课程,工号")
