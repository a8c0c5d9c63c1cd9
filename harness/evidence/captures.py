"""A stored capture, read back."""

from __future__ import annotations

import json
from collections.abc import Mapping

from harness.errors import EvidenceError
from harness.evidence.codec import from_stored
from harness.evidence.records import StoredCapture
from harness.model import Attachment, Capture, text


def body_of(content: bytes) -> StoredCapture:
    """The capture in a blob; EvidenceError when it is not one."""
    try:
        return from_stored(StoredCapture, json.loads(content))
    except ValueError as error:
        raise EvidenceError(text("evidence.capture.unreadable", reason=str(error))) from error


def restored(stored: StoredCapture, contents: Mapping[str, bytes]) -> Capture:
    """The capture with the bytes of its attachments by digest; dropped ones are not in it."""
    return Capture(
        value=stored.value,
        attachments=tuple(
            Attachment(item.name, item.media_type, contents[item.digest], item.sensitive)
            for item in stored.attachments
            if item.digest is not None and item.digest in contents
        ),
        covers=stored.covers,
        universe=stored.universe,
        caveats=stored.caveats,
        measures=stored.measures,
        failure=stored.failure,
    )
