"""The Allure report: what Allure is handed, what is taken out of its pages, what is said without it."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.errors import EvidenceError, MissingTool
from harness.evidence import Run
from harness.gate import Judgement
from harness.messages import Language, render
from harness.model import Conclusion, Part, Status
from harness.redact import Redactor
from harness.reporting import allure, write_all
from harness.reporting.allure import metrics, node, results, settings, tidy, tool
from harness.reporting.allure.node import Node, ReportError
from tests.gate.runs import STARTED, Check, manifest
from tests.reporting.worlds import LINES, LOAD, RED, world

TRACKER = (
    '<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>'
    "<script>window.dataLayer = window.dataLayer || []; function gtag(){}; gtag('js', new Date());</script>"
)


def result(check: Check, part: Part) -> dict[str, Any]:
    """A result as allure-pytest writes it."""
    side = part.side.value if part.side else part.value
    status = check.status if part is Part.COMPARISON else Status.PASSED
    labels = {"side": side, "part": part.value, "epic": check.spec.area.value, "story": check.spec.id}
    milliseconds = int(STARTED.timestamp() * 1000)
    return {
        "uuid": f"{check.spec.id}-{part}",
        "name": check.spec.title.en,
        "fullName": check.spec.id,
        "historyId": f"{check.spec.id}-{part}",
        "status": status.value,
        "start": milliseconds,
        "stop": milliseconds + 1500,
        "labels": [{"name": name, "value": value} for name, value in labels.items()],
    }


def recorded_run(root: Path, *, with_results: bool = True) -> Run:
    """A sealed run directory with the results that the checks left."""
    run = Run.create(root, manifest())
    recorder = run.recorder(Redactor(()), b"key", process="main")
    recorder.plan([(check.spec, part) for check in RED for part in check.parts])
    for check in RED:
        for part in check.parts:
            own = check if part is Part.COMPARISON else Check(check.spec)
            reason = own.findings[0].text if own.findings else None
            conclusion = Conclusion(own.status, reason, own.findings, measures={"rows": 12})
            recorder.conclude(check.spec, part, conclusion, started=STARTED, seconds=Decimal("1.5"))
    recorder.close()
    run.seal()
    if with_results:
        folder = run.reports / "allure-results"
        folder.mkdir()
        for check in RED:
            for part in check.parts:
                content = json.dumps(result(check, part))
                (folder / f"{check.spec.id}-{part}-result.json").write_text(content, encoding="utf-8")
    return run


@pytest.fixture
def judgement() -> Judgement:
    """The red world."""
    return world("nogo")[0]


def labels_of(path: Path) -> set[tuple[str, str]]:
    """The labels of one result."""
    return {(item["name"], item["value"]) for item in json.loads(path.read_text())["labels"]}


def test_results_are_copied_with_what_judging_found(tmp_path: Path, judgement: Judgement) -> None:
    found = recorded_run(tmp_path / "runs").reports / "allure-results"
    original = {item.name: item.read_bytes() for item in found.iterdir()}

    count = results.copy(found, tmp_path / "copy", judgement, Language.ZH)

    assert count == len(original) == 15
    assert {item.name: item.read_bytes() for item in found.iterdir()} == original
    compared = labels_of(tmp_path / "copy" / "data.sale_lines-comparison-result.json")
    assert {("finding", "missing_in_target"), ("state", "failed"), ("epic", "数据")} <= compared
    captured = labels_of(tmp_path / "copy" / "data.sale_lines-source-result.json")
    assert not any(name in ("finding", "state") for name, _ in captured)
    accepted = labels_of(tmp_path / "copy" / "function.order_to_cash-comparison-result.json")
    assert {("waiver", "W-01"), ("state", "accepted")} <= accepted


@pytest.mark.parametrize(
    ("language", "part", "name"),
    [
        (Language.EN, "comparison", "{en}"),
        (Language.ZH, "comparison", "{zh}"),
        (Language.ZH, "source-repeat", "{zh} (重复一次，用于识别噪声)"),
    ],
)
def test_a_check_is_named_in_the_language_of_the_report(
    tmp_path: Path, judgement: Judgement, language: Language, part: str, name: str
) -> None:
    check = next(check for check in RED if check.spec.id == "function.order_to_cash")
    (tmp_path / "found").mkdir()
    written = json.dumps(result(check, Part(part)))
    (tmp_path / "found" / "a-result.json").write_text(written, encoding="utf-8")
    results.copy(tmp_path / "found", tmp_path / "copy", judgement, language)

    title = check.spec.title
    content = json.loads((tmp_path / "copy" / "a-result.json").read_text("utf-8"))
    assert content["name"] == name.format(en=title.en, zh=title.zh)


def test_a_result_that_was_cut_short_is_handed_on(tmp_path: Path, judgement: Judgement) -> None:
    found = tmp_path / "results"
    found.mkdir()
    (found / "a-result.json").write_bytes(b'{"uuid": "a", "lab')
    (found / "shot.png").write_bytes(b"png")

    assert results.copy(found, tmp_path / "copy", judgement, Language.EN) == 1
    assert (tmp_path / "copy" / "a-result.json").read_bytes() == b'{"uuid": "a", "lab'
    assert (tmp_path / "copy" / "shot.png").read_bytes() == b"png"


def test_figures_become_metrics(tmp_path: Path) -> None:
    measured = replace(
        Check(LOAD).results()[0], measures={"p95_seconds": Decimal("0.25"), "on": True, "x": "y"}
    )

    made = metrics.write([measured], tmp_path, Language.EN)

    (sample,) = json.loads((tmp_path / "harness-perf.json").read_text())
    assert list(made["metrics"]) == ["performance.confirm.p95_seconds"]
    assert (sample["key"], sample["value"]) == ("performance.confirm.p95_seconds", 0.25)
    assert made["groups"] == {"performance.confirm": {"title": "Confirming sales under load"}}


@pytest.mark.parametrize("language", Language)
def test_the_configuration_is_a_module_of_json(
    tmp_path: Path, judgement: Judgement, language: Language
) -> None:
    evil = replace(manifest(), project="`${process.exit()}`</script>'\"\u2028")

    settings.write(
        tmp_path / "allurerc.mjs",
        judgement,
        evil,
        language,
        performance={"metrics": {"a.seconds": {"better": "lower"}}},
        attachments=(tmp_path / "decision.html",),
        single_file=True,
    )

    content = (tmp_path / "allurerc.mjs").read_text(encoding="utf-8")
    made = json.loads(content[content.index("{") : content.index(";\nconst side")])
    assert list(made["environments"]) == ["source", "target", "comparison", "pair"]
    assert made["plugins"]["awesome"]["options"]["reportLanguage"] == str(language)
    assert len({rule["name"] for rule in made["categories"]["rules"]}) == 12
    assert made["performance"]["metrics"]["a.seconds"]["better"] == "lower"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"<head>{TRACKER}</head>", "<head></head>"),
        ("<script src='app.js'></script>", "<script src='app.js'></script>"),
        ("<SCRIPT>gtag('x')</SCRIPT >rest", "rest"),
        (f"<script>{'x' * 5000} gtag(</script>", f"<script>{'x' * 5000} gtag(</script>"),
    ],
    ids=["tag", "own script", "any spelling", "the report itself"],
)
def test_trackers_are_taken_out(before: str, after: str) -> None:
    assert tidy.without_tracker(before) == after


def test_a_share_of_passed_results_is_not_shown(tmp_path: Path) -> None:
    document = tmp_path / "index.html"
    document.write_text(f"<html><head>{TRACKER}</head><body></body></html>", encoding="utf-8")

    tidy.clean(document)

    content = document.read_text(encoding="utf-8")
    assert "display:none" in content
    assert "gtag" not in content


def test_without_node_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "_candidates", lambda: iter([Node(Path("/nowhere/node"), ("npm",))]))

    with pytest.raises(MissingTool, match="pip install"):
        node.find()


def test_a_program_that_fails_says_its_last_lines(tmp_path: Path) -> None:
    shell = Node(Path("/bin/sh"), ("npm",))

    with pytest.raises(ReportError, match="the reason"):
        shell.run(("/bin/sh", "-c", "echo the reason; exit 3"), tmp_path, 10)
    with pytest.raises(ReportError):
        shell.run(("/nowhere/program",), tmp_path, 10)
    with pytest.raises(ReportError):
        shell.run(("/bin/sh", "-c", "sleep 5"), tmp_path, 0)


def test_an_install_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    failing = Node(Path("/bin/sh"), ("/bin/false",))

    with pytest.raises(ReportError):
        tool.installed(failing)

    assert [item.name for item in (tmp_path / "cache").iterdir() if item.is_dir()] == []


def test_an_install_happens_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path))
    count = tmp_path / "count"
    script = f"echo x >> {count}; mkdir -p node_modules/allure; touch node_modules/allure/cli.js"
    fake = Node(Path("/bin/sh"), ("/bin/sh", "-c", script))

    first, second = tool.installed(fake), tool.installed(fake)

    assert first == second
    assert first.is_file()
    assert count.read_text().splitlines() == ["x"]


def test_the_other_reports_are_made_without_allure(
    tmp_path: Path, judgement: Judgement, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = recorded_run(tmp_path)
    monkeypatch.setattr(node, "_candidates", lambda: iter(()))

    written = {item.name.key: item for item in write_all(run, judgement, Language.EN)}

    missing = written.pop("report.name.allure")
    assert missing.path is None and missing.why is not None
    assert "Node 22" in render(missing.why, Language.EN)
    assert all(item.path is not None and item.path.is_file() for item in written.values())
    assert "Allure" not in (run.reports / "decision.html").read_text(encoding="utf-8")


def test_a_run_without_results_says_so(tmp_path: Path, judgement: Judgement) -> None:
    run = recorded_run(tmp_path, with_results=False)

    with pytest.raises(EvidenceError, match="allure-results"):
        allure.generate(run, judgement, run.reports / "allure-results", tmp_path / "out", Language.EN)


@pytest.mark.real_pair
def test_allure_makes_the_report(tmp_path: Path, judgement: Judgement) -> None:
    run = recorded_run(tmp_path)

    written = {item.name.key: item for item in write_all(run, judgement, Language.ZH)}

    first = written["report.name.allure"].path
    assert first == run.reports / "allure" / "index.html"
    report = (run.reports / "allure" / "report" / "index.html").read_text(encoding="utf-8")
    assert "googletagmanager" not in report
    assert 'href="report/index.html"' in first.read_text(encoding="utf-8")
    decision = (run.reports / "decision.html").read_text(encoding="utf-8")
    assert 'href="allure/report/index.html"' in decision
    listed = (run.reports / "allure" / "report" / "test-results.json").read_text(encoding="utf-8")
    assert LINES.title.en in listed
