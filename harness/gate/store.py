"""A judgement as bytes and back: what `judgements/<n>/verdict.json` holds."""

from __future__ import annotations

import json
from typing import cast

from harness.errors import EvidenceError
from harness.evidence.codec import decode_as, from_value, to_value
from harness.gate.judgement import Judgement, WaiverState
from harness.gate.risk import Risk
from harness.model import Verdict, text
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


def verdict_of(content: bytes) -> tuple[Verdict, tuple[WaiverState, ...]]:
    """The verdict and the waivers of a stored judgement, without its findings, which may be very many."""
    try:
        stored = json.loads(content)["object"]
        if stored["schema"] != SCHEMA:
            raise EvidenceError(text("gate.unknown_judgement_schema"))
        judgement = stored["judgement"]["object"]
        waivers: tuple[WaiverState, ...] = decode_as(tuple[WaiverState, ...], judgement["waivers"])
        verdict: Verdict = decode_as(Verdict, judgement["verdict"])
    except (KeyError, TypeError, ValueError):
        raise EvidenceError(text("gate.unreadable_judgement")) from None
    return verdict, waivers


def risks_of(content: bytes) -> tuple[Risk, ...]:
    """The risks of a stored judgement; none when it was made without a register, or cannot be read."""
    try:
        judgement = json.loads(content)["object"]["judgement"]["object"]
        found: tuple[Risk, ...] = decode_as(tuple[Risk, ...], judgement.get("risks", []))
    except (KeyError, TypeError, ValueError):
        return ()
    return found
