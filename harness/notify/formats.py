"""Issues as a table, and as requests that a tracker takes: new ones are made, known ones changed."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.notify.issue import TOOL, Issue
from harness.notify.statuses import Tracked, short
from harness.reporting.markdown import inert
from harness.values import as_cell

_COLUMNS = (
    "fingerprint", "key", "status", "title", "description", "state", "severity", "area", "module",
    "department", "owner", "check", "kind", "entity", "field", "amount", "count", "waiver", "ticket",
    "run", "link", "labels",
)  # fmt: skip


def as_csv(issues: Iterable[Issue], known: Mapping[str, Tracked]) -> str:
    """A line for each issue; `key` and `status` are the tracker's, or empty for it to fill in."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for issue in issues:
        tracked = known.get(short(issue.fingerprint))
        cells = {
            "key": tracked.key if tracked and tracked.key else "",
            "status": tracked.word if tracked else "",
            "description": "\n".join(issue.lines),
            "state": "accepted" if issue.accepted else "open",
            "labels": " ".join((*issue.labels, issue.label)),
        }
        line = (cells[name] if name in cells else str(getattr(issue, name)) for name in _COLUMNS)
        writer.writerow(map(as_cell, line))
    return out.getvalue()


def as_jira(issues: Iterable[Issue], known: Mapping[str, Tracked], project: str) -> str:
    """Requests of Jira's REST interface, version 2, to be sent one after the other."""
    return _json(_jira(issue, known.get(short(issue.fingerprint)), project) for issue in issues)


def as_github(issues: Iterable[Issue], known: Mapping[str, Tracked], project: str) -> str:
    """Requests of GitHub's REST interface, to be sent one after the other."""
    return _json(_github(issue, known.get(short(issue.fingerprint)), project) for issue in issues)


def _jira(issue: Issue, tracked: Tracked | None, project: str) -> Mapping[str, Any]:
    # within {noformat} nothing of the text is markup, and nobody is called
    told = "\n".join((*issue.lines, issue.marker)).replace("{noformat}", "(noformat)")
    fields: dict[str, Any] = {"summary": issue.title, "description": f"{{noformat}}\n{told}\n{{noformat}}"}
    labels = [*issue.labels, issue.label]
    search = f'project = "{project}" AND labels = "{issue.label}"'
    if tracked is not None and tracked.key:
        # labels are added: those that people have set stay
        body: dict[str, Any] = {"fields": fields, "update": {"labels": [{"add": name} for name in labels]}}
        return _request(issue, "PUT", f"rest/api/2/issue/{tracked.key}", body, search)
    fields |= {"project": {"key": project}, "issuetype": {"name": "Bug"}, "labels": labels}
    return _request(issue, "POST", "rest/api/2/issue", {"fields": fields}, search)


def _github(issue: Issue, tracked: Tracked | None, project: str) -> Mapping[str, Any]:
    *told, place = issue.lines
    where = f"<{place}>" if re.fullmatch(r"https?://[^\s<>]+", place) else inert(place)
    lines = (*(f"- {inert(line)}" for line in told), f"- {where}", "", f"<!-- {issue.marker} -->")
    body: dict[str, Any] = {"title": issue.title, "body": "\n".join(lines)}
    search = f'"{issue.fingerprint}" in:body repo:{project}'
    if tracked is not None and tracked.key:
        return _request(issue, "PATCH", f"repos/{project}/issues/{tracked.key}", body, search)
    return _request(issue, "POST", f"repos/{project}/issues", body | {"labels": [*issue.labels]}, search)


def _request(issue: Issue, method: str, path: str, body: Mapping[str, Any], search: str) -> Mapping[str, Any]:
    """`search` finds the issue where nobody knows its key: ask it before a POST is sent."""
    return {
        "external_id": issue.fingerprint,
        "source": TOOL,
        "state": "accepted" if issue.accepted else "open",
        "search": search,
        "method": method,
        "path": path,
        "body": body,
    }


def _json(requests: Iterator[Mapping[str, Any]]) -> str:
    return json.dumps(list(requests), ensure_ascii=False, indent=1) + "\n"
