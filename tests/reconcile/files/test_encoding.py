"""The encoding of a file by its bytes: short Chinese files too, and a doubt rather than a guess."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import ConfigError
from harness.messages import Language, render
from harness.reconcile.files import Choices, opened_file
from harness.reconcile.files.encoding import detect

SIMPLIFIED = "科目编码,科目名称,期末余额\n1001,库存现金,5.00\n"
TRADITIONAL = "會計科目,科目名稱,期末餘額\n1001,庫存現金,5.00\n"
GERMAN = "Konto;Bezeichnung;Saldo\n1000;Kasse Köln;5,00\n1200;Müller & Söhne, Straße;6,00\n"
FRENCH = "compte;libellé;solde\n512;Société Générale;1 234,50\n"


@pytest.mark.parametrize(
    ("content", "written", "found"),
    [
        pytest.param(SIMPLIFIED, "utf-8", "utf-8", id="utf-8"),
        pytest.param(SIMPLIFIED, "utf-8-sig", "utf-8-sig", id="utf-8 with a mark"),
        pytest.param(SIMPLIFIED, "utf-16", "utf-16-le", id="utf-16 with a mark"),
        pytest.param(SIMPLIFIED, "utf-16-le", "utf-16-le", id="utf-16 little without a mark"),
        pytest.param(SIMPLIFIED, "utf-16-be", "utf-16-be", id="utf-16 big without a mark"),
        pytest.param(SIMPLIFIED, "gb18030", "gb18030", id="gb18030"),
        pytest.param("科目,余额\n1,2\n", "gbk", "gb18030", id="four Chinese characters"),
        pytest.param("编码,名称\n1,㐀㐁\n", "gb18030", "gb18030", id="four-byte characters"),
        pytest.param("科目编码\t期初\n1001\t5\n" * 50, "gb18030", "gb18030", id="long gb18030"),
        pytest.param(TRADITIONAL, "big5", "big5", id="big5"),
        pytest.param("科目,餘額\n1,2\n", "big5", "big5", id="four traditional characters"),
        pytest.param(GERMAN, "cp1252", "cp1252", id="German"),
        pytest.param(FRENCH, "cp1252", "cp1252", id="French"),
        pytest.param("code;Betrag\n1;5 €\n2;7 €\n", "cp1252", "cp1252", id="a euro sign"),
        pytest.param("a,b\n1,2\n", "ascii", "utf-8", id="ascii"),
    ],
)
def test_an_encoding_is_found(tmp_path: Path, content: str, written: str, found: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content.encode(written))

    encoding = detect(path)

    assert (encoding.name, encoding.doubt) == (found, False)


def test_what_nothing_decides_is_a_doubt_that_names_the_override(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Счёт;Остаток\n1;2\n".encode("cp1251"))

    with pytest.raises(ConfigError) as error, opened_file(path):
        pass

    assert "--encoding" in render(error.value.sentence, Language.EN)
    with opened_file(path, Choices(encoding="cp1251")) as origin:
        assert [column.heading for column in origin.detected[0].columns] == ["Счёт", "Остаток"]


@pytest.mark.parametrize("name", ["utf-8", "ascii", "nonsense", "base64"])
def test_a_wrong_choice_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(SIMPLIFIED.encode("gb18030"))

    with pytest.raises(ConfigError), opened_file(path, Choices(encoding=name)):
        pass
