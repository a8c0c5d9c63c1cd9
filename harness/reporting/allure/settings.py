"""Allure's configuration for one run: environments, categories, metrics and the words on the report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.evidence import Manifest
from harness.gate import Judgement
from harness.messages import Language
from harness.model import FindingKind, text
from harness.reporting.allure.results import FINDING, STATE
from harness.reporting.summary import summarise
from harness.reporting.wording import moment, plain, say

_SIDES = ("source", "target", "comparison", "pair")
_STATES = ("accepted", "broken", "undecided", "skipped", "missing")

# Allure takes functions as matchers of environments, so the file is a module; all values in it are JSON.
_MODULE = """\
const settings = {settings};
const side = (wanted) => ({{ labels }}) => labels.some((l) => l.name === "side" && l.value === wanted);
for (const [name, environment] of Object.entries(settings.environments)) environment.matcher = side(name);
export default settings;
"""


def write(
    path: Path,
    judgement: Judgement,
    manifest: Manifest,
    language: Language,
    *,
    performance: Mapping[str, object],
    attachments: Sequence[Path],
    single_file: bool,
) -> None:
    """Writes the configuration as an ES module."""
    told = summarise(judgement, manifest)
    project = plain(manifest.project, 80)
    settings = {
        "name": f"{say(told.headline, language)} · {project}",
        "environments": {
            name: {"name": say(text(f"report.allure.environment.{name}"), language)} for name in _SIDES
        },
        "variables": _variables(judgement, manifest, language),
        "categories": {"rules": _categories(language)},
        "performance": performance,
        "globalAttachments": [str(item) for item in attachments],
        "plugins": {
            "awesome": {
                "options": {
                    "reportName": f"{say(told.headline, language)} · {project}",
                    "reportLanguage": str(language),
                    "singleFile": single_file,
                    "groupBy": ["epic", "feature"],
                }
            }
        },
    }
    content = json.dumps(settings, ensure_ascii=True, indent=1)
    path.write_text(_MODULE.format(settings=content), encoding="utf-8")


def _variables(judgement: Judgement, manifest: Manifest, language: Language) -> dict[str, str]:
    told = summarise(judgement, manifest)
    values = {
        "report.title": say(told.headline, language),
        "report.field.milestone": plain(judgement.verdict.milestone, 80),
        "report.field.run": f"{manifest.run_id} ({manifest.profile})",
        "report.field.judged": moment(judgement.verdict.as_of),
        "report.field.checksum": told.evidence,
    }
    return {say(text(key), language): value for key, value in values.items()}


def _categories(language: Language) -> list[dict[str, object]]:
    kinds: list[dict[str, object]] = [
        {
            "id": f"finding-{kind}",
            "name": say(text(f"gate.finding.{kind}"), language),
            "matchers": {"labels": {FINDING: str(kind)}},
        }
        for kind in FindingKind
    ]
    states: list[dict[str, object]] = [
        {
            "id": f"state-{state}",
            "name": say(text(f"report.allure.category.{state}"), language),
            "matchers": {"labels": {STATE: state}},
        }
        for state in _STATES
    ]
    return [*kinds, *states]
