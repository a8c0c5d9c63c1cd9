"""The broken configurations: one folder each, with the exact sentences that they must produce."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.config import LimitShape, RuleShape

FOLDER = Path(__file__).parent / "cases"
ADAPTERS = ("database", "odoo", "sap", "tryton")
RULES: Mapping[str, RuleShape] = {
    "no_open_findings": RuleShape(LimitShape.COUNT),
    "no_critical_failures": RuleShape(),
    "coverage_at_least": RuleShape(LimitShape.SHARE, needs_area=True),
    "amount_affected": RuleShape(LimitShape.AMOUNT),
    "sign_offs": RuleShape(LimitShape.NAMES, choices=("finance", "sales")),
    "findings_per_severity": RuleShape(
        LimitShape.TABLE,
        keys={name: RuleShape(LimitShape.COUNT, required=name == "major") for name in ("major", "minor")},
    ),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One broken configuration."""

    folder: Path

    def prepared(self, folder: Path) -> Path:
        """The case's harness.toml in a folder of its own, where its `dotenv` is called `.env`."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        if (folder / "dotenv").exists():
            (folder / "dotenv").rename(folder / ".env")
        return folder / "harness.toml"

    def pairs(self, name: str) -> dict[str, str]:
        """The `key=value` lines of a file beside the case; none when there is no such file."""
        file = self.folder / name
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return {key: value for key, _, value in (line.partition("=") for line in lines)}

    def expected(self, language: str) -> str:
        name = {"en": "expected.txt", "zh": "expected.zh.txt"}[language]
        return (self.folder / name).read_text(encoding="utf-8")


CASES = tuple(Case(folder) for folder in sorted(FOLDER.iterdir()))
CHINESE = tuple(case for case in CASES if (case.folder / "expected.zh.txt").exists())
