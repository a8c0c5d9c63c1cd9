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

from harness.adapters import business, inhouse
from harness.coverage import Operation
from harness.errors import Refused

A = TypeVar("A")
READ = "read"

_VERBS = (
    "apply", "approve", "cancel", "change", "check", "close", "confirm", "count", "create", "deactivate",
    "delete", "depreciate", "dispose", "export", "finish", "import", "issue", "match", "move", "open", "pay",
    "post", "print", "quote", "receive", "reconcile", "reopen", "return", "reverse", "run", "scrap", "search",
    "start", "unreconcile",
)  # fmt: skip
VERBS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(_VERBS, "") | {"find": "search", "register": "create", "transfer": "move", "undo": "cancel"}
)
"""The words that a method's name may begin with, and the operation where that is called otherwise."""

HOMES: Mapping[str, str] = MappingProxyType(
    {
        "account": "accounting",
        "asset": "assets",
        "balance": "accounting",
        "balance_list": "accounting",
        "balance_sheet": "accounting",
        "bill": "production",
        "delivery": "stock",
        "entry": "accounting",
        "file": "exchange",
        "fiscal_year": "accounting",
        "income_statement": "accounting",
        "invoice": "accounting",
        "order": "sale",
        "party": "party",
        "payment": "accounting",
        "period": "accounting",
        "product": "product",
        "production": "production",
        "purchase": "purchase",
        "purchase_request": "purchase",
        "statement": "accounting",
        "stock_document": "stock",
        "stock_level": "stock",
        "stock_place": "stock",
        "stock_value": "stock",
        "tax_report": "accounting",
        "write_off": "accounting",
    }
)
"""The module that a kind of document belongs to, whichever flow touches it."""

OTHERWISE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "cancel_stock": ("cancel", "stock_document"),
        "carry_result": ("close", "fiscal_year"),
        "close_year": ("close", "fiscal_year"),
        "count_goods": ("count", "stock_document"),
        "count_named": (READ, "file"),
        "create_tax_box": ("create", "tax_report"),
        "customer_of": (READ, "party"),
        "delete_request": ("delete", "purchase_request"),
        "delete_stock": ("delete", "stock_document"),
        "deliver": ("post", "delivery"),
        "depreciate": ("depreciate", "asset"),
        "finished_orders": (READ, "order"),
        "invoice_order": ("create", "invoice"),
        "item_accounts": (READ, "account"),
        "manual_accounts": (READ, "account"),
        "on_hand": (READ, "stock_level"),
        "open_earlier_year": ("open", "fiscal_year"),
        "open_next_year": ("open", "fiscal_year"),
        "order_requested": ("create", "purchase"),
        "pay_invoice": ("pay", "invoice"),
        "price_order": ("change", "purchase"),
        "receive_goods": ("receive", "stock_document"),
        "reopen_year": ("reopen", "fiscal_year"),
        "reprice_invoice": ("change", "invoice"),
        "sellable_products": (READ, "product"),
        "ship_order": ("post", "delivery"),
        "transfer_goods": ("move", "stock_document"),
        "write_off": ("write_off", "invoice"),
        "write_off_reason": ("create", "write_off"),
    }
)
"""Methods whose names do not say what they do to what."""


def meant(method: str) -> Operation:
    """What calling a capability's method of this name does."""
    operation, document = OTHERWISE.get(method) or _named(method)
    return Operation(HOMES.get(document, document), document, operation)


def _named(method: str) -> tuple[str, str]:
    verb, _, rest = method.partition("_")
    if not rest or verb not in VERBS:
        return READ, _single(method)
    return VERBS[verb] or verb, _single(rest)


def _single(noun: str) -> str:
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


@cache
def capabilities() -> tuple[type, ...]:
    """The protocols of what people do in business."""
    places = (business, inhouse)
    found = ((place, kind) for place in places for kind in vars(place).values() if isinstance(kind, type))
    return tuple(kind for place, kind in found if kind.__module__ == place.__name__ and _is_protocol(kind))


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
