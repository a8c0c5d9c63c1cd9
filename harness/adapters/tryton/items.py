"""Open items in Tryton, settled against each other and opened again."""

from __future__ import annotations

from harness.adapters.tryton.client import TrytonClient
from harness.adapters.tryton.form import Form
from harness.adapters.tryton.speaking import Speaking
from harness.adapters.tryton.wizard import Wizard, asks
from harness.documents import Ref
from harness.errors import Refused
from harness.model import text
from harness.values import Value

LINE = "account.move.line"


def lines_of(client: TrytonClient, account: str, entries: tuple[Ref, ...]) -> list[int]:
    """The lines of these entries on the account."""
    numbers: list[Value] = [int(entry.id) for entry in entries]
    domain: list[Value] = [["move", "in", numbers], ["account.code", "=", account]]
    return [int(str(row["id"])) for row in client.search_read(LINE, domain, ["id"])]


def reconcile(client: TrytonClient, lines: list[int]) -> None:
    """By the wizard; what it would write off is not settled but refused."""
    wizard = Wizard(client, "account.move.reconcile_lines", LINE, *lines)
    shown = wizard.start()
    wizard.close()
    if asks(shown):
        sentence = text("adapters.tryton.not_reconciled", lines=len(lines))
        raise Refused(sentence, code="difference", message="account.move.line: write-off")


def unreconcile(client: TrytonClient, lines: list[int]) -> None:
    """By the wizard."""
    wizard = Wizard(client, "account.move.unreconcile_lines", LINE, *lines)
    wizard.start()
    wizard.close()


def item_accounts(client: TrytonClient, limit: int) -> tuple[str, ...]:
    """Codes of accounts whose lines name a party and are reconciled, in their order."""
    domain: list[Value] = [
        ["code", "!=", None],
        ["reconcile", "=", True],
        ["party_required", "=", True],
        ["closed", "=", False],
        ["company", "=", Form(client, "account.move").values.get("company")],
    ]
    rows = client.search_read("account.account", domain, ["code"], order=[["code", "ASC"]], limit=limit)
    return tuple(str(row["code"]) for row in rows)


class Items(Speaking):
    """Settles open items."""

    def reconcile_entries(self, account: str, entries: tuple[Ref, ...]) -> None:
        """Settles the lines on the account."""
        self._demand("reconcile_entries")
        reconcile(self._client, lines_of(self._client, account, entries))

    def unreconcile_entries(self, account: str, entries: tuple[Ref, ...]) -> None:
        """Takes a settlement back."""
        self._demand("unreconcile_entries")
        unreconcile(self._client, lines_of(self._client, account, entries))

    def item_accounts(self, limit: int) -> tuple[str, ...]:
        """Codes of accounts that keep open items."""
        return item_accounts(self._reader, limit)
