"""What each capability of the Tryton adapter speaks through; `TrytonAdapter` joins them."""

from __future__ import annotations

from typing import Any

from harness.adapters.tryton.client import TrytonClient
from harness.model import Environment


class Speaking:
    """The base of every capability: one role's client, and how to ask before anything is written."""

    _client: TrytonClient
    _connection: Any

    @property
    def environment(self) -> Environment:
        """Where this adapter speaks to."""
        environment: Environment = self._connection.environment
        return environment

    @property
    def _reader(self) -> TrytonClient:
        """The client of the role that looks documents up."""
        role = str(self.environment.options.get("reader", "admin"))
        if role not in self.environment.accounts:
            return self._client
        client: TrytonClient = self._connection.role(role)._client
        return client

    def _demand(self, action: str) -> None:
        """Asks the write guard, where an action reads before it writes."""
        self._connection.guard.demand(action)
