"""Tryton's models with their fields: definitions, the defaults that a user gets, and a sample of values."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from typing import Any

from harness.adapters.tryton.client import Row, TrytonClient
from harness.errors import AdapterError, Refused
from harness.things import Sort, Thing
from harness.values import Value

_THREADS = 4  # as many as one worker of a usual server takes at once
_SAMPLE = 10  # records per model, the oldest: an upgrade keeps them, and what runs meanwhile adds others
_MANY = frozenset({"one2many", "many2many"})
_UNSAMPLED = _MANY | {"binary"}  # a list may rightly be empty; files are large
# Every record has these; they say nothing about business.
_OWN = frozenset(
    {"id", "create_uid", "create_date", "write_uid", "write_date", "rec_name", "xml_id", "last_modified_at"}
)
# Defaults that name a person are kept as a number.
_PERSONAL = ("party.", "company.employee", "res.user")
# The framework's own modules: their models describe the ERP, not the business.
FRAMEWORK = frozenset({"ir", "res"})
_RANDOM = re.compile(r"[0-9a-fA-F-]{32,}")  # a key or token drawn anew for every form
_CODE = re.compile(r"^\[[^\]]*\] ")  # some names begin with a code, in some versions only


def models(client: TrytonClient, methods: Collection[str]) -> Iterator[Thing]:
    """Every model that holds records, followed by its fields."""
    names = {method.removesuffix(".search_read") for method in methods if method.endswith(".search_read")}
    technical = "name" if "string" in client.fields("ir.model") else "model"  # `model` was renamed in 7.6
    title = "string" if technical == "name" else "name"
    rows = client.search_read("ir.model", [], [technical, title, "module"], context={"language": "en"})
    wanted = [row for row in rows if f"model.{row[technical]!s}" in names]

    def listed(row: Row) -> list[Thing]:
        return _Model(client, str(row[technical]), str(row[title]), str(row["module"] or "")).things()

    with ThreadPoolExecutor(_THREADS) as pool:
        for things in pool.map(listed, wanted):
            yield from things


class _Model:
    """One model being listed."""

    def __init__(self, client: TrytonClient, name: str, title: str, module: str) -> None:
        self._client = client
        self._name, self._title, self._module = name, title, module
        self._technical = module in FRAMEWORK
        self._refused: list[str] = []

    def things(self) -> list[Thing]:
        """The model itself, then its fields."""
        found = self._asked(lambda: self._client.fields(self._name), {})
        definitions = {name: each for name, each in found.items() if name not in _OWN}
        defaults = self._asked(lambda: self._defaults(definitions), {}) if definitions else {}
        records = self._asked(lambda: self._sample(definitions), []) if definitions else []
        properties: dict[str, Value] = {
            "read": ", ".join(dict.fromkeys(self._refused)) or "yes",
            "records": len(records),
            "technical": self._technical,
        }
        model = Thing(Sort.MODEL, self._name, self._title, self._module, properties)
        fields = [self._field(name, definitions[name], defaults, records) for name in sorted(definitions)]
        return [model, *fields]

    def _asked(self, ask: Callable[[], Any], nothing: Any) -> Any:
        try:
            return ask()
        except Refused as refusal:
            self._refused.append(refusal.code)
        except AdapterError:  # the client's word for a model that the server cannot describe
            self._refused.append("unknown_model")
        return nothing

    def _defaults(self, definitions: Mapping[str, Row]) -> Mapping[str, Value]:
        found = self._client.call(f"model.{self._name}.default_get", sorted(definitions), True)
        return found if isinstance(found, Mapping) else {}

    def _sample(self, definitions: Mapping[str, Row]) -> Sequence[Row]:
        if self._technical:
            return []
        names = [name for name, each in definitions.items() if each.get("type") not in _UNSAMPLED]
        return self._client.search_read(self._name, [], names, limit=_SAMPLE) if names else []

    def _field(
        self, name: str, definition: Row, defaults: Mapping[str, Value], records: Sequence[Row]
    ) -> Thing:
        kind = str(definition.get("type"))
        properties: dict[str, Value] = {
            "model": self._name,
            "type": "list" if kind in _MANY else kind,
            "relation": definition.get("relation"),
            "required": bool(definition.get("required")),
            "readonly": bool(definition.get("readonly")),
            "default": neutral(name, definition, defaults),
        }
        if kind not in _UNSAMPLED and not self._technical:
            properties["sampled"] = len(records)
            properties["filled"] = sum(row.get(name) not in (None, "") for row in records)
        title = str(definition.get("string") or name)
        return Thing(Sort.FIELD, f"{self._name}.{name}", title, self._module, properties)


def neutral(name: str, definition: Row, values: Row) -> Value:
    """A default or setting as two systems can be compared by: by name, not by number or by the clock."""
    value = values.get(name)
    relation = str(definition.get("relation") or "")
    named = values.get(f"{name}.")
    match value:
        case datetime():
            return "now"
        case date():
            return "today" if abs((value - date.today()).days) <= 1 else value.isoformat()
        case time():
            return "now"
        case timedelta() | bytes():
            return str(value) if isinstance(value, timedelta) else f"{len(value)} bytes"
        case list() | tuple():
            return f"{len(value)} entries" if value else None
        case str() if _RANDOM.fullmatch(value):
            return "random"
        case int() if relation and isinstance(named, Mapping) and not relation.startswith(_PERSONAL):
            return _CODE.sub("", str(named.get("rec_name")))
        case int() if relation:
            return f"{relation},{value}"
        case Mapping():
            return f"{len(value)} entries" if value else None
    return value if value != "" else None
