"""One simulated Tryton user: reads, searches, and takes sales from entry to confirmation.

Runs in the load generator's own process. It speaks the wire itself, because a load generator that is busy
with typed documents measures itself; what an answer holds is still checked, for a fast and empty one.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlsplit

from harness.adapters.load import Answer, Http, LoadFault, Scenario, Seat, Stopwatch
from harness.adapters.wire import jsonrpc
from harness.model import Environment
from harness.values import Value
from harness.written import Stage, Write, reference_of

_LOCALES = ("zh_CN", "de_DE", "en_GB")
_SALES, _PRODUCTS, _NOTES = 40, 12, 24
_CONFIRMED = frozenset({"confirmed", "processing", "done"})
_ELSEWHERE = frozenset({404, 405})  # 8.0 answers these where 7.0 has its calls
_OK, _UNAUTHORIZED = 200, 401


class TrytonLoadSession:
    """A logged-in user of either wire form, with customers and goods of the company to work on."""

    def __init__(self) -> None:
        self._done = 0
        self._headers = {"Content-Type": "application/json"}
        self._context: Mapping[str, Value] = MappingProxyType({})

    def login(self, environment: Environment, http: Http, seat: Seat) -> None:
        """Finds the wire form, logs in, and reads whom to sell what."""
        self._http, self._seat = http, seat
        base = urlsplit(environment.url).path.rstrip("/")
        database = quote(str(environment.options.get("database", "")))
        language = str(environment.options.get("language", "en"))
        self._log_in(f"{base}/{database}/", seat, language)
        preferences = self._call("model.res.user.get_preferences", True)
        self._context = {**preferences, "language": language}
        self._read_pools()

    def scenarios(self) -> Mapping[str, Scenario]:
        """What this user does."""
        return {
            "party.list": self._list_parties,
            "sale.open": self._open_sale,
            "product.search": self._search_product,
            "sale.count": self._count_sales,
            "sale.order": self._order,
        }

    def _list_parties(self, timed: Stopwatch) -> None:
        with timed("party.list"):
            fields = ["name", "code", "lang.rec_name", "rec_name"]
            _some(self._call("model.party.party.search_read", [], 0, 50, [["name", "ASC"]], fields))

    def _open_sale(self, timed: Stopwatch) -> None:
        sale = self._next(self._sales)
        fields = ["number", "state", "party.rec_name", "lines", "untaxed_amount", "total_amount"]
        with timed("sale.open"):
            form = _some(self._call("model.sale.sale.read", [sale["id"]], fields))[0]
            lines = ["product.rec_name", "quantity", "unit.rec_name", "unit_price", "amount"]
            _some(self._call("model.sale.line.read", form["lines"], lines))

    def _search_product(self, timed: Stopwatch) -> None:
        word = str(self._next(self._products)["rec_name"]).rpartition("] ")[2]  # [code] name
        fields = ["rec_name", "code", "default_uom.rec_name"]
        with timed("product.search"):
            domain: Value = [["rec_name", "ilike", f"%{word}%"]]
            _some(self._call("model.product.product.search_read", domain, 0, 20, None, fields))

    def _count_sales(self, timed: Stopwatch) -> None:
        with timed("sale.count"):
            domain: Value = [["state", "!=", "cancelled"]]
            if not self._call("model.sale.sale.search_count", domain, 0, None):
                raise LoadFault("answer.empty")

    def _order(self, timed: Stopwatch) -> None:
        draft = self._draft()
        reference = str(draft["reference"])
        with timed("sale.create", Write(reference, Stage.ENTERED)):
            sale = _some(self._call("model.sale.sale.create", [draft]))
        with timed("sale.quote", Write(reference, Stage.QUOTED)):
            self._call("model.sale.sale.quote", sale)
        with timed("sale.confirm", Write(reference, Stage.CONFIRMED)):
            self._call("model.sale.sale.confirm", sale)
        if _some(self._call("model.sale.sale.read", sale, ["state"]))[0]["state"] not in _CONFIRMED:
            raise LoadFault("answer.not_confirmed")

    def _draft(self) -> dict[str, Value]:
        customer, note = self._next(self._sales), self._next(self._notes)
        goods = self._next(self._products)
        line: dict[str, Value] = {
            "product": goods["id"],
            "unit": goods["default_uom"],
            "quantity": float(1 + self._done % 7),
            "unit_price": goods["list_price"] or Decimal("10.00"),
        }
        return {
            "party": customer["party"],
            "invoice_address": customer["invoice_address"],
            "shipment_address": customer["shipment_address"],
            "warehouse": customer["warehouse"],
            "sale_date": date.today(),
            "reference": reference_of(self._seat.run, self._seat.number, self._done),
            "description": note,
            "lines": [["create", [line]]],
        }

    def _read_pools(self) -> None:
        # Customers of real sales are complete: with the addresses and the place that a quotation demands.
        addresses = ["party", "invoice_address", "shipment_address", "warehouse"]
        known: list[Value] = [
            ["state", "in", ["quotation", "confirmed", "processing", "done"]],
            *([name, "!=", None] for name in addresses),
            ["lines", "!=", None],
        ]
        self._sales = self._pool("sale.sale", known, addresses, _SALES)
        goods: list[Value] = [["salable", "=", True], ["type", "=", "goods"], ["code", "!=", None]]
        fields = ["rec_name", "default_uom", "list_price"]
        self._products = self._pool("product.product", goods, fields, _PRODUCTS)
        self._notes = _notes(self._seat.number)

    def _pool(self, model: str, domain: Value, fields: Sequence[Value], limit: int) -> list[Any]:
        found = self._call(f"model.{model}.search_read", domain, 0, limit, [["id", "ASC"]], fields)
        if not found:
            raise LoadFault(f"data.no_{model.replace('.', '_')}")
        return list(found)

    def _next(self, pool: Sequence[Any]) -> Any:
        """Users start at different places of a pool and walk through it in steps of their own."""
        self._done += 1
        return pool[(self._seat.number * 7 + self._done) % len(pool)]

    def _log_in(self, path: str, seat: Seat, language: str) -> None:
        account = seat.account
        params: list[Value] = [account.user, {"password": account.password.reveal()}, language]
        for self._path in (path, f"{path}rpc/"):
            answer = self._post("common.db.login", params)
            if answer.status not in _ELSEWHERE:
                break
        result = _result(answer)
        if not isinstance(result, list) or len(result) < 2:
            raise LoadFault("refused.login")
        token = f"{account.user}:{result[0]}:{result[1]}"
        self._headers["Authorization"] = f"Session {base64.b64encode(token.encode()).decode()}"

    def _call(self, method: str, *params: Value) -> Any:
        return _result(self._post(method, [*params, dict(self._context)]))

    def _post(self, method: str, params: Sequence[Value]) -> Answer:
        body = jsonrpc.dumps({"id": 1, "method": method, "params": params})
        return self._http.send("POST", self._path, body, self._headers)


def _result(answer: Answer) -> Any:
    if answer.status != _OK:
        raise LoadFault("refused.login" if answer.status == _UNAUTHORIZED else f"http.{answer.status}")
    try:
        found = jsonrpc.loads(answer.body)
    except ValueError as problem:
        raise LoadFault("answer.not_json") from problem
    if not isinstance(found, dict):
        return found
    if found.get("error"):
        raise LoadFault(f"refused.{_kind(found['error'])}")
    return found.get("result")


def _kind(error: Value) -> str:
    """Tryton's word for why; never its message, which may hold data."""
    name = error[0] if isinstance(error, list) and error else ""
    return str(name) if str(name).isidentifier() else "error"


def _some(rows: Any) -> Any:
    if not rows:
        raise LoadFault("answer.empty")
    return rows


def _notes(number: int) -> list[str]:
    """What this user writes on its orders: three languages, another pool for every user."""
    from faker import Faker  # slow to import; only the load generator needs it

    fakers = [Faker(locale) for locale in _LOCALES]
    for fake in fakers:
        fake.seed_instance(20_000 + number)
    return [fakers[place % len(fakers)].company() for place in range(_NOTES)]
