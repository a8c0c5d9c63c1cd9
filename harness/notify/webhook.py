"""Sends one message after a judgement. Whatever becomes of it, the verdict stays what it is."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import httpx

from harness.config.webhook import LOCAL, WebhookTable
from harness.errors import HarnessError
from harness.evidence import Manifest
from harness.gate import Judgement
from harness.messages import Language
from harness.model import text
from harness.notify.message import facts, rendered, result_of, slack

_HEADERS = {"Content-Type": "application/json; charset=utf-8"}


def announce(
    table: WebhookTable,
    judgement: Judgement,
    manifest: Manifest,
    language: Language,
    folder: Path,
    *,
    transport: httpx.BaseTransport | None = None,
) -> bool:
    """Tells of the judgement if its result is to be told; whether it was.

    `folder` is where the template is found from. HarnessError when the message was not taken; no sentence
    of it holds the address.
    """
    if result_of(judgement) not in table.on:
        return False
    known = facts(judgement, manifest, language, None if table.link is None else str(table.link))
    content = rendered(known, folder / table.template) if table.template else slack(known, language)
    _post(table, content, transport)
    return True


def _post(table: WebhookTable, content: bytes, transport: httpx.BaseTransport | None) -> None:
    url, seconds = table.url.reveal(), float(table.timeout)
    # nothing that is asked of this machine goes through a proxy; a redirect would tell somebody else
    outside = urlsplit(url).hostname not in LOCAL
    try:
        with httpx.Client(timeout=seconds, transport=transport, trust_env=outside) as client:
            status = client.post(url, content=content, headers=_HEADERS).status_code
    except httpx.TimeoutException:
        raise HarnessError(text("webhook.timeout", seconds=table.timeout)) from None
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise HarnessError(text("webhook.no_answer", why=type(problem).__name__)) from None
    if not httpx.codes.is_success(status):
        raise HarnessError(text("webhook.refused", status=str(status)))
