"""The types of OData V4: what `$metadata` declares decides how a value reads, never the look of its JSON."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from xml.etree import ElementTree

from harness.values import Value

_EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


@dataclass(frozen=True, slots=True)
class EntityType:
    """One entity type: its key, its properties with their types, and the sets it leads to."""

    name: str
    keys: tuple[str, ...]
    properties: Mapping[str, str]
    links: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def parse_metadata(content: bytes) -> Mapping[str, EntityType]:
    """Entity sets by name; ValueError when it is not a service description."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError("a service description declares no entities")
    try:
        root = ElementTree.fromstring(content)  # noqa: S314  # nothing is expanded: entities were refused above
    except ElementTree.ParseError as problem:
        raise ValueError("not a service description") from problem
    types: dict[str, EntityType] = {}
    for schema in root.iter(f"{_EDM}Schema"):
        for node in schema.iter(f"{_EDM}EntityType"):
            found = _entity_type(node)
            types[f"{schema.get('Namespace')}.{found.name}"] = found
    return {
        node.get("Name", ""): types[node.get("EntityType", "")]
        for node in root.iter(f"{_EDM}EntitySet")
        if node.get("EntityType") in types
    }


def decode(value: object, edm: str) -> Value:
    """A JSON value of this type; numbers must have been read as Decimal. ValueError when it does not fit."""
    if value is None:
        return None
    decoder = _DECODERS.get(edm)
    if decoder is None:
        raise ValueError(f"the type {edm} is not supported")
    return decoder(value)


def literal(value: Value, edm: str) -> str:
    """The value as it stands in `$filter` and in keys."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case int() | float() | Decimal() if edm != "Edm.String":
            return f"{value:f}" if isinstance(value, Decimal) else str(value)
    quoted = str(value).replace("'", "''")
    return quoted if edm == "Edm.Guid" else f"'{quoted}'"


def encode(value: Value) -> object:
    """The value as it stands in a JSON body; decimals as text, which keeps their digits."""
    match value:
        case Decimal():
            return str(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case bytes():
            return base64.urlsafe_b64encode(value).decode()
        case Mapping():
            return {name: encode(item) for name, item in value.items()}
        case list() | tuple():
            return [encode(item) for item in value]
    return value


def _entity_type(node: ElementTree.Element) -> EntityType:
    return EntityType(
        name=node.get("Name", ""),
        keys=tuple(item.get("Name", "") for item in node.iter(f"{_EDM}PropertyRef")),
        properties={item.get("Name", ""): item.get("Type", "") for item in node.iter(f"{_EDM}Property")},
        links={item.get("Name", ""): item.get("Type", "") for item in node.iter(f"{_EDM}NavigationProperty")},
    )


def _whole(value: object) -> int:
    number = Decimal(str(value))
    if number != number.to_integral_value():
        raise ValueError(f"{value} is not a whole number")
    return int(number)


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is not a truth value")
    return value


def _duration(value: object) -> timedelta:
    found = _DURATION.fullmatch(str(value))
    if found is None:
        raise ValueError(f"{value!r} is not a duration")
    sign, days, hours, minutes, seconds = found.groups()
    microseconds = int(Decimal(seconds or 0) * 1_000_000)
    length = timedelta(
        days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0), microseconds=microseconds
    )
    return -length if sign else length


def _moment(value: object) -> datetime:
    return datetime.fromisoformat(str(value).replace("Z", "+00:00"))


def _decimal(value: object) -> Decimal:
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(f"{value!r} is not an amount")
    return number


_DECODERS: dict[str, Callable[[object], Value]] = {
    "Edm.Binary": lambda value: base64.urlsafe_b64decode(str(value) + "=" * (-len(str(value)) % 4)),
    "Edm.Boolean": _truth,
    "Edm.Byte": _whole,
    "Edm.Date": lambda value: date.fromisoformat(str(value)),
    "Edm.DateTimeOffset": _moment,
    "Edm.Decimal": _decimal,
    "Edm.Double": lambda value: float(str(value)),
    "Edm.Duration": _duration,
    "Edm.Guid": str,
    "Edm.Int16": _whole,
    "Edm.Int32": _whole,
    "Edm.Int64": _whole,
    "Edm.SByte": _whole,
    "Edm.Single": lambda value: float(str(value)),
    "Edm.String": str,
    "Edm.TimeOfDay": lambda value: time.fromisoformat(str(value)),
}
