"""Records: the entities of any set, by the service's own names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from harness.adapters.odata.service import Query, at
from harness.adapters.odata.speaking import Speaking
from harness.adapters.protocol import Condition
from harness.values import Value


class Records(Speaking):
    """Reads and writes entities. A field may be a path through links: `Partner/Name`."""

    def count(self, model: str, where: Sequence[Condition] = ()) -> int:
        """How many entities match."""
        return self._service.count(model, where)

    def read(
        self,
        model: str,
        fields: Sequence[str],
        where: Sequence[Condition] = (),
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
    ) -> Iterator[Mapping[str, Value]]:
        """The entities that match, page by page."""
        rows = self._service.read(Query(model, tuple(fields), tuple(where), tuple(order), limit))
        return ({name: at(row, name) for name in fields} for row in rows)

    def create(self, model: str, values: Mapping[str, Value]) -> str:
        """A new entity's key."""
        return self._service.create(model, values)

    def write(self, model: str, id: str, values: Mapping[str, Value]) -> None:
        """Changes one entity."""
        self._service.change(model, id, values)

    def delete(self, model: str, id: str) -> None:
        """Deletes one entity."""
        self._service.delete(model, id)

    def press(self, model: str, id: str, button: str) -> None:
        """Runs an action of one entity."""
        self._service.act(model, id, button)
