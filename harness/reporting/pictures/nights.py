"""What a batch check stored, as the bars of its picture: one for each side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

from harness.messages import Language
from harness.model import CheckResult, Side
from harness.reporting.pictures.windows import Batch
from harness.reporting.pictures.wordings import side_name
from harness.values import Value

_END = ".window.seconds"
_FITS: Mapping[Value, bool] = {"fits": True, "misses": False}


def batches(result: CheckResult, language: Language) -> tuple[Batch, ...]:
    """The sides whose finish could be told; nothing for a result that has no window."""
    found = result.measures
    name = next((key.removesuffix(_END) for key in found if key.endswith(_END)), None)
    if name is None:
        return ()
    return tuple(
        _batch(found, f"{name}.{side}", f"{name}.window", side_name(side, language))
        for side in Side
        if f"{name}.{side}.seconds" in found
    )


def _batch(found: Mapping[str, Value], own: str, window: str, label: str) -> Batch:
    start = found.get(f"{window}.start")
    return Batch(
        name=label,
        predicted=_number(found[f"{own}.seconds"]),
        low=_number(found[f"{own}.seconds_low"]),
        high=_number(found[f"{own}.seconds_high"]),
        window=_number(found[f"{window}.seconds"]),
        fits=_FITS.get(found[f"{own}.answer"]),
        opens=time.fromisoformat(start) if isinstance(start, str) else None,
    )


def _number(value: Value) -> float:
    return float(str(value))
