"""A project with a run as large as they come: thousands of checks, a hundred thousand differences.

What it holds depends on its size alone, so that two measurements of one size are of the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from harness.evidence import Run
from harness.model import (
    Area,
    Capture,
    CheckSpec,
    Conclusion,
    Cover,
    Finding,
    FindingKind,
    Item,
    Mode,
    Part,
    Severity,
    Status,
    Title,
    text,
)
from harness.redact import Redactor
from tests.evidence.samples import CREATED, KEY, a_manifest

AREAS = tuple(Area)
PARTS = (Part.SOURCE, Part.TARGET, Part.COMPARISON)
ENTITIES = ("sale_line", "invoice", "stock_move", "account_move_line", "party")
FAILING = 5  # every fifth check finds differences
DOUBTFUL = 50  # every fiftieth comes to no conclusion
WAIVERS = 200
_WAYS_TO_DOUBT = (Status.BROKEN, Status.SKIPPED, Status.UNKNOWN)
_PROJECT = """
schema = 1
[project]
name = "A large company's upgrade"
milestone = "SIT"
"""
_SIDE = """
[{side}]
adapter = "tryton"
url = "http://{side}.test"
synthetic = true
[{side}.accounts.admin]
user = "admin"
password = "unused"
"""
_POLICY = """
schema = 1
[materiality]
amount = "0.00"
currency = "CNY"
[milestones.SIT]
areas = ["data", "function", "rights", "interfaces", "ux", "performance"]
[[milestones.SIT.rules]]
rule = "no_open_findings"
limit = 0
[[milestones.SIT.rules]]
rule = "findings_within"
limit = { major = 10, minor = 100 }
[[milestones.SIT.rules]]
rule = "amount_within_materiality"
[[milestones.SIT.rules]]
rule = "no_weaker_evidence"
severity = "minor"
limit = 0
"""
_WAIVER = """
[[waiver]]
id = "W-{number}"
reason = "The upgrade rounds this amount otherwise; finance has agreed to it."
owner = "Li Wei"
approver = "Chen Jing"
expires = 2027-12-31
check = "{check}"
entity = "{entity}"
key = "*-{key}*"
limit = 1000
"""


@dataclass(frozen=True)
class Large:
    """How large: so many checks with so many findings in all. Each check has three parts."""

    checks: int = 5_000
    findings: int = 100_000

    def specs(self) -> tuple[CheckSpec, ...]:
        """Every check, spread over all areas and twenty modules."""
        return tuple(self._spec(number) for number in range(self.checks))

    def _spec(self, number: int) -> CheckSpec:
        area = AREAS[number % len(AREAS)]
        return CheckSpec(
            f"{area}.module_{number % 20}.check_{number}",
            Title(f"Figures of entity {number} agree", f"第 {number} 个实体的数据一致"),
            area,
            f"module_{number % 20}",
            Mode.SIDE,
            "flow",
            tuple(Severity)[number % 4],
            requirements=(f"R{number % 300}",),
            department=f"Department {number % 12}",
            owner=f"Owner {number % 40}",
        )

    def findings_of(self, number: int, spec: CheckSpec) -> Iterator[Finding]:
        """What the check found: the failing checks share all findings evenly."""
        failing = -(-self.checks // FAILING)
        place, rest = divmod(number, FAILING)
        own = 0 if rest else self.findings // failing + (place < self.findings % failing)
        for each in range(own):
            key = f"SO-{number}-{each}"
            yield Finding(
                spec.id,
                tuple(FindingKind)[each % 3],
                ENTITIES[each % len(ENTITIES)],
                tuple(Severity)[(number + each) % 4],
                text("gate.unverified.item", item=f"Order {key}: the amount before tax is not what it was."),
                key=key,
                field="untaxed_amount",
                source_value=Decimal(each) / 100,
                target_value=Decimal(each + 1) / 100,
                amount=Decimal(each % 97) / 100,
                currency="CNY",
            )

    def conclusion(self, number: int, spec: CheckSpec) -> Conclusion:
        """How the check ended."""
        covers = (Cover("table", f"table_{number}", "rows"),)
        found = tuple(self.findings_of(number, spec))
        if found:
            why = text("evidence.notice.unsealed")
            return Conclusion(Status.FAILED, why, found, covers=covers)
        if number % DOUBTFUL == 1:
            why = text("evidence.notice.unreferenced", count=number)
            return Conclusion(_WAYS_TO_DOUBT[number % 3], why, covers=covers)
        caveats = (text("evidence.notice.unsealed"),) if number % DOUBTFUL == 2 else ()
        return Conclusion(Status.PASSED, covers=covers, caveats=caveats)


def project(folder: Path, large: Large, *, allure: bool = False) -> Run:
    """A project in `folder` with one sealed run; with the results that Allure reads, if they are wanted."""
    sides = "".join(_SIDE.format(side=side) for side in ("source", "target"))
    (folder / "harness.toml").write_text(_PROJECT + sides, "utf-8")
    (folder / "policy.toml").write_text(_POLICY, "utf-8")
    (folder / "waivers.toml").write_text("schema = 1\n" + "".join(_waivers(large)), "utf-8")
    run = Run.create(folder / "runs", a_manifest("20261120-080000", synthetic=True))
    specs = large.specs()
    with run.recorder(Redactor(()), KEY, process="main") as recorder:
        recorder.plan((spec, part) for spec in specs for part in PARTS)
        recorder.universe(Item("table", f"table_{number}", number) for number in range(large.checks * 2))
        for number, spec in enumerate(specs):
            for part in PARTS[:2]:
                recorder.capture(spec, part, Capture({"side": str(part)}))
            for part in PARTS:
                started = CREATED + timedelta(seconds=number)
                own = large.conclusion(number, spec) if part is Part.COMPARISON else Conclusion(Status.PASSED)
                recorder.conclude(spec, part, own, started=started, seconds=Decimal("0.25"))
    run.seal()
    if allure:
        _allure_results(run, large)
    return run


def _waivers(large: Large) -> Iterator[str]:
    """Each for one failing check and some of its keys, every tenth for whole families of checks."""
    specs = large.specs()
    for number in range(WAIVERS):
        spec = specs[number * FAILING % large.checks]
        check = f"{spec.area}.{spec.module}.*" if number % 10 == 0 else spec.id
        yield _WAIVER.format(number=number, check=check, entity=ENTITIES[number % 5], key=number % 10)


def _allure_results(run: Run, large: Large) -> None:
    """What allure-pytest would have left: a result per part, and the findings as a table beside it."""
    folder = run.reports / "allure-results"
    folder.mkdir()
    for number, spec in enumerate(large.specs()):
        found = [f"{finding.key},{finding.amount}\n" for finding in large.findings_of(number, spec)]
        for part in PARTS:
            failed = bool(found) and part is Part.COMPARISON
            name = f"{number}-{part}"
            attached = []
            if failed:
                (folder / f"{name}-attachment.csv").write_text("".join(found), "utf-8")
                attached = [{"name": "findings", "source": f"{name}-attachment.csv", "type": "text/csv"}]
            content = json.dumps(_result(spec, part, failed=failed) | {"attachments": attached})
            (folder / f"{name}-result.json").write_text(content, "utf-8")


def _result(spec: CheckSpec, part: Part, *, failed: bool) -> dict[str, object]:
    side = part.side.value if part.side else part.value
    labels = {
        "side": side,
        "part": part.value,
        "area": spec.area,
        "module": spec.module,
        "epic": spec.area,
        "feature": spec.module,
        "story": spec.id,
        "severity": "critical",
    }
    milliseconds = int(CREATED.timestamp() * 1000)
    return {
        "uuid": f"{spec.id}-{part}",
        "name": spec.title.en,
        "fullName": f"{spec.id}-{part}",
        "historyId": f"{spec.id}-{part}",
        "status": "failed" if failed else "passed",
        "start": milliseconds,
        "stop": milliseconds + 250,
        "labels": [{"name": name, "value": value} for name, value in labels.items()],
    }
