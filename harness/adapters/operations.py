"""What a call of a business capability means to the company: which operation on which kind of document.

A method is named after both (`create_order`, `post_invoices`), or after what it reads (`deliveries`), so
that a new capability needs a line here only where its name does not say it. No flow says anything.
The words people read are the catalogue's: `coverage.module`, `coverage.document`, `coverage.operation`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar, cast

from harness.adapters import business
from harness.coverage import Operation
from harness.errors import Refused

A = TypeVar("A")
READ = "read"

VERBS = frozenset(
    {
        "apply", "approve", "cancel", "change", "close", "confirm", "count", "create", "deactivate",
        "delete", "depreciate", "dispose", "finish", "issue", "match", "move", "open", "pay", "post",
        "quote", "receive", "reconcile", "reopen", "return", "reverse", "run", "scrap", "search",
    }
)  # fmt: skip
"""The words that a method's name may begin with: its operation."""

HOMES: Mapping[str, str] = MappingProxyType(
    {
        "account": "accounting",
        "balance": "accounting",
        "delivery": "stock",
        "entry": "accounting",
        "invoice": "accounting",
        "order": "sale",
        "party": "party",
        "payment": "accounting",
        "product": "product",
    }
)
"""The module that a kind of document belongs to, whichever flow touches it."""

OTHERWISE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "customer_of": (READ, "party"),
        "finished_orders": (READ, "order"),
        "invoice_order": ("create", "invoice"),
        "manual_accounts": (READ, "account"),
        "pay_invoice": ("pay", "invoice"),
        "sellable_products": (READ, "product"),
        "ship_order": ("post", "delivery"),
    }
)
"""Methods whose names do not say what they do to what."""


def meant(method: str) -> Operation:
    """What calling a capability's method of this name does."""
    operation, document = OTHERWISE.get(method) or _named(method)
    return Operation(HOMES.get(document, document), document, operation)


def _named(method: str) -> tuple[str, str]:
    verb, _, rest = method.partition("_")
    operation, noun = (verb, rest) if rest and verb in VERBS else (READ, method)
    return operation, _single(noun)


def _single(noun: str) -> str:
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


@cache
def capabilities() -> tuple[type, ...]:
    """The protocols of what people do in business."""
    found = (kind for kind in vars(business).values() if isinstance(kind, type))
    return tuple(kind for kind in found if kind.__module__ == business.__name__ and _is_protocol(kind))


def _is_protocol(kind: type) -> bool:
    return bool(getattr(kind, "_is_protocol", False))


@cache
def methods(capability: type) -> tuple[str, ...]:
    """The names of a capability's methods, in the order of its protocol."""
    return tuple(
        name for name in vars(capability) if not name.startswith("_") and callable(vars(capability)[name])
    )


def offered(adapter: object) -> frozenset[Operation]:
    """Everything that the ERP behind this adapter can be asked to do in business."""
    able = (capability for capability in capabilities() if isinstance(adapter, capability))
    return frozenset(meant(name) for capability in able for name in methods(capability))


def observed(adapter: A, note: Callable[[Operation, bool], None]) -> A:
    """The same adapter, which notes each business call that the ERP answers: what it does, and if refused.

    Calls that the adapter makes of itself are not noted: they are how, not what.
    """
    return cast(A, _Observed(adapter, note))


class _Observed:
    """Stands in for an adapter; `isinstance` sees the adapter's own class."""

    __slots__ = ("_adapter", "_names", "_note")

    def __init__(self, adapter: object, note: Callable[[Operation, bool], None]) -> None:
        self._adapter = adapter
        self._note = note
        able = (each for each in capabilities() if isinstance(adapter, each))
        self._names = frozenset(name for each in able for name in methods(each))

    @property  # type: ignore[misc]  # what isinstance asks for
    def __class__(self) -> type:
        return type(self._adapter)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._adapter, name)
        return self._noting(name, found) if name in self._names else found

    def _noting(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            try:
                answer = method(*given, **named)
            except Refused:
                self._note(meant(name), True)
                raise
            self._note(meant(name), False)
            return answer

        return call
