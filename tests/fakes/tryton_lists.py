"""The lists that a Tryton database keeps of itself: enough of each for one of every sort of thing."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "char", "string": "Text"}
_NUMBER = {"type": "integer", "string": "Number"}


def _records(fields: dict[str, Any], *rows: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    return fields, [{"id": number, **row} for number, row in enumerate(rows, 1)]


# model -> (definitions of its fields, its records)
LISTS: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "ir.model": _records(
        {"model": _TEXT, "name": _TEXT, "module": _TEXT},
        {"model": "party.party", "name": "Party", "module": "party"},
        {"model": "party.configuration", "name": "Party Configuration", "module": "party"},
        {"model": "party.open", "name": "Open", "module": "party"},  # a dialogue: it holds no records
    ),
    "ir.module": _records({}, {"name": "party", "version": "7.0.1", "state": "activated"}),
    "ir.ui.menu": _records(
        {},
        {"name": "Parties", "complete_name": "Parties", "action": None},
        {"name": "Parties", "complete_name": "Parties / Parties", "action": "ir.action.act_window,1"},
    ),
    "ir.action.act_window": _records({}, {"name": "Parties", "res_model": "party.party"}),
    "ir.action.report": _records({}, {"name": "Labels", "report_name": "party.label"}),
    "ir.action.wizard": _records({}, {"name": "Erase", "wiz_name": "party.erase"}),
    "ir.cron": _records(
        {},
        {"method": "party.party|tidy", "active": False, "interval_number": 1, "interval_type": "days"},
    ),
    "ir.sequence": _records(
        {},
        {
            "name": "Party",
            "prefix": "P",
            "suffix": "",
            "padding": 5,
            "number_increment": 1,
            "number_next": 8,
            "sequence_type.": {"id": 1, "name": "Party"},
        },
    ),
    "ir.sequence.strict": _records({}),
    "ir.email.template": _records({}),
    "ir.lang": _records(
        {"id": _NUMBER, "code": _TEXT},
        {
            "code": "zh_CN",
            "name": "Chinese",
            "active": True,
            "date": "%Y-%m-%d",
            "decimal_point": ".",
            "thousands_sep": ",",
        },
    ),
    "ir.translation": _records({}, {"lang": "zh_CN", "value": "业务伙伴"}),
    "party.configuration": _records(
        {
            "party_lang": {"type": "many2one", "relation": "ir.lang", "string": "Language"},
            "format": {**_TEXT, "string": "Format"},
        },
        {"party_lang": 1, "party_lang.": {"id": 1, "rec_name": "Chinese"}, "format": "upper"},
    ),
}
METHODS = (
    *(
        f"model.{model}.{method}"
        for model in ("party.party", "party.configuration")
        for method in ("search_read", "fields_get", "default_get", "create")
    ),
    "model.party.party.merge",
    "wizard.party.erase.create",
    "report.party.label.execute",
)
