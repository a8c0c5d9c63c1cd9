"""`harness discover` at the command line: what it writes, keeps, says and refuses."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.cli import invoke
from harness.errors import ExitCode
from harness.reconcile import load_folder
from tests.reconcile.discovery.pairs import database, filled

PEOPLE = [
    (
        place,
        f"C{place:03}",
        f"王小{'明红刚丽'[place % 4]}{place}",
        f"1390000{place:04}",
        f"user{place}@example.com",
    )
    for place in range(1, 31)
]
LAYOUT = "customer(id integer primary key, code text, name text, kontakt text, mail text)"
EMPTY = "create table customer(id integer primary key)"

Discover = Callable[..., tuple[ExitCode, str]]


@pytest.fixture
def discover(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Discover:
    """Runs the command in an empty folder, in English; its exit code and all that it said."""
    monkeypatch.setenv("HARNESS_LANG", "en")
    monkeypatch.delenv("HARNESS_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[ExitCode, str]:
        capsys.readouterr()
        code = invoke(["discover", *arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@pytest.fixture
def pair(tmp_path: Path) -> list[str]:
    """The options that name two databases of customers; the target calls them parties."""
    source = database(tmp_path / "source.db", *filled(LAYOUT, PEOPLE))
    target = database(tmp_path / "target.db", *filled(LAYOUT.replace("customer", "party"), PEOPLE))
    return ["--source", source, "--target", target]


def test_both_sides(discover: Discover, pair: list[str], tmp_path: Path) -> None:
    """A mapping that loads, and the lists of both sides; no value of a person anywhere."""
    code, said = discover(*pair, "--out", "proposed")

    assert code is ExitCode.GO
    files = sorted(path.name for path in (tmp_path / "proposed").iterdir())
    assert files == [
        "columns-source.csv",
        "columns-target.csv",
        "party.toml",
        "tables-source.csv",
        "tables-target.csv",
    ]
    (mapping,) = load_folder(tmp_path / "proposed")
    assert {item.name for item in mapping.fields if item.personal} == {"name", "kontakt", "mail"}
    assert "5 files written to proposed" in said
    written = said + "".join((tmp_path / "proposed" / name).read_text("utf-8") for name in files)
    values = [value for row in PEOPLE for value in row[1:]]
    assert [value for value in values if str(value) in written] == []


def test_nothing_is_overwritten_unless_forced(discover: Discover, pair: list[str], tmp_path: Path) -> None:
    discover(*pair)
    path = tmp_path / "discovered" / "party.toml"
    path.write_text("mine", "utf-8")

    code, said = discover(*pair)
    assert (code, path.read_text("utf-8")) == (ExitCode.GO, "mine")
    assert "5 files were there already and were kept" in said

    discover(*pair, "--force")
    assert path.read_text("utf-8").startswith("# Proposed")


def test_again_gives_the_same_files(discover: Discover, pair: list[str], tmp_path: Path) -> None:
    contents = []
    for folder in ("one", "two"):
        discover(*pair, "--out", folder)
        contents.append({path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()})
    assert contents[0] == contents[1]


@pytest.mark.parametrize("given", [["--side", "source"], []], ids=["asked", "only one URL"])
def test_one_side_alone(discover: Discover, pair: list[str], tmp_path: Path, given: list[str]) -> None:
    """An inventory with row counts, keys and suspected personal data."""
    code, said = discover(*pair[:2], *given)

    assert code is ExitCode.GO
    assert "1 tables, 1 with 30 rows" in said
    with (tmp_path / "discovered" / "tables-source.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1:] == [["customer", "30", "5", "id", "name kontakt mail", "", ""]]
    with (tmp_path / "discovered" / "columns-source.csv").open(encoding="utf-8-sig", newline="") as file:
        kinds = {row[1]: row[6] for row in csv.reader(file)}
    assert (kinds["name"], kinds["kontakt"], kinds["mail"]) == ("name", "telephone", "e-mail")


def test_in_chinese(discover: Discover, pair: list[str], tmp_path: Path) -> None:
    _, said = discover(*pair, "--lang", "zh")
    assert "已写入 5 个文件" in said
    assert "置信度" in (tmp_path / "discovered" / "party.toml").read_text("utf-8")


def test_the_databases_are_left_as_they_were(discover: Discover, pair: list[str], tmp_path: Path) -> None:
    before = [(tmp_path / name).read_bytes() for name in ("source.db", "target.db")]
    discover(*pair)
    assert [(tmp_path / name).read_bytes() for name in ("source.db", "target.db")] == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--source", "sqlite:///empty.db", "--target", "sqlite:///empty.db"], ExitCode.NO_CHECK_RAN),
        (["--source", "sqlite:///empty.db"], ExitCode.NO_CHECK_RAN),
        (["--source", "sqlite:///absent.db"], ExitCode.INTERNAL_ERROR),
        (["--source", "no url"], ExitCode.USAGE_ERROR),
        (["--source", "sqlite:///empty.db", "--side", "target"], ExitCode.USAGE_ERROR),
        ([], ExitCode.USAGE_ERROR),
        (["--config", "absent.toml"], ExitCode.USAGE_ERROR),
    ],
    ids=["no rows", "no rows on one side", "no database", "no URL", "the other side", "no project",
         "no file"],
)  # fmt: skip
def test_what_cannot_be_done_is_said(
    discover: Discover, tmp_path: Path, arguments: list[str], code: ExitCode
) -> None:
    """No proposal is never a success."""
    with sqlite3.connect(tmp_path / "empty.db") as connection:
        connection.execute(EMPTY)
    connection.close()

    ended, said = discover(*arguments)
    assert ended is code
    assert said.strip()
    assert not (tmp_path / "discovered").exists()
