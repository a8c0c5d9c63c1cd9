"""Runs with something of every kind in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from harness.evidence import Manifest, Recorder, Run
from harness.model import (
    Area,
    Attachment,
    Capture,
    CheckResult,
    CheckSpec,
    Conclusion,
    Cover,
    Finding,
    FindingKind,
    Item,
    Mode,
    Part,
    Severity,
    Side,
    Status,
    Title,
    text,
)
from harness.redact import Redactor
from harness.values import Value

CREATED = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SYNTHETIC: Mapping[str, Mapping[str, Value]] = {"source": {"synthetic": True}, "target": {"synthetic": True}}
KEY = b"fingerprint key"


def a_manifest(run_id: str = "run-1", *, created: datetime = CREATED, synthetic: bool = False) -> Manifest:
    return Manifest(
        run_id=run_id,
        created=created,
        harness_version="0.1.0",
        project="Tryton 7.0 to 8.0",
        profile="smoke",
        scope=(),
        sides=(Side.SOURCE, Side.TARGET),
        config_digest="0" * 64,
        environments=SYNTHETIC if synthetic else {},
    )


def a_run(root: Path, run_id: str = "run-1", *, synthetic: bool = False) -> Run:
    return Run.create(root, a_manifest(run_id, synthetic=synthetic))


def a_recorder(run: Run, process: str = "main", secrets: tuple[str, ...] = ()) -> Recorder:
    return run.recorder(Redactor(secrets), KEY, process=process)


def a_spec(check_id: str = "function.order_to_cash", mode: Mode = Mode.SIDE) -> CheckSpec:
    return CheckSpec(
        id=check_id,
        title=Title("Order to cash", "订单到收款"),
        area=Area.FUNCTION,
        module="sales",
        mode=mode,
        comparator="flow",
        requirements=("S02",),
    )


def a_result(
    spec: CheckSpec, part: Part, status: Status = Status.PASSED, started: datetime = CREATED
) -> CheckResult:
    reason = None if status is Status.PASSED else text("evidence.notice.unsealed")
    return CheckResult(spec, part, status, started, Decimal("1.5"), reason, measures={"rows": 3})


def a_finding(check_id: str = "function.order_to_cash", key: str = "SO-1") -> Finding:
    return Finding(
        check_id=check_id,
        kind=FindingKind.MISMATCH,
        entity="invoice",
        severity=Severity.CRITICAL,
        text=text(
            "evidence.unwritable", file=Title("invoice", "发票"), reason=("a", Decimal("1.10"), CREATED)
        ),
        key=key,
        field="total",
        source_value=Decimal("100.00"),
        target_value=date(2026, 1, 2),
        amount=Decimal("0.01"),
        currency="CNY",
    )


def a_capture(note: str = "an order") -> Capture:
    return Capture(
        value={"total": Decimal("100.00"), "lines": [1, "two", None, b"\x00\xff"], "note": note},
        attachments=(
            Attachment("answer.json", "application/json", b'{"state": "done"}'),
            Attachment("screen.png", "image/png", b"\x89PNG of a person", sensitive=True),
        ),
        covers=(Cover("table", "sale_line", "rows"),),
        universe=(Item("table", "sale_line", 40), Item("table", "sale", 20)),
        caveats=(text("evidence.notice.unsealed"),),
        measures={"rows_compared": 3, "seconds": Decimal("0.25")},
    )


def a_conclusion(check_id: str = "function.order_to_cash") -> Conclusion:
    return Conclusion(
        Status.FAILED,
        text("evidence.notice.unsealed"),
        findings=(a_finding(check_id), a_finding(check_id, "SO-2")),
        attachments=(Attachment("differences.txt", "text/plain", b"total: 100.00 is 2026-01-02"),),
        covers=(Cover("column", "sale_line.quantity", "rows"),),
    )


def fill(run: Run, process: str = "main", *, checks: int = 1, secrets: tuple[str, ...] = ()) -> None:
    """One whole check of each number: plan, both sides, comparison."""
    with a_recorder(run, process, secrets) as recorder:
        specs = [a_spec(f"function.flow_{process}_{number}") for number in range(checks)]
        parts = (Part.SOURCE, Part.TARGET, Part.COMPARISON)
        recorder.plan((spec, part) for spec in specs for part in parts)
        for spec in specs:
            for part in (Part.SOURCE, Part.TARGET):
                recorder.capture(spec, part, a_capture(f"{spec.id} on {part}"))
                recorder.result(a_result(spec, part))
            recorder.conclude(
                spec, Part.COMPARISON, a_conclusion(spec.id), started=CREATED, seconds=Decimal("0.1")
            )
