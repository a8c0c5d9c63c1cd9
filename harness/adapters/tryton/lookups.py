"""The few things that every kind of Tryton document is asked for."""

from __future__ import annotations

from harness.adapters.tryton.client import TrytonClient
from harness.adapters.tryton.records import one
from harness.errors import AdapterError, Refused
from harness.model import text
from harness.values import Value


def id_of(client: TrytonClient, model: str, field: str, value: str) -> Value:
    """The id of the first record with this value; AdapterError when there is none."""
    rows = client.search_read(model, [[field, "=", value]], ["id"], limit=1)
    if not rows:
        side = client.guard.environment.side.value
        raise AdapterError(text("adapters.no_record", model=model, name=value, side=side))
    return rows[0]["id"]


def first(client: TrytonClient, model: str, domain: list[Value]) -> Value:
    """The id of the first record of the domain; AdapterError when there is none."""
    rows = client.search_read(model, domain, ["id"], limit=1)
    if not rows:
        side = client.guard.environment.side.value
        raise AdapterError(text("adapters.no_record", model=model, name=_wanted(domain), side=side))
    return rows[0]["id"]


def first_warehouse(client: TrytonClient) -> Value:
    """The warehouse that things come from and go to unless something else is said."""
    return id_of(client, "stock.location", "type", "warehouse")


def state_of(client: TrytonClient, model: str, id: str) -> str:
    """The state a document is in."""
    return str(one(client, model, id, ["state"])["state"])


def stuck(model: str, number: str, state: str, button: str) -> Refused:
    """The refusal of a document that stays as it is."""
    # The ERP took the button and did nothing: that is about the ERP, not about the harness.
    sentence = text("adapters.stuck", model=model, id=number, state=state, button=button)
    return Refused(sentence, code="state", message=f"{model}: {button}")


def _wanted(domain: list[Value]) -> str:
    return ", ".join(" ".join(map(str, part)) for part in domain if isinstance(part, list))
