"""Logins of Tryton that are made for a test and closed after it."""

from __future__ import annotations

from harness.adapters.tryton.records import create, write
from harness.adapters.tryton.speaking import Speaking
from harness.documents import Ref
from harness.values import Value

_USER = "res.user"


class Lent(Speaking):
    """LendsAccounts."""

    def lend_account(self, user: str, password: str) -> Ref:
        """A user without a group, in the configured language: without one 8.0 chooses its own."""
        self._demand("lend_account")
        values: dict[str, Value] = {"name": user, "login": user, "password": password}
        code = self._client.context["language"]
        for known in self._client.search_read("ir.lang", [["code", "=", code]], ["id"]):
            values["language"] = known["id"]
        return Ref("user", create(self._client, _USER, values))

    def retire_account(self, account: Ref) -> None:
        """Archives it: Tryton keeps who did what, so that a user cannot be deleted."""
        self._demand("retire_account")
        write(self._client, _USER, account.id, {"active": False})
