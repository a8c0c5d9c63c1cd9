"""What a service's description makes of names, keys and values; errors name the nearest there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any
from urllib.parse import quote

from harness.adapters.odata import filters
from harness.adapters.odata.description import Action, Description, EntityType
from harness.adapters.odata.dialect import DIALECTS, V2, V4, Page, Tree, tree
from harness.adapters.odata.edm import decode, encode, is_known, literal, typed_text
from harness.adapters.protocol import Condition
from harness.errors import AdapterError, Unreachable
from harness.model import Side, text
from harness.values import Value

Row = Mapping[str, Value]
Rest = Callable[[Page], Iterable[Any]]

_PART_OF_KEY = re.compile(r"(\w+)=('(?:[^']|'')*'|[^,']+)")


class Typed:
    """The description of one service, put to use."""

    def __init__(self, description: Description, side: Side, url: str) -> None:
        self._description = description
        self._side = side.value
        self._url = url

    @property
    def dialect(self) -> V4 | V2:
        """How this service says things."""
        return DIALECTS[self._description.version]

    # Names

    @property
    def sets(self) -> tuple[str, ...]:
        """Every set of entities; what there is only one of is none."""
        return tuple(name for name in self._description.sets if name not in self._description.singletons)

    def namespace(self, name: str) -> str:
        """Where the type of a set's entities is declared."""
        return self._description.sets[name].rpartition(".")[0]

    def actions_of(self, name: str) -> tuple[str, ...]:
        """The names of the actions of a set's entities, as V4 calls them."""
        bound = self._description.sets[name]
        return tuple(
            item.name.removeprefix(f"{name}_") for item in self._description.actions if item.bound_to == bound
        )

    def entity(self, name: str) -> EntityType:
        """The type of a set's entities."""
        sets = self._description.sets
        if sets.get(name) in self._description.types:
            return self._description.type_of(name)
        near = tuple(get_close_matches(name, sets, n=3, cutoff=0.3))
        if near:
            raise AdapterError(text("adapters.unknown_model_near", model=name, side=self._side, nearest=near))
        raise AdapterError(text("adapters.unknown_model", model=name, side=self._side))

    def property_of(self, name: str, path: str) -> str:
        """The type of a property of a set, or of one behind its links."""
        kind = self.entity(name)
        *links, last = path.split("/")
        for link in links:
            if link not in kind.links:
                raise self._no_field(name, path, kind.links)
            kind = self._behind(kind, link)
        if last not in kind.properties:
            raise self._no_field(name, path, kind.properties)
        return kind.properties[last]

    def action(self, name: str | None, action: str) -> Action:
        """An action of a set's entities, or of the service itself."""
        if name is not None:
            self.entity(name)
        described = self._description
        found = described.unbound(action) if name is None else described.bound(name, action)
        if found is not None:
            return found
        names = [item.name for item in described.actions if (item.bound_to is None) == (name is None)]
        near = tuple(get_close_matches(action, names, n=3, cutoff=0.3)) or tuple(names)
        raise AdapterError(text("adapters.odata.no_action", side=self._side, action=action, known=near))

    def test(self, name: str, where: Sequence[Condition]) -> dict[str, str] | None:
        """The conditions as `$filter`; None when nothing can ever meet them."""
        version = self._description.version
        tests = []
        for condition in where:
            edm = self.property_of(name, condition.field)
            try:
                written = filters.test(condition, edm, version)
            except ValueError as problem:
                raise self._bad_value(condition.field, edm) from problem
            if written is None:
                return None
            tests.append(written)
        return filters.joined(tests)

    # Keys: the value itself, or `Order='7',Position=10` where there are several parts

    def address(self, name: str, key: str) -> str:
        """Where the entity with this key is."""
        parts = self.key(name, key)
        if len(parts) == 1:
            written = next(iter(parts.values()))
        else:
            written = ",".join(f"{part}={value}" for part, value in parts.items())
        inside = quote(written, safe="=,()'")
        return f"{name}({inside})"

    def key(self, name: str, key: str) -> dict[str, str]:
        """The parts of a key as they stand in addresses."""
        kind = self.entity(name)
        if len(kind.keys) != 1:
            parts = dict(_PART_OF_KEY.findall(key))
            if set(parts) != set(kind.keys):
                raise AdapterError(text("adapters.bad_id", id=key, model=name))
            return parts
        edm = kind.properties[kind.keys[0]]
        try:
            return {kind.keys[0]: literal(decode(key, edm), edm, self._description.version)}
        except (ValueError, ArithmeticError) as problem:
            raise AdapterError(text("adapters.bad_id", id=key, model=name)) from problem

    def key_of(self, name: str, entity: Mapping[str, Any]) -> str:
        """The key that an entity has."""
        kind = self.entity(name)
        return self.key_of_row(name, self.row(kind, entity, tree(kind.keys), lambda page: page.items))

    def key_of_row(self, name: str, row: Row) -> str:
        """The key in a row that was read with it."""
        kind, version = self.entity(name), self._description.version
        if len(kind.keys) == 1:
            return str(row[kind.keys[0]])
        return ",".join(f"{part}={literal(row[part], kind.properties[part], version)}" for part in kind.keys)

    def literal(self, text: str, edm: str) -> str:
        """A text of this type as it stands in an address."""
        return literal(typed_text(text, edm), edm, self._description.version)

    # Values

    def body(self, kind: EntityType, values: Row) -> dict[str, object]:
        """The values of an entity, and of those behind its links, as JSON."""
        found: dict[str, object] = {}
        for field, value in values.items():
            if field in kind.links and isinstance(value, list | tuple):
                behind = self._behind(kind, field)
                found[field] = [self.body(behind, item) for item in value if isinstance(item, Mapping)]
            elif field in kind.properties:
                found[field] = self._encoded(value, kind.properties[field])
            else:
                raise self._no_field(kind.name, field, kind.properties)
        return found

    def arguments(self, action: Action, values: Row) -> dict[str, object]:
        """What an action of V4 is given, as JSON."""
        return {name: self._encoded(value, self.parameter(action, name)) for name, value in values.items()}

    def literals(self, action: Action, values: Row) -> dict[str, str]:
        """What a function of V2 is given, as it stands in an address."""
        return {
            name: literal(typed_text(value, edm), edm, self._description.version)
            for name, value in values.items()
            for edm in (self.parameter(action, name),)
        }

    def row(self, kind: EntityType, entity: Any, wanted: Tree, rest: Rest) -> Row:
        """What is wanted of an entity, typed. `rest` gives all that a page begins."""
        if not isinstance(entity, Mapping):
            raise self.lacking(kind.name)
        found: dict[str, Value] = {}
        for name, inner in wanted.items():
            if not inner:
                found[name] = self._value(name, entity, kind.properties[name])
                continue
            behind = self._behind(kind, name)
            if name not in entity:
                raise self.lacking(name)
            if kind.links[name].many:
                items = rest(self._linked(entity, name))
                found[name] = [self.row(behind, item, inner, rest) for item in items]
            else:
                linked = entity[name]
                found[name] = None if linked is None else self.row(behind, linked, inner, rest)
        return found

    def lacking(self, field: str) -> Unreachable:
        """The error for a value that was asked for and is not there, or is not of its type."""
        return Unreachable(text("adapters.odata.no_value", url=self._url, field=field))

    def _value(self, name: str, entity: Mapping[str, Any], edm: str) -> Value:
        if not is_known(edm, self._description.version):
            raise AdapterError(text("adapters.odata.no_type", url=self._url, field=name, type=edm))
        if name not in entity:
            raise self.lacking(name)
        try:
            return decode(entity[name], edm, self._description.version)
        except (ValueError, ArithmeticError) as problem:
            raise self.lacking(name) from problem

    def _linked(self, entity: Mapping[str, Any], name: str) -> Page:
        try:
            return self.dialect.linked(entity, name)
        except TypeError as problem:
            raise self.lacking(name) from problem

    def _behind(self, kind: EntityType, link: str) -> EntityType:
        target = kind.links[link].target
        if target not in self._description.types:
            raise AdapterError(text("adapters.unknown_model", model=target, side=self._side))
        return self._description.types[target]

    def _encoded(self, value: Value, edm: str) -> object:
        return encode(typed_text(value, edm), edm, self._description.version)

    def parameter(self, action: Action, name: str) -> str:
        """The type of what an action is given by this name."""
        if name not in action.parameters:
            raise self._no_field(action.name, name, action.parameters)
        return action.parameters[name]

    def _bad_value(self, field: str, edm: str) -> AdapterError:
        return AdapterError(text("adapters.odata.bad_value", field=field, type=edm))

    def _no_field(self, model: str, field: str, known: Mapping[str, object]) -> AdapterError:
        near = tuple(get_close_matches(field.rpartition("/")[2], known, n=3, cutoff=0.3)) or tuple(known)[:3]
        return AdapterError(
            text("adapters.unknown_field", model=model, field=field, side=self._side, nearest=near)
        )
