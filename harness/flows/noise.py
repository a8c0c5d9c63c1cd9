"""What may differ without meaning anything: learned by running the source against itself.

A field that differs between two runs of the same flow on the same system (a number, an id, a time) is
noise: its value is not compared. Its form still is, where both runs agree in it: a number that becomes empty
is a difference, and so is one that is written otherwise. Amounts, quantities and days are never noise.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from harness.flows.align import leaves
from harness.values import Value, dumps

Noise: TypeAlias = Mapping[str, bool]
"""The paths whose values differ between two runs on the same system, and whether their forms agree."""

_DIGITS = re.compile(r"[0-9]+")


def learn(run: Value, repeat: Value) -> Noise:
    """What differs between two runs on the same system."""
    one, other = _by_path(run, dumps), _by_path(repeat, dumps)
    form, other_form = _by_path(run, _form), _by_path(repeat, _form)
    return {
        path: form.get(path) == other_form.get(path)
        for path in one.keys() | other.keys()
        if one.get(path) != other.get(path)
    }


def unsteady(run: Value, repeat: Value, noise: Noise) -> tuple[str, ...]:
    """The noisy paths that hold amounts, quantities or days: they would hide what matters most."""
    held = {path for each in (run, repeat) for path, leaf in leaves(each) if _matters(leaf)}
    return tuple(sorted(held & noise.keys()))


def quiet(value: Value, noise: Noise, path: str = "") -> Value:
    """The value with each noisy leaf replaced by its form, or by the name of its type."""
    if isinstance(value, Mapping):
        return {name: quiet(item, noise, f"{path}.{name}" if path else name) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [quiet(item, noise, f"{path}[]") for item in value]
    if path not in noise:
        return value
    return _form(value) if noise[path] else _type(value)


def _form(value: Value) -> str:
    """A text with 0 for every number in it; of anything else its type."""
    return f"({_DIGITS.sub('0', value)})" if isinstance(value, str) else _type(value)


def _type(value: Value) -> str:
    return f"({type(value).__name__})"


def _matters(leaf: Value) -> bool:
    return isinstance(leaf, Decimal) or (isinstance(leaf, date) and not isinstance(leaf, datetime))


def _by_path(value: Value, told: Callable[[Value], bytes | str]) -> dict[str, Counter[bytes | str]]:
    found: dict[str, Counter[bytes | str]] = {}
    for path, leaf in leaves(value):
        found.setdefault(path, Counter())[told(leaf)] += 1
    return found
