"""Runs and rehearsals over time, in a database that holds nothing that the run directories do not."""

from harness.history.comparison import Comparison, Fate, compare
from harness.history.course import before, latest, rehearsals, so_far
from harness.history.entries import Entry, entry_of
from harness.history.importing import Imported, import_runs, run_directories
from harness.history.store import Added, History
from harness.history.unsteady import Between, Unsteady, unsteady

__all__ = [
    "Added",
    "Between",
    "Comparison",
    "Entry",
    "Fate",
    "History",
    "Imported",
    "Unsteady",
    "before",
    "compare",
    "entry_of",
    "import_runs",
    "latest",
    "rehearsals",
    "run_directories",
    "so_far",
    "unsteady",
]
