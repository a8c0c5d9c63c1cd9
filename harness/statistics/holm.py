"""Holm's correction: asking many questions at once must not make one false alarm likely."""

from __future__ import annotations

from collections.abc import Mapping


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Each p-value adjusted for all of them: rejecting those at most alpha errs at most alpha in all."""
    adjusted: dict[str, float] = {}
    worst = 0.0
    ordered = sorted(p_values.items(), key=lambda item: (item[1], item[0]))
    for place, (name, p) in enumerate(ordered):
        worst = max(worst, min(1.0, p * (len(ordered) - place)))
        adjusted[name] = worst
    return {name: adjusted[name] for name in p_values}
