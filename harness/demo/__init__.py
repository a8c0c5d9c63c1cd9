"""Brings a real ERP up before and after its upgrade: Tryton 7.0 LTS and 8.0 LTS on PostgreSQL.

up        an installed, seeded source and its upgraded copy, both with servers and web clients
down      ends everything that `up` started, also after a crash
status    what of it runs
target_copy, source_copy
          a throw-away copy of a pristine database with a server of its own, for planting defects
"""

from harness.demo.copies import TargetCopy, source_copy, target_copy
from harness.demo.lifecycle import down, status, up
from harness.demo.pair import DemoPair, DemoStatus, ProcessStatus
from harness.demo.steps import Step, StepState

__all__ = [
    "DemoPair",
    "DemoStatus",
    "ProcessStatus",
    "Step",
    "StepState",
    "TargetCopy",
    "down",
    "source_copy",
    "status",
    "target_copy",
    "up",
]
