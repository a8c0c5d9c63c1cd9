"""Fixed assets in Tryton: taken into use, written off month by month, taken out of the books."""

from __future__ import annotations

from datetime import date

from harness.adapters.tryton.client import TrytonClient
from harness.adapters.tryton.closing import move_to
from harness.adapters.tryton.documents import entries
from harness.adapters.tryton.form import Form
from harness.adapters.tryton.plain import ids, money, required_day, words
from harness.adapters.tryton.records import create, delete, one, press
from harness.adapters.tryton.speaking import Speaking
from harness.adapters.tryton.wizard import Wizard
from harness.documents import Ref
from harness.inhouse import Asset, AssetDraft, Depreciation
from harness.values import Value

ASSET = "account.asset"
_CHOSEN = ("product", "unit", "company", "account_journal", "depreciation_method")
_FIELDS = ["number", "state", "product.rec_name", "value", "residual_value", "lines", "move"]
_LINE = ["date", "depreciation", "accumulated_depreciation", "actual_value", "move"]


def create_asset(client: TrytonClient, draft: AssetDraft) -> Ref:
    """A draft that is written off every month."""
    return Ref("asset", create(client, ASSET, asset_values(client, draft)))


def asset_values(client: TrytonClient, draft: AssetDraft) -> dict[str, Value]:
    """What such a draft is created with."""
    form = Form(client, ASSET)
    form.set("product", int(draft.product.id))
    return {
        **form.chosen(*_CHOSEN),
        "quantity": 1.0,
        "value": draft.value,
        "residual_value": draft.residual,
        "purchase_date": draft.start,
        "start_date": draft.start,
        "end_date": draft.end,
        "frequency": "monthly",
    }


def depreciate(client: TrytonClient, until: date) -> None:
    """The wizard that posts what is due, of all assets in use."""
    wizard = Wizard(client, f"{ASSET}.create_moves", ASSET)
    wizard.send("create_moves", {"start": {**wizard.open("start"), "date": until}})
    wizard.close()


def read_asset(client: TrytonClient, ref: Ref) -> Asset:
    """The asset with its plan and the entries of depreciation and disposal."""
    row = one(client, ASSET, ref.id, _FIELDS)
    numbers: list[Value] = list(ids(row["lines"]))
    lines = client.search_read(f"{ASSET}.line", [["id", "in", numbers]], _LINE, order=[["date", "ASC"]])
    moves = {int(str(number)) for number in (row["move"], *(line["move"] for line in lines)) if number}
    return Asset(
        ref=ref,
        number=words(row["number"]),
        state=str(row["state"]),
        product=str(row["product.rec_name"]),
        value=money(row["value"]),
        residual=money(row["residual_value"]),
        plan=tuple(
            Depreciation(
                date=required_day(line["date"]),
                amount=money(line["depreciation"]),
                accumulated=money(line["accumulated_depreciation"]),
                remaining=money(line["actual_value"]),
                posted=line["move"] is not None,
            )
            for line in lines
        ),
        entries=entries(client, sorted(moves)),
    )


class Assets(Speaking):
    """Keeps fixed assets."""

    def create_asset(self, draft: AssetDraft) -> Ref:
        """A draft asset."""
        self._demand("create_asset")
        return create_asset(self._client, draft)

    def start_asset(self, asset: Ref) -> None:
        """Plans the depreciation and takes the asset into use."""
        press(self._client, ASSET, asset.id, "create_lines")
        move_to(self._client, ASSET, asset, "run", "running")

    def depreciate(self, until: date) -> None:
        """Posts what is due of every asset in use."""
        self._demand("depreciate")
        depreciate(self._client, until)

    def dispose_asset(self, asset: Ref) -> None:
        """Running to closed."""
        self._demand("dispose_asset")
        move_to(self._client, ASSET, asset, "close", "closed")

    def delete_asset(self, asset: Ref) -> None:
        """Deletes an asset."""
        delete(self._client, ASSET, asset.id)

    def asset(self, asset: Ref) -> Asset:
        """The asset as it stands."""
        return read_asset(self._reader, asset)
