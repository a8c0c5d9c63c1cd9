"""Gathers the inventory: both sides at once in threads, or one side for later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from harness.adapters.inventory import ListsInventory
from harness.errors import ConfigError, Refused, Unreachable
from harness.inventory.renames import Renames
from harness.inventory.stored import JSON, attachment_of, encoded
from harness.model import Attachment, Capture, Part, Side, Text, text
from harness.things import Thing
from harness.values import Value


def gather(adapters: Mapping[Side, object], part: Part, renames: Renames) -> Capture:
    """The things of this part's sides. A side that does not answer is a capture with a failure."""
    capable = {side: _capable(side, adapter) for side, adapter in adapters.items()}
    with ThreadPoolExecutor(len(capable)) as pool:
        found = dict(zip(capable, pool.map(_listed, capable.values()), strict=True))
    listed = {side: things for side, things in found.items() if isinstance(things, tuple)}
    failures = [why for why in found.values() if isinstance(why, Text)]
    # Without the source there is nothing to compare with; without the target there is a finding.
    value: Value = {"renames": renames.as_value(), "sides": [side.value for side in listed]}
    gathered = part.side in listed if part.side else Side.SOURCE in listed
    return Capture(
        value=value if gathered else None,
        attachments=tuple(
            Attachment(attachment_of(side), JSON, encoded(things)) for side, things in listed.items()
        ),
        measures={
            f"{side}_{sort}s": count
            for side, things in listed.items()
            for sort, count in Counter(thing.sort for thing in things).items()
        },
        failure=failures[0] if failures else None,
    )


def _capable(side: Side, adapter: object) -> ListsInventory:
    if not isinstance(adapter, ListsInventory):
        raise ConfigError(text("inventory.not_capable", side=side.value))
    return adapter


def _listed(adapter: ListsInventory) -> tuple[Thing, ...] | Text:
    try:
        return adapter.inventory()
    except Refused as refusal:
        return text("plugin.refused", message=refusal.message)
    except Unreachable as silence:
        return silence.sentence
