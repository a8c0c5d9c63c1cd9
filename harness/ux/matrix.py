"""Which combinations of browser, screen, language and time zone are tried: pure, the same every time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, TypeAlias

from harness.model import Area, CheckSpec, Item, Mode, Severity, Title

if TYPE_CHECKING:
    from harness.config.ux import UxTable

VIEWPORTS = {"desktop": (1920, 1080), "laptop": (1366, 768), "tablet": (1024, 768), "phone": (390, 844)}
_NAMES = {
    "desktop": ("desktop", "台式机"),
    "laptop": ("laptop", "笔记本电脑"),
    "tablet": ("tablet", "平板电脑"),
    "phone": ("phone", "手机"),
    "chromium": ("Chromium", "Chromium"),
    "firefox": ("Firefox", "Firefox"),
}

_Pair: TypeAlias = tuple[tuple[int, str], tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Combination:
    """One way in which people use the web client."""

    browser: str
    screen: str
    language: str
    timezone: str

    @property
    def name(self) -> str:
        """Such as `firefox.tablet.zh-CN.Asia-Shanghai`: the end of its check's id."""
        return f"{self.browser}.{self.screen}.{self.language}.{self.timezone.replace('/', '-')}"

    def applied(self, settings: UxTable) -> UxTable:
        """The settings of the browser for this combination."""
        return settings.model_copy(
            update={
                "browser": self.browser,
                "viewport": VIEWPORTS[self.screen],
                "locale": self.language,
                "timezone": self.timezone,
            }
        )

    def spec(self) -> CheckSpec:
        """The check that performs the main tasks in this combination."""
        en, zh = (
            (_NAMES[self.browser][at], _NAMES[self.screen][at], self.language, self.timezone) for at in (0, 1)
        )
        return CheckSpec(
            id=f"compatibility.{self.name}",
            title=Title(
                "A customer from login to saving: {}, {}, {}, {}".format(*en),
                "从登录到保存客户：{}，{}，{}，{}".format(*zh),
            ),
            area=Area.COMPATIBILITY,
            module="party",
            mode=Mode.SIDE,
            comparator="ux",
            severity=Severity.CRITICAL,
            requirements=("S28",),
            department="sales",
            writes=True,
        )


def selected(settings: UxTable) -> tuple[Combination, ...]:
    """The combinations that are run: such that every two values meet in one, or all that there are."""
    every = _every(settings)
    return (
        every
        if settings.all_combinations
        else tuple(Combination(*each) for each in pairwise(_values(settings)))
    )


def universe(settings: UxTable) -> tuple[Item, ...]:
    """All combinations that there are, so that what is not run is listed as not verified."""
    return tuple(Item("combination", each.name) for each in _every(settings))


def _every(settings: UxTable) -> tuple[Combination, ...]:
    return tuple(Combination(*each) for each in product(*_values(settings)))


def _values(settings: UxTable) -> tuple[tuple[str, ...], ...]:
    return settings.browsers, settings.screens, settings.languages, settings.timezones


def pairwise(values: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Few combinations in which every two values of different kinds meet at least once.

    The first has the first value of each kind: what is most usual is always run. Then, again and again,
    the one that brings most pairs that have not met yet.
    """
    every = list(product(*values))
    open_pairs = {pair for each in every for pair in _pairs(each)}
    chosen: list[tuple[str, ...]] = []
    while open_pairs or not chosen:
        best = max(every, key=lambda each: len(open_pairs.intersection(_pairs(each)))) if chosen else every[0]
        chosen.append(best)
        open_pairs.difference_update(_pairs(best))
    return chosen


def _pairs(each: Sequence[str]) -> Iterator[_Pair]:
    return combinations(enumerate(each), 2)
