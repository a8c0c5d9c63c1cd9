"""The write guard: nothing is written to an ERP unless the check and the configuration both allow it.

mark on the check   allow_writes in the config   production     a write is
-----------------   --------------------------   ----------     ----------
writes              true                         false          sent
anything else                                                   refused before anything is sent
any                 any                          true           refused; nothing can unlock it
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.errors import WriteRefused
from harness.model import Environment, Text, text

MARK = "writes"


@dataclass(frozen=True, slots=True)
class WriteGuard:
    """Asked by every writing route of an adapter before it sends anything."""

    environment: Environment
    unlocked: bool = False

    def demand(self, action: str) -> None:
        """Returns when `action` may be sent; WriteRefused with what would unlock it when not."""
        refusal = self._refusal(action)
        if refusal is not None:
            raise WriteRefused(refusal)

    def _refusal(self, action: str) -> Text | None:
        side = self.environment.side.value
        if self.environment.production:
            return text("adapters.write.production", action=action, side=side)
        if self.unlocked and self.environment.allow_writes:
            return None
        if self.unlocked:
            return text("adapters.write.no_permission", action=action, side=side)
        if self.environment.allow_writes:
            return text("adapters.write.no_mark", action=action, side=side, mark=MARK)
        return text("adapters.write.nothing", action=action, side=side, mark=MARK)
