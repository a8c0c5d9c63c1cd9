"""Which parts each test becomes, from its marks, the sides asked for and what the source permits."""

from __future__ import annotations

import pytest

from harness.compare import KINDS, parts_of
from harness.model import Part, Side
from harness.plugin.options import Options
from harness.plugin.session import Session

PREPARED = "prepared"


def parts_for(metafunc: pytest.Metafunc, kind: str, session: Session) -> tuple[Part, ...]:
    """The parts of a test in this run; none when it has nothing to do in it."""
    given = session.options
    prepares = metafunc.definition.get_closest_marker(PREPARED) is not None
    if given.prepare:
        return (Part.PREPARED,) if prepares else ()
    alone = kind == "flow" and not prepares and _alone(metafunc, session)
    return parts_of(KINDS[kind], given.sides, comparable=_comparable(given), alone=alone)


def has_part(item: pytest.Item) -> bool:
    """False for the item that stands in where a test has no part in this run."""
    callspec = getattr(item, "callspec", None)
    return callspec is None or isinstance(callspec.params.get("side", Part.PAIR), Part)


def _alone(metafunc: pytest.Metafunc, session: Session) -> bool:
    """Whether only the target can run it: a new function, or one that writes beside a production source."""
    check = metafunc.definition.get_closest_marker("check")
    if check is not None and check.kwargs.get("new", False):
        return True
    writes = metafunc.definition.get_closest_marker("writes") is not None
    return writes and session.config.pair.source.production


def _comparable(given: Options) -> bool:
    return set(given.sides) == set(Side) or (given.run is not None and Side.TARGET in given.sides)
