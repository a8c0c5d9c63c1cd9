"""What simulated Tryton users do, desk by desk. Runs in the load generator's own process.

Each desk reads what it works on before anything is measured, and checks what comes back, for an answer that
is fast and empty.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from harness.adapters.load import LoadFault, Scenario, Stopwatch
from harness.values import Value
from harness.written import Stage, Write

_LOCALES = ("zh_CN", "de_DE", "en_GB")
_ORDERS, _PRODUCTS, _NOTES, _ACCOUNTS = 40, 12, 24, 8
_CONFIRMED = frozenset({"confirmed", "processing", "done"})


class User(Protocol):
    """One user who is logged in."""

    number: int

    def call(self, method: str, *params: Value, context: Mapping[str, Value] | None = None) -> Any:
        """The result of a method; LoadFault when there is none."""

    def log_in(self) -> Callable[[], None]:
        """Opens another session of the same account; what is returned ends it."""

    def reference(self) -> str:
        """A reference that no other document has."""

    def turn(self) -> int:
        """How often this was asked, from 1: for walking through pools."""


class Desk(ABC):
    """One kind of work. `names` are its scenarios."""

    names: tuple[str, ...] = ()

    def __init__(self, user: User) -> None:
        self.user = user

    @abstractmethod
    def prepare(self) -> None:
        """Reads what the scenarios work on; LoadFault when there is nothing."""

    @abstractmethod
    def scenarios(self) -> Mapping[str, Scenario]:
        """By name."""

    def pool(self, model: str, domain: Value, fields: Sequence[Value], limit: int) -> list[Any]:
        """Records to work on, the oldest first."""
        found = self.user.call(f"model.{model}.search_read", domain, 0, limit, [["id", "ASC"]], fields)
        if not found:
            raise LoadFault(f"data.no_{model.replace('.', '_')}")
        return list(found)

    def next(self, pool: Sequence[Any]) -> Any:
        """Users start at different places of a pool and walk through it in steps of their own."""
        return pool[(self.user.number * 7 + self.user.turn()) % len(pool)]


class Trading(Desk):
    """Orders of one kind, from entry to confirmation, entered like orders that are there already."""

    def __init__(self, user: User, kind: str, addresses: tuple[str, ...]) -> None:
        super().__init__(user)
        self.kind, self.addresses = kind, addresses
        self.model = f"{kind}.{kind}"

    def prepare(self) -> None:
        """Orders that are complete: with the addresses and the place that a quotation demands."""
        known: list[Value] = [
            ["state", "in", ["quotation", "confirmed", "processing", "done"]],
            *([name, "!=", None] for name in self.addresses),
            ["lines", "!=", None],
        ]
        self.orders = self.pool(self.model, known, self.addresses, _ORDERS)
        able = "salable" if self.kind == "sale" else "purchasable"
        goods: list[Value] = [[able, "=", True], ["type", "=", "goods"], ["code", "!=", None]]
        fields = ["rec_name", "default_uom", "list_price"]
        self.products = self.pool("product.product", goods, fields, _PRODUCTS)
        self.notes = notes(self.user.number)

    def order(self, timed: Stopwatch) -> None:
        """Entered, quoted, confirmed."""
        draft, kind = self._draft(), self.kind
        reference = str(draft["reference"])
        with timed(f"{kind}.create", Write(reference, Stage.ENTERED)):
            order = some(self.user.call(f"model.{self.model}.create", [draft]))
        with timed(f"{kind}.quote", Write(reference, Stage.QUOTED)):
            self.user.call(f"model.{self.model}.quote", order)
        with timed(f"{kind}.confirm", Write(reference, Stage.CONFIRMED)):
            self.user.call(f"model.{self.model}.confirm", order)
        if some(self.user.call(f"model.{self.model}.read", order, ["state"]))[0]["state"] not in _CONFIRMED:
            raise LoadFault("answer.not_confirmed")

    def _draft(self) -> dict[str, Value]:
        like, note, goods = self.next(self.orders), self.next(self.notes), self.next(self.products)
        line: dict[str, Value] = {
            "product": goods["id"],
            "unit": goods["default_uom"],
            "quantity": float(1 + self.user.turn() % 7),
            "unit_price": goods["list_price"] or Decimal("10.00"),
        }
        return {
            **{name: like[name] for name in self.addresses},
            f"{self.kind}_date": date.today(),
            "reference": self.user.reference(),
            "description": note,
            "lines": [["create", [line]]],
        }


class Arriving(Desk):
    """Comes to work: everybody at nine o'clock is a storm of these."""

    names = ("log_in",)

    def prepare(self) -> None:
        """Needs nothing but the account."""

    def scenarios(self) -> Mapping[str, Scenario]:
        """By name."""
        return {"log_in": self._log_in}

    def _log_in(self, timed: Stopwatch) -> None:
        with timed("log_in"):
            leave = self.user.log_in()
        leave()


class Selling(Trading):
    """Looks things up, and sells."""

    names = ("party.list", "sale.open", "product.search", "sale.count", "sale.order")

    def __init__(self, user: User) -> None:
        super().__init__(user, "sale", ("party", "invoice_address", "shipment_address", "warehouse"))

    def scenarios(self) -> Mapping[str, Scenario]:
        """By name."""
        does: tuple[Callable[[Stopwatch], None], ...] = (
            self._list_parties,
            self._open,
            self._search_product,
            self._count,
            self.order,
        )
        return dict(zip(self.names, does, strict=True))

    def _list_parties(self, timed: Stopwatch) -> None:
        with timed("party.list"):
            fields = ["name", "code", "lang.rec_name", "rec_name"]
            some(self.user.call("model.party.party.search_read", [], 0, 50, [["name", "ASC"]], fields))

    def _open(self, timed: Stopwatch) -> None:
        sale = self.next(self.orders)
        fields = ["number", "state", "party.rec_name", "lines", "untaxed_amount", "total_amount"]
        with timed("sale.open"):
            form = some(self.user.call("model.sale.sale.read", [sale["id"]], fields))[0]
            lines = ["product.rec_name", "quantity", "unit.rec_name", "unit_price", "amount"]
            some(self.user.call("model.sale.line.read", form["lines"], lines))

    def _search_product(self, timed: Stopwatch) -> None:
        word = str(self.next(self.products)["rec_name"]).rpartition("] ")[2]  # [code] name
        fields = ["rec_name", "code", "default_uom.rec_name"]
        with timed("product.search"):
            domain: Value = [["rec_name", "ilike", f"%{word}%"]]
            some(self.user.call("model.product.product.search_read", domain, 0, 20, None, fields))

    def _count(self, timed: Stopwatch) -> None:
        with timed("sale.count"):
            domain: Value = [["state", "!=", "cancelled"]]
            if not self.user.call("model.sale.sale.search_count", domain, 0, None):
                raise LoadFault("answer.empty")


class Buying(Trading):
    """Orders from suppliers."""

    names = ("purchase.order",)

    def __init__(self, user: User) -> None:
        super().__init__(user, "purchase", ("party", "invoice_address", "warehouse"))

    def scenarios(self) -> Mapping[str, Scenario]:
        """By name."""
        return {"purchase.order": self.order}


class Storing(Desk):
    """Asks what is in stock."""

    names = ("stock.inquiry",)

    def prepare(self) -> None:
        """Goods, and the storage of every warehouse."""
        goods: list[Value] = [["type", "=", "goods"], ["code", "!=", None]]
        self.goods = self.pool("product.product", goods, ["rec_name"], _PRODUCTS)
        house: list[Value] = [["type", "=", "warehouse"]]
        self.places = self.pool("stock.location", house, ["storage_location"], _PRODUCTS)

    def scenarios(self) -> Mapping[str, Scenario]:
        """By name."""
        return {"stock.inquiry": self._inquire}

    def _inquire(self, timed: Stopwatch) -> None:
        asked: list[Value] = [self.next(self.goods)["id"]]
        context: Mapping[str, Value] = {
            "locations": [place["storage_location"] for place in self.places],
            "with_childs": True,
            "stock_date_end": date.today(),
        }
        with timed("stock.inquiry"):
            fields = ["rec_name", "quantity", "forecast_quantity"]
            some(self.user.call("model.product.product.read", asked, fields, context=context))


class Keeping(Desk):
    """Posts journal entries, and looks at the balances of the year."""

    names = ("journal.post", "report.balances")

    def prepare(self) -> None:
        """Accounts that take a posting by hand, the general journal, today's period and year."""
        usual: list[Value] = [
            ["code", "!=", None],
            ["type", "!=", None],
            ["closed", "=", False],
            ["party_required", "=", False],
            ["second_currency", "=", None],
        ]
        self.accounts = self.pool("account.account", usual, ["company"], _ACCOUNTS)
        self.company = self.accounts[0]["company"]
        self.accounts = [each for each in self.accounts if each["company"] == self.company]
        if len(self.accounts) < 2:
            raise LoadFault("data.no_account_account")
        self.journal = self.pool("account.journal", [["type", "=", "general"]], ["rec_name"], 1)[0]["id"]
        self.today = date.today()
        period: list[Value] = [
            ["start_date", "<=", self.today],
            ["end_date", ">=", self.today],
            ["type", "=", "standard"],
            ["state", "=", "open"],
            ["company", "=", self.company],
        ]
        found = self.pool("account.period", period, ["fiscalyear"], 1)[0]
        self.period, self.year = found["id"], found["fiscalyear"]

    def scenarios(self) -> Mapping[str, Scenario]:
        """By name."""
        return {"journal.post": self._post, "report.balances": self._balances}

    def _post(self, timed: Stopwatch) -> None:
        reference, amount = self.user.reference(), Decimal(100 + self.user.turn() % 900) / 100
        debit, credit = (
            self.accounts[0]["id"],
            self.accounts[1 + self.user.turn() % (len(self.accounts) - 1)]["id"],
        )
        nothing = Decimal(0)
        lines: list[Value] = [
            {"account": debit, "debit": amount, "credit": nothing},
            {"account": credit, "debit": nothing, "credit": amount},
        ]
        entry: dict[str, Value] = {
            "company": self.company,
            "journal": self.journal,
            "period": self.period,
            "date": self.today,
            "description": reference,
            "lines": [["create", lines]],
        }
        with timed("journal.enter", Write(reference, Stage.ENTERED)):
            made = some(self.user.call("model.account.move.create", [entry]))
        with timed("journal.post", Write(reference, Stage.POSTED)):
            self.user.call("model.account.move.post", made)
        if some(self.user.call("model.account.move.read", made, ["state"]))[0]["state"] != "posted":
            raise LoadFault("answer.not_posted")

    def _balances(self, timed: Stopwatch) -> None:
        context: Mapping[str, Value] = {"company": self.company, "fiscalyear": self.year, "posted": True}
        fields = ["account.rec_name", "start_balance", "debit", "credit", "end_balance"]
        with timed("report.balances"):
            model = "account.general_ledger.account"
            some(self.user.call(f"model.{model}.search_read", [], 0, None, None, fields, context=context))


DESKS: tuple[Callable[[User], Desk], ...] = (Arriving, Selling, Buying, Storing, Keeping)


def some(rows: Any) -> Any:
    """The answer; LoadFault when it is empty."""
    if not rows:
        raise LoadFault("answer.empty")
    return rows


def notes(number: int) -> list[str]:
    """What this user writes on its orders: three languages, another pool for every user."""
    from faker import Faker  # slow to import; only the load generator needs it

    fakers = [Faker(locale) for locale in _LOCALES]
    for fake in fakers:
        fake.seed_instance(20_000 + number)
    return [fakers[place % len(fakers)].company() for place in range(_NOTES)]
