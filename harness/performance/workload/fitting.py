"""From counted requests to profiles: the busy hour, the month's end, and the quietest window of the week."""

from __future__ import annotations

import statistics
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from itertools import accumulate

from harness.performance.workload.access_log import Seen
from harness.performance.workload.profiles import Profile

WINDOW = 60
"""Minutes of a busy hour; it may begin at any minute."""

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_WEEK = 7 * 24  # hours
_MONTH_END_DAYS = 2  # the last and the first of a month: closing goes on beyond its last day

Minutes = Mapping[datetime, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Named:
    """Requests by the names of transactions, and those that no name was found for.

    `all` counts both by minute: how long the log is, and when it is quiet, depends on no name.
    """

    minutes: Minutes
    unmatched: Mapping[str, int]
    all: Mapping[datetime, int]

    @property
    def matched(self) -> int:
        """How many have a name."""
        return sum(sum(found.values()) for found in self.minutes.values())


@dataclass(frozen=True, slots=True)
class Quiet:
    """A window that comes every week: `starts` in hours since Monday 00:00, and its share of the week."""

    starts: int
    hours: int
    share: Decimal


@dataclass(frozen=True, slots=True)
class Fit:
    """The profiles, and the quietest window; none when the log does not cover every hour of a week."""

    profiles: Mapping[str, Profile]
    quiet: Quiet | None


def names_of(seen: Seen, names: Mapping[str, Sequence[str]]) -> Named:
    """Requests under the first name whose patterns (`GET /orders/*`) match; without names as they are."""
    known: dict[str, str | None] = {}
    minutes: dict[datetime, Counter[str]] = {}
    unmatched: Counter[str] = Counter()
    for minute, requests in seen.minutes.items():
        for request, count in requests.items():
            if request not in known:
                known[request] = _name(request, names)
            name = known[request]
            if name is None:
                unmatched[request] += count
            else:
                minutes.setdefault(minute, Counter())[name] += count
    return Named(minutes, unmatched, {minute: sum(found.values()) for minute, found in seen.minutes.items()})


def fit(named: Named, *, quiet_hours: int) -> Fit:
    """What the minutes show. ValueError when there is none."""
    minutes = named.minutes
    busy = _busiest(minutes, minutes)
    profiles = {"busy_hour": _profile(minutes, busy)}
    closing = [minute for minute in minutes if _closes_a_month(minute)]
    if closing:
        profiles["month_end"] = _profile(minutes, _busiest(minutes, closing))
    profiles["overall"] = _overall(named)
    return Fit(profiles, _quietest(named.all, quiet_hours))


def _name(request: str, names: Mapping[str, Sequence[str]]) -> str | None:
    if not names:
        return request
    for name, patterns in names.items():
        if any(fnmatchcase(request, pattern.replace("[", "[[]")) for pattern in patterns):
            return name
    return None


def _busiest(minutes: Minutes, allowed: Iterable[datetime]) -> datetime:
    """The start of the fullest window that begins with one of these minutes; the first of equals."""
    ordered = sorted(minutes)
    until = [0, *accumulate(sum(minutes[minute].values()) for minute in ordered)]

    def count(start: datetime) -> int:
        first, last = (bisect_left(ordered, edge) for edge in (start, start + WINDOW * _MINUTE))
        return until[last] - until[first]

    return max(sorted(allowed), key=count)


def _profile(minutes: Minutes, start: datetime) -> Profile:
    inside = [minutes.get(start + place * _MINUTE, {}) for place in range(WINDOW)]
    counts = [sum(found.values()) for found in inside]
    burst = statistics.variance(counts) / statistics.fmean(counts)
    return Profile(
        rate=_short(sum(counts) / (WINDOW * 60)),
        mix=_mix(inside),
        burst=_short(burst),
        starts=start,
    )


def _overall(named: Named) -> Profile:
    seconds = ((max(named.all) - min(named.all)) + _MINUTE).total_seconds()
    return Profile(_short(named.matched / seconds), _mix(named.minutes.values()))


def _mix(found: Iterable[Mapping[str, int]]) -> dict[str, Decimal]:
    """Shares, the largest first; the rounded ones add up to 1."""
    counts: Counter[str] = Counter()
    for each in found:
        counts.update(each)
    total = counts.total()
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shares = {name: Decimal(f"{count / total:.4f}") for name, count in ordered}
    shares = {name: share for name, share in shares.items() if share > 0}
    largest = next(iter(shares))
    shares[largest] += 1 - sum(shares.values())
    return shares


def _closes_a_month(minute: datetime) -> bool:
    ahead = minute + timedelta(days=_MONTH_END_DAYS)
    return minute.day <= _MONTH_END_DAYS or ahead.month != minute.month


def _quietest(minutes: Mapping[datetime, int], hours: int) -> Quiet | None:
    first, last = min(minutes), max(minutes)
    begin = first.replace(minute=0) + (_HOUR if first.minute else timedelta(0))
    end = (last + _MINUTE).replace(minute=0)
    counts: Counter[int] = Counter()
    for minute, count in minutes.items():
        if begin <= minute < end:  # an hour that the log has a part of would look quiet
            counts[_hour_of_week(minute)] += count
    times: Counter[int] = Counter()
    while begin < end:
        times[_hour_of_week(begin)] += 1
        begin += _HOUR
    if len(times) < _WEEK:
        return None
    usual = [counts[place] / times[place] for place in range(_WEEK)]
    starts = min(range(_WEEK), key=lambda place: (_inside(usual, place, hours), place))
    return Quiet(starts, hours, Decimal(f"{_inside(usual, starts, hours) / sum(usual):.4f}"))


def _inside(usual: Sequence[float], start: int, hours: int) -> float:
    return sum(usual[(start + place) % _WEEK] for place in range(hours))


def _hour_of_week(moment: datetime) -> int:
    return moment.weekday() * 24 + moment.hour


def _short(value: float) -> Decimal:
    return Decimal(f"{value:.4g}")
