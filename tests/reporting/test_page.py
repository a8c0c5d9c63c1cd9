"""The decision page: both languages, nothing hidden, nothing active, nothing from outside."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from harness.gate import Declared, Judgement
from harness.gate.risks import with_trend
from harness.messages import Language
from harness.model import Outcome, Severity, Text, Title, text
from harness.reporting import page
from tests.gate.runs import FLOOR_LINE, Line, changed, finding, judged, known, manifest, policy, rehearsed
from tests.reporting.worlds import CLEAN, LINES, RED, RULES, WORLDS, hostile, world

HAN = re.compile("[\u4e00-\u9fff]")


class Reader(HTMLParser):
    """What a page holds: tags with their attributes, and the text shown in each language."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.shown: dict[str, list[str]] = {"en": [], "zh-CN": [], "": []}
        self._open: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "span":
            self._open.append(dict(attrs).get("lang") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "span" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        language = next((name for name in reversed(self._open) if name), "")
        self.shown[language].append(data)


def read(name: str, language: Language = Language.EN) -> Reader:
    """The page of a world, read."""
    return Reader(page.html(*world(name), language))


@pytest.mark.parametrize(
    ("name", "tone"),
    [
        ("go", "go"),
        ("conditional", "conditions"),
        ("nogo", "nogo"),
        ("empty", "nogo"),
        ("part", "part"),
        ("part-red", "nogo"),
    ],
)
def test_the_outcome_alone_gives_the_colour(name: str, tone: str) -> None:
    assert next(attributes["class"] for tag, attributes in read(name).tags if tag == "body") == tone


@pytest.mark.parametrize("name", WORLDS)
def test_the_page_loads_nothing_and_runs_nothing(name: str) -> None:
    for tag, attributes in read(name).tags:
        assert tag not in ("script", "link", "iframe", "img", "object", "form")
        assert not any(attribute.startswith("on") for attribute in attributes)
        assert all((attributes.get(name) or "#").startswith("#") for name in ("href", "src", "action"))
    assert "url(" not in page.html(*world(name), Language.EN)


@pytest.mark.parametrize("name", WORLDS)
def test_both_languages_are_whole(name: str) -> None:
    shown = read(name).shown
    english, chinese = "".join(shown["en"]), "".join(shown["zh-CN"])

    assert not HAN.search(english)
    assert len(shown["en"]) == len(shown["zh-CN"])
    assert all(HAN.search(part) for part in shown["zh-CN"] if re.search("[A-Za-z]{4}.*[A-Za-z]{4}", part))
    assert chinese


@pytest.mark.parametrize("language", Language)
def test_one_language_is_chosen_when_it_opens(language: Language) -> None:
    switches = [attributes for tag, attributes in read("go", language).tags if tag == "input"]

    assert [item["id"] for item in switches if "checked" in item] == [f"lang-{language}"]


def test_the_first_screen_answers_the_questions() -> None:
    content = page.html(*world("nogo"), Language.EN)
    first = content[: content.index('id="areas"')]

    for answer in (
        "No-go",
        "Sales order line SO0012/2 is missing in the upgraded system.",
        "CNY 0.01",
        "CNY 1,280.01",
        "Wang Fang",
        "2027-01-31",
        "stock_lot (12,345)",
        "Access rights",
    ):
        assert answer in first


def test_an_override_is_on_the_first_screen_and_needs_no_form() -> None:
    content = page.html(*world("business"), Language.EN)
    first = content[: content.index('id="areas"')]

    assert "AGAINST the recommendation (No-go)" in first
    assert "未采纳建议（暂不上线）" in first
    assert 'class="signature"' not in content
    assert 'class="signature"' in page.html(*world("nogo"), Language.EN)


@pytest.mark.parametrize(
    ("name", "absent"),
    [("go", ["Training", "Incidents", "Budget"]), ("business", [])],
    ids=["go", "business"],
)
def test_what_people_did_not_provide_is_said(name: str, absent: list[str]) -> None:
    shown = " ".join(read(name).shown["en"])

    found = re.findall(r"Not provided, and asked for by no criterion: ([^.]*)", shown)
    assert [word for word in absent if word not in " ".join(found)] == []
    assert bool(found) is bool(absent)


def test_what_a_criterion_asks_people_for_is_a_reason_even_without_any_check() -> None:
    judgement = judged((), rules=policy(FLOOR_LINE, Line("trained", {"completed": "1"})))

    assert (
        "Records of training are not provided."
        in page.html(judgement, manifest(), Language.EN).split('id="areas"')[0]
    )


@pytest.mark.parametrize("name", WORLDS)
def test_every_criterion_is_shown_the_passed_ones_too(name: str) -> None:
    judgement, _ = world(name)
    content = page.html(*world(name), Language.EN)

    assert content.count('<tr class="met">') == sum(rule.passed for rule in judgement.verdict.rules)
    assert content.count('<tr class="unmet">') == sum(not rule.passed for rule in judgement.verdict.rules)


@pytest.mark.parametrize("language", Language)
def test_hostile_strings_stay_text(language: Language) -> None:
    content = page.html(*hostile(), language)
    reader = Reader(content)

    assert {tag for tag, _ in reader.tags} <= SAFE
    assert not any(name.startswith("on") for _, attributes in reader.tags for name in attributes)
    assert not re.search("[\x00-\x08\x0b\x1b\u202a-\u202e\u2066-\u2069]", content)
    assert "49" not in re.findall(r"\{\{ 7\*7 \}\}|>49<", content)
    content.encode("utf-8")
    assert len(content) < 500_000


SAFE = set(
    re.findall(
        r"\w+",
        "html head meta title style body input div header p label h1 dl dt dd main ul li b section h2 h3 a"
        " span table thead tbody tr th td small code br s",
    )
)


def test_risks_stand_where_they_were_measured_with_the_reason_and_the_runs_before() -> None:
    judgement, made = world("business")
    before = replace(judgement.risks[0], verified=False)
    moved = replace(judgement, risks=with_trend(judgement.risks, [("run-1", (before,))]))
    content = page.html(moved, made, Language.EN)
    matrix = content[content.index('<table class="matrix">') : content.index("Owner and mitigation")]

    rows = matrix.split('<th scope="row">')[1:]
    assert "<b>R2</b> ▲" in rows[0]  # probability 5
    assert "<b>R3</b> =?" in rows[1]
    assert "<s>R1</s>" in rows[2]
    assert "<b>R1</b> ▼" in rows[3]
    assert "8? → 8" in content
    assert "all checks that bear on it passed without reservation (2): probability one step down" in content
    assert "相关检查全部通过且无保留（2 项）：可能性下调一级" in content


def test_the_environment_section_says_which_evidence_a_difference_weakens() -> None:
    content = page.html(*world("business"), Language.EN)
    section = content[content.index('id="environment"') : content.index('id="evidence"')]

    assert "Asia/Shanghai" in section
    assert section.count("weaker evidence") == 2
    assert section.count("证据效力减弱</span>") == 2
    assert "not verified" in section
    assert "nothing was recorded" in page.html(*world("go"), Language.EN)


def test_a_flood_of_differences_leaves_the_page_small() -> None:
    flood = tuple(finding(LINES, Severity.CRITICAL, key=f"SO{n}") for n in range(5_000))
    judgement = judged(changed(RED, 0, findings=flood), rules=RULES)

    content = page.html(judgement, manifest(), Language.EN)

    assert len(content.encode()) < 2_000_000
    assert judgement.verdict.outcome is Outcome.NO_GO
    assert "4,803 more" in content
    assert "5,001" in content


def test_a_sentence_of_another_version_is_shown_as_it_is_stored() -> None:
    unknown = text("gone.since.long", amount=3, title=Title(en="a", zh="b"), inner=Text("also.gone"))
    checks = changed(RED, 0, findings=(finding(LINES, text=unknown),))

    content = page.html(judged(checks), manifest(), Language.ZH)

    assert "gone.since.long (amount=3, inner=also.gone, title=a)" in content


def test_a_link_to_the_details_is_there_only_when_they_are() -> None:
    judgement, made = world("go")

    assert 'href="allure/report/index.html"' in page.html(
        judgement, made, Language.EN, allure="allure/report/index.html"
    )
    assert "Allure" not in page.html(judgement, made, Language.EN)


def test_a_rerun_is_visible() -> None:
    checks = changed(CLEAN, 0, attempt=3)

    assert '<td class="n">3</td>' in page.html(judged(checks), manifest(), Language.EN)


def test_rehearsals_are_shown_once_there_are_two_to_compare() -> None:
    """Nothing without a history, a sentence for the first one, a picture and a table from the second on."""
    none, first, several = (
        page.html(judged(CLEAN, declared=declared), manifest(), Language.EN)
        for declared in (Declared(), rehearsed(), rehearsed(known("a", "b"), known("a")))
    )

    assert 'id="rehearsals"' not in none
    assert "first complete run" in first
    assert "<svg" not in first
    shown = several[several.index('id="rehearsals"') : several.index('id="criteria"')]
    assert shown.count("<svg") == len(Language)
    for run in ("r0", "r1", manifest().run_id):
        assert f'<td class="keep">{run}</td>' in shown
    assert "Not looked at" in shown
    assert "未再核验" in shown


def test_of_many_rehearsals_the_last_are_shown() -> None:
    content = page.html(judged(CLEAN, declared=rehearsed(*[()] * 40)), manifest(), Language.EN)

    assert "21 more" in content
    assert "r39" in content
    assert ">r10<" not in content


def test_accepted_differences_are_never_green() -> None:
    judgement: Judgement = world("conditional")[0]
    content = page.html(judgement, world("conditional")[1], Language.EN)

    assert "state conditions" in content
    assert replace(judgement).waivers[0].waiver.reason in content
