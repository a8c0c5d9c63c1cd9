"""Which remote methods only read. Whatever is not named here writes, as far as the harness knows."""

from __future__ import annotations

# On any model. Each is declared read-only by the server too, which then opens a read-only transaction.
_READING = frozenset(
    {
        "default_get",
        "export_data",
        "fields_get",
        "fields_view_get",
        "history_revisions",
        "on_change",
        "on_change_with",
        "read",
        "resources",
        "search",
        "search_count",
        "search_read",
        "view_toolbar_get",
    }
)
_READING_WHOLE = frozenset(
    {
        "model.ir.date.today",
        "model.ir.model.list_models",
        "model.ir.model.access.get_access",
        "model.ir.model.button.get_click",
        "model.res.user.get_preferences",
        "system.listMethods",
    }
)


def only_reads(method: str) -> bool:
    """Whether `method` (as `model.sale.sale.read`) is known to change nothing."""
    if method in _READING_WHOLE:
        return True
    kind, _, rest = method.partition(".")
    name, _, action = rest.rpartition(".")
    return kind == "model" and bool(name) and action in _READING
