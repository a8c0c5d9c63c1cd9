"""Guesses what the columns of an entity mean in money: amounts, their currency, control totals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.reconcile.discovery.columns import ColumnPair
from harness.reconcile.discovery.description import Table
from harness.reconcile.discovery.names import identifier, listed, mentions, words
from harness.reconcile.discovery.proposal import Proposal
from harness.reconcile.kinds import Kind

_MONEY = listed(
    "amount debit credit balance total subtotal untaxed payable receivable betrag saldo"
    " jine yue jiefang daifang 金额 借方 贷方 余额 合计 价税"
)
_NOT_MONEY = listed(
    "price rate quantity qty count percent percentage ratio factor weight volume days lines rows"
    " danjia shuliang 单价 数量 税率 汇率 折扣率"
)
_DEBIT = listed("debit jiefang 借方")
_CREDIT = listed("credit daifang 贷方")
_CURRENCY = listed("currency curr waers bizhong 币种 货币")
_PLAIN = listed("id code iso doc document key")
_COMPANY = listed("company gongsi bukrs ledger 公司 账套")
_STATE = listed("state status zhuangtai 状态")
_CODE_COLUMNS = ("code", "iso_code", "currency_code", "symbol", "name")
_TOTALS = 6


@dataclass(frozen=True, slots=True)
class Label:
    """A computed column that is shown and never compared."""

    name: str
    source: str
    target: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is money, which amount stands for a row, in which currency, and what is summed by what."""

    money: tuple[str, ...] = ()
    amount: str | None = None
    currency_from: str | None = None
    labels: tuple[Label, ...] = ()
    totals_by: tuple[str, ...] = ()

    @property
    def totals(self) -> tuple[str, ...]:
        """The amounts that are worth a control total."""
        return self.money[:_TOTALS]


Tables = Mapping[str, Table]


def meant(proposal: Proposal, source: Tables, target: Tables) -> Meaning:
    """What the pairs of a proposal seem to mean; fields go by the names of the target's columns."""
    pairs = [pair for pair in proposal.columns if pair.target not in proposal.personal]
    keys = {other for _, other in proposal.key}
    money = tuple(pair.target for pair in pairs if _is_money(pair) and pair.target not in keys)
    if not money:
        return Meaning()
    amount, balance = _amount(money, pairs)
    currency, code = _currency(proposal, pairs, source, target)
    labels = tuple(label for label in (balance, code) if label is not None)
    by = [name for listed in (_CURRENCY, _COMPANY, _STATE) for name in _grouping(pairs, listed)]
    return Meaning(money, amount if currency else None, currency, labels if currency else (), tuple(by))


def _is_money(pair: ColumnPair) -> bool:
    named = any(mentions(name, _MONEY) for name in (pair.source, pair.target))
    other = any(mentions(name, _NOT_MONEY) for name in (pair.source, pair.target))
    return pair.kind in {Kind.NUMBER, Kind.FLOAT} and named and not other


def _amount(money: Sequence[str], pairs: Sequence[ColumnPair]) -> tuple[str, Label | None]:
    sides = [[name for name in money if mentions(name, listed)] for listed in (_DEBIT, _CREDIT)]
    best = min(money, key=lambda name: (_rank(name), money.index(name)))
    if sides[0] and sides[1] and _rank(best) > 1 and "balance" not in {pair.target for pair in pairs}:
        names = {pair.target: pair.source for pair in pairs}
        debit, credit = sides[0][0], sides[1][0]
        source = f"{identifier(names[debit])} - {identifier(names[credit])}"
        target = f"{identifier(debit)} - {identifier(credit)}"
        return "balance", Label("balance", source, target, number=True)
    return best, None


def _rank(name: str) -> int:
    """The smaller, the more it stands for the whole row."""
    own = set(words(name))
    if own & {"total", "合计"} and own & {"amount", "金额"}:
        return 0
    if own == {"amount"} or name in {"金额", "jine"}:
        return 1
    return 2 if "amount" in own and not own & {"tax", "second", "base", "company"} else 3


def _currency(
    proposal: Proposal, pairs: Sequence[ColumnPair], source: Tables, target: Tables
) -> tuple[str | None, Label | None]:
    """The field or label that says the currency; nothing when no column does."""
    found = [pair for pair in pairs if _is_currency(pair.target)]
    for pair in sorted(found, key=lambda pair: (len(words(pair.target)), pair.target)):
        if pair.kind is Kind.TEXT:
            return pair.target, None
        mine = _code_of(proposal.source, pair.source, source)
        theirs = _code_of(proposal.target, pair.target, target)
        if mine is not None and theirs is not None:
            taken = {item.target for item in proposal.columns}
            name = next(name for name in ("currency_code", "currency_code_of_row") if name not in taken)
            return name, Label(name, mine, theirs)
    return None, None


def _is_currency(name: str) -> bool:
    """True for the currency of the row, not for a second one beside it."""
    return mentions(name, _CURRENCY) and set(words(name)) <= _CURRENCY | _PLAIN


def _code_of(table: Table, column: str, tables: Tables) -> str | None:
    """The expression that gives the code of what a column refers to."""
    referred = tables.get(table.column(column).refers_to or "")
    if referred is None or len(referred.key) != 1:
        return None
    code = next((name for name in _CODE_COLUMNS if name in referred.names), None)
    if code is None:
        return None
    return (
        f"(select c.{identifier(code)} from {identifier(referred.name)} c"  # noqa: S608
        f" where c.{identifier(referred.key[0])} = {identifier(table.name)}.{identifier(column)})"
    )


def _grouping(pairs: Sequence[ColumnPair], listed: frozenset[str]) -> Iterator[str]:
    """The plainest column of a sort, if there is one."""
    plain: Callable[[ColumnPair], bool] = lambda pair: (  # noqa: E731
        pair.kind in {Kind.TEXT, Kind.INTEGER} and mentions(pair.target, listed)
    )
    found = [pair.target for pair in pairs if plain(pair)]
    yield from sorted(found, key=lambda name: (len(words(name)), name))[:1]
