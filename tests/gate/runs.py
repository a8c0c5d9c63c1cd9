"""Recorded runs, policies and waivers made by hand, so that judging is tested without a run directory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from harness.config.policy import Policy
from harness.evidence import Cut, Manifest, Recorded
from harness.gate import Counts, Declared, Earlier, Judgement, Known, Seen, follow, judge
from harness.gate.declared import NOTHING_DECLARED
from harness.manual import Evidence, Manual, ManualResult, Result
from harness.model import (
    Area,
    CheckResult,
    CheckSpec,
    Cover,
    Finding,
    FindingKind,
    Item,
    Mode,
    Outcome,
    Part,
    Severity,
    Side,
    Status,
    Text,
    Title,
    Waiver,
    text,
)
from harness.values import Value

AS_OF = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
STARTED = AS_OF - timedelta(hours=2)
WHY = text("gate.check.no_conclusion")
ASKED = (Area.DATA, Area.FUNCTION, Area.UX, Area.PERFORMANCE)
SIDES = (Part.SOURCE, Part.TARGET, Part.COMPARISON)
CHECKED = tuple(f"{area}.check_{n}" for area in ASKED for n in range(2))  # the ids of `passing()`


def spec(name: str, area: Area = Area.DATA, severity: Severity = Severity.CRITICAL, **more: Any) -> CheckSpec:
    """A check of `area`."""
    title = Title(en=f"Check {name}", zh=f"检查 {name}")
    return CheckSpec(
        f"{area}.{name}", title, area, more.pop("module", "sales"), Mode.SIDE, "flow", severity, **more
    )


def finding(check: CheckSpec, severity: Severity = Severity.CRITICAL, **more: Any) -> Finding:
    """A difference found by `check`."""
    values: dict[str, Any] = {
        "kind": FindingKind.MISSING_IN_TARGET,
        "entity": "sale_line",
        "text": text("gate.unverified.item", item=f"{check.id} {more.get('key', 'SO0012/2')}"),
        "key": "SO0012/2",
        "fingerprint": f"fp-{check.id}-{more.get('key', 'SO0012/2')}",
    }
    return Finding(check.id, severity=severity, **(values | more))


@dataclass(frozen=True)
class Check:
    """One check of a recorded run: how its parts ended, and what its conclusion found."""

    spec: CheckSpec
    status: Status = Status.PASSED
    findings: tuple[Finding, ...] = ()
    parts: tuple[Part, ...] = SIDES
    done: tuple[Part, ...] | None = None
    at: Part = Part.COMPARISON
    caveats: tuple[Text, ...] = ()
    attempt: int = 1

    def results(self) -> tuple[CheckResult, ...]:
        """The result of every part that was executed."""
        done = self.parts if self.done is None else self.done
        return tuple(self._result(part, place) for place, part in enumerate(done))

    def _result(self, part: Part, place: int) -> CheckResult:
        status = self.status if part is self.at else Status.PASSED
        return CheckResult(
            self.spec,
            part,
            status,
            STARTED + timedelta(minutes=place),
            Decimal("1.5"),
            None if status is Status.PASSED else WHY,
            self.attempt,
            self.caveats if part is self.at else (),
        )


def passing(areas: Iterable[Area] = ASKED, each: int = 2) -> tuple[Check, ...]:
    """A clean set of checks in every area."""
    return tuple(Check(spec(f"check_{n}", area)) for area in areas for n in range(each))


def recorded(
    checks: Sequence[Check],
    *,
    sealed: bool = True,
    cuts: tuple[Cut, ...] = (),
    universe: tuple[Item, ...] = (),
    covers: tuple[tuple[str, Cover], ...] = (),
) -> Recorded:
    """What the checks left in the run directory."""
    return Recorded(
        planned=tuple((check.spec, part) for check in checks for part in check.parts),
        results=tuple(result for check in checks for result in check.results()),
        findings=tuple(found for check in checks for found in check.findings),
        universe=universe,
        covers=covers,
        cuts=cuts,
        digest="5f" * 32,
        sealed=sealed,
    )


def manifest(scope: tuple[str, ...] = ()) -> Manifest:
    """What the run was started with."""
    return Manifest(
        run_id="20261120-070000",
        created=STARTED,
        harness_version="0.1.0",
        project="Tryton 7.0 to 8.0",
        profile="smoke",
        scope=scope,
        sides=(Side.SOURCE, Side.TARGET),
        config_digest="ab" * 32,
        environments={
            "source": {"adapter": "tryton", "version": "7.0.56", "url": "http://127.0.0.1:8070"},
            "target": {"adapter": "tryton", "version": "8.0.11", "url": "http://127.0.0.1:8080"},
        },
    )


@dataclass(frozen=True)
class Line:
    """One rule line of a policy."""

    rule: str
    limit: Any = None
    area: str | None = None
    severity: str = "critical"
    more: dict[str, Any] = field(default_factory=dict)

    def table(self) -> dict[str, Any]:
        """The line as policy.toml has it."""
        named = {"rule": self.rule, "severity": self.severity} | self.more
        if self.limit is not None:
            named["limit"] = self.limit
        return named | ({"area": self.area} if self.area else {})


FLOOR_LINE = Line("no_open_findings", 0)


def policy(*lines: Line, areas: Iterable[Area] = ASKED, materiality: str = "0.00") -> Policy:
    """A policy with the milestone SIT."""
    rules = [line.table() for line in lines or (FLOOR_LINE,)]
    return Policy.model_validate(
        {
            "schema": 1,
            "materiality": {"amount": materiality, "currency": "CNY"},
            "milestones": {"SIT": {"areas": [str(area) for area in areas], "rules": rules}},
        }
    )


DEFAULT = policy()


def waiver(name: str = "W1", **more: Any) -> Waiver:
    """A valid waiver, unless `more` says otherwise."""
    values: dict[str, Any] = {
        "reason": "The upgrade drops cancelled drafts on purpose.",
        "owner": "Li Wei",
        "approver": "Chen Jing",
        "expires": date(2027, 1, 31),
    }
    if not {"check", "entity", "fingerprint"} & more.keys():
        more = {"entity": "sale_line"} | more
    return Waiver(name, **(values | more))


def judged(
    checks: Sequence[Check],
    *,
    waivers: tuple[Waiver, ...] = (),
    rules: Policy | None = None,
    scope: tuple[str, ...] = (),
    as_of: datetime = AS_OF,
    declared: Declared = NOTHING_DECLARED,
    environments: Mapping[str, Mapping[str, Value]] | None = None,
    **more: Any,
) -> Judgement:
    """The judgement of the checks under a policy."""
    made = manifest(scope) if environments is None else replace(manifest(scope), environments=environments)
    return judge(recorded(checks, **more), made, rules or DEFAULT, waivers, as_of, "SIT", declared)


def by_hand(case: str = "TM-1", result: Result = Result.PASSED, **more: Any) -> ManualResult:
    """A result by hand, with everything that makes a pass one, unless `more` says otherwise."""
    values: dict[str, Any] = {
        "title": f"Case {case}",
        "place": f"uat.csv:{case}",
        "tester": "Li Wei",
        "day": AS_OF.date(),
        "evidence": (Evidence("shot.png", "ab" * 32),),
    }
    return ManualResult(case, result=result, **(values | more))


def people_found(*results: ManualResult, upgraded: date | None = date(2026, 11, 1), **more: Any) -> Declared:
    """What people found by hand, on a target that was upgraded on the first of the month."""
    return Declared(Manual(results, (("uat.csv", "cd" * 32),), upgraded, **more))


def rehearsed(*found: Sequence[Known], concluded: Iterable[str] = ()) -> Declared:
    """Earlier complete runs, a day apart, that found these differences."""
    earlier = Earlier()
    for number, known in enumerate(found):
        created = STARTED - timedelta(days=len(found) - number)
        seen = Seen(f"r{number}", created, "SIT", Outcome.NO_GO, tuple(known), frozenset(concluded))
        earlier = follow(earlier, seen)
    return Declared(earlier=earlier)


def known(*names: str, check: str = "data.check_0", **counts: int) -> tuple[Known, ...]:
    """Differences of a check by their fingerprints, one critical finding each or as `counts` says."""
    return tuple(Known(name, check, Counts(**(counts or {"critical": 1}))) for name in names)


def changed(checks: Sequence[Check], index: int, **change: Any) -> tuple[Check, ...]:
    """The checks with one of them changed."""
    return tuple(replace(check, **change) if place == index else check for place, check in enumerate(checks))
