"""Fiscal years in Tryton: opened, closed period by period, and opened again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from harness.adapters.tryton.client import TrytonClient
from harness.adapters.tryton.documents import ENTRY
from harness.adapters.tryton.form import Form
from harness.adapters.tryton.lookups import first, state_of, stuck
from harness.adapters.tryton.plain import required_day
from harness.adapters.tryton.records import create, one, press
from harness.adapters.tryton.sequences import MADE_HERE
from harness.adapters.tryton.speaking import Speaking
from harness.adapters.tryton.wizard import Wizard
from harness.documents import Ref
from harness.inhouse import FiscalYear, Period
from harness.values import Value

YEAR, PERIOD = "account.fiscalyear", "account.period"
_RESULT = "Result of the year"


def open_year(client: TrytonClient, *, before: bool) -> Ref:
    """A calendar year next to those that there are, with a period a month and numbers of its own."""
    field = "move_sequence" if "move_sequence" in client.fields(YEAR) else "post_move_sequence"
    company = Form(client, YEAR).values.get("company")
    order = [["start_date", "ASC" if before else "DESC"]]
    (near,) = client.search_read(
        YEAR, [["company", "=", company]], ["start_date", field], order=order, limit=1
    )
    year = required_day(near["start_date"]).year + (-1 if before else 1)
    sequences = str(client.fields(YEAR)[field]["relation"])
    kind = one(client, sequences, str(near[field]), ["sequence_type"])["sequence_type"]
    sequence = create(
        client, sequences, {"name": f"{MADE_HERE}{year}", "sequence_type": kind, "company": company}
    )
    values: dict[str, Value] = {
        "name": str(year),
        "start_date": date(year, 1, 1),
        "end_date": date(year, 12, 31),
        "company": company,
        field: int(sequence),
    }
    number = create(client, YEAR, values)
    client.call(f"model.{YEAR}.create_period", [int(number)])
    return Ref("fiscal_year", number)


def read_year(client: TrytonClient, year: Ref) -> FiscalYear:
    """The year with its months; a period for the closing entry alone is none of them."""
    head = one(client, YEAR, year.id, ["start_date", "end_date", "state"])
    domain: list[Value] = [["fiscalyear", "=", int(year.id)], ["type", "=", "standard"]]
    fields = ["start_date", "end_date", "state"]
    rows = client.search_read(PERIOD, domain, fields, order=[["start_date", "ASC"]])
    months = (
        Period(
            Ref("period", str(row["id"])),
            required_day(row["start_date"]),
            required_day(row["end_date"]),
            str(row["state"]),
        )
        for row in rows
    )
    start, end = required_day(head["start_date"]), required_day(head["end_date"])
    return FiscalYear(year, start, end, str(head["state"]), tuple(months))


def carry_result(client: TrytonClient, year: Ref) -> Ref:
    """The entry of the wizard for accounts that are not carried forward, posted."""
    setup = _Setup(client, year)
    wizard = Wizard(client, f"{YEAR}.balance_non_deferral", YEAR, int(year.id))
    account = setup.account()
    start: dict[str, Value] = {
        **wizard.open("start"),
        "fiscalyear": int(year.id),
        "journal": setup.journal(),
        "period": setup.period(),
        "credit_account": account,
        "debit_account": account,
    }
    wizard.send("balance", {"start": start})
    wizard.close()
    entry = str(first(client, ENTRY, [["origin", "=", f"{YEAR},{year.id}"]]))
    press(client, ENTRY, entry, "post")
    return Ref("entry", entry)


def move_to(client: TrytonClient, model: str, ref: Ref, button: str, state: str) -> None:
    """Presses a button that must lead to the state; Tryton leaves out in silence what it may not change."""
    before = state_of(client, model, ref.id)
    press(client, model, ref.id, button)
    reached = state_of(client, model, ref.id)
    if reached != state or reached == before:
        raise stuck(model, ref.id, reached, button)


@dataclass(frozen=True, slots=True)
class _Setup:
    """What the closing entry of a year needs, made when it is not there."""

    client: TrytonClient
    year: Ref

    def period(self) -> Value:
        domain: list[Value] = [["fiscalyear", "=", int(self.year.id)], ["type", "=", "adjustment"]]
        end = one(self.client, YEAR, self.year.id, ["end_date"])["end_date"]
        values: dict[str, Value] = {"name": _RESULT, "type": "adjustment", "fiscalyear": int(self.year.id)}
        return self._found_or_made(PERIOD, domain, values | {"start_date": end, "end_date": end})

    def journal(self) -> Value:
        domain: list[Value] = [["type", "=", "situation"]]
        return self._found_or_made(
            "account.journal", domain, {"name": _RESULT, "code": "RESULT", "type": "situation"}
        )

    def account(self) -> Value:
        company = Form(self.client, YEAR).values.get("company")
        domain: list[Value] = [["name", "=", _RESULT], ["company", "=", company]]
        kinds: list[Value] = [["statement", "=", "balance"], ["company", "=", company]]
        kind = first(
            self.client, "account.account.type", [*kinds, ["assets", "=", False], ["childs", "=", None]]
        )
        root = first(self.client, "account.account", [["parent", "=", None], ["company", "=", company]])
        values: dict[str, Value] = {"name": _RESULT, "type": kind, "parent": root, "company": company}
        return self._found_or_made("account.account", domain, values)

    def _found_or_made(self, model: str, domain: list[Value], values: dict[str, Value]) -> Value:
        rows = self.client.search_read(model, domain, ["id"], limit=1)
        return rows[0]["id"] if rows else int(create(self.client, model, values))


class Closing(Speaking):
    """Closes the books."""

    def open_earlier_year(self) -> FiscalYear:
        """A year before the first one."""
        self._demand("open_earlier_year")
        return read_year(self._client, open_year(self._client, before=True))

    def open_next_year(self) -> FiscalYear:
        """A year after the last one."""
        self._demand("open_next_year")
        return read_year(self._client, open_year(self._client, before=False))

    def close_period(self, period: Ref) -> None:
        """Closes a period."""
        self._demand("close_period")
        move_to(self._client, PERIOD, period, "close", "closed")

    def reopen_period(self, period: Ref) -> None:
        """Opens a period again."""
        self._demand("reopen_period")
        move_to(self._client, PERIOD, period, "reopen", "open")

    def carry_result(self, year: Ref) -> Ref:
        """The posted entry that clears income and expense."""
        self._demand("carry_result")
        return carry_result(self._client, year)

    def close_year(self, year: Ref) -> None:
        """Closes a year with its periods."""
        self._demand("close_year")
        move_to(self._client, YEAR, year, "close", "closed")

    def reopen_year(self, year: Ref) -> None:
        """Opens a year again."""
        self._demand("reopen_year")
        move_to(self._client, YEAR, year, "reopen", "open")

    def fiscal_year(self, year: Ref) -> FiscalYear:
        """The year as it stands."""
        return read_year(self._reader, year)
