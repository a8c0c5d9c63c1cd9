"""The table [project]: what the upgrade is called and where its files are."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from harness.config.table import Hidden, Line, Password, Table, Zone, wrong
from harness.config.webhook import WebhookTable
from harness.messages import Language

_POSTGRESQL = re.compile(r"^postgresql(\+psycopg)?://[^\s/]+/\S+$")


def _place(history: str) -> str:
    if "://" not in history:
        return history
    if not _POSTGRESQL.match(history):
        raise wrong("history")
    return Hidden(history)


class ProjectTable(Table):
    """The upgrade project. Folders and files are relative to harness.toml."""

    name: Line
    language: Language = Language.EN
    runs: Line = "runs"
    prepared: Line = "prepared"
    policy: Line = "policy.toml"
    waivers: Line = "waivers.toml"
    milestone: Line | None = None
    requirements: Line | None = None
    operations: Line | None = None
    sign_offs: Line | None = None
    training: Line | None = None
    usability: Line | None = None
    incidents: Line | None = None
    budget: Line | None = None
    runbook: Line | None = None
    decisions: Line | None = None
    timezone: Zone = "Asia/Shanghai"
    risks: Line | None = None
    fingerprint_key: Password | None = None
    history: Annotated[Line, AfterValidator(_place)] | None = None
    webhook: WebhookTable | None = None
