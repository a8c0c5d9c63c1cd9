"""Empty tables for people to fill in: headings in their language, and words to choose from."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from harness.config.cells import choices
from harness.config.rows import TOML, headings
from harness.config.table import Table
from harness.messages import Language, render
from harness.model import Text, text
from harness.values import as_cell

_LINES = 500
_WIDTH = 13
_NOTHING: Mapping[str, int] = MappingProxyType({})


def write_table(
    path: Path,
    model: type[Table],
    language: Language,
    sheet: Text,
    rows: Sequence[Mapping[str, str]] = (),
    widths: Mapping[str, int] = _NOTHING,
) -> None:
    """Writes a CSV that spreadsheet programs open as UTF-8, or by the name's ending a workbook or TOML."""
    lines = [
        [_heading(model, name, language) for name in model.model_fields],
        *([row.get(name, "") for name in model.model_fields] for row in rows),
    ]
    if path.suffix.lower() == ".xlsx":
        _workbook(path, model, lines, language, render(sheet, language), widths)
    elif path.suffix.lower() == TOML:
        path.write_text(_toml(path.stem, model, language), encoding="utf-8")
    else:
        out = io.StringIO()
        csv.writer(out).writerows([as_cell(cell) for cell in line] for line in lines)
        path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")


def word_of(prefix: str, code: str, language: Language) -> str:
    """What a code is called; a word of the project's own is its own name."""
    try:
        return render(text(f"{prefix}.{code}"), language) if code else ""
    except KeyError:
        return code


def _heading(model: type[Table], name: str, language: Language) -> str:
    if language is Language.ZH:
        return str(model.model_fields[name].title)
    known = {"day": "date"} if headings(model).get("date") == "day" else {}
    return known.get(name, name).replace("_", " ").capitalize()


def _words(model: type[Table], name: str, language: Language) -> list[str]:
    extra = model.model_fields[name].json_schema_extra
    prefix = extra.get("words") if isinstance(extra, Mapping) else None
    return [word_of(prefix, code, language) for code in choices(prefix)] if isinstance(prefix, str) else []


def _toml(stem: str, model: type[Table], language: Language) -> str:
    lines = ["# [[rows]]"]
    for name, field in model.model_fields.items():
        told = [str(field.title)] if language is Language.ZH else []
        told += [" / ".join(found)] if (found := _words(model, name, language)) else []
        lines.append(f'# {name} = ""' + (f"    # {'; '.join(told)}" if told else ""))
    return f"# {stem}\n" + "\n".join(lines) + "\n"


def _workbook(
    path: Path,
    model: type[Table],
    lines: Sequence[Sequence[str]],
    language: Language,
    name: str,
    widths: Mapping[str, int],
) -> None:
    import xlsxwriter  # only who writes a workbook needs it

    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(name)
        heading = book.add_format({"bold": True, "bottom": 1, "bg_color": "#DDE6F0"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for place, column in enumerate(model.model_fields):
            sheet.set_column(place, place, widths.get(column, _WIDTH), day if column == "day" else None)
            sheet.write_string(0, place, lines[0][place], heading)
            if allowed := _words(model, column, language):
                sheet.data_validation(1, place, _LINES, place, {"validate": "list", "source": allowed})
        for number, cells in enumerate(lines[1:], start=1):
            for place, cell in enumerate(cells):
                sheet.write_string(number, place, cell) if cell else None
        sheet.freeze_panes(1, 2)
