"""Which models, fields and methods were asked for: what an upgrade changes there concerns who asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from threading import Lock

from harness.model import Cover
from harness.values import Value

# method -> what is done with the model; what is not named here is called for its effect
_HOW = {
    "search_read": "read",
    "read": "read",
    "search": "read",
    "search_count": "read",
    "default_get": "defaults",
    "create": "written",
    "write": "written",
}
_ABOUT = frozenset({"fields_get", "fields_view_get", "on_change", "on_change_with"})
_FIELDS_AT = {"search_read": 4, "read": 1}
_CALLED = "called"


class Touches:
    """Collects covers until they are taken. Several threads may add to it."""

    def __init__(self) -> None:
        self._found: dict[Cover, None] = {}
        self._lock = Lock()

    def note(self, method: str, params: Sequence[Value]) -> None:
        """Remembers one call, as `model.sale.sale.search_read` with its parameters."""
        kind, _, rest = method.partition(".")
        model, _, action = rest.rpartition(".")
        if kind == "wizard":
            self._add([Cover("method", f"wizard.{model}", _CALLED)])
        if kind != "model" or not model or action in _ABOUT:
            return
        how = _HOW.get(action, _CALLED)
        covers = [Cover("model", model, how)]
        covers += [Cover("field", f"{model}.{name}", how) for name in _fields(action, params)]
        if how == _CALLED:
            covers.append(Cover("method", method.removeprefix("model."), how))
        self._add(covers)

    def take(self) -> tuple[Cover, ...]:
        """What was found since the last time, in alphabetical order."""
        with self._lock:
            found, self._found = self._found, {}
        return tuple(sorted(found, key=lambda cover: (cover.kind, cover.item, cover.how)))

    def _add(self, covers: Iterable[Cover]) -> None:
        with self._lock:
            self._found.update(dict.fromkeys(covers))


def _fields(action: str, params: Sequence[Value]) -> list[str]:
    """The fields of the model itself that a call names; a dotted one follows a link of it."""
    if action in _FIELDS_AT and len(params) > _FIELDS_AT[action]:
        names = params[_FIELDS_AT[action]]
        found = names if isinstance(names, list | tuple) else ()
        return [str(name).partition(".")[0] for name in found]
    if action in ("create", "write"):
        return [str(name) for values in _mappings(params) for name in values]
    return []


def _mappings(params: Sequence[Value]) -> list[Mapping[str, Value]]:
    """The values given; the last parameter is the context."""
    found: list[Mapping[str, Value]] = []
    for item in params:
        items = item if isinstance(item, list | tuple) else (item,)
        found += [each for each in items if isinstance(each, Mapping)]
    return found
