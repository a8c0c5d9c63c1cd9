"""Documents made on the source before its upgrade, and found again after it.

    def order(flow: Flow) -> Ref: ...           # before the upgrade, by `harness prepare`

    @pytest.mark.prepared(by=order)
    def test_order_in_progress(flow: Flow, prepared: Ref) -> None: ...    # finished on both sides, after it

A set is three documents from the same inputs: one to be finished on the source, one to learn what varies
there by itself, one to be finished on the target. A run uses up one set, as what is finished cannot be
finished again; each run claims the next free one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from harness.documents import Ref, as_value
from harness.errors import ConfigError
from harness.flows.flow import Flow
from harness.model import Capture, Part, text
from harness.values import Value

CLAIMS = "claims"
_PLACES = {Part.SOURCE: 0, Part.SOURCE_REPEAT: 1, Part.TARGET: 2}


class Preparation:
    """Makes so many sets of one check's documents on the source."""

    def __init__(self, make: Callable[[], Flow], preparing: Callable[[Flow], object], sets: int) -> None:
        self._make = make
        self._preparing = preparing
        self._count = sets * len(_PLACES)
        self._flows: list[Flow] = []
        self._carried: list[Value] = []

    def run(self) -> None:
        """Makes them; ends with `FlowEnded` where the source refuses a step."""
        for _ in range(self._count):
            self._flows.append(self._make())
            self._carried.append(as_value(self._preparing(self._flows[-1])))

    def capture(self) -> Capture:
        """What later runs need to find the documents again, and how each was made."""
        made = [flow.capture() for flow in self._flows]
        failures = [capture.failure for capture in made if capture.failure is not None]
        return Capture(
            value={"carried": self._carried, "made": [capture.value for capture in made]},
            failure=failures[0] if failures else None,
        )


def carried(capture: Capture, number: int, part: Part) -> object:
    """What the preparing function gave back for this part of that set, its pointers to documents alive."""
    value = capture.value
    assert isinstance(value, Mapping)
    found = value["carried"]
    assert isinstance(found, list)
    return _alive(found[number * len(_PLACES) + _PLACES[part]])


def claim(folder: Path, run_id: str, capture: Capture, check: str) -> int:
    """The number of the set that this run uses for all its checks; ConfigError when none is left."""
    value = capture.value
    sets = len(value["carried"]) // len(_PLACES) if isinstance(value, Mapping) else 0  # type: ignore[arg-type]  # a list
    claims = folder / CLAIMS
    claims.mkdir(exist_ok=True)
    for number in range(sets):
        place = claims / str(number)
        try:
            with place.open("x", encoding="utf-8") as file:
                file.write(run_id)
            return number
        except FileExistsError:
            if place.read_text(encoding="utf-8") == run_id:
                return number
    raise ConfigError(text("flows.prepared.used_up", check=check, sets=sets, folder=str(folder)))


def _alive(value: Value) -> object:
    if isinstance(value, Mapping):
        if set(value) == {"kind", "id"}:
            return Ref(str(value["kind"]), str(value["id"]))
        return {name: _alive(item) for name, item in value.items()}
    return tuple(_alive(item) for item in value) if isinstance(value, list) else value
