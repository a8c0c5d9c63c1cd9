"""What each capability of the OData adapter speaks through; `ODataAdapter` and `ODataSales` join them."""

from __future__ import annotations

from typing import Any

from harness.adapters.odata.service import ODataService
from harness.model import Environment


class Speaking:
    """The base of every capability: one role's service, and how to ask before anything is written."""

    _service: ODataService
    _connection: Any

    @property
    def environment(self) -> Environment:
        """Where this adapter speaks to."""
        environment: Environment = self._connection.environment
        return environment

    @property
    def _reader(self) -> ODataService:
        """The service as the role that looks documents up."""
        role = str(self.environment.options.get("reader", "admin"))
        if role not in self.environment.accounts:
            return self._service
        service: ODataService = self._connection.role(role)._service
        return service

    def _demand(self, action: str) -> None:
        """Asks the write guard, where an action reads before it writes."""
        self._connection.guard.demand(action)
