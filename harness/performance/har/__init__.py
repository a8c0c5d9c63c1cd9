"""A recorded browser session as load: chosen, correlated, grouped, and written as readable Python."""

from harness.performance.har.converting import Converted, Wishes, convert

__all__ = ["Converted", "Wishes", "convert"]
