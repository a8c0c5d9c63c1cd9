"""The risk register in every form: the same risks, or every wrong cell by its place."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from harness.config import load_policy
from harness.config.risks import RiskKind, load_risks
from harness.errors import ConfigError
from harness.gate import SHAPES
from harness.messages import Language, render

ROOT = Path(__file__).parents[2]
HEAD = "id,title,kind,probability,impact,owner,mitigation,checks,limit"
RIGHT = {
    "en.csv": f"{HEAD}\nR1,Data is lost,technical,3,4,Li Wei,Reconcile.,area:data ux.*,12\n",
    "zh.csv": "风险编号,风险,类别,可能性,影响程度,责任人,应对措施,相关检查,风险值上限\n"
    "R1,Data is lost,技术,3,4,Li Wei,Reconcile.,领域：数据；ux.*,12\n",
    "risks.toml": '[[risk]]\nid = "R1"\ntitle = "Data is lost"\nkind = "technical"\nprobability = 3\n'
    'impact = 4\nowner = "Li Wei"\nmitigation = "Reconcile."\nchecks = ["area:data", "ux.*"]\nlimit = 12\n',
}


def test_a_register_says_the_same_in_every_form(tmp_path: Path) -> None:
    for name, content in RIGHT.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    book = xlsxwriter.Workbook(tmp_path / "risks.xlsx")
    sheet = book.add_worksheet()
    for at, line in enumerate(RIGHT["en.csv"].splitlines()):
        sheet.write_row(at, 0, [int(cell) if cell.isdigit() else cell for cell in line.split(",")])
    book.close()

    found = {load_risks(tmp_path / name, name) for name in (*RIGHT, "risks.xlsx")}

    ((risk,),) = found
    assert risk.kind is RiskKind.TECHNICAL
    assert risk.checks == ("area:data", "ux.*")
    assert (risk.probability, risk.impact, risk.limit) == (3, 4, 12)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("R1,Lost,technical,6,4,,,,", "probability"),
        ("R1,Lost,technical,0,4,,,,", "probability"),
        ("R1,Lost,technical,high,4,,,,", "probability"),
        ("R1,Lost,technical,2.5,4,,,,", "probability"),
        ("R1,Lost,technical,3,,,,,", "impact"),
        ("R1,Lost,weather,3,4,,,,", "kind"),
        ("R1,,technical,3,4,,,,", "title"),
        ("R1,Lost,technical,3,4,,,,26", "limit"),
        ("R1,Lost,technical,3,4,,,area:dta,", "checks"),
    ],
)
@pytest.mark.parametrize("language", Language)
def test_a_wrong_cell_is_named_by_file_line_and_column(
    line: str, column: str, language: Language, tmp_path: Path
) -> None:
    file = tmp_path / "risks.csv"
    file.write_text(f"{HEAD}\n{line}\n", encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_risks(file, "risks.csv")

    said = render(caught.value.sentence, language)
    assert "risks.csv:2" in said
    assert column in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("schema = 1\n", "no risk"),
        (RIGHT["risks.toml"] * 2, "risks.toml:12  risk[1].id"),
        (RIGHT["risks.toml"].replace("probability = 3", "probability = true"),
         "risks.toml:5  risk[0].probability"),
        (RIGHT["risks.toml"].replace("owner", "ownr"), 'Did you mean "owner"'),
        (RIGHT["risks.toml"].replace("area:data", "area:dta"), 'Did you mean "data"'),
        ("[[risk]\n", "line 1, column 7"),
    ],
)  # fmt: skip
def test_a_wrong_file_says_where_and_why(content: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "risks.toml"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_risks(file, "risks.toml")

    assert said in str(caught.value)


def test_an_id_that_is_there_twice_is_named(tmp_path: Path) -> None:
    file = tmp_path / "risks.csv"
    file.write_text(RIGHT["en.csv"] + RIGHT["en.csv"].splitlines()[1], encoding="utf-8")

    with pytest.raises(ConfigError, match="line 2 already"):
        load_risks(file, "risks.csv")


def test_the_demo_register_can_be_loaded_and_is_owned() -> None:
    risks = load_risks(ROOT / "harness/demo/files/risks.toml", "risks.toml")

    assert {risk.kind for risk in risks} == set(RiskKind)
    assert all(risk.owner and risk.mitigation and risk.checks and risk.title_zh for risk in risks)


@pytest.mark.parametrize(
    ("limit", "right"), [('"high"', True), ("12", True), ('"huge"', False), ("-1", False)]
)
def test_the_limit_of_risks_is_a_score_or_a_class(limit: str, right: bool, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(
        'schema = 1\n[milestones.SIT]\nareas = ["data"]\n[[milestones.SIT.rules]]\n'
        f'rule = "risks_within"\nlimit = {limit}\n',
        encoding="utf-8",
    )
    if right:
        assert load_policy(file, SHAPES)
        return
    with pytest.raises(ConfigError, match="limit"):
        load_policy(file, SHAPES)
