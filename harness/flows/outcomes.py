"""How a step of a flow can end, in the words that captures hold."""

from __future__ import annotations

from typing import Final

DONE: Final = "done"
REFUSED: Final = "refused"
UNREACHABLE: Final = "unreachable"
VIOLATED: Final = "violated"

# Of a step that the ERP must refuse.
DECLINED: Final = "declined"
ACCEPTED: Final = "accepted"

GOES_ON: Final = frozenset({DONE, DECLINED, ACCEPTED})
"""After these the flow goes on."""
