"""What there is to have rights on in Tryton: models, buttons, restricted fields, stored rights, rules.

Buttons are called by their names of 7.0, so that both sides speak of the same things; no model of the
standard modules was renamed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy

from harness.adapters.tryton.client import Row, TrytonClient
from harness.adapters.tryton.records import value_at
from harness.errors import Refused
from harness.model import Title
from harness.rights import BUTTON, CREATE, DELETE, READ, WRITE, Grant, Subject
from harness.values import Value

# How a model can be tried; see `access.py`. An empty singleton, and a model that the reader cannot look into
# and that might therefore be a singleton, are only read.
ORDINARY, SINGLETON, EMPTY, CLOSED = "ordinary", "singleton", "empty singleton", "closed"

_EN, _ZH = {"language": "en"}, {"language": "zh_CN"}
_OPERATIONS = (READ, CREATE, WRITE, DELETE)
_NEW_NAMES_SINCE = (7, 2)
# In 7.2 the button that ends a shipment or a production was renamed; `done` is a state only.
_ENDS = (
    "production",
    "stock.shipment.in",
    "stock.shipment.in.return",
    "stock.shipment.internal",
    "stock.shipment.out",
    "stock.shipment.out.return",
)
_FORMER, _CURRENT = "done", "do"
_PEOPLE = ("company", "employee", "user")
_OWNERS = (*_PEOPLE, "create_uid")
_OF_EACH, _AT_MOST = 2, 60


def method_of(client: TrytonClient, model: str, button: str) -> str:
    """What this server calls the button that had the name in 7.0."""
    renamed = client.server.series >= _NEW_NAMES_SINCE and model in _ENDS and button == _FORMER
    return f"model.{model}.{_CURRENT if renamed else button}"


def subjects(client: TrytonClient) -> tuple[Subject, ...]:
    """Every model whose methods the server offers to users."""
    newer = client.server.series >= _NEW_NAMES_SINCE
    name, label = ("name", "string") if newer else ("model", "name")
    english, chinese = (
        {str(row[name]): row for row in _all(client, "ir.model", [name, label, "module"], language)}
        for language in (_EN, _ZH)
    )
    buttons, restricted = _buttons(client), _restricted(client)
    found = []
    for model, row in english.items():
        form = _form(client, model)
        if form is None:
            continue
        found.append(
            Subject(
                model,
                Title(str(row[label] or model), str(chinese[model][label] or row[label] or model)),
                str(row["module"] or ""),
                (*_operations(form), *buttons.get(model, ())),
                tuple(sorted(client.fields(model))),
                tuple(sorted(restricted.get(model, ()))),
                form,
            )
        )
    return tuple(found)


def grants(client: TrytonClient) -> tuple[Grant, ...]:
    """The stored rights on models."""
    rows = _all(client, "ir.model.access", ["model", "group.name", *(f"perm_{x}" for x in _OPERATIONS)])
    names = _model_names(client)
    return tuple(
        Grant(
            names.get(row["model"], str(row["model"])),
            str(value_at(row, "group.name") or ""),
            tuple(operation for operation in _OPERATIONS if row[f"perm_{operation}"]),
        )
        for row in rows
    )


def samples(client: TrytonClient, engine: sqlalchemy.Engine | None) -> Mapping[str, Mapping[str, str]]:
    """Of every model with rules, or whose records have an owner, a few records of each owner.

    Those without a rule are in it too, since the rule may be what the update has lost.
    """
    names = _model_names(client)
    rows = _all(client, "ir.rule.group", ["model"])
    ruled = {names.get(row["model"], str(row["model"])) for row in rows}
    if engine is None:
        return {model: dict.fromkeys(_seen(client, model), "") for model in sorted(ruled)}
    tables = {table: {c["name"] for c in columns} for (_, table), columns in
              sqlalchemy.inspect(engine).get_multi_columns().items()}  # fmt: skip
    known = names.values() or [str(row["name"]) for row in _all(client, "ir.model", ["name"])]
    owned = {model for model in known if tables.get(_table(model), set()).intersection(_PEOPLE)}
    with engine.connect() as connection:
        return {
            model: _owned(connection, table, [owner for owner in _OWNERS if owner in tables[table]])
            for model in sorted(ruled | owned)
            if (table := _table(model)) in tables
        }


def _table(model: str) -> str:
    return model.replace(".", "_")


def _owned(connection: sqlalchemy.Connection, name: str, owners: Sequence[str]) -> Mapping[str, str]:
    """Per owner the first and the last records; `company` and `employee` are taken together."""
    keys = [owner for owner in owners if owner != "create_uid"] or list(owners[:1])
    table = sqlalchemy.table(name, *(sqlalchemy.column(column) for column in ("id", *keys)))
    by = [table.c[key] for key in keys]
    place = sqlalchemy.func.row_number()
    ranked = sqlalchemy.select(
        table.c.id,
        *by,
        place.over(partition_by=by, order_by=table.c.id).label("first"),
        place.over(partition_by=by, order_by=table.c.id.desc()).label("last"),
    ).subquery()
    chosen = sqlalchemy.or_(ranked.c.first <= _OF_EACH, ranked.c.last <= _OF_EACH)
    query = sqlalchemy.select(ranked).where(chosen).order_by(ranked.c.first, ranked.c.id).limit(_AT_MOST)
    rows = connection.execute(query).mappings()
    return {str(row["id"]): ", ".join(f"{key}={row[key]}" for key in keys) for row in rows}


def _seen(client: TrytonClient, model: str) -> list[str]:
    try:
        return [str(number) for number in _ids(client, model, [], _AT_MOST)]
    except Refused:
        return []


def _form(client: TrytonClient, model: str) -> str | None:
    """How the model can be tried; None when the server offers no method of it.

    A singleton answers for a record that does not exist; all others say that it does not.
    """
    try:
        found = client.call(f"model.{model}.read", [-1], ["id"], context=_EN)
    except Refused as problem:
        if problem.message == "HTTP 403":
            return None
        if problem.code == "UserError":
            return ORDINARY
        return ORDINARY if problem.code == "server_error" and _several(client, model) else CLOSED
    if not found:
        return ORDINARY
    return SINGLETON if _ids(client, model, [["id", ">", 0]], 1) else EMPTY


def _several(client: TrytonClient, model: str) -> bool:
    return len(_ids(client, model, [], 2)) > 1


def _ids(client: TrytonClient, model: str, domain: Sequence[Value], limit: int) -> list[Value]:
    found = client.call(f"model.{model}.search", domain, 0, limit, None, context=_EN)
    return found if isinstance(found, list) else []


def _operations(form: str) -> tuple[str, ...]:
    return (READ, WRITE) if form in {SINGLETON, EMPTY} else _OPERATIONS


def _buttons(client: TrytonClient) -> Mapping[str, tuple[str, ...]]:
    names = _model_names(client)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in _all(client, "ir.model.button", ["name", "model"]):
        model = names.get(row["model"], str(row["model"]))
        former = _FORMER if model in _ENDS and row["name"] == _CURRENT else row["name"]
        found[model].append(f"{BUTTON}{former}")
    return {model: tuple(sorted(set(buttons))) for model, buttons in found.items()}


def _restricted(client: TrytonClient) -> Mapping[str, set[str]]:
    """Fields that some stored right speaks of; whether they can be read is tried."""
    newer = client.server.series >= _NEW_NAMES_SINCE
    paths = ("model", "field") if newer else ("field.model.model", "field.name")
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in _all(client, "ir.model.field.access", list(paths)):
        found[str(value_at(row, paths[0]))].add(str(value_at(row, paths[1])))
    return found


def _model_names(client: TrytonClient) -> Mapping[Value, str]:
    """Before 7.2 models were linked by number."""
    if client.server.series >= _NEW_NAMES_SINCE:
        return {}
    return {row["id"]: str(row["model"]) for row in _all(client, "ir.model", ["model"])}


def _all(
    client: TrytonClient, model: str, fields: Sequence[str], context: Mapping[str, str] | None = None
) -> list[Row]:
    return client.search_read(model, [], list(fields), context=dict(context or _EN))
