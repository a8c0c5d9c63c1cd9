"""The roles that a flow opened, and what it made use of through them."""

from __future__ import annotations

from collections.abc import Callable

from harness.adapters.inventory import TellsTouched
from harness.adapters.protocol import Adapter
from harness.model import Cover


class OpenedRoles:
    """Opens roles. An adapter may serve several flows in turn: what was touched before is not this one's."""

    def __init__(self, open_role: Callable[[str], Adapter]) -> None:
        self._open = open_role
        self._telling: dict[int, TellsTouched] = {}

    def __call__(self, role: str) -> Adapter:
        """The ERP as this role."""
        adapter = self._open(role)
        if isinstance(adapter, TellsTouched) and id(adapter) not in self._telling:
            adapter.touched()
            self._telling[id(adapter)] = adapter
        return adapter

    def touched(self) -> tuple[Cover, ...]:
        """Models, fields and methods used so far; nothing of an adapter that cannot tell."""
        return tuple(dict.fromkeys(cover for each in self._telling.values() for cover in each.touched()))
