"""A plan in the likeness of what was seen, and how far it is from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from harness.errors import ConfigError
from harness.model import text
from harness.performance.plan import Likeness, LoadPlan
from harness.performance.workload.profiles import Profile

_PARTS = 100


def fitted(plan: LoadPlan, profile: Profile, growth: Decimal = Decimal(1)) -> LoadPlan:
    """The plan with the profile's arrivals, times `growth`, and its mix in hundredths.

    Scenarios are found by their names. What was seen and no scenario does is left out of the rate, and its
    share is kept in the plan; a scenario that was hardly seen is left out. ConfigError when none is left.
    """
    if growth <= 0:
        raise ValueError("a growth factor is more than 0")
    known = {scenario.name: profile.mix.get(scenario.name, Decimal(0)) for scenario in plan.scenarios}
    covered = sum(known.values(), Decimal(0))
    weights = _weights(known, covered) if covered else {}
    if not weights:
        raise ConfigError(
            text("performance.workload.no_scenario", seen=tuple(profile.mix)[:5], known=tuple(known))
        )
    likeness = Likeness(
        covered=covered, distance=_distance(profile.mix, weights), growth=growth, burst=profile.burst
    )
    return replace(
        plan,
        scenarios=tuple(
            replace(each, weight=weights[each.name]) for each in plan.scenarios if each.name in weights
        ),
        limits=tuple(limit for limit in plan.limits if _has(plan, limit.transaction, weights)),
        rate=profile.rate * covered * growth,
        likeness=likeness,
    )


def _weights(known: Mapping[str, Decimal], covered: Decimal) -> dict[str, int]:
    """Hundredths by the largest remainders; what comes to none is left out."""
    exact = {name: share * _PARTS / covered for name, share in known.items()}
    parts = {name: int(share) for name, share in exact.items()}
    missing = _PARTS - sum(parts.values())
    for name in sorted(exact, key=lambda name: (parts[name] - exact[name], name))[:missing]:
        parts[name] += 1
    return {name: count for name, count in parts.items() if count}


def _distance(mix: Mapping[str, Decimal], weights: Mapping[str, int]) -> Decimal:
    """Total variation: the share of requests that would have to be another one for the mixes to be equal."""
    total = sum(weights.values())
    names = mix.keys() | weights.keys()
    apart = sum(abs(mix.get(name, Decimal(0)) - Decimal(weights.get(name, 0)) / total) for name in names)
    return Decimal(f"{apart / 2:.4f}")


def _has(plan: LoadPlan, transaction: str, weights: Mapping[str, int]) -> bool:
    return any(transaction in each.transactions for each in plan.scenarios if each.name in weights)
