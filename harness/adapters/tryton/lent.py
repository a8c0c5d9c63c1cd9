"""Logins of Tryton that are made for a test and closed after it."""

from __future__ import annotations

from harness.adapters.tryton.records import create, write
from harness.adapters.tryton.speaking import Speaking
from harness.documents import Ref

_USER = "res.user"


class Lent(Speaking):
    """LendsAccounts."""

    def lend_account(self, user: str, password: str) -> Ref:
        """A user without a group."""
        self._demand("lend_account")
        return Ref("user", create(self._client, _USER, {"name": user, "login": user, "password": password}))

    def retire_account(self, account: Ref) -> None:
        """Archives it: Tryton keeps who did what, so that a user cannot be deleted."""
        self._demand("retire_account")
        write(self._client, _USER, account.id, {"active": False})
