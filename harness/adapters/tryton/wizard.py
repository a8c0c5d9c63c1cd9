"""A wizard as Tryton's own client runs it: opened on a record, filled in, and closed."""

from __future__ import annotations

from collections.abc import Mapping

from harness.adapters.tryton.client import TrytonClient
from harness.values import Value


class Wizard:
    """One session of a wizard on the records it is opened on."""

    def __init__(self, client: TrytonClient, name: str, model: str, *numbers: int) -> None:
        self._client = client
        self._name = f"wizard.{name}"
        self._place: dict[str, Value] = {
            "active_model": model,
            "active_id": numbers[0] if numbers else None,
            "active_ids": list(numbers),
        }
        created = client.call(f"{self._name}.create", context=self._place)
        self._session, self._first = created[0], str(created[1])  # type: ignore[index]  # [session, first, last]

    def start(self) -> Value:
        """Runs its first state, for a wizard that asks nothing; what the server shows."""
        return self._execute({}, self._first)

    def open(self, state: str) -> dict[str, Value]:
        """What the form of a state holds when it opens."""
        return entered(self._execute({}, state))

    def send(self, state: str, data: Mapping[str, Value]) -> Value:
        """Goes on to a state with what was filled in; what the server shows next."""
        return self._execute(data, state)

    def close(self) -> None:
        """Ends the session."""
        self._client.call(f"{self._name}.delete", self._session, context=self._place)

    def _execute(self, data: Mapping[str, Value], state: str) -> Value:
        return self._client.call(f"{self._name}.execute", self._session, data, state, context=self._place)


def asks(shown: Value) -> bool:
    """Whether the server shows a form instead of going on."""
    return isinstance(shown, Mapping) and bool(shown.get("view"))


def entered(shown: Value) -> dict[str, Value]:
    """What a form holds when it opens, every field of it; names with a dot are texts to show."""
    view = _part(shown, "view")
    names = _part(_part(view, "fields_view"), "fields")
    filled = {**_part(view, "defaults"), **_part(view, "values")}
    given = {name: value for name, value in filled.items() if not name.endswith(".")}
    return {**dict.fromkeys(names), **given}


def _part(value: Value, name: str) -> Mapping[str, Value]:
    part = value.get(name) if isinstance(value, Mapping) else None
    return part if isinstance(part, Mapping) else {}
