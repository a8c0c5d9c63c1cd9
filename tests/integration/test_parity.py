"""What is recorded of the real pair is all there is to know, and the same but for the upgrade."""

from __future__ import annotations

import pytest

from harness.adapters import registry
from harness.adapters.surroundings import surroundings
from harness.demo import DemoPair
from harness.gate.parity import Fit, parity
from harness.model import Side
from harness.project import open_config
from harness.surroundings import Fact

pytestmark = pytest.mark.real_pair


def test_both_systems_tell_everything_and_differ_by_the_upgrade_alone(pair: DemoPair) -> None:
    """Every fact is read on both sides; what the upgrade changes is expected, nothing weakens evidence."""
    config = open_config(pair.config)
    environments = {}
    for side in Side:
        environment = config.pair[side]
        adapter = registry.open_adapter(environment, next(iter(environment.accounts)))
        environments[side.value] = surroundings(adapter, {})
        adapter.close()

    lines = {line.fact: line.fit for line in parity(environments, {})}

    assert all(set(Fact) <= set(found) for found in environments.values())
    assert lines[Fact.VERSION] is lines[Fact.TABLES] is Fit.EXPECTED
    assert {fact for fact, fit in lines.items() if fit in (Fit.WEAKER, Fit.NOT_VERIFIED)} == set()
    assert {"account", "sale", "stock"} <= set(environments["source"]["modules"])  # type: ignore[arg-type]
