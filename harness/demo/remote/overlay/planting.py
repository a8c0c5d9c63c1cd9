"""What an overlay says: which methods of the ERP's models are replaced, and by what.

    from planting import replaces

    @replaces("account.invoice", "get_tax_amount")
    def half(original, invoice, name):
        return original(name) / 2

`original` is the method as it was, bound already; then come its record or class, and its arguments. The last
class of a model is changed, the one that every module has added to. A model or a method that is not there
stops the server from starting; a planted method that is never called is told when the copy is given back.
"""

import functools
import importlib.util
import inspect
import os
from pathlib import Path

_replaced = []
_loaded = []


def replaces(model, method, type="model"):
    """The decorated function takes the place of a method; `type` is model, wizard or report."""

    def remember(change):
        _replaced.append((type, model, method, change))
        return change

    return remember


def when_loaded(change):
    """The decorated function is called with the pool once: for fields and defaults. It sees to its effect itself."""
    _loaded.append(change)
    return change


def plant(pool):
    """Changes the models of a pool as the overlay says."""
    _read(Path(os.environ["HARNESS_OVERLAY"]))
    for kind, model, method, change in _replaced:
        _replace(pool.get(model, type=kind), method, change)
    for change in _loaded:
        change(pool)
        reached()


def reached():
    """Leaves word that what was planted has been met."""
    Path(os.environ["HARNESS_OVERLAY_REACHED"]).touch()


def _read(path):
    # A pool may be made again in one process; what was said about the first one is said again.
    _replaced.clear()
    _loaded.clear()
    spec = importlib.util.spec_from_file_location("overlay", path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    if not _replaced and not _loaded:
        raise LookupError(f"{path} plants nothing")


def _replace(cls, method, change):
    held = inspect.getattr_static(cls, method)  # AttributeError: there is no such method
    setattr(cls, method, _Replaced(held, change))


class _Replaced:
    """Binds as the method did whose place it takes: on a record, on a class, or on either."""

    def __init__(self, held, change):
        self._held, self._change = held, change

    def __get__(self, record, owner):
        original = self._held.__get__(record, owner)

        @functools.wraps(original)
        def changed(*arguments, **named):
            reached()
            return self._change(original, owner if record is None else record, *arguments, **named)

        return changed
