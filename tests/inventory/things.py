"""Things as tests write them, with what most of them have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.inventory.stored import JSON, attachment_of, encoded
from harness.model import Attachment, Capture, Side
from harness.things import Sort, Thing

FIELD: Mapping[str, Any] = {
    "model": "sale",
    "type": "text",
    "relation": None,
    "required": False,
    "readonly": False,
    "default": None,
    "sampled": 10,
    "filled": 10,
}


def a_model(name: str = "sale", **properties: Any) -> Thing:
    return Thing(Sort.MODEL, name, name.title(), "sales", {"read": "yes", "records": 10, **properties})


def a_field(name: str = "sale.note", **properties: Any) -> Thing:
    return Thing(Sort.FIELD, name, name.title(), "sales", {**FIELD, **properties})


def a_thing(sort: Sort, name: str = "x", **properties: Any) -> Thing:
    return Thing(sort, name, name.title(), "sales", properties)


def captured(things: Mapping[Side, tuple[Thing, ...]], renames: Any = ()) -> Capture:
    """A capture of these sides."""
    return Capture(
        {"renames": list(renames), "sides": [side.value for side in things]},
        tuple(Attachment(attachment_of(side), JSON, encoded(found)) for side, found in things.items()),
    )
