"""A judgement as bytes and back: what `judgements/<n>/verdict.json` holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from harness.errors import EvidenceError
from harness.evidence import without_collection
from harness.evidence.codec import decode_as, from_stored, stored_pieces
from harness.gate.judgement import Judgement, WaiverState
from harness.gate.risk import Risk
from harness.model import Verdict, text

SCHEMA = 1
_VERDICT = b',"verdict":{"object":{'
_RISKS = b',"risks":'


def to_bytes(judgement: Judgement) -> bytes:
    """The judgement as canonical JSON: equal judgements give equal bytes."""
    end = b',"schema":%d}}' % SCHEMA
    return b"".join((b'{"object":{"judgement":', *stored_pieces(judgement), end))


def from_bytes(content: bytes) -> Judgement:
    """The judgement that `to_bytes` wrote; EvidenceError for anything else."""
    with without_collection():
        try:
            return from_stored(Judgement, _opened(json.loads(content)))
        except (KeyError, TypeError, ValueError):
            raise EvidenceError(text("gate.unreadable_judgement")) from None


def _opened(stored: Any) -> Any:
    """The judgement inside what was stored; EvidenceError for a schema that this version does not know."""
    if stored["object"].get("schema") != SCHEMA:
        raise EvidenceError(text("gate.unknown_judgement_schema"))
    return stored["object"]["judgement"]


def verdict_of(content: bytes) -> tuple[Verdict, tuple[WaiverState, ...]]:
    """The verdict and the waivers of a stored judgement, without its findings, which may be very many."""
    try:
        found = _end_of(content) or _opened(json.loads(content))["object"]
        waivers: tuple[WaiverState, ...] = decode_as(tuple[WaiverState, ...], found["waivers"])
        verdict: Verdict = decode_as(Verdict, found["verdict"])
    except (AttributeError, KeyError, TypeError, ValueError):
        raise EvidenceError(text("gate.unreadable_judgement")) from None
    return verdict, waivers


def risks_of(content: bytes) -> tuple[Risk, ...]:
    """The risks of a stored judgement; none when it was made without a register, or cannot be read."""
    # No text can hold this mark, since its quotes would be escaped; the findings before it are not read.
    start = content.rfind(_RISKS, 0, max(content.rfind(_VERDICT), 0))
    if start < 0:
        return ()
    try:
        stored, _ = json.JSONDecoder().raw_decode(content[start + len(_RISKS) :].decode())
        found: tuple[Risk, ...] = decode_as(tuple[Risk, ...], stored)
    except (KeyError, TypeError, ValueError):
        return ()
    return found


def _end_of(content: bytes) -> Mapping[str, Any] | None:
    """Verdict and waivers alone, which end what `to_bytes` writes; None where they do not.

    What precedes them may be a hundred thousand findings, which nobody needs here.
    """
    start = content.rfind(_VERDICT)
    end = b'}},"schema":%d}}' % SCHEMA
    if start < 0 or not content.endswith(end):
        return None
    try:
        found = json.loads(b"{%s}" % content[start + 1 : -len(end)])
    except ValueError:
        return None
    return found if isinstance(found, dict) and set(found) == {"verdict", "waivers"} else None
