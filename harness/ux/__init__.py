"""User experience in numbers: tasks performed in a real browser on both sides, and what differs.

`harness.ux.comparison` is pure and needs no browser; Playwright is loaded only when something is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.ux.browser import BrowserHandle, open_browser
from harness.ux.matrix import Combination
from harness.ux.pages import (
    ApprovesPurchases,
    ChangesPasswords,
    FindsRecords,
    GivesLists,
    OrderEntry,
    ReceivesGoods,
    SellsGoods,
    ShowsStock,
    SurvivesReload,
    TakesWrongInput,
    WebClient,
)
from harness.ux.task import Drawing, Steps, Task

if TYPE_CHECKING:
    from harness.adapters.protocol import HasWebClient
    from harness.model import Capture, Part

__all__ = [
    "ApprovesPurchases",
    "BrowserHandle",
    "ChangesPasswords",
    "Combination",
    "Drawing",
    "FindsRecords",
    "GivesLists",
    "OrderEntry",
    "ReceivesGoods",
    "SellsGoods",
    "ShowsStock",
    "Steps",
    "SurvivesReload",
    "TakesWrongInput",
    "Task",
    "WebClient",
    "gather",
    "open_browser",
]


def gather(
    task: Task, adapter: HasWebClient, part: Part, browser: BrowserHandle, *, repeats: int, seed: str
) -> Capture:
    """Performs the task `repeats` times with inputs drawn from `seed`; returns what was measured.

    A client that cannot be opened is the capture's `failure`; a task that could not be completed is part
    of its value. Neither raises.
    """
    from harness.ux.capture import gather as gather_with_browser  # loads Playwright

    return gather_with_browser(task, adapter, part, browser, repeats=repeats, seed=seed)
