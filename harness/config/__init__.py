"""harness.toml, policy.toml and waivers.toml as frozen models, with all their problems at once."""

from harness.config.configuration import Config
from harness.config.environment import EnvironmentTable
from harness.config.loading import FILE, find, load
from harness.config.policy import (
    LimitShape,
    MaterialityTable,
    MilestoneTable,
    Policy,
    RuleShape,
    RuleTable,
    load_policy,
)
from harness.config.problems import Problem, nearest, raise_problems
from harness.config.profiles import BUILT_IN, ProfileTable
from harness.config.sources import Origin, OriginKind
from harness.config.table import Hidden, Table
from harness.config.waivers import load_waivers
from harness.config.ways import AccountTable

__all__ = [
    "BUILT_IN",
    "FILE",
    "AccountTable",
    "Config",
    "EnvironmentTable",
    "Hidden",
    "LimitShape",
    "MaterialityTable",
    "MilestoneTable",
    "Origin",
    "OriginKind",
    "Policy",
    "Problem",
    "ProfileTable",
    "RuleShape",
    "RuleTable",
    "Table",
    "find",
    "load",
    "load_policy",
    "load_waivers",
    "nearest",
    "raise_problems",
]
