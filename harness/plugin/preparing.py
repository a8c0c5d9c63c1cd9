"""`prepared`: what was made on the source before the upgrade, as this part of a check needs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.errors import ConfigError, EvidenceError
from harness.evidence import Run
from harness.flows.flow import Flow
from harness.flows.prepared import Preparation, carried, claim
from harness.model import Capture, CheckSpec, Part, text
from harness.plugin.parts import PREPARED
from harness.plugin.session import Session


def preparation(item: pytest.Item, make: Callable[[], Flow], sets: int) -> Preparation:
    """The preparation that the test's mark names."""
    mark = item.get_closest_marker(PREPARED)
    by = mark.kwargs.get("by") if mark else None  # by keyword: pytest takes a lone function for the test
    if not callable(by):
        raise ConfigError(text("flows.prepared.no_function", test=item.nodeid))
    return Preparation(make, by, sets)


def found_again(session: Session, spec: CheckSpec, part: Part, flow: Flow) -> Any:
    """What was prepared for this part. ConfigError when nothing was, or all of it is used up."""
    run, capture = _latest(session, spec)
    number = claim(run.path, session.run.manifest.run_id, capture, spec.id)
    flow.started_from(run.manifest.run_id, number)
    return carried(capture, number, part)


def _latest(session: Session, spec: CheckSpec) -> tuple[Run, Capture]:
    folder = session.config.prepared
    names = sorted((path.name for path in folder.iterdir()), reverse=True) if folder.is_dir() else []
    for name in names:
        try:
            run = Run.find(folder, name)
        except EvidenceError:
            continue  # a folder of another kind
        capture = run.capture(spec.id, Part.PREPARED)
        if capture is not None and capture.failure is None:
            return run, capture
    raise ConfigError(text("flows.prepared.nothing", check=spec.title, folder=str(folder)))
