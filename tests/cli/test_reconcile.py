"""`harness reconcile`: the first five minutes of a finance user, and mappings on two places."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import xlsxwriter

from harness.cli import invoke
from harness.errors import ExitCode

pytestmark = pytest.mark.end_to_end


@dataclass(frozen=True)
class Ended:
    """How the command ended."""

    code: ExitCode
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs the command, in English unless said otherwise."""

    def run(*arguments: object, language: str = "en") -> Ended:
        monkeypatch.setenv("HARNESS_LANG", language)
        monkeypatch.setenv("COLUMNS", "200")
        code = invoke(["reconcile", *map(str, arguments)])
        shown = capsys.readouterr()
        return Ended(code, shown.out, shown.err)

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a text file."""

    def make(name: str, content: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode(encoding))
        return path

    return make


BEFORE = '科目编码,科目名称,期末余额\n1001,现金,"1,000.00"\n1122,应收账款,250.50\n2202,应付账款,-80.00\n'
AFTER = BEFORE.replace("250.50", "205.50")


def balances(path: Path, receivable: float) -> Path:
    """The same as a workbook, with a title and a total."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("余额表")
        sheet.merge_range("A1:C1", "科目余额表 2025-12")
        rows = [
            ("科目编码", "科目名称", "期末余额"),
            ("1001", "现金", 1000),
            ("1122", "应收账款", receivable),
            ("2202", "应付账款", -80),
            ("合计", "", 920 + receivable),
        ]
        for number, row in enumerate(rows, 2):
            sheet.write_row(number, 0, row)
    return path


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_account_that_differs_is_named(
    command: Command, tmp_path: Path, write: Callable[..., Path], language: str
) -> None:
    """Two workbooks, no configuration: account, column, both values and the difference."""
    source, target = balances(tmp_path / "before.xlsx", 250.5), balances(tmp_path / "after.xlsx", 205.5)

    ended = command(source, target, "--key", "科目编码", language=language)

    assert ended.code == ExitCode.NO_GO
    line = next(line for line in ended.out.splitlines() if "1122" in line)
    assert line.split() == ["科目编码=1122", "期末余额", "250.5", "205.5", "-45.0"] or "-45" in line
    assert "1001" not in ended.out
    assert ("不一致" if language == "zh" else "Different") in ended.out


def test_a_workbook_and_an_export_in_another_encoding(
    command: Command, tmp_path: Path, write: Callable[..., Path]
) -> None:
    """GB18030 with commas against typed cells: the same money."""
    target = write("after.csv", BEFORE, "gb18030")

    ended = command(balances(tmp_path / "before.xlsx", 250.5), target, "--key=科目编码")

    assert ended.code == ExitCode.GO
    assert "Equal. Rows: 3 compared by 科目编码" in ended.out
    assert "gb18030" in ended.out
    assert "before.xlsx has total rows and after.csv has none" in ended.out


def test_a_key_is_proposed_and_said(command: Command, write: Callable[..., Path]) -> None:
    ended = command(write("a.csv", BEFORE), write("b.csv", AFTER))

    assert ended.code == ExitCode.NO_GO
    assert "--key 科目编码" in ended.out
    assert "1122" in ended.out


def test_without_any_key_rows_are_a_set(command: Command, write: Callable[..., Path]) -> None:
    content = "name,amount\nx,1.50\nx,1.50\ny,2.50\n"

    same = command(write("a.csv", content), write("b.csv", content))
    lost = command(write("c.csv", content), write("d.csv", content.replace("x,1.50\n", "", 1)))

    assert (same.code, lost.code) == (ExitCode.GO, ExitCode.NO_GO)
    assert "as a set" in same.out
    assert "rows on one side only: 1" in lost.out


def test_columns_are_matched_by_name_and_the_others_named(
    command: Command, write: Callable[..., Path]
) -> None:
    """Case, blanks and the composition of letters do not matter."""
    source = write("a.csv", "Konto Nr; Mu\u0308ller ;old\n1;x;1,50\n")
    target = write("b.csv", "KONTO NR;Müller;new\n1;x;1,50\n")

    ended = command(source, target)

    assert ended.code == ExitCode.GO
    assert "only a.csv has them: old" in ended.out
    assert "only b.csv has them: new" in ended.out


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], ExitCode.NO_GO),
        (["--ignore", "期末余额=restated"], ExitCode.GO),
        (["--tolerance", "期末余额=45"], ExitCode.NO_GO),  # within it by row; the total still moved
        (["--type", "期末余额=text"], ExitCode.NO_GO),
    ],
)
def test_options(command: Command, write: Callable[..., Path], options: list[str], code: ExitCode) -> None:
    assert command(write("a.csv", BEFORE), write("b.csv", AFTER), "--key=科目编码", *options).code == code


def test_all_of_it_as_json(command: Command, write: Callable[..., Path], tmp_path: Path) -> None:
    path = tmp_path / "out.json"

    command(write("a.csv", BEFORE), write("b.csv", AFTER), "--key=科目编码", "--json", path)

    found = json.loads(path.read_text("utf-8"))
    (finding,) = found["entities"][0]["findings"]
    assert found["exit_code"] == 1
    assert (finding["key"], finding["field"]) == ("科目编码=1122", "期末余额")
    assert (finding["source_value"], finding["target_value"], finding["amount"]) == ("250.5", "205.5", "45.0")
    assert set(finding["text"]) == {"en", "zh"}
    assert found["read"]["source"][0]["columns"][2]["kind"] == "number"


@pytest.mark.parametrize(
    ("source", "target", "options", "code", "said"),
    [
        ("a,b\n", "a,b\n", [], ExitCode.NO_CHECK_RAN, "Neither"),
        ("a,b\nx,1\n", "a,b\n", [], ExitCode.NO_GO, "Different"),
        ("a,b\nx,1\n", "c,d\nx,1\n", [], ExitCode.USAGE_ERROR, "no column in common"),
        ("code,b\nx,1\n", "code,b\nx,1\n", ["--key=cod"], ExitCode.USAGE_ERROR, "Did you mean code"),
        ("a,b\nx,1.234\n", "a,b\nx,1.234\n", [], ExitCode.USAGE_ERROR, "--decimal"),
        ("a,b\nx,1.234\n", "a,b\nx,1.234\n", ["--decimal=."], ExitCode.GO, "Equal"),
        ("1;2\n3;4\n", "1;2\n3;4\n", [], ExitCode.USAGE_ERROR, "--header-row"),
        ("a,b\nx,1\n", "a,b\nx,1\n", ["--encoding=nothing"], ExitCode.USAGE_ERROR, "no encoding nothing"),
        ("a,b\nx,1\n", "a,b\nx,1\n", ["--header-row=x"], ExitCode.USAGE_ERROR, "row of a header"),
        ("a,b\nx,1\n", "a,b\nx,1\n", ["--tolerance=b=-1"], ExitCode.USAGE_ERROR, "no tolerance"),
        ("a,b\nx,1\n", "a,b\nx,1\n", ["--tolerance=a=1"], ExitCode.USAGE_ERROR, "not a column of numbers"),
        ("a,b\nx,1\n", "a,b\nx,1\n", ["--ignore=b"], ExitCode.USAGE_ERROR, "COLUMN=VALUE"),
        ("a,b\nx,1\n", "a,b\nx,1\n", ["--type=b=money"], ExitCode.USAGE_ERROR, "no kind"),
        ("a,b\nx,1\n", "a,b\nx,1\n", ["--type=c=text"], ExitCode.USAGE_ERROR, "is called c"),
        ("a,b\nx,1\n", "a,b\nx,1\n", ["--delimiter=ab"], ExitCode.USAGE_ERROR, "single character"),
    ],
)
def test_codes_and_what_is_said(
    command: Command,
    write: Callable[..., Path],
    source: str,
    target: str,
    options: list[str],
    code: ExitCode,
    said: str,
) -> None:
    ended = command(write("a.csv", source), write("b.csv", target), *options)

    assert ended.code == code
    assert said in ended.out + ended.err


@pytest.mark.parametrize("arguments", [["a.csv"], ["a.csv", "b.csv", "c.csv"], ["a.csv", "--source=x.csv"]])
def test_wrong_usage(command: Command, arguments: list[str]) -> None:
    assert command(*arguments).code == ExitCode.USAGE_ERROR


MAPPING = """
entity = "account"
title = { en = "Accounts", zh = "科目" }
module = "finance"
key = ["code"]
[source]
table = "account"
[target]
table = "export"
[fields]
code = { target = '"Konto"' }
balance = { type = "number", money = true, target = '"Saldo"' }
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A ledger in SQLite."""
    path = tmp_path / "ledger.db"
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE account (code TEXT, balance TEXT)")
    raw.executemany("INSERT INTO account VALUES (?, ?)", [("0010", "1234.50"), ("0020", "-5")])
    raw.commit()
    raw.close()
    return path


@pytest.mark.parametrize(
    ("saldo", "code"), [("1.234,50", ExitCode.GO), ("1.234,51", ExitCode.NO_GO)], ids=["equal", "different"]
)
@pytest.mark.parametrize("url", ["{0}", "sqlite:///{0}", "sqlite:///${{LEDGER}}"])
def test_a_mapping_on_a_database_and_a_file(
    command: Command,
    write: Callable[..., Path],
    database: Path,
    monkeypatch: pytest.MonkeyPatch,
    url: str,
    saldo: str,
    code: ExitCode,
) -> None:
    monkeypatch.setenv("LEDGER", str(database))
    mapping = write("account.toml", MAPPING)
    export = write("export.csv", f"Konto;Saldo\n0010;{saldo}\n0020;5,00-\n", "utf-16")

    ended = command(mapping, "--source", url.format(database), "--target", export)

    assert ended.code == code, ended.err
    assert ("0010" in ended.out) == (code == ExitCode.NO_GO)


def test_a_doubtful_column_is_refused_only_where_it_is_compared(
    command: Command, write: Callable[..., Path], database: Path
) -> None:
    export = write("export.csv", "Konto;Saldo;Menge\n0010;1.234;1.000\n0020;5-;1.000\n")
    mapping = write("account.toml", MAPPING)

    refused = command(mapping, "--source", database, "--target", export)
    said = command(mapping, "--source", database, "--target", export, "--decimal=,")

    assert refused.code == ExitCode.USAGE_ERROR
    assert "--decimal" in refused.err
    assert said.code == ExitCode.NO_GO


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql+psycopg://me:Sesam42secret@127.0.0.1:notaport/x", ExitCode.USAGE_ERROR),
        ("nonsense://me:Sesam42secret@host/x", ExitCode.USAGE_ERROR),
        ("sqlite:///${NO_SUCH_VARIABLE_HERE}", ExitCode.USAGE_ERROR),
        ("nothing.db", ExitCode.USAGE_ERROR),
    ],
)
def test_a_password_is_never_shown(
    command: Command, write: Callable[..., Path], database: Path, url: str, code: ExitCode
) -> None:
    ended = command(write("account.toml", MAPPING), "--source", database, "--target", url)

    assert ended.code == code
    assert "Sesam" not in ended.out + ended.err


def test_a_file_against_itself(command: Command, tmp_path: Path) -> None:
    """Opened once, whatever its kind."""
    import duckdb

    path = tmp_path / "a.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS id, 2.50 AS amount")

    assert command(path, path, "--key=id").code == ExitCode.GO


def test_sheets_that_were_not_compared_are_named(command: Command, tmp_path: Path) -> None:
    paths = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for path in paths:
        with xlsxwriter.Workbook(path) as book:
            for name in ("One", "Two"):
                book.add_worksheet(name).write_row(0, 0, ["code", "x"])
                book.get_worksheet_by_name(name).write_row(1, 0, ["A", 1])

    ended = command(*paths)

    assert ended.code == ExitCode.GO
    assert "a.xlsx: sheets or tables that were not compared: Two" in ended.out
    assert command(*paths, "--sheet", "Two").code == ExitCode.GO
