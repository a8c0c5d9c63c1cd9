"""A judgement as bytes and back: what `judgements/<n>/verdict.json` holds."""

from __future__ import annotations

from typing import cast

from harness.errors import EvidenceError
from harness.evidence.codec import from_value, to_value
from harness.gate.judgement import Judgement
from harness.model import text
from harness.values import Value, dumps, loads

SCHEMA = 1


def to_bytes(judgement: Judgement) -> bytes:
    """The judgement as canonical JSON: equal judgements give equal bytes."""
    return dumps({"schema": SCHEMA, "judgement": to_value(judgement)})


def from_bytes(content: bytes) -> Judgement:
    """The judgement that `to_bytes` wrote; EvidenceError for anything else."""
    try:
        stored = loads(content)
    except ValueError:
        raise EvidenceError(text("gate.unreadable_judgement")) from None
    if not isinstance(stored, dict) or stored.get("schema") != SCHEMA:
        raise EvidenceError(text("gate.unknown_judgement_schema"))
    try:
        return from_value(Judgement, cast(Value, stored.get("judgement")))
    except ValueError:
        raise EvidenceError(text("gate.unreadable_judgement")) from None
