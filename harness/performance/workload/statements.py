"""What the current system's database is asked, minute by minute, where no access log says what is done.

A line is one statement in one minute: {"minute": "2026-03-09T01:00:00+00:00", "statement": "INSERT INTO
sale_sale ... VALUES ($1, $2)", "calls": 3}. Statements are those of the database's own statistics: without
values. A line without a statement is a minute that is not known, because the statistics began anew in it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from harness.errors import ConfigError
from harness.model import text
from harness.performance.sql.reading import StatementReader, Work
from harness.performance.workload.access_log import Seen

_MINUTE = 60.0
_UNREADABLE = "(text not readable)"  # counted, so that its share is said to have no name


def watch(
    reader: StatementReader,
    path: Path,
    minutes: int,
    *,
    told: Callable[[int, int], None] = lambda minute, calls: None,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Appends so many whole minutes to the file, each as it ends: what was seen outlives an interruption.

    `told` hears the number of the minute and how many statements were run in it.
    """
    texts: dict[str, str] = {}
    sleep(_until_next(now()))
    before = reader.read()
    for number in range(1, minutes + 1):
        started = now()
        sleep(_until_next(started))
        after = reader.read()
        calls = _calls(before, after)
        texts |= reader.texts(name for name in calls or {} if name not in texts)
        _append(path, _lines(datetime.fromtimestamp(_whole(started), UTC), calls, texts))
        told(number, sum((calls or {}).values()))
        before = after


def is_watched(path: Path) -> bool:
    """Whether `watch` wrote this file."""
    with path.open("rb") as file:
        return file.readline(100).startswith(b'{"minute": ')


def read_watched(path: Path, zone: tzinfo) -> Seen:
    """What was watched, by minutes in the time of `zone`; ConfigError when nothing of it can be read."""
    minutes: dict[datetime, dict[str, int]] = {}
    unread = 0
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            row = json.loads(line)
            minute, statement, calls = row["minute"], row["statement"], int(row["calls"])
            place = datetime.fromisoformat(minute).astimezone(zone)
        except (ValueError, KeyError, TypeError):  # cut by an interruption, or a minute that is not known
            unread += 1
            continue
        found = minutes.setdefault(place, {})
        if calls:
            found[statement] = found.get(statement, 0) + calls
    if not minutes:
        raise ConfigError(text("performance.workload.nothing", file=str(path), lines=unread))
    return Seen(minutes, unread=unread)


def _whole(moment: float) -> float:
    """The minute that this belongs to; a clock that wakes a moment early does not lose one."""
    return round(moment / _MINUTE) * _MINUTE


def _until_next(moment: float) -> float:
    rest = _MINUTE - moment % _MINUTE
    return rest if rest > 1 else rest + _MINUTE  # woken a moment early


def _calls(before: Mapping[str, Work], after: Mapping[str, Work]) -> Mapping[str, int] | None:
    """How often each statement was run in between; None when the statistics began anew."""
    if any(work.calls < before[name].calls for name, work in after.items() if name in before):
        return None
    if before and not before.keys() & after.keys():
        return None
    found = {name: work.calls - (before[name].calls if name in before else 0) for name, work in after.items()}
    return {name: calls for name, calls in found.items() if calls}


def _lines(minute: datetime, calls: Mapping[str, int] | None, texts: Mapping[str, str]) -> Iterator[str]:
    if calls is None:
        yield json.dumps({"minute": minute.isoformat()})
        return
    if not calls:  # nobody worked: that is known, too
        yield json.dumps({"minute": minute.isoformat(), "statement": "", "calls": 0})
    for name, count in calls.items():
        statement = " ".join(texts.get(name, "").split()) or _UNREADABLE
        row = {"minute": minute.isoformat(), "statement": statement, "calls": count}
        yield json.dumps(row, ensure_ascii=False)


def _append(path: Path, lines: Iterator[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        os.fsync(file.fileno())
