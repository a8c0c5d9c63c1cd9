"""What an ERP consists of, and which of it a check made use of: asked with `isinstance`, and only read."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from harness.model import Cover
from harness.things import Thing


@runtime_checkable
class ListsInventory(Protocol):
    """Lists what the ERP consists of."""

    def inventory(self) -> tuple[Thing, ...]:
        """Every thing that this role is shown; names are the ERP's own and do not depend on a language."""


@runtime_checkable
class NamesModules(Protocol):
    """Knows which modules it runs, at little cost."""

    def modules(self) -> tuple[str, ...]:
        """The names of the modules that are in use, each once, as the ERP calls them."""


@runtime_checkable
class TellsTouched(Protocol):
    """Remembers what was asked of the ERP."""

    def touched(self) -> tuple[Cover, ...]:
        """What was used since this was last asked: covers of the kinds `model`, `field` and `method`.

        `how` says what was done with a model or a field ("read", "written", "defaults").
        """
