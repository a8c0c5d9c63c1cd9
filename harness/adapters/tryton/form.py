"""What Tryton's own client does while a user fills in a form: defaults, then the server's proposals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from harness.adapters.tryton.client import TrytonClient
from harness.values import Value

_MANY = frozenset({"one2many", "many2many"})


class Form:
    """A record being entered. Setting a field lets the server fill in what follows from it.

    Prices, taxes, terms and addresses are thus the ERP's own choice, which is what an upgrade may change.
    """

    def __init__(self, client: TrytonClient, model: str, parent: tuple[str, Form] | None = None) -> None:
        self._client = client
        self._model = model
        self._parent = parent
        self._fields = client.fields(model)
        defaults = client.call(f"model.{model}.default_get", sorted(self._fields), False)
        self.values: dict[str, Value] = {}
        self._take(defaults)

    def set(self, name: str, value: Value) -> None:
        """Enters a value as a user does."""
        self.values[name] = value
        asked = self._fields[name].get("on_change")
        needed = json.loads(asked) if isinstance(asked, str) else asked
        if isinstance(needed, list) and needed:
            arguments = {"id": -1, **self._arguments(needed)}
            self._take(self._client.call(f"model.{self._model}.on_change", arguments, [name]))

    def chosen(self, *names: str) -> dict[str, Value]:
        """The values of these fields as `create` takes them; the server decides on fields without a value."""
        found = {name: self.values[name] for name in names if self.values.get(name) is not None}
        return {
            name: [["add", value]] if self._type(name) == "many2many" else value
            for name, value in found.items()
            if self._type(name) != "many2many" or value
        }

    def _type(self, name: str) -> Value:
        return self._fields[name].get("type")

    def _arguments(self, names: list[str]) -> dict[str, Value]:
        arguments: dict[str, Value] = {}
        for name in names:
            if name in self._fields and not (self._parent and name == self._parent[0]):
                arguments[name] = self._argument(name)
            elif self._parent and name.startswith(f"_parent_{self._parent[0]}."):
                arguments[name] = self._parent[1]._argument(name.partition(".")[2])
        return arguments

    def _argument(self, name: str) -> Value:
        value = self.values.get(name)
        return [] if value is None and name in self._fields and self._type(name) in _MANY else value

    def _take(self, proposed: Value) -> None:
        if not isinstance(proposed, Mapping):
            return
        for name, value in proposed.items():
            if name in self._fields:
                self.values[name] = self._linked(name, value)

    def _linked(self, name: str, value: Value) -> Value:
        if self._type(name) != "many2many" or not isinstance(value, Mapping):
            return value
        # A changed list arrives as what to remove and what to add, each as [position, {"id": ...}].
        changes: dict[str, Any] = dict(value)
        current: list[Value] = list(self.values.get(name) or ())  # type: ignore[arg-type]  # a list of ids
        kept = [item for item in current if item not in changes.get("remove", ())]
        added = [record["id"] for _, record in changes.get("add", ())]
        return list(dict.fromkeys([*kept, *added]))  # what is entered already may be proposed again
