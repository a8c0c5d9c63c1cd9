"""What a tracker says of the issues, read back, and where it and the run disagree."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.errors import ConfigError
from harness.gate import JudgedFinding, Judgement
from harness.model import text
from harness.notify.issue import SHORT, as_word, lasting

CLOSED = frozenset(
    {
        *("closed", "close", "done", "resolved", "fixed", "verified", "rejected", "cancelled", "canceled"),
        *("duplicate", "wontfix", "wont fix", "won't fix", "won't do"),
        *("已关闭", "关闭", "已解决", "解决", "已完成", "完成", "已修复", "已拒绝", "拒绝", "已取消", "取消"),
    }
)
"""Words of trackers for what nobody works on any more; every other word is read as open."""
_MARKED = re.compile(r"fingerprint=(?P<name>[0-9a-f]{64})(?:\s+check=(?P<check>[\w.\-]+))?")
_LABELLED = re.compile(rf"\berp-fp-(?P<name>[0-9a-f]{{{SHORT}}})\b")
_KEY = re.compile(r"[\w-]{1,40}")  # it becomes a part of an address
_NAMES = ("fingerprint", "external_id", "external id", "external issue id", "指纹")
_STATUSES = ("status", "state", "状态")
_KEYS = ("key", "issue key", "number", "iid")


@dataclass(frozen=True, slots=True)
class Tracked:
    """One issue as the tracker has it; `check` is None where its text does not say."""

    fingerprint: str
    word: str
    closed: bool
    key: str | None = None
    check: str | None = None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The run against the tracker.

    `reopened`: closed there, open here. `gone`: open there, and its check finds it no more. `accepted`:
    open there, waived here. `unseen`: open there, and its check came to no conclusion in this run.
    `untracked`: open here, and not there.
    """

    reopened: tuple[tuple[Tracked, JudgedFinding], ...]
    gone: tuple[Tracked, ...]
    accepted: tuple[tuple[Tracked, JudgedFinding], ...]
    unseen: tuple[Tracked, ...]
    untracked: tuple[JudgedFinding, ...]
    agreed: int

    @property
    def is_one(self) -> bool:
        """Whether the tracker says of a finding what the run does not."""
        return bool(self.reopened or self.gone)


def short(fingerprint: str) -> str:
    """The part of a fingerprint by which findings and issues are held together."""
    return fingerprint[:SHORT]


def read(path: Path, closed: Collection[str] = ()) -> Mapping[str, Tracked]:
    """The issues of a CSV or JSON export by `short` name; several of one name are open if any is.

    `closed` are further words for closed. ConfigError for a file that cannot be read or names no finding.
    """
    try:
        content = path.read_text(encoding="utf-8-sig")
        rows = _from_json(content) if content.lstrip()[:1] in ("[", "{") else _from_csv(content)
        found = [item for row in rows if (item := _tracked(row, {word.casefold() for word in closed}))]
    except (OSError, ValueError, csv.Error) as problem:
        raise ConfigError(text("issues.unreadable", file=str(path), why=type(problem).__name__)) from None
    if not found:
        raise ConfigError(text("issues.no_fingerprint", file=str(path)))
    merged: dict[str, Tracked] = {}
    for item in found:
        known = merged.get(short(item.fingerprint))
        if known is None or (known.closed and not item.closed):
            merged[short(item.fingerprint)] = item
    return merged


def compare(judgement: Judgement, tracked: Mapping[str, Tracked]) -> Disagreement:
    """Where the tracker and the judgement say different things of one finding."""
    here: dict[str, JudgedFinding] = {}
    for judged in judgement.findings:
        name = short(lasting(judged.finding))
        if name not in here or judged.open:
            here[name] = judged
    missing = [item for name, item in tracked.items() if name not in here and not item.closed]
    both = [(item, here[name]) for name, item in tracked.items() if name in here]
    looked_at = {as_word(check.id): check.state.concluded for check in judgement.checks}
    whole = not judgement.verdict.scope and bool(looked_at) and all(looked_at.values())
    gone = [item for item in missing if (looked_at.get(as_word(item.check), False) if item.check else whole)]
    reopened = [pair for pair in both if pair[0].closed and pair[1].open]
    accepted = [pair for pair in both if not pair[0].closed and not pair[1].open]
    return Disagreement(
        reopened=tuple(reopened),
        gone=tuple(gone),
        accepted=tuple(accepted),
        unseen=tuple(item for item in missing if item not in gone),
        untracked=tuple(judged for name, judged in here.items() if judged.open and name not in tracked),
        agreed=len(tracked) - len(missing) - len(reopened) - len(accepted),
    )


def _tracked(row: Mapping[str, str], closed: Collection[str]) -> Tracked | None:
    """The issue that a row tells of; None for one that is not ours."""
    everything = "\n".join(row.values())
    marked = _MARKED.search(everything)
    labelled = _LABELLED.search(everything)
    name = _first(row, _NAMES) or (marked or labelled or {"name": ""})["name"]
    if not re.fullmatch(rf"[0-9a-f]{{{SHORT},64}}", name):
        return None
    word = _first(row, _STATUSES)
    known = row.get("category", "") == "done" or word.casefold() in CLOSED | set(closed)
    check = _first(row, ("check",)) or (marked["check"] if marked else None)
    key = _first(row, _KEYS).removeprefix("#")
    return Tracked(name, word, known, key if _KEY.fullmatch(key) else None, check or None)


def _first(row: Mapping[str, str], names: Iterable[str]) -> str:
    return next((row[name].strip() for name in names if row.get(name, "").strip()), "")


def _from_csv(content: str) -> Iterator[Mapping[str, str]]:
    first = content.partition("\n")[0]
    lines = csv.reader(io.StringIO(content), delimiter=max(",;\t", key=first.count), strict=True)
    heads = [head.strip().casefold() for head in next(lines, [])]
    for line in lines:
        row: dict[str, str] = {}
        for head, cell in zip(heads, line, strict=False):
            row[head] = f"{row[head]}\n{cell}" if row.get(head) else cell  # Jira repeats a heading
        yield row


def _from_json(content: str) -> Iterator[Mapping[str, str]]:
    """GitHub's and GitLab's lists, the answer to a search of Jira's, or a list with a fingerprint each."""
    stored = json.loads(content)
    items = stored if isinstance(stored, list) else stored.get("issues") or stored.get("items") or []
    for item in items if isinstance(items, list) else [None]:
        if not isinstance(item, dict):
            raise ValueError("an issue is an object in a list")
        fields = item["fields"] if isinstance(item.get("fields"), dict) else {}
        flat = {str(name).casefold(): _words(value) for name, value in {**fields, **item}.items()}
        status = fields.get("status") or item.get("status")
        if isinstance(status, dict):
            flat["status"] = str(status.get("name", ""))
            category = status.get("statusCategory")
            flat["category"] = str(category.get("key", "")) if isinstance(category, dict) else ""
        yield flat


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return "\n".join(map(_words, value.values()))
    if isinstance(value, list):
        return "\n".join(map(_words, value))
    return "" if value is None else str(value)
