"""What is known of earlier rehearsals: declared beside a run, like sign-offs, and stored with its verdict."""

from __future__ import annotations

import json
from dataclasses import dataclass

from harness.evidence.codec import to_value
from harness.gate.judgement import Counts, Rehearsal
from harness.values import dumps


@dataclass(frozen=True, slots=True)
class Known:
    """A difference that some rehearsal found, by its fingerprint alone; `present` until a check says not.

    `open` counts the findings of it that nobody had accepted when somebody looked last.
    """

    fingerprint: str
    check: str
    open: Counts
    present: bool = True


@dataclass(frozen=True, slots=True)
class Earlier:
    """The complete runs of the whole before this one, the first one first, and all they found."""

    rehearsals: tuple[Rehearsal, ...] = ()
    known: tuple[Known, ...] = ()

    def content(self) -> bytes:
        """As lines of JSON, the rehearsals and then each difference: what the verdict's digest is of."""
        head = dumps({"rehearsals": len(self.rehearsals), "differences": len(self.known)})
        return b"\n".join(
            (head, *(dumps(to_value(each)) for each in self.rehearsals), *map(_line, self.known))
        )


def _line(known: Known) -> bytes:
    # Written plainly: there may be hundreds of thousands of them.
    counts = known.open
    open_ones = (counts.blocker, counts.critical, counts.major, counts.minor)
    return json.dumps([known.fingerprint, known.check, *open_ones, known.present]).encode()
