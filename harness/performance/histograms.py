"""The samples as histograms that HdrHistogram's own tools open, for whoever wants to lay them beside others.

One line per block, side and transaction, in the log format of those tools; values are microseconds, exact to
one in a thousand. Nothing is judged by them: verdicts stay with the raw samples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from hdrh.histogram import HdrHistogram

from harness.performance.events import BlockRun
from harness.performance.recording import Recording
from harness.performance.samples import Sample

FILE = "histograms.hlog"
DIGITS = 3
_LONGEST = 3_600_000_000  # an hour
_SECOND = 1_000_000
_NOT_IN_TAGS = re.compile(r"[^\w.-]")
_HEAD = """#[Good answers in microseconds from the intended start, by block; tags are side.series.transaction]
#[Histogram log format version 1.3]
#[StartTime: 0.000 (seconds since epoch)]
"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"
"""


def log_of(made: Recording) -> str:
    """The log of a whole load; time runs from its beginning, and failed answers are left out."""
    known = {block.number: block for block in made.story.blocks}
    good = [each for each in made.samples if each.ok and each.block in known]
    good.sort(key=lambda each: (known[each.block].began, each.block, each.transaction))
    groups = groupby(good, key=lambda each: (each.block, each.transaction))
    return _HEAD + "".join(_line(known[block], name, samples) for (block, name), samples in groups)


def _line(block: BlockRun, transaction: str, samples: Iterator[Sample]) -> str:
    histogram = HdrHistogram(1, _LONGEST, DIGITS)
    longest = 0.0
    for sample in samples:
        histogram.record_value(min(max(1, round(sample.seconds * _SECOND)), _LONGEST))
        longest = max(longest, sample.seconds)
    tag = _NOT_IN_TAGS.sub("_", f"{block.side}.{block.series}.{transaction}")
    content = histogram.encode().decode("ascii")
    return f"Tag={tag},{block.began:.3f},{block.seconds:.3f},{longest:.3f},{content}\n"
