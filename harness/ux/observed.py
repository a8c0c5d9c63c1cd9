"""A stored capture read back for comparison: what was observed on one side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from harness.errors import EvidenceError
from harness.model import Title, text
from harness.ux.examined import Examined, from_value
from harness.values import Value

COUNTS = ("clicks", "keys", "hand_switches", "dialogs", "pages")
COMPLAINTS = ("page_errors", "console_errors", "failed_requests")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one repetition."""

    name: str
    title: Title
    screen: str
    prelude: bool
    problem: Title | None
    seconds: Decimal
    klm_seconds: Decimal
    counts: Mapping[str, int]
    complaints: Mapping[str, tuple[str, ...]]
    yardstick: Decimal | None
    layout_shift: Decimal
    waits: Mapping[str, int]
    transferred: int
    requests: int
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the client answered to a step that it had to refuse."""

    outcome: str
    words: str
    seen: bool
    bound: bool
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Violation:
    """An accessibility rule broken by one kind of element."""

    rule: str
    impact: str
    element: str
    help: str


@dataclass(frozen=True, slots=True)
class Screen:
    """What a screen offers; `violations` and `examined` are None when they could not be gathered."""

    present: Counter[tuple[str, str]]
    enabled: Counter[tuple[str, str]]
    required: tuple[str, ...]
    violations: tuple[Violation, ...] | None
    examined: Examined | None = None
    skipped: frozenset[str] = frozenset()
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Observed:
    """One side of a task."""

    task: str
    browser: tuple[str, str]
    conditions: Value
    margin: Decimal
    repeats: int
    runs: tuple[tuple[Step, ...], ...]
    problem: Title | None
    screens: Mapping[str, Screen]

    @property
    def locale(self) -> str:
        """The language that the browser asked for."""
        return str(_mapping(self.conditions).get("locale", ""))

    @property
    def stopped_at(self) -> Step | None:
        """The step that was not completed, if any."""
        return next((step for run in self.runs for step in run if step.problem), None)

    def of_step(self, name: str) -> tuple[Step, ...]:
        """The completed repetitions of a step."""
        return tuple(step for run in self.runs for step in run if step.name == name and not step.problem)

    @property
    def judged(self) -> tuple[Step, ...]:
        """Each step that this check judges, as it was first completed."""
        found: dict[str, Step] = {}
        for run in self.runs:
            for step in run:
                if not step.prelude and not step.problem:
                    found.setdefault(step.name, step)
        return tuple(found.values())


def observed(value: Value) -> Observed:
    """The capture's value; EvidenceError when it is not one of this kind."""
    try:
        return _observed(_mapping(value))
    except (KeyError, TypeError, ValueError) as error:
        raise EvidenceError(text("ux.error.no_capture", reason=str(error))) from error


def _observed(value: Mapping[str, Value]) -> Observed:
    runs = [_mapping(run) for run in _list(value["runs"])]
    browser = _mapping(value["browser"])
    return Observed(
        task=str(value["task"]),
        browser=(str(browser["name"]), str(browser["version"])),
        conditions=value["conditions"],
        margin=_decimal(value["margin"]),
        repeats=_whole(value["repeats"]),
        runs=tuple(tuple(_step(_mapping(step)) for step in _list(run["steps"])) for run in runs),
        problem=next((_title(run["problem"]) for run in runs if run["problem"]), None),
        screens={name: _screen(_mapping(item)) for name, item in _mapping(value["screens"]).items()},
    )


def _step(value: Mapping[str, Value]) -> Step:
    return Step(
        name=str(value["name"]),
        title=_title(value["title"]),
        screen=str(value["screen"]),
        prelude=bool(value["prelude"]),
        problem=_title(value["problem"]) if value["problem"] else None,
        seconds=_decimal(value["seconds"]),
        klm_seconds=_decimal(value["klm_seconds"]),
        counts={name: _whole(value[name]) for name in COUNTS if name in value},
        complaints={name: tuple(map(str, _list(value[name]))) for name in COMPLAINTS},
        yardstick=None if value["yardstick"] is None else _decimal(value["yardstick"]),
        layout_shift=_decimal(value["layout_shift"]),
        waits={name: _whole(count) for name, count in _mapping(value.get("waits", {})).items()},
        transferred=_whole(value.get("bytes", 0)),
        requests=_whole(value["requests"]),
        refusal=_refusal(_mapping(value["refusal"])) if value.get("refusal") else None,
    )


def _refusal(value: Mapping[str, Value]) -> Refusal:
    return Refusal(
        outcome=str(value["outcome"]),
        words=str(value["words"]),
        seen=bool(value["seen"]),
        bound=bool(value["bound"]),
        fields=tuple(map(str, _list(value["fields"]))),
    )


def _screen(value: Mapping[str, Value]) -> Screen:
    elements = [_list(item) for item in _list(value["elements"])]
    named = [((str(role), str(name)), enabled) for role, name, enabled in elements]
    violations = value["violations"]
    return Screen(
        named=tuple(key for key, _ in named),
        present=Counter(key for key, _ in named),
        enabled=Counter(key for key, enabled in named if enabled),
        required=tuple(map(str, _list(value["required"]))),
        violations=None if violations is None else tuple(map(_violation, _list(violations))),
        examined=from_value(value.get("examined")),  # captures of before have none
        skipped=frozenset(map(str, _list(value.get("skipped", [])))),
    )


def _violation(value: Value) -> Violation:
    item = _mapping(value)
    return Violation(str(item["rule"]), str(item["impact"]), str(item["element"]), str(item["help"]))


def _title(value: Value) -> Title:
    item = _mapping(value)
    return Title(str(item["en"]), str(item["zh"]))


def _mapping(value: Value) -> Mapping[str, Value]:
    if not isinstance(value, Mapping):
        raise TypeError("a table was expected")
    return value


def _list(value: Value) -> Sequence[Value]:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise TypeError("a list was expected")
    return value


def _decimal(value: Value) -> Decimal:
    if not isinstance(value, Decimal):
        raise TypeError("a decimal was expected")
    return value


def _whole(value: Value) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("a whole number was expected")
    return value
