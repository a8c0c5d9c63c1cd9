"""What a Tryton database consists of, listed in a few seconds: one call for each list, models in parallel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from harness.adapters.tryton.client import Row, TrytonClient
from harness.adapters.tryton.models import FRAMEWORK, models, neutral
from harness.adapters.tryton.sequences import sequences
from harness.adapters.tryton.speaking import Speaking
from harness.model import Cover
from harness.things import Sort, Thing
from harness.values import Value

_ALL: Row = {"active_test": False, "language": "en"}  # also what is switched off, by its English name
_COMPANY = ("currency", "timezone", "cancel_invoice_out", "purchase_taxes_expense")
_ADMINISTRATION = "Administration"
_ACTIONS = {
    "ir.action.act_window": (Sort.ACTION, "res_model"),
    "ir.action.report": (Sort.REPORT, "report_name"),
    "ir.action.wizard": (Sort.WIZARD, "wiz_name"),
}
_FORMATS = ("active", "date", "decimal_point", "thousands_sep")


class Inventory(Speaking):
    """Lists what there is; what the role that looks documents up may not see is not listed."""

    def inventory(self) -> tuple[Thing, ...]:
        """Every thing of the database."""
        client = self._reader
        methods = client.methods()
        listed = list(models(client, methods))
        modules = {thing.name: thing.module for thing in listed if thing.sort is Sort.MODEL}
        roles = {role: self._connection.role(role)._client for role in self.environment.accounts}
        lists = (
            _modules(client),
            listed,
            _menus(client, roles),
            _actions(client, modules),
            _jobs(client, modules),
            sequences(client),
            _settings(client, modules),
            _languages(client),
            _methods(methods, modules),
        )
        return tuple(_unique(thing for things in lists for thing in things))

    def modules(self) -> tuple[str, ...]:
        """The modules that are activated."""
        return tuple(sorted(thing.name for thing in _modules(self._client)))

    def touched(self) -> tuple[Cover, ...]:
        """What any role of this connection used since this was last asked."""
        found = {
            cover for adapter in self._connection.adapters.values() for cover in adapter._client.touches()
        }
        return tuple(sorted(found, key=lambda cover: (cover.kind, cover.item, cover.how)))


def _modules(client: TrytonClient) -> Iterator[Thing]:
    for row in client.search_read("ir.module", [["state", "=", "activated"]], ["name", "version"]):
        name = str(row["name"])
        yield Thing(Sort.MODULE, name, name, name, {"version": row["version"] or client.server.version})


def _menus(client: TrytonClient, roles: Mapping[str, TrytonClient]) -> Iterator[Thing]:
    shown: dict[int, list[str]] = {}
    for role, seen_by in roles.items():
        for row in seen_by.search_read("ir.ui.menu", [], ["id"]):
            shown.setdefault(int(str(row["id"])), []).append(role)
    opened = dict(_opened(client))
    for row in client.search_read("ir.ui.menu", [], ["name", "complete_name", "action"], context=_ALL):
        path, seen = str(row["complete_name"]), sorted(shown.get(int(str(row["id"])), ()))
        top = path.partition(" / ")[0]
        properties: Row = {
            "roles": seen,
            "opens": opened.get(str(row["action"])),
            "technical": top == _ADMINISTRATION,
        }
        if seen:
            yield Thing(Sort.MENU, path, str(row["name"]), top, properties)


def _opened(client: TrytonClient) -> Iterator[tuple[str, str]]:
    """A menu's action, as `ir.action.wizard,7`, with what it opens."""
    for model, (_, named) in _ACTIONS.items():
        for row in client.search_read(model, [], [named], context=_ALL):
            yield f"{model},{row['id']!s}", str(row[named] or "")


def _actions(client: TrytonClient, modules: Mapping[str, str]) -> Iterator[Thing]:
    for model, (sort, named) in _ACTIONS.items():
        for row in client.search_read(model, [["active", "=", True]], ["name", named], context=_ALL):
            title, technical = str(row["name"]), str(row[named] or "")
            name = f"{technical}: {title}" if sort is Sort.ACTION else technical
            yield Thing(sort, name, title, _module_of(technical, modules))


def _jobs(client: TrytonClient, modules: Mapping[str, str]) -> Iterator[Thing]:
    names = ["method", "active", "interval_number", "interval_type"]
    for row in client.search_read("ir.cron", [], names, context=_ALL):
        model, _, method = str(row["method"]).partition("|")
        every = f"{row['interval_number']!s} {row['interval_type']!s}"
        module = _module_of(model, modules)
        properties: Row = {
            "active": bool(row["active"]),
            "every": every,
            "model": model,
            "technical": module in FRAMEWORK,
        }
        yield Thing(Sort.JOB, f"{model}.{method}", method, module, properties)


def _settings(client: TrytonClient, modules: Mapping[str, str]) -> Iterator[Thing]:
    wanted = {model: sorted(client.fields(model)) for model in modules if model.endswith(".configuration")}
    if "company.company" in modules:
        known = client.fields("company.company")
        wanted["company.company"] = [name for name in _COMPANY if name in known]
    for model, names in sorted(wanted.items()):
        yield from _settings_of(client, model, names, modules[model])
    templates = client.call("model.ir.email.template.search_count", [], 0, None)
    yield Thing(Sort.SETTING, "ir.email.template", "E-mail templates", "ir", {"value": templates})


def _settings_of(client: TrytonClient, model: str, names: list[str], module: str) -> Iterator[Thing]:
    fields = {
        name: each
        for name, each in client.fields(model).items()
        if name in names and each.get("type") != "binary" and not name.endswith("_uid")
    }
    kept = [name for name in fields if name not in ("id", "rec_name", "create_date", "write_date", "xml_id")]
    linked = [f"{name}.rec_name" for name in kept if fields[name].get("type") == "many2one"]
    for row in client.search_read(model, [], [*kept, *linked], context={"language": "en"}):
        number = f"[{row['id']!s}]" if model == "company.company" else ""
        for name in kept:
            title = str(fields[name].get("string") or name)
            value = {"value": neutral(name, fields[name], row)}
            yield Thing(Sort.SETTING, f"{model}{number}.{name}", title, module, value)


def _languages(client: TrytonClient) -> Iterator[Thing]:
    rows = client.search_read("ir.lang", [["translatable", "=", True]], ["code", "name", *_FORMATS])
    for row in rows:
        filled: list[Value] = [["lang", "=", row["code"]], ["value", "!=", None], ["value", "!=", ""]]
        count = client.call("model.ir.translation.search_count", filled, 0, None)
        properties = {**{name: row[name] for name in _FORMATS}, "translations": count}
        yield Thing(Sort.LANGUAGE, str(row["code"]), str(row["name"]), "", properties)


def _methods(methods: Collection[str], modules: Mapping[str, str]) -> Iterator[Thing]:
    """What a model offers beyond what most models do: the buttons, and what programs call."""
    calls = [call.removeprefix("model.").rpartition(".") for call in methods if call.startswith("model.")]
    usual = Counter(action for _, _, action in calls)
    common = {action for action, count in usual.items() if count > len(modules) // 2}
    for model, _, action in sorted(calls):
        if model in modules and action not in common and not action.startswith("on_"):  # those serve forms
            yield Thing(Sort.METHOD, f"{model}.{action}", action, modules[model], {"model": model})


def _module_of(technical: str, modules: Mapping[str, str]) -> str:
    """The module of a model, or by its name's first part that of a wizard or report."""
    return modules.get(technical) or technical.partition(".")[0]


def _unique(things: Iterable[Thing]) -> Iterator[Thing]:
    """Two things of one sort and name get a number each, in the order of the list."""
    seen: Counter[tuple[Sort, str]] = Counter()
    for thing in things:
        seen[thing.sort, thing.name] += 1
        number = seen[thing.sort, thing.name]
        if number == 1:
            yield thing
        else:
            yield Thing(thing.sort, f"{thing.name} #{number}", thing.title, thing.module, thing.properties)
