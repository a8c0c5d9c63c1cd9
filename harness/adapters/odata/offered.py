"""Whether a service offers what the mapping names; what it does not is told by file, line and key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

from pydantic import BaseModel

from harness.adapters.odata.description import Action
from harness.adapters.odata.mapping import ABOUT, DOCUMENTS, FollowingTable, Mapped
from harness.adapters.odata.typed import Typed
from harness.config.problems import Problem
from harness.config.sources import Source
from harness.errors import AdapterError

# A key of the mapping, and what looks up in the service what it names.
Named: TypeAlias = "Iterator[tuple[str, Callable[[], object]]]"


def problems(mapped: Mapped, source: Source, typed: Typed) -> list[Problem]:
    """Every name of the mapping that the service does not have, in the order of the file."""
    found = []
    for path, look in _named(mapped, typed):
        try:
            look()
        except AdapterError as problem:
            found.append(Problem(source.file, path, problem.sentence, line=source.line(path)))
    return sorted(found, key=lambda problem: problem.line or 0)


def _named(mapped: Mapped, typed: Typed) -> Named:
    if mapped.version is not None:
        entity, _, path = mapped.version.partition("/")
        yield "version", partial(typed.property_of, entity, path)
    yield "party.entity", partial(typed.entity, mapped.party.entity)
    yield from _set("party.create", mapped.party.create, mapped.party.entity, "", typed)
    product = mapped.product
    yield "product.entity", partial(typed.entity, product.entity)
    yield "product.code", partial(typed.property_of, product.entity, product.code)
    yield "product.on_hand", partial(typed.property_of, product.entity, product.on_hand)
    order = mapped.order
    yield from _set("order.create", order.create, order.entity, "", typed)
    yield from _set("order.create.line", order.create.line, order.entity, f"{order.lines}/", typed)
    for path in order.finished:
        yield f"order.finished.{path}", partial(typed.property_of, order.entity, path)
    for name in DOCUMENTS:
        yield from _document(mapped, name, typed)
    for step in ABOUT:
        yield from _action(mapped, step, typed)


def _set(path: str, table: BaseModel, entity: str, before: str, typed: Typed) -> Named:
    """The properties that a table of texts names."""
    for key, name in table:
        if isinstance(name, str):
            yield f"{path}.{key}", partial(typed.property_of, entity, f"{before}{name}")


def _document(mapped: Mapped, name: str, typed: Typed) -> Named:
    table = mapped.document(name)
    yield f"{name}.entity", partial(typed.entity, table.entity)
    if isinstance(table, FollowingTable):
        yield f"{name}.of", partial(typed.property_of, table.entity, table.of)
    prefix = f"{table.lines}/" if table.lines else ""
    for part, named, before in (("fields", table.fields, ""), ("line", table.line, prefix)):
        for key, field in named.items():
            if field.property is not None:
                path = f"{before}{field.property}"
                yield f"{name}.{part}.{key}", partial(typed.property_of, table.entity, path)


def _action(mapped: Mapped, step: str, typed: Typed) -> Named:
    table, entity = mapped.action(step), mapped.document(ABOUT[step]).entity
    if table.call is None:
        return
    find = partial(typed.action, None if table.document else entity, table.call)
    yield f"actions.{step}.call", find
    for key in ("document", "date", "amount"):
        parameter = getattr(table, key)
        if parameter is not None:
            yield f"actions.{step}.{key}", partial(_parameter, typed, find, parameter)
    for path in table.when:
        yield f"actions.{step}.when.{path}", partial(typed.property_of, entity, path)


def _parameter(typed: Typed, find: Callable[[], Action], name: str) -> None:
    typed.parameter(find(), name)
