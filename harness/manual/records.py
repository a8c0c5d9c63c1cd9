"""What people found by hand, as frozen values. What it is worth is for the gate to say."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from harness.coverage import Operation
from harness.evidence.codec import to_value
from harness.model import Area, Severity
from harness.values import dumps


class Result(StrEnum):
    """How a test by hand ended; the worst first."""

    FAILED = "failed"
    BLOCKED = "blocked"
    NOT_RUN = "not_run"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that a tester left: its name, and the digest of its bytes; None when it is not there."""

    name: str
    digest: str | None


@dataclass(frozen=True, slots=True)
class ManualResult:
    """One result of one case, as its row says it. `place` is where the row is."""

    case: str
    title: str
    result: Result
    place: str
    area: Area = Area.FUNCTION
    severity: Severity = Severity.CRITICAL
    module: str = ""
    document: str = ""
    operation: str = ""
    department: str | None = None
    tester: str | None = None
    day: date | None = None
    evidence: tuple[Evidence, ...] = ()
    requirements: tuple[str, ...] = ()
    remark: str | None = None

    @property
    def covers(self) -> Operation | None:
        """What of the business the case is about; None when it does not say all of it."""
        if not (self.module and self.document and self.operation):
            return None
        return Operation(self.module, self.document, self.operation)


@dataclass(frozen=True, slots=True)
class Manual:
    """All results by hand, and what they are held against.

    `upgraded` is the day since when the target is what is tested; `evidence_needed` makes a pass without a
    file no pass. `files` maps each file that was read to the digest of its bytes.
    """

    results: tuple[ManualResult, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    upgraded: date | None = None
    evidence_needed: bool = True

    def content(self) -> bytes:
        """All of it as canonical JSON: what a judgement keeps, and whose digest its verdict names."""
        return dumps(to_value(self))

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(self.content()).hexdigest()


NOTHING = Manual()
"""Nobody tested by hand."""
