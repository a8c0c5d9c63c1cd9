"""The pytest plug-in: pytest is the only runner of checks. Inert without a harness.toml.

    @pytest.mark.check("function.order_to_cash", en="Order to cash", zh="从订单到收款", module="sale")
    @pytest.mark.writes
    def test_order_to_cash(flow): ...

A check runs as parts: `source`, `source-repeat` (its own noise), `target`, then `comparison`; or as one
`pair` when both sides are needed at once.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from harness.errors import HarnessError
from harness.evidence import Run
from harness.impact import impact_of, run_with_inventory
from harness.messages import Language, render
from harness.model import CheckSpec, Cover, Item, Part, text
from harness.plugin import allure, flow_tables, options, ordering, processes, runner, specs
from harness.plugin.fixtures import (
    SESSION,
    ask,
    batch,
    case,
    flow,
    functions,
    harness_browser,
    harness_session,
    inventory,
    load,
    measure,
    prepared,
    reconcile,
    replay,
    rights,
    side,
    tick_off,
    ux,
)
from harness.plugin.parts import has_part, parts_for
from harness.plugin.printing import Printing
from harness.plugin.session import Session
from harness.project import locate

# So that a failing conformance test shows the values.
pytest.register_assert_rewrite("harness.testing")

__all__ = [
    "ask",
    "batch",
    "case",
    "flow",
    "functions",
    "harness_browser",
    "harness_session",
    "inventory",
    "load",
    "measure",
    "prepared",
    "reconcile",
    "replay",
    "rights",
    "side",
    "tick_off",
    "ux",
]

LEFT_TO_LARGER: pytest.StashKey[tuple[str, ...]] = pytest.StashKey()
SKIPPED = pytest.skip.Exception | pytest.fail.Exception  # both are no Exception, and both end a check
_MARKS = (
    "check(id, *, en, zh, module, severity, requirements, cases, department, owner, new, profile): a check",
    "flow_table(name, inputs, *, module, department, owner): the rows of this table drive the flow",
    "writes: this check writes to the ERP; the environment must permit it too",
    "prepared(by): goes on with what this function made on the source before the upgrade",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Our options."""
    options.add(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Reads the configuration and opens the session, if there is a harness.toml.

    Before allure-pytest is configured, so that its results can go into the run.
    """
    for mark in _MARKS:
        config.addinivalue_line("markers", mark)
    path = locate(config.getoption("--harness-config"), config.invocation_params.dir)
    if path is None:
        return
    given = options.read(config, path)
    worker = getattr(config, "workerinput", None)
    try:
        config.stash[SESSION] = session = Session(
            given,
            options.scope(given, config),
            process=worker["workerid"] if worker else "main",
            run=Path(worker["harness_run"]) if worker and worker["harness_run"] else None,
        )
        config.pluginmanager.register(Printing(session.redactor))
        if config.getoption("into_run"):
            config.option.allure_report_dir = str(session.run.reports / "allure-results")
    except HarnessError as problem:
        raise pytest.UsageError(str(problem)) from problem


def pytest_sessionstart(session: pytest.Session) -> None:
    """Allure's writer exists by now, and nothing has been written."""
    harness = session.config.stash.get(SESSION, None)
    if harness is not None:
        allure.redact_results(session.config, harness.redactor)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tells a worker process which run it writes to."""
    session = node.config.stash.get(SESSION, None)
    node.workerinput["harness_run"] = str(_begun(session).path) if session else ""
    if session:
        processes.prepare(node.config, node.workerinput)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With several processes, the parts of one check stay in one of them, whatever --dist says."""
    return processes.scheduler(config, log) if SESSION in config.stash else None


def pytest_report_header(config: pytest.Config) -> list[str]:
    """What is being run, and where each of the decisive settings came from."""
    session = config.stash.get(SESSION, None)
    if session is None:
        return []
    pair, redact = session.config.pair, session.redactor.text
    return [
        f"harness: {session.options.config}  profile {session.options.profile}",
        *(f"{each.value}: {redact(pair[each].url)} ({pair[each].adapter})" for each in session.options.sides),
        *([f"scope: {', '.join(session.scope)}"] if session.scope else []),
    ]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Makes the items of each check: one per mapping where it asks for one, and one per part."""
    session = metafunc.config.stash.get(SESSION, None)
    found = specs.gatherer_of(metafunc.fixturenames, metafunc.function.__qualname__)
    if found is None:
        return
    if session is None:
        raise pytest.UsageError(render(text("plugin.no_config"), Language.EN))
    if "mapping" in metafunc.fixturenames:
        metafunc.parametrize("mapping", _mappings(session))
    if "control" in metafunc.fixturenames:
        metafunc.parametrize("control", _controls(session))
    if "contract" in metafunc.fixturenames:
        metafunc.parametrize("contract", _contracts(session))
    if "kpi" in metafunc.fixturenames:
        metafunc.parametrize("kpi", _kpis(session))
    if "combination" in metafunc.fixturenames:
        metafunc.parametrize("combination", _combinations(session))
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", flow_tables.rows_of(metafunc, session.config), indirect=True)
    parts = parts_for(metafunc, found[0], session)
    metafunc.parametrize("side", parts, ids=[part.value for part in parts], indirect=True)


def _mappings(session: Session) -> list[Any]:
    from harness.reconcile import load_folder

    folder = session.config.mappings
    mappings = load_folder(folder) if folder else ()
    if not mappings:
        raise pytest.UsageError(render(text("plugin.no_mappings", folder=str(folder)), Language.EN))
    return [pytest.param(each, id=each.entity, marks=pytest.mark.check(each.spec())) for each in mappings]


def _controls(session: Session) -> list[Any]:
    from harness.reconcile.business import load_folder

    folder = session.config.controls
    if folder is None:
        raise pytest.UsageError(render(text("business.no_controls"), Language.EN))
    controls = load_folder(folder)
    return [pytest.param(each, id=each.control, marks=pytest.mark.check(each.spec())) for each in controls]


def _combinations(session: Session) -> list[Any]:
    from harness.ux.matrix import selected

    return [
        pytest.param(each, id=each.name, marks=pytest.mark.check(each.spec(), profile="full"))
        for each in selected(session.config.ux)
    ]


def _contracts(session: Session) -> list[Any]:
    """None alone where no folder has any: the area is then listed as not verified."""
    from harness.contracts import load_folder

    folder = session.config.contracts
    contracts = load_folder(folder) if folder else ()
    return [
        pytest.param(each, id=each.contract, marks=pytest.mark.check(each.spec())) for each in contracts
    ] or [pytest.param(None, id="no-contract")]


def _kpis(session: Session) -> list[Any]:
    """None alone where there is no file of them: nothing is then said to be measured."""
    from harness.performance.kpi import load_kpis

    kpis = load_kpis(session.config.kpis) if session.config.kpis else ()
    return [pytest.param(each, id=each.id, marks=pytest.mark.check(each.spec())) for each in kpis] or [
        pytest.param(None, id="no-kpi")
    ]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Names every check, deselects what was not asked for or is already done, and orders the rest."""
    session = config.stash.get(SESSION, None)
    if session is None:
        return
    items[:] = (item for item in items if flow_tables.filled(item) and has_part(item))
    try:
        _name(items, session.config.manual.link)
        specs.demand_unique(items)
        if not session.scope:
            flow_tables.demand_claimed(config, session.config)
        kept = _select(items, session)
        if not options.names_checks(session.options, config):
            kept = _of_profile(kept, config, session)
    except HarnessError as problem:
        items.clear()  # pytest still finishes the collection: nothing of it may be planned
        if processes.reported(config, str(problem)):
            return
        raise pytest.UsageError(str(problem)) from problem
    dropped = [item for item in items if item not in set(kept)]
    items[:] = kept
    if dropped:
        config.hook.pytest_deselected(items=dropped)
    ordering.arrange(items)
    processes.tell(config, items)


def _name(items: list[pytest.Item], link: str | None) -> None:
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        spec = specs.spec_of(item)
        if spec is not None:
            part = Part(str(item.callspec.params["side"]))
            item.stash[specs.SPEC], item.stash[specs.PART] = spec, part
            allure.label(item, spec, part, link)


def _select(items: list[pytest.Item], session: Session) -> list[pytest.Item]:
    given = session.options
    narrowed = bool(given.areas or given.modules or given.departments or given.previous or given.impacted)
    wanted = _wanted(session)
    kept = []
    for item in items:
        spec = item.stash.get(specs.SPEC, None)
        if spec is None:
            kept += [] if narrowed else [item]
        elif ordering.selected(spec, given) and (wanted is None or spec.id in wanted):
            kept.append(item)
    return ordering.still_to_do(kept, session.run.read()) if given.run else kept


def _wanted(session: Session) -> frozenset[str] | None:
    """The checks that an earlier run leaves to do; None when no run was named."""
    given, runs = session.options, session.config.runs
    wanted = []
    if given.previous:
        wanted.append(Run.find(runs, given.previous).read().not_passed())
    if given.impacted:
        wanted.append(impact_of(run_with_inventory(runs, given.impacted), runs).checks)
    return frozenset.intersection(*wanted) if wanted else None


def _of_profile(items: list[pytest.Item], config: pytest.Config, session: Session) -> list[pytest.Item]:
    """The items that the profile runs; the other checks are remembered: they are not verified."""
    kept = [item for item in items if specs.in_profile(item, session.options.profile)]
    run = {id(item) for item in kept}
    dropped = (
        item.stash[specs.SPEC].id for item in items if specs.SPEC in item.stash and id(item) not in run
    )
    config.stash[LEFT_TO_LARGER] = tuple(dict.fromkeys(dropped))
    return kept


def pytest_collection_finish(session: pytest.Session) -> None:
    """Records what is going to run, before anything does: what never ran can then be told.

    Nothing is planned when a file could not be collected: its checks would be missing from the plan.
    """
    harness = session.config.stash.get(SESSION, None)
    worker = getattr(session.config, "workerinput", {"workerid": "gw0"})["workerid"]
    planned = _planned(session)
    if harness is None or not planned or session.testsfailed or session.config.option.collectonly:
        return
    if worker == "gw0":
        _begun(harness)
        harness.recorder.plan(planned)
        _tell_left_out(harness, session.config.stash.get(LEFT_TO_LARGER, ()), planned)


def _begun(session: Session) -> Run:
    """The run directory; another run on these systems, or a sealed one, is an error of usage."""
    try:
        return session.run
    except HarnessError as problem:
        raise pytest.UsageError(str(problem)) from problem


def _tell_left_out(
    harness: Session, left_out: tuple[str, ...], planned: list[tuple[CheckSpec, Part]]
) -> None:
    """Records the checks of larger profiles beside those of this run: what is not verified has names."""
    if not left_out:
        return
    here = tuple(dict.fromkeys(spec.id for spec, _ in planned))
    harness.recorder.universe(Item("check", name) for name in (*here, *left_out))
    for name in here:
        harness.recorder.covers(name, (Cover("check", name, "run"),))


def _planned(session: pytest.Session) -> list[tuple[CheckSpec, Part]]:
    return [
        (item.stash[specs.SPEC], item.stash[specs.PART]) for item in session.items if specs.SPEC in item.stash
    ]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Runs a check's part in place of the bare function."""
    if specs.SPEC not in pyfuncitem.stash:
        return None
    session = pyfuncitem.config.stash[SESSION]
    if hasattr(pyfuncitem.config, "workerinput"):
        runner.wait_for_earlier(pyfuncitem, session, _planned(pyfuncitem.session))
    runner.run_part(pyfuncitem, session)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Records what ended outside the check itself."""
    report: Any = yield
    session = item.config.stash.get(SESSION, None)
    if session is None:
        return report
    if isinstance(error := call.excinfo.value if call.excinfo else None, HarnessError):
        report.longrepr = session.redactor.text(str(error))  # a sentence with its cure, not our own lines
    unrecorded = call.when == "teardown" or not item.stash.get(runner.RECORDED, False)
    if specs.SPEC in item.stash and unrecorded and isinstance(error, Exception | SKIPPED):
        runner.record_broken(item, session, error, skipped=report.skipped)
    return report


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Closes the journal; seals the run when everything that was planned, on both sides, has a result."""
    harness = session.config.stash.get(SESSION, None)
    if harness is None:
        return
    harness.close()
    if hasattr(session.config, "workerinput"):
        return
    recorded = harness.run.read() if harness.started else None
    planned = recorded.planned if recorded is not None else ()
    if session.exitstatus == pytest.ExitCode.INTERRUPTED and session.testsfailed and not planned:
        session.exitstatus = pytest.ExitCode.USAGE_ERROR  # the suites are wrong: nobody interrupted
    concluded = any(part in (Part.COMPARISON, Part.PAIR, Part.PREPARED) for _, part in planned)
    if recorded is not None and concluded and not recorded.missing() and not harness.run.sealed:
        harness.run.seal()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leaves nothing behind for another session in this process."""
    allure.stop()
    processes.tidy(config)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Says where the evidence is."""
    session = config.stash.get(SESSION, None)
    if session is not None and session.started:
        terminalreporter.write_line(f"run: {session.run.path}")
