"""What `$metadata` says of a service: its version, its sets with their types, and its actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from harness.adapters.odata.edm import Version

_SAP = "{http://www.sap.com/Protocols/SAPData}"
_HTTP_METHOD = "{http://schemas.microsoft.com/ado/2007/08/dataservices/metadata}HttpMethod"
# V2 has had several namespaces; what the elements are called is the same in all.
_V4 = "{http://docs.oasis-open.org/odata/ns/edm}"


@dataclass(frozen=True, slots=True)
class Link:
    """Where a navigation property leads: the qualified name of a type, and whether to many of them."""

    target: str
    many: bool


@dataclass(frozen=True, slots=True)
class EntityType:
    """One entity type: its key, its properties with their types, and where it leads."""

    name: str
    keys: tuple[str, ...]
    properties: Mapping[str, str]
    links: Mapping[str, Link] = field(default_factory=lambda: MappingProxyType({}))
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """An action of V4, or a function import of V2. `bound_to` is the type of the entity it is an action of.

    `path` is what stands in the address, `parameters` the types of what it is given.
    """

    name: str
    path: str
    bound_to: str | None
    parameters: Mapping[str, str]
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Description:
    """One service. `sets` and `types` are by name; a type's name is qualified."""

    version: Version
    sets: Mapping[str, str]
    types: Mapping[str, EntityType]
    actions: tuple[Action, ...]
    singletons: frozenset[str] = frozenset()

    def type_of(self, name: str) -> EntityType:
        """The type of a set's entities; KeyError when there is no such set."""
        return self.types[self.sets[name]]

    def bound(self, name: str, action: str) -> Action | None:
        """An action of a set's entities. V2 has them as `<set>_<action>`, too, which means the same."""
        wanted = action.rpartition(".")[2]
        names = (wanted, f"{name}_{wanted}")
        return self._first(lambda item: item.bound_to == self.sets[name] and item.name in names)

    def unbound(self, action: str) -> Action | None:
        """An action of the service itself."""
        wanted = action.rpartition(".")[2]
        return self._first(lambda item: item.bound_to is None and wanted in (item.name, item.path))

    def _first(self, wanted: Callable[[Action], bool]) -> Action | None:
        return next(filter(wanted, self.actions), None)


def parse_metadata(content: bytes) -> Description:
    """The description; ValueError when it is none."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError("a service description declares no entities")
    try:
        root = ElementTree.fromstring(content)  # noqa: S314  # nothing is expanded: entities were refused above
    except ElementTree.ParseError as problem:
        raise ValueError("not a service description") from problem
    schemas = [node for node in root.iter() if _tag(node) == "Schema"]
    if not schemas:
        raise ValueError("not a service description")
    return (_v4 if schemas[0].tag.startswith(_V4) else _v2)(schemas)


def _v4(schemas: list[Element]) -> Description:
    aliases = {node.get("Alias", ""): node.get("Namespace", "") for node in schemas if node.get("Alias")}

    def full(name: str) -> str:
        namespace, _, last = name.rpartition(".")
        return f"{aliases.get(namespace, namespace)}.{last}"

    def link(node: Element) -> Link:
        declared = node.get("Type", "")
        inner = declared.removeprefix("Collection(").removesuffix(")")
        return Link(full(inner), inner != declared)

    containers = list(_below(schemas, "EntityContainer"))
    sets = {
        node.get("Name", ""): full(node.get(kind, ""))
        for kind, tag in (("EntityType", "EntitySet"), ("Type", "Singleton"))
        for node in _below(containers, tag)
    }
    imports = {
        full(node.get("Action", "")): node.get("Name", "") for node in _below(containers, "ActionImport")
    }
    actions = [
        _action_v4(node, f"{schema.get('Namespace')}.{node.get('Name')}", imports, full)
        for schema in schemas
        for node in schema
        if _tag(node) == "Action"
    ]
    singletons = frozenset(node.get("Name", "") for node in _below(containers, "Singleton"))
    return Description(
        Version.V4, sets, _types(schemas, link, full), tuple(filter(None, actions)), singletons
    )


def _action_v4(
    node: Element, name: str, imports: Mapping[str, str], full: Callable[[str], str]
) -> Action | None:
    parameters = {item.get("Name", ""): item.get("Type", "") for item in _below([node], "Parameter")}
    if node.get("IsBound") == "true":
        first = next(iter(parameters))
        return Action(node.get("Name", ""), name, full(parameters.pop(first)), parameters)
    path = imports.get(name)
    return None if path is None else Action(node.get("Name", ""), path, None, parameters)


def _v2(schemas: list[Element]) -> Description:
    ends = {
        (f"{schema.get('Namespace')}.{node.get('Name')}", end.get("Role", "")): Link(
            end.get("Type", ""), end.get("Multiplicity") == "*"
        )
        for schema in schemas
        for node in schema
        if _tag(node) == "Association"
        for end in _below([node], "End")
    }

    def link(node: Element) -> Link:
        return ends.get((node.get("Relationship", ""), node.get("ToRole", "")), Link("", False))

    containers = list(_below(schemas, "EntityContainer"))
    sets = {node.get("Name", ""): node.get("EntityType", "") for node in _below(containers, "EntitySet")}
    actions = [
        Action(
            node.get("Name", ""),
            node.get("Name", ""),
            node.get(f"{_SAP}action-for"),
            {item.get("Name", ""): _type_v2(item) for item in _below([node], "Parameter")},
            node.get(_HTTP_METHOD, "GET"),
        )
        for node in _below(containers, "FunctionImport")
    ]
    return Description(Version.V2, sets, _types(schemas, link, str), tuple(actions))


def _types(
    schemas: list[Element], link: Callable[[Element], Link], full: Callable[[str], str]
) -> Mapping[str, EntityType]:
    found: dict[str, EntityType] = {}
    for schema in schemas:
        for node in (item for item in schema if _tag(item) == "EntityType"):
            base = node.get("BaseType")
            found[f"{schema.get('Namespace')}.{node.get('Name')}"] = EntityType(
                name=node.get("Name", ""),
                keys=tuple(item.get("Name", "") for item in _below([node], "PropertyRef")),
                properties={item.get("Name", ""): _type_v2(item) for item in _below([node], "Property")},
                links={item.get("Name", ""): link(item) for item in _below([node], "NavigationProperty")},
                base=full(base) if base else None,
            )
    return {name: _inherited(item, found) for name, item in found.items()}


def _inherited(item: EntityType, types: Mapping[str, EntityType]) -> EntityType:
    """The type with what it has from the types that it is based on."""
    base, seen = item.base, {item.name}
    while base is not None and base in types and base not in seen:
        seen.add(base)
        above = types[base]
        item = EntityType(
            item.name,
            item.keys or above.keys,
            {**above.properties, **item.properties},
            {**above.links, **item.links},
        )
        base = above.base
    return item


def _type_v2(node: Element) -> str:
    """The type of a property; V2 has no dates of their own, SAP says which moments are meant as dates."""
    declared = node.get("Type", "")
    dated = declared == "Edm.DateTime" and node.get(f"{_SAP}display-format") == "Date"
    return "Edm.Date" if dated else declared


def _below(nodes: list[Element], tag: str) -> Iterator[Element]:
    return (item for node in nodes for item in node.iter() if _tag(item) == tag)


def _tag(node: Element) -> str:
    return node.tag.rpartition("}")[2]
