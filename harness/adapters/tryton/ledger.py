"""Manual postings in Tryton's general ledger, as an accountant enters them."""

from __future__ import annotations

from harness.adapters.tryton.client import TrytonClient
from harness.adapters.tryton.documents import ENTRY, entries
from harness.adapters.tryton.form import Form
from harness.adapters.tryton.records import create, delete, press
from harness.adapters.tryton.speaking import Speaking
from harness.adapters.tryton.wizard import Wizard
from harness.documents import EntryDraft, JournalEntry, PostingDraft, Ref
from harness.errors import AdapterError, Refused
from harness.model import text
from harness.values import Value


def manual_accounts(client: TrytonClient, limit: int) -> tuple[str, ...]:
    """Codes of accounts that can be posted on without a party or a second currency, in their order."""
    domain: list[Value] = [
        ["code", "!=", None],
        ["type", "!=", None],
        ["closed", "=", False],
        ["party_required", "=", False],
        ["second_currency", "=", None],
        ["company", "=", _company(client)],
    ]
    order: list[list[str]] = [["code", "ASC"], ["id", "ASC"]]
    rows = client.search_read("account.account", domain, ["code"], order=order, limit=limit)
    return tuple(str(row["code"]) for row in rows)


def create_entry(client: TrytonClient, draft: EntryDraft) -> Ref:
    """A draft in the general journal, in the period of its date."""
    return Ref("entry", create(client, ENTRY, entry_values(client, draft)))


def entry_values(client: TrytonClient, draft: EntryDraft) -> dict[str, Value]:
    """What such a draft is created with."""
    company = _company(client)
    day = draft.date
    period: list[Value] = [["start_date", "<=", day], ["end_date", ">=", day], ["type", "=", "standard"]]
    lines: list[Value] = [
        {
            "account": _one(
                client, "account.account", [["code", "=", posting.account], ["company", "=", company]]
            ),
            "debit": posting.debit,
            "credit": posting.credit,
            **_of_party(posting),
            **_taxed(client, posting),
        }
        for posting in draft.postings
    ]
    return {
        "company": company,
        "journal": _one(client, "account.journal", [["type", "=", "general"]]),
        "period": _one(client, "account.period", [*period, ["company", "=", company]]),
        "date": day,
        "description": draft.description,
        "lines": [["create", lines]],
    }


def _of_party(posting: PostingDraft) -> dict[str, Value]:
    return {} if posting.party is None else {"party": int(posting.party.id)}


def _taxed(client: TrytonClient, posting: PostingDraft) -> dict[str, Value]:
    share = posting.tax
    if share is None:
        return {}
    tax = _one(client, "account.tax", [["name", "=", share.tax]])
    line: dict[str, Value] = {"tax": tax, "type": share.part, "amount": abs(posting.debit - posting.credit)}
    return {"tax_lines": [["create", [line]]]}


def reverse_entry(client: TrytonClient, entry: Ref) -> Ref:
    """Cancels by the wizard, debit for credit; the reversal of a posted entry is posted, too."""
    wizard = Wizard(client, "account.move.cancel", ENTRY, int(entry.id))
    start = wizard.open("default")
    wizard.send("cancel", {"default": {**start, "reversal": True}})
    wizard.close()
    origin: list[Value] = [["origin", "=", f"{ENTRY},{entry.id}"]]
    rows = client.search_read(ENTRY, origin, ["id"], order=[["id", "DESC"]], limit=1)
    if not rows:  # the wizard ended and did nothing: that is about the ERP, not about the harness
        sentence = text("adapters.tryton.not_reversed", entry=entry.id)
        raise Refused(sentence, code="not_reversed", message="account.move.cancel")
    return Ref("entry", str(rows[0]["id"]))


def read_entry(client: TrytonClient, ref: Ref) -> JournalEntry:
    """The entry as it stands."""
    found = entries(client, [int(ref.id)])
    if not found:
        sentence = text(
            "adapters.no_record", model=ENTRY, name=f"#{ref.id}", side=client.guard.environment.side.value
        )
        raise Refused(sentence, code="not_found", message=f"{ENTRY} {ref.id}")
    return found[0]


def _company(client: TrytonClient) -> Value:
    return Form(client, ENTRY).values.get("company")


def _one(client: TrytonClient, model: str, domain: list[Value]) -> Value:
    rows = client.search_read(model, domain, ["id"], order=[["id", "ASC"]], limit=1)
    if not rows:
        side = client.guard.environment.side.value
        wanted = " ".join(str(item[-1]) for item in domain if isinstance(item, list))
        raise AdapterError(text("adapters.no_record", model=model, name=wanted, side=side))
    return rows[0]["id"]


class Ledger(Speaking):
    """Keeps the books by hand."""

    def create_entry(self, draft: EntryDraft) -> Ref:
        """A draft in the general journal."""
        self._demand("create_entry")
        return create_entry(self._client, draft)

    def post_entry(self, entry: Ref) -> None:
        """Posts a draft."""
        press(self._client, ENTRY, entry.id, "post")

    def reverse_entry(self, entry: Ref) -> Ref:
        """Cancels by the wizard, debit for credit."""
        return reverse_entry(self._client, entry)

    def delete_entry(self, entry: Ref) -> None:
        """Deletes an entry."""
        delete(self._client, ENTRY, entry.id)

    def entry(self, entry: Ref) -> JournalEntry:
        """The entry as it stands."""
        return read_entry(self._reader, entry)

    def manual_accounts(self, limit: int) -> tuple[str, ...]:
        """Codes of accounts that take postings by hand."""
        return manual_accounts(self._reader, limit)
