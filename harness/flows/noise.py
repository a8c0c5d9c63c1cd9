"""What may differ without meaning anything: learned by running the source against itself.

A field that differs between two runs of the same flow on the same system (a number, an id, a time) is
noise: its value is not compared. Its shape still is: a number that becomes empty is a difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from harness.flows.align import leaves
from harness.values import Value, dumps


def learn(run: Value, repeat: Value) -> frozenset[str]:
    """The paths whose values differ between two runs on the same system."""
    one, other = _by_path(run), _by_path(repeat)
    return frozenset(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def quiet(value: Value, noise: frozenset[str], path: str = "") -> Value:
    """The value with each noisy leaf replaced by the name of its type."""
    if isinstance(value, Mapping):
        return {name: quiet(item, noise, f"{path}.{name}" if path else name) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [quiet(item, noise, f"{path}[]") for item in value]
    return f"({type(value).__name__})" if path in noise else value


def _by_path(value: Value) -> dict[str, Counter[bytes]]:
    found: dict[str, Counter[bytes]] = {}
    for path, leaf in leaves(value):
        found.setdefault(path, Counter())[dumps(leaf)] += 1
    return found
