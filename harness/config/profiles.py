"""The tables [profiles.<name>]: how long a run of each size takes its time."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from harness.config.table import Above, Count, Table


class ProfileTable(Table):
    """The size of a run. What a file leaves out keeps the value of the built-in profile."""

    load_block_seconds: Count
    load_block_pairs: Count
    load_rate: Above
    ux_repeats: Count
    batch_repeats: Count


BUILT_IN: Mapping[str, ProfileTable] = MappingProxyType(
    {
        "smoke": ProfileTable(
            load_block_seconds=2, load_block_pairs=10, load_rate=Decimal(5), ux_repeats=3, batch_repeats=2
        ),
        "rehearsal": ProfileTable(
            load_block_seconds=5, load_block_pairs=18, load_rate=Decimal(10), ux_repeats=7, batch_repeats=2
        ),
        "full": ProfileTable(
            load_block_seconds=30, load_block_pairs=20, load_rate=Decimal(20), ux_repeats=15, batch_repeats=5
        ),
    }
)
"""The profiles that exist without being configured."""
