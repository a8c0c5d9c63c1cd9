"""How rarely the flows cry wolf: every flow of the standard suites, the source against a copy of itself.

`make qualify-functional` does it twenty times (HARNESS_TEST_REPEATS with others). It may be stopped and
started again: what ran on the same suites and comparisons before is kept, and is not done twice.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from harness import demo
from harness.demo import DemoPair
from harness.evidence import Run
from harness.model import Status
from harness.testing.plant import Bench
from tests.integration.whole_run import ROOT, SUITES

pytestmark = [pytest.mark.real_pair, pytest.mark.qualify]
REPEATS = int(os.environ.get("HARNESS_TEST_REPEATS", "20"))
KEPT = ROOT / ".demo" / "qualify-functional"
# What decides over a finding; the rest of the harness may change without another twenty times.
DECIDES = ("access", "adapters", "contracts", "flows", "inventory")
FLOWS = [str(path) for path in sorted((SUITES / "functional").iterdir()) if path.name not in ("data",)]
NOT_HERE = {"in_progress"}  # what was prepared is in both copies, and one set is used up by the first run


def state_of_the_code() -> str:
    """Names what is qualified: other comparisons, adapters or suites begin anew."""
    digest = hashlib.sha256()
    for folder in (*(ROOT / "harness" / name for name in DECIDES), SUITES / "functional"):
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@pytest.mark.parametrize("number", range(1, REPEATS + 1))
def test_the_source_against_itself_gives_no_finding(pair: DemoPair, number: int) -> None:
    place = KEPT / state_of_the_code() / f"{number:02}"
    if not (place / "done").exists():
        run = _compared(pair, place, f"quiet_{number}")
        findings = [(f.check_id, f.step, f.field, str(f.text)) for f in run.read().findings]
        assert findings == []
        concluded = run.read().conclusions()
        assert {check: r.status for check, r in concluded.items()} == dict.fromkeys(concluded, Status.PASSED)
        assert len(concluded) >= 35
        (place / "done").write_text("\n".join(sorted(concluded)), encoding="utf-8")
    assert (place / "done").read_text(encoding="utf-8")


def _compared(pair: DemoPair, place: Path, name: str) -> Run:
    suites = [suite for suite in FLOWS if Path(suite).name not in NOT_HERE]
    with demo.source_copy(pair, name) as one, demo.source_copy(pair, f"{name}_again") as other:
        bench = Bench(pair.config, place, one, profile="rehearsal", processes=2)
        return bench.check(bench.capture_source(suites), other, suites)
