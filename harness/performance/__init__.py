"""Load by Locust in a process of its own, and the verdict whether the target is fast enough."""

from harness.performance.crew.joining import crew_of
from harness.performance.gathering import gather
from harness.performance.plan import Limit, LoadPlan, Scenario
from harness.performance.plan_file import read_plan

__all__ = ["Limit", "LoadPlan", "Scenario", "crew_of", "gather", "read_plan"]
