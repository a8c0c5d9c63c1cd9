"""Tests that people ran by hand: their results as files, read into plain records for the gate."""

from harness.manual.reading import load
from harness.manual.records import NOTHING, Evidence, Manual, ManualResult, Result

__all__ = ["NOTHING", "Evidence", "Manual", "ManualResult", "Result", "load"]
