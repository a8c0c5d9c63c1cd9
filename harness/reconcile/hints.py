"""How a personal value changed, told from keyed digests alone: the values themselves are never kept."""

from __future__ import annotations

import hashlib
import hmac

from harness.reconcile.shapes import CHANGED, Shape, ShapeKind

HIDDEN = "\x1f"  # divides what a personal value shows from the keyed digest that is compared
_HINT = "\x1e"
_LENGTH = 12
_EMPTY = "<text 0-0 "


def hidden(shown: str, content: str, key: bytes, *, hints: bool) -> str:
    """The cell of a personal value: what may be shown, its keyed digest and, for a text, those of its kin."""
    # What is shown is too short to prove that two values are equal.
    parts = [_digest(content, key)]
    if hints:
        kin = (content[:-1], content.strip(), content.casefold())
        parts += [_digest(item, key)[:_LENGTH] for item in kin]
    return f"{shown}{HIDDEN}{_HINT.join(parts)}"


def personal_shape(source: str | None, target: str | None) -> Shape:
    """How one personal cell became the other, as far as digests can tell."""
    if source is None or target is None:
        return Shape(ShapeKind.FILLED if source is None else ShapeKind.CLEARED)
    if target.startswith(_EMPTY):
        return Shape(ShapeKind.EMPTIED)
    before, now = _parts(source), _parts(target)
    if len(before) < 4 or len(now) < 4:
        return CHANGED
    if before[2] == now[2]:
        lost = before[2] == now[0][:_LENGTH]
        return Shape(ShapeKind.BLANKS_LOST if lost else ShapeKind.BLANKS_ADDED)
    if before[1] == now[0][:_LENGTH]:
        return Shape(ShapeKind.LOST_LAST)
    return Shape(ShapeKind.CASE) if before[3] == now[3] else CHANGED


def _parts(cell: str) -> list[str]:
    return cell.partition(HIDDEN)[2].split(_HINT)


def _digest(content: str, key: bytes) -> str:
    return hmac.digest(key, content.encode(), hashlib.sha256).hex()
