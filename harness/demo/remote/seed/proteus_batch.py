"""Saving and clicking many records at once: ten times fewer calls than one by one."""

from __future__ import annotations

from contextlib import contextmanager
from collections.abc import Iterable, Iterator
from typing import Any

from proteus import Model, config


def save(records: list[Any]) -> list[Any]:
    """Saves all in one call; gives them back."""
    if records:
        type(records[0]).save(records)
    return records


def click(records: list[Any], *buttons: str) -> None:
    """Presses the buttons, one after the other, on all records at once."""
    for button in buttons if records else ():
        type(records[0]).click(records, button)


def again(records: Iterable[Any]) -> list[Any]:
    """The same records as the database has them now, in the same order."""
    found = list(records)
    if not found:
        return []
    fresh = type(found[0]).find([("id", "in", [record.id for record in found])])
    by_id = {record.id: record for record in fresh}
    return [by_id[record.id] for record in found]


def one(model: str, *domain: Any) -> Any:
    """The only record of `model` that matches."""
    (record,) = Model.get(model).find(list(domain))
    return record


@contextmanager
def queue_held() -> Iterator[None]:
    """Background work that comes up is never done: documents stay where a person left them."""
    from trytond.ir import queue_
    from trytond.transaction import Transaction

    queue_.has_worker = True
    try:
        yield
    finally:
        queue_.has_worker = False
        with Transaction().start(config.get_config().database_name, 0) as transaction:
            transaction.connection.cursor().execute("DELETE FROM ir_queue WHERE dequeued_at IS NULL")
