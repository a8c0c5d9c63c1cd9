"""A waiver for one finding as text, for a person to complete: reason, people and end are theirs to give."""

from __future__ import annotations

import json
from collections.abc import Iterator

from harness.messages import Language
from harness.model import Finding, Title, text
from harness.reporting.summary import money_of
from harness.reporting.wording import plain, say

_OPEN = ("reason", "owner", "approver", "expires")


def proposal(finding: Finding, check: Title | str, language: Language) -> str:
    """An entry for waivers.toml that accepts this finding and nothing else.

    What only people can say is empty, and an entry with anything empty is an error: nobody accepts by
    pasting. Text of the ERP stands in comments alone, on one line and inert.
    """
    return "\n".join(_lines(finding, check, language)) + "\n"


def _lines(finding: Finding, check: Title | str, language: Language) -> Iterator[str]:
    severity = text(f"gate.severity.{finding.severity}")
    for sentence in (
        text("waive.accepts", check=check, severity=severity),
        finding.text,
        text("waive.amount", amount=money_of(finding) or text("gate.amount.none")),
    ):
        yield f"# {say(sentence, language)}"
    yield "[[waiver]]"
    yield f'id = "W-{(finding.fingerprint or "")[:8]}"'
    for name in _OPEN:
        yield f'{name} = ""  # {say(text(f"waive.field.{name}"), language)}'
    yield f"check = {_quoted(finding.check_id)}"
    yield f"fingerprint = {_quoted(finding.fingerprint or '')}"
    yield "limit = 1"


def _quoted(content: str) -> str:
    return json.dumps(plain(content), ensure_ascii=False)  # a basic string of TOML is one of JSON
