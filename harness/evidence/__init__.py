"""The run directory: what was gathered, stored once, redacted, chained and sealed."""

from harness.evidence.codec import from_value, to_value
from harness.evidence.collecting import without_collection
from harness.evidence.recorded import Recorded
from harness.evidence.recorder import Recorder
from harness.evidence.records import Cut, Damage, EvidenceRef, Manifest, Problem
from harness.evidence.run import Run
from harness.evidence.verification import Verification, verify

__all__ = [
    "Cut",
    "Damage",
    "EvidenceRef",
    "Manifest",
    "Problem",
    "Recorded",
    "Recorder",
    "Run",
    "Verification",
    "from_value",
    "to_value",
    "verify",
    "without_collection",
]
