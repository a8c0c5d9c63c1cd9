"""Findings as issues: lasting, inert, without a value of their own; and what a tracker says of them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ConfigError
from harness.gate import Judgement
from harness.messages import Language
from harness.model import Severity, Status, fingerprint_of
from harness.notify import formats, statuses
from harness.notify.issue import Issue, issues_of
from tests.gate.runs import Check, finding, judged, manifest, waiver
from tests.reporting.worlds import CENT, INVOICES, LINES, MISSING, NUMBER, ORDER, PARTY, hostile, said, world

KEY = b"k"


def named(found: Any, **more: Any) -> Any:
    """The finding with the name that the recorder gives it."""
    changed = replace(found, **more)
    return replace(changed, fingerprint=fingerprint_of(changed, KEY))


LOST, OFF, NUMBERED = named(MISSING), named(CENT), named(NUMBER)
ACCEPT = (waiver("W-01", check=ORDER.id, ticket="UPG-17"),)


def run_of(*findings: Any, broken: bool = False, scope: tuple[str, ...] = ()) -> Judgement:
    """A judged run of four checks in which these things were found; the last may have broken."""
    checks = []
    for spec in (LINES, INVOICES, ORDER, PARTY):
        own = tuple(each for each in findings if each.check_id == spec.id)
        status = Status.FAILED if own else Status.BROKEN if broken and spec is PARTY else Status.PASSED
        checks.append(Check(spec, status, own))
    return judged(checks, waivers=ACCEPT, scope=scope)


def exported(*findings: Any, language: Language = Language.EN, **more: Any) -> tuple[Issue, ...]:
    return issues_of(run_of(*findings), manifest(), language, **more)


def lines(content: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content)))


def test_each_finding_is_an_issue_with_what_its_owner_needs() -> None:
    issue, *others = exported(LOST, OFF, NUMBERED)

    worst = next(item for item in (issue, *others) if item.fingerprint == LOST.fingerprint)
    assert worst.title.startswith("[critical] Sales order lines: Sales order line SO0012/2 is missing")
    assert (worst.severity, worst.area, worst.module) == ("critical", "data", "sales")
    assert (worst.department, worst.owner, worst.amount) == ("Sales", "Zhang Min", "CNY 1,280.00")
    assert worst.labels == ("erp-upgrade-harness", "severity-critical", "area-data", "module-sales")
    assert "Run 20261120-070000, judged 2026-11-20 09:00 UTC" in worst.lines
    assert worst.lines[-1] == "runs/20261120-070000/reports/decision.html"
    accepted = next(item for item in others if item.fingerprint == NUMBERED.fingerprint)
    assert (accepted.accepted, accepted.waiver, accepted.ticket) == (True, "W-01", "UPG-17")
    assert "accepted" in accepted.labels


def test_the_worst_comes_first_and_the_link_and_the_language_are_those_asked_for() -> None:
    found = exported(
        named(LOST, severity=Severity.MINOR), OFF, language=Language.ZH, link="https://ci.example/7"
    )

    assert [issue.severity for issue in found] == ["critical", "minor"]
    assert found[0].title.startswith("[严重] 销售发票: ")
    assert found[0].link == found[0].lines[-1] == "https://ci.example/7"


def test_findings_of_one_name_are_one_issue() -> None:
    again = replace(LOST, severity=Severity.BLOCKER, step="ship", text=said("Another sentence."), count=3)

    (issue,) = exported(LOST, again)

    assert (issue.severity, issue.count, issue.amount) == ("blocker", 4, "CNY 2,560.00")
    assert "Another sentence." in issue.lines and len(set(issue.lines)) == len(issue.lines)


def test_the_name_lasts_when_values_change() -> None:
    changed = named(LOST, source_value=None, amount=None, text=said("Other words."), severity=Severity.MINOR)

    assert exported(changed)[0].fingerprint == exported(LOST)[0].fingerprint


def test_no_value_is_told_that_the_sentence_does_not_tell() -> None:
    secret = named(
        LOST, key="KEY-Sesam", source_value="V-Sesam", target_value="W-Sesam", text=said("Differs.")
    )

    issues = exported(secret)

    for content in (
        formats.as_csv(issues, {}),
        formats.as_jira(issues, {}, "ERP"),
        formats.as_github(issues, {}, "a/b"),
    ):
        assert "Sesam" not in content


@pytest.mark.parametrize("language", Language)
def test_hostile_texts_are_inert_in_every_form(language: Language) -> None:
    judgement, made = hostile()
    issues = issues_of(judgement, made, language)

    table = list(csv.reader(io.StringIO(formats.as_csv(issues, {}))))
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in table for cell in row)
    assert all(len(row) == len(table[0]) for row in table)
    for request in json.loads(formats.as_jira(issues, {}, "ERP")):
        fields = request["body"]["fields"]
        assert fields["description"].count("{noformat}") == 2
        assert "\n" not in fields["summary"] and len(fields["summary"]) <= 255
        assert all(" " not in label and len(label) <= 50 for label in fields["labels"])
    for request in json.loads(formats.as_github(issues, {}, "a/b")):
        body = re.sub(r"\\.", "", request["body"]["body"])
        assert "@everyone" not in body and "](javascript" not in body
        assert body.count("<") == 1 and body.rstrip().endswith("-->"), "the marker alone is markup"


@pytest.mark.parametrize(
    ("link", "line"),
    [
        (None, "- runs/20261120-070000/reports/decision.html"),
        ("https://ci.example/a_b_c", "- <https://ci.example/a_b_c>"),
        ("javascript:alert(1)", "- javascript:alert(1)"),
        ("https://x> <b>", r"- https://x\> \<b\>"),
    ],
)
def test_only_an_address_becomes_a_link(link: str | None, line: str) -> None:
    (request,) = json.loads(formats.as_github(exported(LOST, link=link), {}, "a/b"))

    assert request["body"]["body"].splitlines()[-3] == line


@pytest.mark.parametrize("start", ["=1", "+1", "-1", "@x", "＝1"])
def test_no_cell_of_the_table_is_a_formula(start: str) -> None:
    issues = exported(named(LOST, entity=start, field=start))

    (row,) = lines(formats.as_csv(issues, {}))

    assert row["entity"] == row["field"] == f"'{start}"


# What a tracker gives back for the issues that were made: by the tool's own table, by Jira, GitHub, GitLab.
def own_csv(state: str, issues: tuple[Issue, ...]) -> str:
    rows = lines(formats.as_csv(issues, {}))
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows({**row, "key": f"E-{at}", "status": state} for at, row in enumerate(rows))
    return "\ufeff" + out.getvalue()


def jira_csv(state: str, issues: tuple[Issue, ...]) -> str:
    made = [request["body"]["fields"] for request in json.loads(formats.as_jira(issues, {}, "ERP"))]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["Issue key", "Summary", "Status", "Labels", "Labels"])
    writer.writerow(["E-99", "Somebody's own", "Done", "other", ""])
    for at, fields in enumerate(made):
        writer.writerow([f"E-{at}", fields["summary"], state, fields["labels"][-1], "people's own"])
    return out.getvalue()


def jira_json(state: str, issues: tuple[Issue, ...]) -> str:
    made = [request["body"]["fields"] for request in json.loads(formats.as_jira(issues, {}, "ERP"))]
    category = {"key": "done" if state == "Done" else "indeterminate"}
    status = {"name": "Abgenommen" if state == "Done" else "In Arbeit", "statusCategory": category}
    found = [{"key": f"E-{at}", "fields": {**fields, "status": status}} for at, fields in enumerate(made)]
    return json.dumps({"issues": found})


def github_json(state: str, issues: tuple[Issue, ...]) -> str:
    made = [request["body"] for request in json.loads(formats.as_github(issues, {}, "a/b"))]
    word = "CLOSED" if state == "Done" else "OPEN"
    return json.dumps([{**body, "number": at, "state": word} for at, body in enumerate(made)])


def gitlab_json(state: str, issues: tuple[Issue, ...]) -> str:
    word = "closed" if state == "Done" else "opened"
    return json.dumps(
        [
            {"iid": at, "state": word, "description": f"text\n{issue.marker}"}
            for at, issue in enumerate(issues)
        ]
    )


FORMS = (own_csv, jira_csv, jira_json, github_json, gitlab_json)
Form = Callable[[str, tuple[Issue, ...]], str]


def read(folder: Path, content: str, **more: Any) -> dict[str, statuses.Tracked]:
    path = folder / "export"
    path.write_text(content, "utf-8")
    return dict(statuses.read(path, **more))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("state", ["To Do", "Done"])
def test_a_trackers_export_is_read_back(tmp_path: Path, form: Form, state: str) -> None:
    issues = exported(LOST, OFF)

    found = read(tmp_path, form(state, issues))

    assert set(found) == {statuses.short(issue.fingerprint) for issue in issues}
    assert {item.closed for item in found.values()} == {state == "Done"}
    assert all(item.key for item in found.values())


@pytest.mark.parametrize("form", FORMS)
def test_a_second_export_changes_what_the_tracker_has(tmp_path: Path, form: Form) -> None:
    known = read(tmp_path, form("To Do", exported(LOST)))
    (key,) = (item.key for item in known.values())
    second = exported(LOST, OFF)

    jira = json.loads(formats.as_jira(second, known, "ERP"))
    github = json.loads(formats.as_github(second, known, "a/b"))
    table = lines(formats.as_csv(second, known))

    sent = {(each["external_id"] == LOST.fingerprint, each["method"], each["path"]) for each in jira}
    assert sent == {(True, "PUT", f"rest/api/2/issue/{key}"), (False, "POST", "rest/api/2/issue")}
    changed = next(each["body"] for each in jira if each["method"] == "PUT")
    assert "project" not in changed["fields"] and "labels" not in changed["fields"]
    assert {each["path"] for each in github if each["method"] == "PATCH"} == {f"repos/a/b/issues/{key}"}
    assert "labels" not in next(each["body"] for each in github if each["method"] == "PATCH")
    assert {row["key"] for row in table} == {key, ""}


CASES = [
    pytest.param((LOST,), {"state": "To Do"}, {"agreed": 1}, False, id="open on both"),
    pytest.param((LOST,), {"state": "Done"}, {"reopened": 1}, True, id="closed there, open here"),
    pytest.param((), {"state": "To Do"}, {"gone": 1}, True, id="open there, gone here"),
    pytest.param((), {"state": "Done"}, {"agreed": 1}, False, id="closed there, gone here"),
    pytest.param(
        (LOST, OFF), {"state": "To Do"}, {"agreed": 1, "untracked": 1}, False, id="open here, not there"
    ),
    pytest.param(
        (), {"state": "To Do", "scope": ("area=function",)}, {"gone": 1}, True, id="a part that has it"
    ),
]


@pytest.mark.parametrize("form", [own_csv, github_json])
@pytest.mark.parametrize(("findings", "tracker", "counts", "differ"), CASES)
def test_where_the_tracker_and_the_run_disagree(
    tmp_path: Path, form: Form, findings: Any, tracker: Any, counts: dict[str, int], differ: bool
) -> None:
    known = read(tmp_path, form(tracker["state"], exported(LOST)))

    found = statuses.compare(run_of(*findings, scope=tracker.get("scope", ())), known)

    kinds = ("reopened", "gone", "accepted", "unseen", "untracked")
    told = {kind: len(getattr(found, kind)) for kind in kinds} | {"agreed": found.agreed}
    assert {kind: count for kind, count in told.items() if count} == counts
    assert found.is_one is differ


def test_what_a_waiver_accepts_may_stay_open_in_the_tracker(tmp_path: Path) -> None:
    known = read(tmp_path, github_json("To Do", exported(NUMBERED)))

    found = statuses.compare(run_of(NUMBERED), known)

    assert [(item.key, judged_one.waiver.id) for item, judged_one in found.accepted if judged_one.waiver] == [
        ("0", "W-01")
    ]
    assert not found.is_one


@pytest.mark.parametrize(
    ("form", "judgement", "kind"),
    [
        pytest.param(github_json, run_of(broken=True), "unseen", id="its check broke"),
        pytest.param(github_json, run_of(), "gone", id="its check passed"),
        pytest.param(jira_csv, run_of(broken=True), "unseen", id="nobody knows its check, one broke"),
        pytest.param(jira_csv, run_of(scope=("area=ux",)), "unseen", id="nobody knows its check, in a part"),
        pytest.param(jira_csv, run_of(), "gone", id="nobody knows its check, all concluded"),
        pytest.param(github_json, judged((Check(LINES),)), "unseen", id="its check is not in the run"),
    ],
)
def test_what_was_not_looked_at_is_not_gone(
    tmp_path: Path, form: Form, judgement: Judgement, kind: str
) -> None:
    found_there = named(finding(PARTY))

    result = statuses.compare(judgement, read(tmp_path, form("To Do", exported(found_there))))

    assert len(getattr(result, kind)) == 1 and len(result.gone) + len(result.unseen) == 1


def test_a_word_of_ones_own_means_closed_when_it_is_said(tmp_path: Path) -> None:
    content = own_csv("待验证", exported(LOST))

    assert not next(iter(read(tmp_path, content).values())).closed
    assert next(iter(read(tmp_path, content, closed=("待验证",)).values())).closed


def test_of_several_issues_of_one_finding_an_open_one_counts(tmp_path: Path) -> None:
    issues = exported(LOST)
    both = json.loads(github_json("Done", issues)) + json.loads(github_json("To Do", issues))

    (found,) = read(tmp_path, json.dumps(both)).values()

    assert not found.closed


@pytest.mark.parametrize(
    "content",
    [
        "",
        "nothing",
        "a,b\n1,2\n",
        "[]",
        "[1]",
        "{",
        "{}",
        '{"issues": 5}',
        '[{"status": {"name": 1, "statusCategory": "x"}}]',
        '{"issues": [{"key": "E-1", "fields": {}}]}',
        '"x',
        "\x00",
    ],
    ids=repr,
)
def test_a_file_that_names_no_finding_is_an_error(tmp_path: Path, content: str) -> None:
    with pytest.raises(ConfigError, match="export"):
        read(tmp_path, content)


def test_a_key_that_would_lead_elsewhere_is_not_taken(tmp_path: Path) -> None:
    content = own_csv("To Do", exported(LOST)).replace("E-0", "../../admin")

    (found,) = read(tmp_path, content).values()

    assert found.key is None


def test_every_world_can_be_exported() -> None:
    judgement, made = world("business")

    assert len(issues_of(judgement, made, Language.ZH)) == len(
        {f.finding.fingerprint for f in judgement.findings}
    )
