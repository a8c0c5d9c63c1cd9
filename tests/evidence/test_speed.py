"""A large run is recorded and read in its budget: 100,000 findings in 60 s and 5 s on a quiet machine."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from harness.evidence import Run
from harness.model import Capture, Conclusion, Mode, Part, Status, text
from tests.evidence.samples import CREATED, a_finding, a_recorder, a_run, a_spec

CHECKS = 100
FINDINGS = 20
# A fiftieth of the budgets, in processor time, doubled for a machine that does other work as well.
WRITE_SECONDS = 2 * 60 / 50
READ_SECONDS = 2 * 5 / 50


def test_a_fiftieth_of_a_large_run_takes_a_fiftieth_of_its_budget(tmp_path: Path) -> None:
    run = a_run(tmp_path)
    specs = [a_spec(f"data.entity_{number}", Mode.PAIR) for number in range(CHECKS)]
    findings = tuple(a_finding(key=f"SO-{number}") for number in range(FINDINGS))
    why = text("evidence.notice.unsealed")
    begun = time.process_time()
    with a_recorder(run, secrets=("a password", "another password")) as recorder:
        recorder.plan((spec, Part.PAIR) for spec in specs)
        for spec in specs:
            recorder.capture(spec, Part.PAIR, Capture({"check": spec.id}))
            found = tuple(replace(finding, check_id=spec.id) for finding in findings)
            conclusion = Conclusion(Status.FAILED, why, findings=found)
            recorder.conclude(spec, Part.PAIR, conclusion, started=CREATED, seconds=Decimal(1))
    written = time.process_time()
    recorded = Run.open(run.path).read()
    assert len(recorded.findings) == CHECKS * FINDINGS
    assert written - begun < WRITE_SECONDS
    assert time.process_time() - written < READ_SECONDS
