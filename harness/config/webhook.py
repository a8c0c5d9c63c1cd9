"""The table [project.webhook]: who is told that a run was judged. The address is a secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator

from harness.config.sources import Source
from harness.config.table import FILLED, Above, Hidden, Line, Password, Table, wrong
from harness.config.ways import address
from harness.model import Secret

Told = Literal["GO", "GO_WITH_CONDITIONS", "NO_GO", "PART"]
_SECRET = 12  # characters: what is shorter is a word, and no secret
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
"""The hosts that may be spoken to without TLS."""


def _address(secret: Secret) -> Secret:
    try:
        parts = urlsplit(address(secret.reveal()))
    except ValueError:
        raise wrong("url") from None
    if parts.scheme != "https" and parts.hostname not in LOCAL:
        raise wrong("webhook_plain")
    return secret


class WebhookTable(Table):
    """One message after each judgement: counts and a link, never data. `on`: which results are told."""

    url: Annotated[Password, AfterValidator(_address)]
    template: Line | None = None
    link: Annotated[Line, AfterValidator(address)] | None = None
    on: Annotated[tuple[Told, ...], FILLED] = ("GO", "GO_WITH_CONDITIONS", "NO_GO", "PART")
    timeout: Above = Decimal(10)

    def secrets(self) -> Iterator[str]:
        """The address, and the part of it that lets in."""
        url = self.url.reveal()
        yield url
        path = urlsplit(url).path.strip("/")
        if len(path) >= _SECRET:
            yield path


def check_webhook(source: Source, folder: Path) -> None:
    """The address came through a variable; the template exists."""
    project = source.data.get("project")
    table = project.get("webhook") if isinstance(project, dict) else None
    if not isinstance(table, Mapping):
        return
    _literal(source, table.get("url"))
    template = table.get("template")
    path = "project.webhook.template"
    if isinstance(template, str) and template.strip() and not (folder / template).is_file():
        source.problem(path, "no_such_file")


def _literal(source: Source, url: Any) -> None:
    path = "project.webhook.url"
    if isinstance(url, str) and not isinstance(url, Hidden) and not source.has_problem(path):
        source.problem(path, "literal_secret")
