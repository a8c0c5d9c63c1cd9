"""What checks measured, as Allure's page of metrics shows it: a group per check, a line per figure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from harness.messages import Language
from harness.model import CheckResult, text
from harness.reporting.wording import plain, say
from harness.values import Value

_PERCENTILE = re.compile(r"p\d+(\.\d+)?(_closed)?$")
_OF_SIDE = re.compile(r"(?P<what>.+)\.(?P<side>source|target)\.(?P<figure>samples|statements|pages|p\d.*)$")
_OF_BOTH = re.compile(r"(?P<what>.+)\.(?P<share>p\d.*)\.(?P<figure>ratio|low|high|detectable|resolvable)$")
_COUNTED = ("samples", "statements", "pages")
_FACTORS = ("ratio", "low", "high", "detectable")
_WORSE = ("second", "error", "lag", "cpu", "distance", "wrong", "unanswered", "violation", "failed", "klm")
_UNITS = (("millisecond", "ms"), ("second", "s"), ("recovered", "s"), ("percent", "%"), ("megabyte", "MB"))
_USED = (
    "statements",
    "pages",
    "memory",
    "processors",
    "connections",
    "files",
    "own_reading",
    "recovered",
    "grown",
)
_LOWER = (*_FACTORS, *_WORSE, *_USED, "resolvable")


def write(results: Iterable[CheckResult], destination: Path, language: Language) -> dict[str, Any]:
    """Writes the figures of all checks; what Allure's configuration has to say of them."""
    metrics: dict[str, dict[str, str]] = {}
    groups: dict[str, dict[str, str]] = {}
    samples = []
    for result in results:
        start = int(result.started.timestamp() * 1000)
        for name, value in _figures(result):
            key = f"{result.spec.id}.{name}"
            metrics[key] = {"title": _title(name, language), "group": result.spec.id} | _meaning(name)
            groups[result.spec.id] = {"title": say(result.spec.title, language)}
            stop = start + int(result.seconds * 1000)
            sample = {"id": f"{key}.{result.part}", "key": key, "value": value}
            samples.append(sample | {"start": start, "stop": stop})
    if samples:
        (destination / "harness-perf.json").write_text(json.dumps(samples), encoding="utf-8")
    return {"metrics": metrics, "groups": groups}


def _figures(result: CheckResult) -> Iterator[tuple[str, float]]:
    for name, value in sorted(result.measures.items()):
        if _is_number(value):
            yield name, float(value)  # type: ignore[arg-type]


def _is_number(value: Value) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float | Decimal)


def _title(name: str, language: Language) -> str:
    """`sale.open.target.p95` as people say it; a name of another form as it is."""
    if found := _OF_SIDE.match(name):
        side = say(text(f"report.column.{found['side']}"), language)
        return plain(f"{found['what']} · {_figure(found['figure'], language)} · {side}")
    if found := _OF_BOTH.match(name):
        figure = say(text(f"pictures.metric.{found['figure']}"), language)
        return plain(f"{found['what']} · {found['share']} · {figure}")
    return plain(name)


def _figure(name: str, language: Language) -> str:
    if name in _COUNTED:
        return say(text(f"pictures.metric.{name}"), language)
    share = name.removesuffix("_closed")
    return share if share == name else say(text("pictures.metric.closed", share=share), language)


def _meaning(name: str) -> dict[str, str]:
    """Its unit, and whether more of it is better or worse."""
    last = name.rsplit(".", 1)[-1].lower()
    timed = _PERCENTILE.search(name) is not None
    named = next((unit for word, unit in _UNITS if word in last), "s" if timed else "")
    unit = "×" if last in _FACTORS else named
    return {"unit": unit, "better": "lower" if timed or any(word in last for word in _LOWER) else "higher"}
