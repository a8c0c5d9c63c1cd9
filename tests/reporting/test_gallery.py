"""The pictures of a stored run: as files, on the decision page, in Markdown and in Allure."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from harness.compare import conclude
from harness.errors import MissingTool
from harness.evidence import Run
from harness.messages import Language, catalogue, render
from harness.model import Capture, CheckResult, CheckSpec, Conclusion, Part, Side, Status, Title, text
from harness.performance.blocks import Series
from harness.performance.comparison import RANKED
from harness.performance.events import BlockRun, Story
from harness.performance.observed import Observed
from harness.performance.recording import Recording
from harness.performance.samples import Sample
from harness.performance.sql import analysis
from harness.redact import Redactor
from harness.reporting import markdown, page, write_all
from harness.reporting.allure import metrics, node, results
from harness.reporting.pictures import asked, gallery, load
from harness.reporting.pictures.capacity import Curve
from harness.reporting.pictures.shown import Gallery
from tests.gate.runs import STARTED, manifest
from tests.performance.batch import recorded as nights
from tests.performance.recorded import SPEC, capture
from tests.performance.sql.test_analysis import INDEXED, WHOLE
from tests.performance.sql.test_analysis import recorded as statements_of
from tests.reporting.drawn import collisions, pair, plan_of
from tests.reporting.test_page import Reader
from tests.reporting.worlds import HOSTILE, world

NAMES = ("sale.open", "sale.confirm")
FILES = {f"{kind}.{language}.svg" for kind in ("ratio", "percentiles", "over-time") for language in Language}


def recorded(root: Path, captures: Mapping[Part, Capture], spec: CheckSpec = SPEC) -> Run:
    """A sealed run with one load check, concluded as it is after its captures were stored."""
    run = Run.create(root, manifest())
    recorder = run.recorder(Redactor(()), b"key", process="main")
    parts = (*captures, *(() if Part.PAIR in captures else (Part.COMPARISON,)))
    recorder.plan([(spec, part) for part in parts])
    stored = {part: recorder.capture(spec, part, each) for part, each in captures.items()}
    for part in parts:
        deciding = part in (Part.PAIR, Part.COMPARISON)
        concluded = conclude(spec, stored) if deciding else Conclusion(Status.PASSED)
        recorder.conclude(spec, part, concluded, started=STARTED, seconds=Decimal(9))
    recorder.close()
    run.seal()
    return run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run whose load check has samples of both sides."""
    return recorded(tmp_path_factory.mktemp("runs"), pair(NAMES))


@pytest.fixture(scope="module")
def shown(run: Run) -> tuple[Gallery, ...]:
    """Its pictures."""
    return gallery.galleries(run)


def test_the_report_step_writes_them_in_both_languages(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node, "_candidates", lambda: iter(()))
    stale = tmp_path / "pictures" / "gone" / "ratio.en.svg"
    stale.parent.mkdir(parents=True)
    stale.touch()

    written = {item.name.key: item for item in write_all(run, world("go")[0], Language.ZH, tmp_path)}

    assert written["pictures.name"].path == tmp_path / "pictures"
    assert {path.name for path in (tmp_path / "pictures" / "performance.sales").iterdir()} == FILES
    assert not stale.exists()
    for name in ("decision.html", "decision.en.md", "decision.zh.md"):
        links = re.findall(r"[\w./-]+\.svg", (tmp_path / name).read_text(encoding="utf-8"))
        assert len(links) >= 3 and all((tmp_path / link).is_file() for link in links)
        assert "\\" not in "".join(links)


def test_a_run_without_load_says_nothing_of_pictures(tmp_path: Path) -> None:
    assert gallery.galleries(Run.create(tmp_path, manifest())) == ()


MANY = {"order": 1, "lines": 62, "tax": 1}


def test_statements_are_drawn_from_the_list_that_was_stored(tmp_path: Path) -> None:
    plans = {Side.SOURCE: {"lines": INDEXED}, Side.TARGET: {"lines": WHOLE}}
    captures = {Part.PAIR: capture(statements=statements_of(MANY, plans))}

    (found,) = gallery.galleries(recorded(tmp_path, captures))

    picture = found.pictures[-1]
    said = "\n".join(ET.fromstring(picture.drawn[Language.EN].content()).itertext())
    assert picture.name == "statements"
    for part in (
        "SELECT … FROM sale_line WHERE sale = $1",
        "sent far more often, index lost",
        "6 × · 6 ms",
        "186 × · 186 ms",
        "not run",
    ):
        assert part in said
    assert "执行次数大增" in picture.drawn[Language.ZH].markup()


STAGES = tuple(map(Decimal, (1, 2, 4)))


def test_stages_beyond_the_usual_load_are_drawn_with_their_knee() -> None:
    plan = plan_of(NAMES, stages=STAGES)
    staged = [
        BlockRun(n, Series.STAGE, n, side, 0, 9.0 * n, 3.0, planned, planned, 0.0, 0.0)
        for n, (side, planned) in enumerate(((s, p) for p in (15, 30, 60) for s in Side), start=100)
    ]
    made = [
        Sample(
            each.number,
            "sale.open",
            0.1,
            0.1,
            9.0 if each.side is Side.TARGET and each.planned > 30 else 0.1,
            True,
        )
        for each in staged
        for _ in range(each.planned)
    ]
    recording = Recording(plan, Story(tuple(staged), finished=True), 0, tuple(made))
    seen = Observed(plan, dict.fromkeys(Side, recording), in_turn=True)

    drawn = {each.name: each for each in gallery.of_load(seen, recorded_result())}

    assert load.curves(seen) == (
        Curve(Side.SOURCE, ((5.0, 5.0), (10.0, 10.0), (20.0, 20.0))),
        Curve(Side.TARGET, ((5.0, 5.0), (10.0, 10.0), (20.0, 20.0)), knee=20.0),
    )
    assert "knee: 20 per second" in drawn["capacity"].drawn[Language.EN].markup()
    assert "原系统：每秒 20 以内未出现拐点" in drawn["capacity"].drawn[Language.ZH].markup()
    assert collisions(drawn["capacity"].drawn[Language.ZH]) == []


def test_the_list_is_the_one_that_is_written() -> None:
    captures = {Part.PAIR: capture(statements=statements_of(MANY))}
    concluded = conclude(SPEC, captures)
    (attachment,) = (each for each in concluded.attachments if each.name == asked.FILE)

    assert asked.FILE == RANKED
    assert asked.of_list(attachment.content, Language.EN)
    assert set(asked.COLUMNS) <= set(attachment.content.decode().splitlines()[0].split(","))


@pytest.mark.parametrize("content", [b"", b"a,b\r\n1,2\r\n", b"\xff\xfe\x00", b"change,statement\r\n"])
def test_a_list_of_another_version_is_not_drawn(content: bytes) -> None:
    assert asked.of_list(content, Language.EN) == ()


@pytest.mark.parametrize(
    ("statement", "short"),
    [
        ('SELECT "a"."id", EXTRACT($1 FROM "a"."d") FROM "sale" AS "a"', "SELECT … FROM sale AS a"),
        ("select id from sale", "SELECT … from sale"),
        ("SELECT 1", "SELECT 1"),
        ('DELETE FROM "sale" WHERE "id" = $1', "DELETE FROM sale WHERE id = $1"),
        ("SELECT (SELECT max(x) FROM a) FROM b", "SELECT … FROM b"),
        (") FROM (", ") FROM ("),
    ],
)
def test_a_statement_is_told_by_its_tables_and_conditions(statement: str, short: str) -> None:
    assert asked.condensed(statement) == short


def test_every_change_has_a_word() -> None:
    named = re.findall(r"^    ([a-z_]+(?:, [a-z_]+)*)  ", analysis.__doc__ or "", re.MULTILINE)
    names = {name for each in named for name in each.split(", ")}

    assert len(names) >= 8
    assert {f"pictures.change.{name}" for name in names} <= set(catalogue())


def test_the_page_holds_the_answers_in_both_languages(shown: tuple[Gallery, ...]) -> None:
    content = page.html(*world("go"), Language.EN, galleries=shown, at="..")
    reader = Reader(content)

    assert content.count("<svg ") == 2
    assert not {"script", "img", "object", "image", "use"} & {tag for tag, _ in reader.tags}
    assert not any(name.startswith("on") for _, attributes in reader.tags for name in attributes)
    assert content.count('href="../pictures/performance.sales/') == 6
    alone = page.html(*world("go"), Language.EN, galleries=shown)
    assert "<svg " in alone and "pictures/" not in alone
    assert "新系统与原系统的比较" in content and "upgraded system compared" in content


def failing(sentence: str) -> Capture:
    return Capture(None, failure=text("gate.unverified.item", item=sentence))


@pytest.mark.parametrize(
    ("captures", "why"),
    [
        ({Part.PAIR: failing("x")}, "pictures.not_recorded"),
        ({Part.PAIR: capture(plan=plan_of(NAMES), until=0)}, "pictures.none"),
        ({Part.SOURCE: capture(sides=(Side.SOURCE,)), Part.TARGET: failing("x")}, "pictures.not_recorded"),
        (
            {
                Part.SOURCE: capture(sides=(Side.SOURCE,)),
                Part.TARGET: capture(sides=(Side.TARGET,), plan=plan_of(["sale.open", "sale.create"])),
            },
            "performance.unknown.different",
        ),
        ({Part.SOURCE: capture(sides=(Side.SOURCE,))}, "pictures.not_recorded"),
    ],
    ids=["failed", "no samples", "one side failed", "different loads", "the target is missing"],
)
def test_where_there_are_none_a_sentence_says_why(
    tmp_path: Path, captures: Mapping[Part, Capture], why: str
) -> None:
    (found,) = gallery.galleries(recorded(tmp_path, captures))

    assert found.pictures == () and found.why is not None
    assert found.why.key == why
    for language in Language:
        markdown.write(*world("go"), language, tmp_path / "page.md", (found,))
        assert markdown.inert(render(found.why, language)) in (tmp_path / "page.md").read_text("utf-8")
        assert render(found.why, language) in page.html(*world("go"), language, galleries=(found,), at=".")


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b\\c", "..", "performance.sales", "销售"])
def test_the_name_of_a_check_never_leads_out_of_the_folder(name: str) -> None:
    folder = Gallery(name, Title("x", "x")).folder

    assert re.fullmatch(r"pictures/[A-Za-z0-9_.-]+", folder)
    assert ".." not in folder


@pytest.mark.parametrize("string", HOSTILE[:8], ids=range(8))
def test_hostile_names_stay_text_in_page_and_markdown(tmp_path: Path, string: str) -> None:
    evil = replace(SPEC, title=Title(en=string, zh=string))
    found = gallery.galleries(recorded(tmp_path, pair([string, "sale.open"]), evil))

    content = page.html(*world("go"), Language.EN, galleries=found, at=".")
    markdown.write(*world("go"), Language.EN, tmp_path / "page.md", found)

    assert not {"script", "img", "iframe"} & {tag for tag, _ in Reader(content).tags}
    assert not any(name.startswith("on") for _, attributes in Reader(content).tags for name in attributes)
    assert "<" not in re.sub(r"\\.", "", (tmp_path / "page.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", Language)
def test_allure_has_them_at_the_deciding_result(
    tmp_path: Path, shown: tuple[Gallery, ...], language: Language
) -> None:
    found = tmp_path / "found"
    found.mkdir()
    for part in ("pair", "source"):
        labels = [{"name": "story", "value": SPEC.id}, {"name": "part", "value": part}]
        result = {"labels": labels, "attachments": [{"name": "log", "source": "log.txt"}]}
        (found / f"{part}-result.json").write_text(json.dumps(result), encoding="utf-8")

    results.copy(found, tmp_path / "copy", world("go")[0], language, shown)

    other, deciding = (
        json.loads((tmp_path / "copy" / f"{part}-result.json").read_text("utf-8"))["attachments"]
        for part in ("source", "pair")
    )
    assert [item["name"] for item in other] == ["log"]
    assert len(deciding) == 4
    for item, picture in zip(deciding[1:], shown[0].pictures, strict=True):
        assert item["type"] == "image/svg+xml"
        assert item["name"] == render(picture.title, language)
        title = ET.parse(tmp_path / "copy" / item["source"]).getroot()[0]
        assert title.text == item["name"]


@pytest.mark.parametrize(
    ("name", "title", "unit", "better"),
    [
        ("sale.open.source.p50", "sale.open · p50 · Current system", "s", "lower"),
        ("sale.open.target.p95", "sale.open · p95 · Upgraded system", "s", "lower"),
        (
            "sale.open.target.p95_closed",
            "sale.open · p95 as users who wait would report it · Upgraded system",
            "s",
            "lower",
        ),
        ("sale.open.target.samples", "sale.open · samples · Upgraded system", "", "higher"),
        (
            "sale.open.target.statements",
            "sale.open · SQL statements of a step · Upgraded system",
            "",
            "lower",
        ),
        ("sale.open.p50.ratio", "sale.open · p50 · upgraded / current", "×", "lower"),
        ("sale.open.p50.detectable", "sale.open · p50 · slow-down that would be found", "×", "lower"),
        ("generator.cpu", "generator.cpu", "", "lower"),
        ("generator.lag_milliseconds", "generator.lag_milliseconds", "ms", "lower"),
        ("klm_seconds", "klm_seconds", "s", "lower"),
        ("server.target.memory_megabytes", "server.target.memory_megabytes", "MB", "lower"),
        ("server.target.own_reading_percent", "server.target.own_reading_percent", "%", "lower"),
        ("capacity.target.sustained", "capacity.target.sustained", "", "higher"),
        ("capacity.target.10.00.p95", "capacity.target.10.00.p95", "s", "lower"),
        ("capacity.target.recovered", "capacity.target.recovered", "s", "lower"),
        ("rows", "rows", "", "higher"),
    ],
)
def test_metrics_say_what_they_are(tmp_path: Path, name: str, title: str, unit: str, better: str) -> None:
    measured = replace(recorded_result(), measures={name: Decimal(1), "a.answer": "worse"})

    told = metrics.write([measured], tmp_path, Language.EN)["metrics"]

    assert told == {f"{SPEC.id}.{name}": {"title": title, "unit": unit, "better": better, "group": SPEC.id}}


def recorded_result() -> CheckResult:
    """A result of the load check."""
    return CheckResult(SPEC, Part.PAIR, Status.PASSED, STARTED, Decimal(1))


def test_metrics_have_percentiles_of_both_sides(run: Run, tmp_path: Path) -> None:
    told = metrics.write(run.read().results, tmp_path, Language.ZH)

    titles = {each["title"] for each in told["metrics"].values()}
    sides = ("原系统", "新系统")
    assert {
        f"{name} · {share} · {side}" for name in NAMES for share in ("p50", "p95") for side in sides
    } <= titles
    assert told["groups"] == {SPEC.id: {"title": "销售"}}


def test_without_allure_the_pictures_are_still_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise MissingTool(text("report.allure.no_node", oldest=22))

    monkeypatch.setattr(node, "find", missing)
    write_all(run, world("go")[0], Language.EN, tmp_path)

    assert len(list(tmp_path.rglob("*.svg"))) == len(FILES)


@pytest.mark.parametrize(
    ("law", "word"), [(nights.as_today, "fits"), (lambda volume: 20 + volume, "does not fit")]
)
def test_a_batch_is_shown_against_its_window(tmp_path: Path, law: Callable[[int], float], word: str) -> None:
    made = nights.capture([*nights.done(Side.SOURCE), *nights.done(Side.TARGET, law)])
    (found,) = gallery.galleries(recorded(tmp_path, {Part.PAIR: made}, nights.SPEC))

    assert [picture.name for picture in found.pictures] == ["windows"]
    content = found.pictures[0].drawn[Language.EN].content().decode()
    assert word in content
    assert "02:00:30" in content or "02:00" in content
    assert collisions(found.pictures[0].drawn[Language.ZH]) == []


def test_a_batch_of_which_nothing_is_known_has_no_picture_and_says_why(tmp_path: Path) -> None:
    (found,) = gallery.galleries(recorded(tmp_path, {Part.PAIR: nights.capture([])}, nights.SPEC))

    assert found.pictures == ()
    assert found.why is not None
