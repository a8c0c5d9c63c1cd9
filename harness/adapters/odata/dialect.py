"""How V4 and V2 say the same: headers, addresses of selections, envelopes of answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from harness.adapters.odata.edm import Version

Tree: TypeAlias = "dict[str, Tree]"
"""What is wanted of an entity: properties and, below the names of links, what is wanted behind them."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the entities that were asked for, and the address of the next ones."""

    items: tuple[Any, ...]
    following: str | None


def tree(paths: Iterable[str]) -> Tree:
    """`Partner/Name` is the property `Name` of what the link `Partner` leads to."""
    found: Tree = {}
    for path in paths:
        inner = found
        for part in path.split("/"):
            inner = inner.setdefault(part, {})
    return found


class V4:
    """OData 4.0."""

    version = Version.V4
    change_method = "PATCH"
    content_type = "application/json;IEEE754Compatible=true"
    headers: Mapping[str, str] = {"Accept": content_type, "OData-MaxVersion": "4.0"}
    batch_headers: Mapping[str, str] = {"OData-Version": "4.0", "Prefer": "odata.continue-on-error"}

    def selection(self, wanted: Tree) -> dict[str, str]:
        """`$select` and `$expand`."""
        options = {"$select": ",".join(name for name, inner in wanted.items() if not inner)}
        options["$expand"] = ",".join(
            f"{name}({';'.join(f'{option}={value}' for option, value in self.selection(inner).items())})"
            for name, inner in wanted.items()
            if inner
        )
        return {option: value for option, value in options.items() if value}

    def page(self, data: Mapping[str, Any]) -> Page:
        """The entities of an answer: of a set, or a single one."""
        if "value" not in data:
            return Page((data,), None)
        return Page(tuple(data["value"]), data.get("@odata.nextLink"))

    def entity(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The one entity of an answer."""
        return data

    def etag(self, entity: Mapping[str, Any]) -> str | None:
        """What a change of it must name."""
        return entity.get("@odata.etag")

    def linked(self, entity: Mapping[str, Any], name: str) -> Page:
        """What is expanded behind a link to many."""
        return Page(tuple(entity.get(name) or ()), entity.get(f"{name}@odata.nextLink"))


class V2:
    """OData 2.0, as SAP Gateway speaks it."""

    version = Version.V2
    change_method = "MERGE"
    content_type = "application/json"
    headers: Mapping[str, str] = {"Accept": content_type, "MaxDataServiceVersion": "2.0"}
    batch_headers: Mapping[str, str] = {"DataServiceVersion": "2.0", "Prefer": "odata.continue-on-error"}

    def selection(self, wanted: Tree) -> dict[str, str]:
        """`$select` and `$expand` with whole paths."""
        options = {"$select": ",".join(_leaves(wanted)), "$expand": ",".join(_links(wanted))}
        return {option: value for option, value in options.items() if value}

    def page(self, data: Mapping[str, Any]) -> Page:
        """The entities of an answer: of a set, or a single one. `results` came with 2.0; 1.0 had it bare."""
        return _page_v2(data["d"])

    def entity(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The one entity of an answer."""
        return dict(data["d"])

    def etag(self, entity: Mapping[str, Any]) -> str | None:
        """What a change of it must name."""
        found: str | None = entity.get("__metadata", {}).get("etag")
        return found

    def linked(self, entity: Mapping[str, Any], name: str) -> Page:
        """What is expanded behind a link to many."""
        return _page_v2(entity.get(name) or ())


def _page_v2(inner: Any) -> Page:
    if isinstance(inner, Mapping):
        if "results" not in inner:
            return Page((inner,), None)
        return Page(tuple(inner["results"]), inner.get("__next"))
    return Page(tuple(inner), None)


def _leaves(wanted: Tree, path: str = "") -> list[str]:
    found = []
    for name, inner in wanted.items():
        found += _leaves(inner, f"{path}{name}/") if inner else [f"{path}{name}"]
    return found


def _links(wanted: Tree, path: str = "") -> list[str]:
    found = []
    for name, inner in wanted.items():
        if inner:
            found += [f"{path}{name}", *_links(inner, f"{path}{name}/")]
    return found


DIALECTS: Mapping[Version, V4 | V2] = {Version.V4: V4(), Version.V2: V2()}
