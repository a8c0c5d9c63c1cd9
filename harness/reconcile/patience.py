"""How long a comparison waits for a server whose connection dropped in the middle."""

from __future__ import annotations

import time
from dataclasses import dataclass

from harness.reconcile.snapshot import SideUnreachable

_RENEWALS = 5
_SECONDS = 60.0
_PAUSE = 0.5


@dataclass(slots=True)
class Patience:
    """Counts the new snapshots of one comparison, and the time since the server was last there."""

    renewals: int = 0
    _was_reached: bool = False
    _gone_since: float | None = None

    def reached(self) -> None:
        """Both servers answer."""
        if self._gone_since is not None:
            self.renewals += 1
        self._was_reached, self._gone_since = True, None

    def wait(self, error: SideUnreachable) -> bool:
        """Waits a moment; False when that is pointless: never reached, or gone too long or too often."""
        if not self._was_reached or not error.dropped or self.renewals >= _RENEWALS:
            return False
        if self._gone_since is None:
            self._gone_since = time.monotonic()
        if time.monotonic() - self._gone_since > _SECONDS:
            return False
        time.sleep(_PAUSE)
        return True
