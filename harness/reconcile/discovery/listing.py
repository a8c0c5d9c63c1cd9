"""The inventory of one side as tables for a spreadsheet: what there is, its keys, suspected personal data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from harness.messages import Language, render, text
from harness.model import Side
from harness.reconcile.discovery.profile import Described
from harness.reconcile.discovery.proposal import Proposal

_TABLE = ("table", "rows", "columns", "key", "personal", "counterpart", "confidence")
_COLUMN = ("table", "column", "type", "refers_to", "filled", "distinct", "personal")

ENCODING = "utf-8-sig"
"""With the mark that spreadsheets need to read Chinese."""


def tables(
    side: Side, described: Mapping[str, Described], proposals: Iterable[Proposal], language: Language
) -> str:
    """One line a table, with its counterpart where the other side was read too."""
    known = {
        (item.source if side is Side.SOURCE else item.target).name: (
            (item.target if side is Side.SOURCE else item.source).name,
            f"{item.match.confidence:.2f}",
        )
        for item in proposals
    }
    rows = (
        (
            name,
            item.table.rows,
            len(item.table.columns),
            " ".join(item.table.key),
            " ".join(personal_columns(item)),
            *known.get(name, ("", "")),
        )
        for name, item in described.items()
    )
    return _written(_TABLE, rows, language)


def columns(described: Mapping[str, Described], language: Language) -> str:
    """One line a column; how many different values a sample held, and never which."""
    return _written(_COLUMN, _columns(described, language), language)


def _columns(described: Mapping[str, Described], language: Language) -> Iterator[tuple[object, ...]]:
    for name, item in described.items():
        for column in item.table.columns:
            profile = item.profiles.get(column.name)
            suspicion = profile.personal if profile else None
            yield (
                name,
                column.name,
                column.declared,
                column.refers_to or "",
                f"{100 * profile.filled // profile.rows}%" if profile and profile.rows else "",
                profile.distinct if profile else "",
                render(text(f"discover.personal.{suspicion}"), language) if suspicion else "",
            )


def personal_columns(described: Described) -> list[str]:
    """The columns of a table that are suspected to hold personal data."""
    return [name for name, profile in described.profiles.items() if profile.personal is not None]


def _written(heads: Iterable[str], rows: Iterable[tuple[object, ...]], language: Language) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([render(text(f"discover.list.{head}"), language) for head in heads])
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def _safe(cell: object) -> object:
    """A name that a spreadsheet would take for a formula is marked as text."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@"} else cell
