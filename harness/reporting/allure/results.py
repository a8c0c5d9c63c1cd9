"""The results that the checks left, as Allure shall read them: with what judging has found out since.

The results themselves stay as they were written; a copy gets the labels.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.gate import CheckState, JudgedCheck, Judgement
from harness.messages import Language
from harness.model import Area, Part, text
from harness.reporting.pictures.shown import Gallery
from harness.reporting.wording import say

FINDING = "finding"
STATE = "state"
WAIVER = "waiver"
_REPEATS = (Part.SOURCE_REPEAT.value, Part.TARGET_REPEAT.value)
_DECIDING = (Part.COMPARISON.value, Part.PAIR.value)


def copy(
    results: Path,
    destination: Path,
    judgement: Judgement,
    language: Language,
    galleries: Iterable[Gallery] = (),
) -> int:
    """Copies the results with the labels of the judgement, in the report's language; how many there are.

    The pictures of a check are attached to its deciding result.
    """
    destination.mkdir()
    words = _Words(
        _labels(judgement),
        {str(area): say(text(f"gate.area.{area}"), language) for area in Area},
        {check.id: say(check.title, language) for check in judgement.checks},
        say(text("report.allure.again"), language),
        {each.check_id: _attached(each, destination, language) for each in galleries},
    )
    count = 0
    for item in sorted(results.iterdir()):
        if item.name.endswith("-result.json"):
            content = _labelled(item.read_bytes(), words)
            (destination / item.name).write_bytes(content)
            count += 1
        elif item.is_file():
            _link(item, destination / item.name)
    return count


def _attached(gallery: Gallery, destination: Path, language: Language) -> list[dict[str, str]]:
    found = []
    for picture in gallery.pictures:
        content = picture.drawn[language].content()
        source = f"{hashlib.sha256(content).hexdigest()[:32]}-attachment.svg"
        (destination / source).write_bytes(content)
        found.append({"name": say(picture.title, language), "source": source, "type": "image/svg+xml"})
    return found


def _link(item: Path, place: Path) -> None:
    try:
        os.link(item, place)
    except OSError:
        shutil.copyfile(item, place)


def _labels(judgement: Judgement) -> Mapping[str, list[dict[str, str]]]:
    """Per check what its deciding result is labelled with; a passing check gets nothing."""
    labels: dict[str, dict[tuple[str, str], None]] = {}
    for check in judgement.checks:
        if check.state is not CheckState.PASSED:
            labels.setdefault(check.id, {})[STATE, _word(check)] = None
    for judged in judgement.findings:
        own = labels.setdefault(judged.finding.check_id, {})
        if judged.waiver is None:
            own[FINDING, str(judged.finding.kind)] = None
        else:
            own[WAIVER, judged.waiver.id] = None
    return {
        check_id: [{"name": name, "value": value} for name, value in own] for check_id, own in labels.items()
    }


def _word(check: JudgedCheck) -> str:
    accepted = check.state is CheckState.FAILED and check.waived and not check.open
    return "accepted" if accepted else str(check.state)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said in the report, per check: labels, a title, pictures; names of areas; a word for again."""

    labels: Mapping[str, list[dict[str, str]]]
    areas: Mapping[str, str]
    titles: Mapping[str, str]
    again: str
    pictures: Mapping[str, list[dict[str, str]]]


def _labelled(content: bytes, words: _Words) -> bytes:
    try:
        result: Any = json.loads(content)
    except ValueError:
        return content  # a result cut short by a kill: Allure reports it, we do not hide it
    if not isinstance(result, dict):
        return content
    labels = result.setdefault("labels", [])
    known = {label.get("name"): label.get("value") for label in labels if isinstance(label, dict)}
    check = str(known.get("story"))
    if known.get("part") in _DECIDING:
        labels.extend(words.labels.get(check, []))
        if words.pictures.get(check):
            result["attachments"] = [*(result.get("attachments") or []), *words.pictures[check]]
    for label in labels:
        if isinstance(label, dict) and label.get("name") == "epic":
            label["value"] = words.areas.get(str(label.get("value")), label.get("value"))
    if check in words.titles:  # which side it is, the environments of the report say
        again = known.get("part") in _REPEATS
        result["name"] = f"{words.titles[check]} ({words.again})" if again else words.titles[check]
    return json.dumps(result, ensure_ascii=False).encode()
