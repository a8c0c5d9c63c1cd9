"""Environment parity as reports show it."""

from __future__ import annotations

from collections.abc import Sequence

from harness.gate.parity import Fit, ParityLine, weakening
from harness.model import Text, text
from harness.reporting.summary import Tone

TONE = {
    Fit.WEAKER: Tone.CONDITIONS,
    Fit.NOT_VERIFIED: Tone.PART,
    Fit.HARMLESS: Tone.GO,
    Fit.EXPECTED: Tone.GO,
    Fit.SAME: Tone.GO,
}
"""The colour of what a difference means."""


def intro(lines: Sequence[ParityLine]) -> Text:
    """How much makes the evidence weaker, and how much is not verified."""
    unread = sum(line.fit is Fit.NOT_VERIFIED for line in lines)
    return text("parity.intro", weaker=len(weakening(lines)), unread=unread)
