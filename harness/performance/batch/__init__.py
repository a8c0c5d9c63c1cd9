"""Batch windows: does the night's work end in time, does it come to the same, and how does it grow?"""

from harness.performance.batch.gathering import gather
from harness.performance.batch.plan import BatchPlan, Window

__all__ = ["BatchPlan", "Window", "gather"]
