"""Does the same on both sides at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

from harness.model import Side

T = TypeVar("T")


def both(work: Callable[[Side], T], cancel: Callable[[], None] | None = None) -> dict[Side, T]:
    """The results by side. When one side fails, or a person interrupts, `cancel` ends what still runs."""
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="reconcile") as pool:
        running = {side: pool.submit(work, side) for side in Side}
        try:
            wait(running.values(), return_when=FIRST_EXCEPTION)
            failed = [future for future in running.values() if future.done() and future.exception()]
            if failed:
                failed[0].result()
            return {side: future.result() for side, future in running.items()}
        except BaseException:
            if cancel is not None:
                cancel()
            raise
