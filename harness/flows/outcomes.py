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

# Of a step that may be refused or be without effect; when refused it is declined, too.
IGNORED: Final = "ignored"

GOES_ON: Final = frozenset({DONE, DECLINED, ACCEPTED, IGNORED})
"""After these the flow goes on."""
