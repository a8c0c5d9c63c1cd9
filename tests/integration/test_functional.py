"""How rarely the flows cry wolf: every flow of the standard suites, the source against a copy of itself.

`make qualify-functional` does it twenty times (HARNESS_TEST_REPEATS with others). It may be stopped and
started again: what ran on the same suites and comparisons before is kept, and is not done twice.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from harness import demo
from harness.demo import DemoPair, TargetCopy
from harness.evidence import Run
from harness.model import Status
from harness.testing.plant import Bench
from tests.integration.whole_run import ROOT, SUITES

pytestmark = [pytest.mark.real_pair, pytest.mark.qualify]
REPEATS = int(os.environ.get("HARNESS_TEST_REPEATS", "20"))
KEPT = ROOT / ".demo" / "qualify-functional"
# What decides over a finding; the rest of the harness may change without another twenty times.
DECIDES = ("access", "adapters", "contracts", "flows", "inventory")
OF_ONE_CAPTURE = 4  # comparisons
# What was prepared is in every copy, and one set is used up by the first run; data has proofs of its own.
NOT_HERE = {"data", "in_progress"}
SUITES_HERE = [str(path) for path in sorted((SUITES / "functional").iterdir()) if path.name not in NOT_HERE]


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
        run = _compared(pair, place, number)
        findings = [(f.check_id, f.step, f.field, str(f.text)) for f in run.read().findings]
        assert findings == []
        concluded = run.read().conclusions()
        assert {check: r.status for check, r in concluded.items()} == dict.fromkeys(concluded, Status.PASSED)
        assert len(concluded) >= 30
        (place / "done").write_text("\n".join(sorted(concluded)), encoding="utf-8")
    assert (place / "done").read_text(encoding="utf-8")


def _compared(pair: DemoPair, place: Path, number: int) -> Run:
    captured = _captured(pair, place.with_name(f"source-{(number - 1) // OF_ONE_CAPTURE + 1}"))
    with demo.source_copy(pair, f"quiet_{number}") as copy:
        return _bench(pair, place, None).check(captured, copy, SUITES_HERE)


def _captured(pair: DemoPair, place: Path) -> Run:
    """The source run twice: what differs between its runs is learned anew for every few comparisons."""
    known = place / "run"
    if not known.exists():
        with demo.source_copy(pair, place.name.replace("-", "_")) as copy:
            run = _bench(pair, place, copy).capture_source(SUITES_HERE)
        known.write_text(str(run.path), encoding="utf-8")
    return Run.open(Path(known.read_text(encoding="utf-8")))


def _bench(pair: DemoPair, place: Path, source: TargetCopy | None) -> Bench:
    shutil.rmtree(place, ignore_errors=True)  # an interrupted try
    place.mkdir(parents=True)
    settings = _without_the_upgrade(place)
    return Bench(pair.config, place, source, profile="rehearsal", processes=2, settings=settings)


def _without_the_upgrade(place: Path) -> dict[str, str]:
    """The contracts and renames of two systems of one version: what 8.0 has elsewhere is where 7.0 has it."""
    contracts, renames = place / "contracts", place / "renames.toml"
    contracts.mkdir()
    for file in sorted((ROOT / "fixtures" / "contracts" / "tryton").glob("*.toml")):
        known, _, _ = file.read_text(encoding="utf-8").partition("[target]")
        (contracts / file.name).write_text(known, encoding="utf-8")
    renames.write_text("", encoding="utf-8")
    return {"data.contracts": str(contracts.resolve()), "data.renames": str(renames.resolve())}
