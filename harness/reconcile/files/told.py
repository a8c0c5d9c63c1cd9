"""What a comparison says when it stands alone, without a run: rows for a table, sentences, and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from harness.messages import Language, render, text
from harness.model import Conclusion, Finding, FindingKind, Side, Status, Text
from harness.reconcile.entity import EntityMapping
from harness.reconcile.files.detected import CellKind, Detected

_SIGNS = {"\t": "TAB", ",": ",", ";": ";", "|": "|"}


@dataclass(frozen=True, slots=True)
class Compared:
    """One entity that was compared."""

    mapping: EntityMapping
    conclusion: Conclusion

    @property
    def headline(self) -> Text:
        """How it ended, in one line."""
        measures = self.conclusion.measures
        counts = {
            name: measures.get(name)
            for name in ("source_rows", "target_rows", "rows_compared", "differences")
        }
        key = tuple(self._heading(name) for name in self.mapping.key)
        params: dict[str, Any] = {"entity": self.mapping.title.title, "key": key, **counts}
        if self.conclusion.status is Status.PASSED:
            return text("files.told.equal" if key else "files.told.equal_sets", **params)
        if self.conclusion.status is Status.FAILED:
            params["differences"] = sum(finding.count for finding in self.conclusion.findings)
            return text("files.told.different" if key else "files.told.different_sets", **params)
        return self.conclusion.reason or text("reconcile.reason.no_rows")

    def _heading(self, name: str | None) -> str:
        heading = next((field.title for field in self.mapping.fields if field.name == name), None)
        return heading.en if heading else name or ""

    def line(self, finding: Finding) -> tuple[str, str, str, str, str] | None:
        """A single difference as cells: key, column, both values, and by how much; None for a group."""
        if finding.key is None or finding.count > 1:
            return None
        match finding.kind:
            case FindingKind.MISMATCH | FindingKind.TOTAL_MISMATCH:
                source, target = plain(finding.source_value), plain(finding.target_value)
            case FindingKind.MISSING_IN_TARGET:
                source, target = "✓", ""
            case FindingKind.MISSING_IN_SOURCE:
                source, target = "", "✓"
            case _:
                return None
        return finding.key, self._heading(finding.field), source, target, _difference(finding)


def plain(value: object) -> str:
    """A value as a table shows it; NULL is said, blanks at the ends are made visible."""
    if value is None:
        return "NULL"
    if isinstance(value, Decimal):
        return f"{value:,f}"
    content = str(value)
    return f"“{content}”" if content != content.strip() or not content else content


def _difference(finding: Finding) -> str:
    source, target = finding.source_value, finding.target_value
    if isinstance(source, Decimal | int) and isinstance(target, Decimal | int):
        return f"{Decimal(target) - Decimal(source):+,f}"
    return "" if finding.amount is None else f"{finding.amount:,f}"


def read_as(found: Detected) -> Iterator[Text]:
    """How a file was read: shown, so that a person can disagree."""
    parts: list[Text] = []
    if found.encoding is not None:
        parts.append(text("files.read.encoding", name=found.encoding, why=found.encoding_why))
        parts.append(text("files.read.delimiter", sign=_SIGNS.get(found.delimiter or "", found.delimiter)))
    if found.sheet is not None:
        parts.append(text("files.read.sheet", name=found.sheet))
    if found.header_rows:
        rows = "-".join(str(row) for row in dict.fromkeys((found.header_rows[0], found.header_rows[-1])))
        parts.append(text("files.read.header", rows=rows))
    points = tuple(dict.fromkeys(column.decimal for column in found.columns if column.decimal))
    if points:
        parts.append(text("files.read.decimal", signs=points))
    if found.total_rows:
        labels = tuple(dict.fromkeys(total.label for total in found.total_rows))
        parts.append(text("files.read.totals", count=len(found.total_rows), labels=labels))
    parts += found.skipped
    yield text("files.read.file", file=found.file, rows=found.rows, parts=tuple(parts))
    codes = tuple(column.heading for column in found.columns if column.why.key == "files.why.zeros")
    if codes:
        yield text("files.read.codes", columns=codes)
    if found.other_sheets:
        yield text("files.read.other_sheets", file=found.file, sheets=found.other_sheets)


def as_json(
    compared: Sequence[Compared],
    places: Mapping[Side, str],
    detected: Mapping[Side, Sequence[Detected]],
    notes: Sequence[Text],
    exit_code: int,
) -> dict[str, Any]:
    """Everything that was found, for a program; sentences in both languages."""
    return {
        "schema": 1,
        "exit_code": int(exit_code),
        "source": places[Side.SOURCE],
        "target": places[Side.TARGET],
        "entities": [_entity(item) for item in compared],
        "notes": [_both(note) for note in notes],
        "read": {side.value: [_file(found) for found in detected.get(side, ())] for side in Side},
    }


def _entity(item: Compared) -> dict[str, Any]:
    conclusion = item.conclusion
    return {
        "entity": item.mapping.entity,
        "status": conclusion.status.value,
        "key": list(item.mapping.key),
        "measures": {name: _json(value) for name, value in conclusion.measures.items()},
        "caveats": [_both(caveat) for caveat in conclusion.caveats],
        "findings": [_finding(finding) for finding in conclusion.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    names = (
        "kind",
        "severity",
        "key",
        "field",
        "source_value",
        "target_value",
        "amount",
        "currency",
        "count",
    )
    return {name: _json(getattr(finding, name)) for name in names} | {"text": _both(finding.text)}


def _file(found: Detected) -> dict[str, Any]:
    return {
        "file": found.file,
        "format": found.format.value,
        "table": found.table,
        "rows": found.rows,
        "encoding": found.encoding,
        "delimiter": found.delimiter,
        "sheet": found.sheet,
        "header_rows": list(found.header_rows),
        "total_rows": [{"row": total.row, "label": total.label} for total in found.total_rows],
        "columns": [
            {
                "name": column.heading,
                "kind": column.kind.value,
                "decimal": column.decimal,
                "day_order": column.day_order.value if column.day_order else None,
                "currencies": list(column.currencies),
                "strange": column.strange,
                "why": _both(column.why),
            }
            for column in found.columns
            if column.kind is not CellKind.OTHER or column.why
        ],
        "doubts": [_both(doubt.text) for doubt in found.doubts],
    }


def _both(sentence: Text) -> dict[str, str]:
    return {language.value: render(sentence, language) for language in Language}


def _json(value: object) -> object:
    return value if value is None or isinstance(value, bool | int) else str(value)
