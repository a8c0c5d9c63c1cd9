"""What holds of every business document, whatever the system: used where there is no oracle.

Double entry: debits and credits of an entry are equal, and so are those of the balances over whole
entries. An invoice or an order adds up: total is untaxed plus tax, and its lines add up to the untaxed
amount, or to the total where prices include tax.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from harness.values import Value


def broken(content: Value, path: str = "") -> Iterator[tuple[str, Decimal, Decimal]]:
    """The rules that a kept document, or one within it, breaks: where, what it must be, what it is."""
    if isinstance(content, Mapping):
        yield from _of_document(content, path)
        for name, inner in content.items():
            yield from broken(inner, f"{path}.{name}" if path else name)
    elif isinstance(content, Sequence) and not isinstance(content, str | bytes):
        yield from _of_postings(content, path)
        for inner in content:
            yield from broken(inner, f"{path}[]")


def checked(content: Value) -> int:
    """How many documents there are within that a rule applies to."""
    if isinstance(content, Mapping):
        return (_amounts(content) is not None) + sum(checked(inner) for inner in content.values())
    if isinstance(content, Sequence) and not isinstance(content, str | bytes):
        return bool(_postings(content)) + sum(checked(inner) for inner in content)
    return 0


def _of_document(document: Mapping[str, Value], path: str) -> Iterator[tuple[str, Decimal, Decimal]]:
    of_document = _amounts(document)
    if of_document is None:
        return
    untaxed, tax, total = of_document
    if total != untaxed + tax:
        yield _within(path, "total"), untaxed + tax, total
    lines = document.get("lines")
    if isinstance(lines, Sequence) and lines:
        amounts = [line.get("amount") for line in lines if isinstance(line, Mapping)]
        numbers = [amount for amount in amounts if isinstance(amount, Decimal)]
        added = sum(numbers, Decimal(0))
        if len(numbers) == len(lines) and added not in (untaxed, total):
            yield _within(path, "lines"), untaxed, added


def _amounts(document: Mapping[str, Value]) -> tuple[Decimal, Decimal, Decimal] | None:
    """Untaxed, tax and total; None where one of them is no amount, so that no rule applies."""
    untaxed, tax, total = (document.get(name) for name in ("untaxed", "tax", "total"))
    if isinstance(untaxed, Decimal) and isinstance(tax, Decimal) and isinstance(total, Decimal):
        return untaxed, tax, total
    return None


def _of_postings(lines: Sequence[Value], path: str) -> Iterator[tuple[str, Decimal, Decimal]]:
    postings = _postings(lines)
    debit = sum((one for one, _ in postings), Decimal(0))
    credit = sum((other for _, other in postings), Decimal(0))
    if debit != credit:
        yield _within(path, "credit"), debit, credit


def _postings(lines: Sequence[Value]) -> list[tuple[Decimal, Decimal]]:
    """The debits and credits of a list of postings or balances; empty for any other list."""
    pairs = [(line.get("debit"), line.get("credit")) for line in lines if isinstance(line, Mapping)]
    found = [(one, other) for one, other in pairs if isinstance(one, Decimal) and isinstance(other, Decimal)]
    return found if len(found) == len(lines) else []


def _within(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
