"""What the source is really used for, out of its access log or its database: mix, busy and quiet hours."""

from harness.performance.workload.access_log import Seen, read_logs
from harness.performance.workload.fitting import Fit, Named, Quiet, fit, names_of
from harness.performance.workload.naming import read_names
from harness.performance.workload.planning import fitted
from harness.performance.workload.profiles import Profile, Workload, read_workload, to_toml
from harness.performance.workload.statements import is_watched, read_watched, watch

__all__ = [
    "Fit",
    "Named",
    "Profile",
    "Quiet",
    "Seen",
    "Workload",
    "fit",
    "fitted",
    "is_watched",
    "names_of",
    "read_logs",
    "read_names",
    "read_watched",
    "read_workload",
    "to_toml",
    "watch",
]
