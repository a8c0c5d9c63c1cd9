"""From a test's mark, its fixtures and its mapping to a `CheckSpec`; every mistake is named at collection."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from harness.compare import KINDS, Kind
from harness.errors import ConfigError
from harness.model import Area, CheckSpec, Part, Severity, Title, text

# fixture -> kind of check
GATHERERS = {
    "flow": "flow",
    "replay": "replay",
    "reconcile": "reconcile",
    "inventory": "reconcile",
    "tick_off": "reconcile",
    "load": "load",
    "batch": "batch",
    "measure": "kpi",
    "rights": "rights",
    "ux": "ux",
    "functions": "inventory",
    "ask": "contract",
}
SPEC: pytest.StashKey[CheckSpec] = pytest.StashKey()
PART: pytest.StashKey[Part] = pytest.StashKey()
# From the shortest run to the most thorough; a profile of the project's own runs everything.
PROFILES = ("smoke", "rehearsal", "full")


def gatherer_of(fixtures: Iterable[str], test: str) -> tuple[str, Kind] | None:
    """The fixture that a test gathers with, and its kind; None when the test is no check."""
    used = sorted(set(fixtures) & set(GATHERERS))
    if len(used) > 1:
        raise ConfigError(text("plugin.two_gatherers", test=test, fixtures=tuple(used)))
    return (GATHERERS[used[0]], KINDS[GATHERERS[used[0]]]) if used else None


def spec_of(item: pytest.Function) -> CheckSpec | None:
    """The check that an item is a part of. ConfigError when its mark is missing or wrong."""
    found = gatherer_of(item.fixturenames, item.nodeid)
    if found is None:
        return None
    comparator, kind = found
    mark = item.get_closest_marker("check")
    if mark is None:
        raise ConfigError(text("plugin.no_mark", test=item.nodeid, fixture=comparator))
    if len(mark.args) == 1 and isinstance(mark.args[0], CheckSpec):
        return mark.args[0]
    writes = item.get_closest_marker("writes") is not None
    try:
        return _from_mark(*mark.args, **mark.kwargs, comparator=comparator, kind=kind, writes=writes)
    except (TypeError, ValueError) as problem:
        raise ConfigError(text("plugin.bad_mark", test=item.nodeid, why=str(problem))) from problem


def _from_mark(
    id: str,
    *,
    en: str,
    zh: str,
    module: str,
    comparator: str,
    kind: Kind,
    writes: bool,
    severity: str = "critical",
    requirements: Iterable[str] = (),
    department: str | None = None,
    owner: str | None = None,
    new: bool = False,
    profile: str = PROFILES[0],
    cases: Iterable[str] = (),
) -> CheckSpec:
    return CheckSpec(
        id=id,
        title=Title(en, zh),
        area=Area(id.partition(".")[0]),
        module=module,
        mode=kind.mode,
        comparator=comparator,
        severity=Severity(severity),
        requirements=_listed(requirements),
        department=department,
        owner=owner,
        writes=writes,
        new=new,
        cases=_listed(cases),
    )


def _listed(names: Iterable[str]) -> tuple[str, ...]:
    if isinstance(names, str):  # it would be taken for a list of letters
        raise TypeError(f"a list of names, not {names!r}")
    return tuple(names)


def smallest_profile(item: pytest.Item) -> str:
    """The smallest profile that runs the check of this item, as its mark says. ConfigError for another."""
    mark = item.get_closest_marker("check")
    name = mark.kwargs.get("profile", PROFILES[0]) if mark else PROFILES[0]
    if name not in PROFILES:
        raise ConfigError(text("plugin.mark_profile", test=item.nodeid, profile=str(name), known=PROFILES))
    return str(name)


def in_profile(item: pytest.Item, profile: str) -> bool:
    """Whether a run of this profile runs the check."""
    smallest = smallest_profile(item)
    return profile not in PROFILES or PROFILES.index(smallest) <= PROFILES.index(profile)


def demand_unique(items: Iterable[pytest.Item]) -> None:
    """ConfigError when two different tests claim one check id: their evidence would be mixed."""
    claimed: dict[str, str] = {}
    for item in items:
        spec = item.stash.get(SPEC, None)
        if spec is None:
            continue
        test = item.nodeid.replace(f"-{item.stash[PART]}]", "]").replace(f"[{item.stash[PART]}]", "")
        if claimed.setdefault(spec.id, test) != test:
            raise ConfigError(text("plugin.double_id", check=spec.id, one=claimed[spec.id], other=test))
