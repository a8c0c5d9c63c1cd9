"""Bank statements in Tryton: entered, checked, posted."""

from __future__ import annotations

from harness.adapters.tryton.client import TrytonClient
from harness.adapters.tryton.closing import move_to
from harness.adapters.tryton.documents import entries
from harness.adapters.tryton.form import Form
from harness.adapters.tryton.lookups import first
from harness.adapters.tryton.plain import ids, money, required_day
from harness.adapters.tryton.records import create, delete, one
from harness.adapters.tryton.speaking import Speaking
from harness.documents import Ref
from harness.inhouse import BankStatement, BankStatementDraft
from harness.values import Value

STATEMENT = "account.statement"
_FIELDS = ["name", "state", "date", "start_balance", "end_balance", "lines"]
_LINE_FIELDS = ("date", "amount", "party", "account", "description")


def create_statement(client: TrytonClient, draft: BankStatementDraft) -> Ref:
    """A draft in the first journal; each line's account is the one that Tryton proposes for the party."""
    form = Form(client, STATEMENT)
    form.set("journal", first(client, "account.statement.journal", []))
    lines: list[Value] = []
    for item in draft.lines:
        line = Form(client, f"{STATEMENT}.line", parent=("statement", form))
        line.values["company"] = form.values.get("company")
        line.set("date", item.date)
        line.set("amount", item.amount)
        line.set("party", int(item.party.id))
        line.set("description", item.description)
        lines.append(line.chosen(*_LINE_FIELDS))
    values: dict[str, Value] = {
        **form.chosen("company", "journal"),
        "name": draft.name,
        "date": draft.date,
        "start_balance": draft.opening,
        "end_balance": draft.closing,
        "lines": [["create", lines]],
    }
    return Ref("statement", create(client, STATEMENT, values))


def read_statement(client: TrytonClient, ref: Ref) -> BankStatement:
    """The statement with the entries of its lines."""
    row = one(client, STATEMENT, ref.id, _FIELDS)
    lines = client.search_read(f"{STATEMENT}.line", [["id", "in", list(ids(row["lines"]))]], ["move"])
    moves = sorted({int(str(line["move"])) for line in lines if line["move"]})
    return BankStatement(
        ref=ref,
        name=str(row["name"]),
        state=str(row["state"]),
        date=required_day(row["date"]),
        opening=money(row["start_balance"]),
        closing=money(row["end_balance"]),
        entries=entries(client, moves),
    )


class Bank(Speaking):
    """Keeps bank statements."""

    def create_statement(self, draft: BankStatementDraft) -> Ref:
        """A draft statement."""
        self._demand("create_statement")
        return create_statement(self._client, draft)

    def check_statement(self, statement: Ref) -> None:
        """Draft to validated."""
        self._demand("check_statement")
        move_to(self._client, STATEMENT, statement, "validate_statement", "validated")

    def post_statement(self, statement: Ref) -> None:
        """Validated to posted."""
        self._demand("post_statement")
        move_to(self._client, STATEMENT, statement, "post", "posted")

    def delete_statement(self, statement: Ref) -> None:
        """Deletes a statement."""
        delete(self._client, STATEMENT, statement.id)

    def statement(self, statement: Ref) -> BankStatement:
        """The statement as it stands."""
        return read_statement(self._reader, statement)
