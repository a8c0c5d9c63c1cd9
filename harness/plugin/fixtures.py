"""What a check holds in its hand: `flow`, `reconcile`, `load`, `batch`, `rights`, `ux`; each gathers once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from harness.adapters.protocol import HasWebClient
from harness.errors import ConfigError, HarnessError
from harness.flows.flow import Flow
from harness.flows.replay import Replay
from harness.flows.tables import Row
from harness.messages import Language, render
from harness.model import Capture, CheckSpec, Part, Side, text
from harness.plugin import allure
from harness.plugin.preparing import found_again, preparation
from harness.plugin.runner import ACT, GATHER
from harness.plugin.session import Session
from harness.plugin.specs import SPEC

if TYPE_CHECKING:  # loaded only by the checks that use them
    from sqlalchemy import Engine

    from harness.config.ux import UxTable
    from harness.contracts import Contract
    from harness.performance import LoadPlan
    from harness.performance.batch import BatchPlan
    from harness.performance.kpi import Kpi
    from harness.reconcile import EntityMapping
    from harness.reconcile.business import Control
    from harness.ux import BrowserHandle, Task
    from harness.ux.browser import Browsers
    from harness.ux.matrix import Combination

COMBINED_REPEATS = 2  # the second look confirms what the first saw; times are judged by the tasks' own checks
SESSION: pytest.StashKey[Session] = pytest.StashKey()


@pytest.fixture
def harness_session(request: pytest.FixtureRequest) -> Session:
    """The run that this check belongs to."""
    return request.config.stash[SESSION]


@pytest.fixture
def side(request: pytest.FixtureRequest) -> Part:
    """The part this item runs as; parametrised by the plug-in."""
    part: Part = request.param
    return part


@pytest.fixture
def flow(request: pytest.FixtureRequest, side: Part, harness_session: Session) -> Flow:
    """A business process on this part's environment, with inputs drawn from the run's seed."""
    session, spec = harness_session, request.node.stash[SPEC]
    make = partial(Flow, **_means(session, spec, side, writes=spec.writes))
    if side is Part.PREPARED:
        made = preparation(request.node, make, session.options.prepare)
        request.node.stash[ACT], request.node.stash[GATHER] = made.run, made.capture
        return make()
    flow = make()
    request.node.stash[GATHER] = flow.capture
    return flow


@pytest.fixture
def replay(request: pytest.FixtureRequest, side: Part, harness_session: Session) -> Replay:
    """Documents that the source already has, entered again in the target; the source is only read."""
    session, spec = harness_session, request.node.stash[SPEC]
    made = Replay(
        **_means(session, spec, side, writes=spec.writes and side.side is Side.TARGET),
        part=side,
        stored=lambda: session.run.capture(spec.id, Part.SOURCE),
        key=session.config.fingerprint_key,
    )
    request.node.stash[GATHER] = made.capture
    return made


@pytest.fixture
def prepared(request: pytest.FixtureRequest, side: Part, harness_session: Session, flow: Flow) -> Any:
    """What the function of the mark `prepared` made on the source before the upgrade, for this part."""
    if side in (Part.PREPARED, Part.COMPARISON):
        return None
    return found_again(harness_session, request.node.stash[SPEC], side, flow)


def _means(session: Session, spec: CheckSpec, part: Part, *, writes: bool) -> dict[str, Any]:
    """What a flow of this part works with."""
    side = part.side or Side.SOURCE  # the comparison speaks to none; nothing is opened for it
    language = Language(session.config.project.language)
    return {
        "open_role": partial(session.adapter, side, writes=writes),
        "check_id": spec.id,
        "seed": f"{session.run.manifest.run_id}:{spec.id}",
        "day": session.day,
        "stepping": lambda title: allure.step(render(title, language)),
    }


@pytest.fixture
def case(request: pytest.FixtureRequest, flow: Flow) -> Any:
    """The inputs of one row of a flow table; a refusal that the row names is expected of the flow."""
    row: Row[Any] = request.param
    if row.heading.refused is not None:
        flow.expect_refusal(row.heading.refused)
    return row.inputs


@pytest.fixture
def reconcile(
    request: pytest.FixtureRequest, side: Part, harness_session: Session
) -> Callable[[EntityMapping], None]:
    """Compares the data of one mapping: `reconcile(mapping)`."""

    def run(mapping: EntityMapping) -> None:
        from harness.reconcile import gather

        session = harness_session
        sides = (side.side,) if side.side else tuple(Side)
        engines = {each: cast("Engine", session.engine(each)) for each in sides}
        key, done = session.config.fingerprint_key, session.run.work / "reconcile" / mapping.entity
        _keep(request, gather(mapping, engines, side, mask_key=key, checkpoint=done))

    return run


@pytest.fixture
def tick_off(
    request: pytest.FixtureRequest, side: Part, harness_session: Session
) -> Callable[[Control], None]:
    """Compares the lists of one business control: `tick_off(control)`."""

    def run(control: Control) -> None:
        from harness.reconcile.business import gather

        session = harness_session
        sides = (side.side,) if side.side else tuple(Side)
        engines = {each: cast("Engine", session.engine(each)) for each in sides}
        _keep(request, gather(control, engines, side, mask_key=session.config.fingerprint_key))

    return run


@pytest.fixture
def ask(request: pytest.FixtureRequest, side: Part, harness_session: Session) -> Callable[[Contract], None]:
    """Sends the request of one interface contract: `ask(contract)`."""

    def run(contract: Contract) -> None:
        from harness.contracts import gather

        session, environment = harness_session, side.side or Side.SOURCE
        role = contract.role or contract.account or next(iter(session.config.pair[environment].accounts), "")
        adapter = session.adapter(environment, role, writes=contract.writes)
        _keep(request, gather(contract, adapter, mask_key=session.config.fingerprint_key))

    return run


@pytest.fixture
def inventory(request: pytest.FixtureRequest, side: Part, harness_session: Session) -> Callable[[], None]:
    """Lists the tables and columns there are, and which of them the mappings cover: `inventory()`."""

    def run() -> None:
        from harness.reconcile import gather_inventory, load_folder

        session = harness_session
        sides = (side.side,) if side.side else tuple(Side)
        engines = {each: cast("Engine", session.engine(each)) for each in sides}
        mappings = load_folder(session.config.mappings) if session.config.mappings else ()
        _keep(request, gather_inventory(mappings, engines, side))

    return run


@pytest.fixture
def functions(request: pytest.FixtureRequest, side: Part, harness_session: Session) -> Callable[[], None]:
    """Lists what the ERP consists of: modules, fields, menus, jobs, sequences, settings: `functions()`."""

    def run() -> None:
        from harness.inventory import gather, load_renames

        session = harness_session
        sides = (side.side,) if side.side else tuple(Side)
        adapters = {each: session.any_adapter(each) for each in sides}
        _keep(request, gather(adapters, side, load_renames(session.config.renames)))

    return run


@pytest.fixture
def load(
    request: pytest.FixtureRequest, side: Part, harness_session: Session, tmp_path: Path
) -> Callable[[LoadPlan], None]:
    """Loads one side, or both in interleaved blocks: `load(plan)`."""

    def run(plan: LoadPlan) -> None:
        from harness.performance import crew_of, gather

        config = harness_session.config
        sides = (side.side,) if side.side else tuple(Side)
        environments = {each: config.pair[each] for each in sides}
        profile = config.profiles[harness_session.options.profile]
        sized = plan.sized(profile, margin=config.performance.margin)
        capture = gather(
            sized,
            environments,
            side,
            workdir=tmp_path,
            hosts=config.performance.hosts,
            writes=request.node.stash[SPEC].writes,
            crew=crew_of(config.performance),
        )
        _keep(request, capture)

    return run


@pytest.fixture
def batch(
    request: pytest.FixtureRequest, side: Part, harness_session: Session
) -> Callable[[BatchPlan], None]:
    """Runs a batch on one side, or on both in turn, over growing numbers of documents: `batch(plan)`."""

    def run(plan: BatchPlan) -> None:
        from harness.performance.batch import gather

        session, writes = harness_session, request.node.stash[SPEC].writes
        config = session.config
        profile = config.profiles[session.options.profile]
        capture = gather(
            plan.sized(profile, margin=config.performance.margin),
            {each: config.pair[each] for each in Side},
            side,
            lambda each: session.adapter(each, plan.role, writes=writes),
            day=session.day,
            hosts=config.performance.hosts,
            writes=writes,
        )
        _keep(request, capture)

    return run


@pytest.fixture
def measure(request: pytest.FixtureRequest, side: Part, harness_session: Session) -> Callable[[Kpi], None]:
    """Reads one business figure on this part's sides: `measure(kpi)`."""

    def run(kpi: Kpi) -> None:
        from harness.performance.kpi import gather

        sides = (side.side,) if side.side else tuple(Side)
        engines = {each: cast("Engine", harness_session.engine(each)) for each in sides}
        _keep(request, gather(kpi, engines, side))

    return run


@pytest.fixture
def rights(request: pytest.FixtureRequest, side: Part, harness_session: Session) -> Callable[[], None]:
    """Tries what every role of this part's environment may do: `rights()`."""

    def run() -> None:
        from harness.access import Duties, gather, load_duties

        session, spec = harness_session, request.node.stash[SPEC]
        environment = side.side or Side.SOURCE
        duties = load_duties(session.config.duties) if session.config.duties else Duties()
        first = next(iter(session.config.pair[environment].accounts), "")
        _keep(request, gather(session.adapter(environment, first, writes=spec.writes), duties))

    return run


@pytest.fixture(scope="session")
def harness_browser(request: pytest.FixtureRequest) -> Iterator[Callable[[UxTable], BrowserHandle]]:
    """Opens each browser when it is first asked for, once per process."""
    session = request.config.stash[SESSION]
    with ExitStack() as stack:
        opened: list[Browsers] = []

        def browser(settings: UxTable) -> BrowserHandle:
            from harness.ux.browser import Browsers

            if not opened:
                urls = tuple(session.config.pair[each].url for each in Side)
                opened.append(stack.enter_context(Browsers(urls)))
            return opened[0].open(settings)

        yield browser


@pytest.fixture
def ux(
    request: pytest.FixtureRequest,
    side: Part,
    harness_session: Session,
    harness_browser: Callable[[UxTable], BrowserHandle],
) -> Callable[[Task], None]:
    """Does one task in the web client of this part's environment: `ux(task)`.

    With a parameter `combination`: in its browser, screen, language and time zone.
    """

    def run(task: Task) -> None:
        from harness.ux import gather

        session, spec = harness_session, request.node.stash[SPEC]
        environment, settings = side.side or Side.SOURCE, session.config.ux
        role = next(iter(session.config.pair[environment].accounts), "")
        repeats = session.config.profiles[session.options.profile].ux_repeats
        combination: Combination | None = request.node.callspec.params.get("combination")
        if combination is not None:
            role = settings.roles.get(combination.language, role)
            settings, repeats = combination.applied(settings), COMBINED_REPEATS
        adapter = session.adapter(environment, role, writes=spec.writes)
        if not isinstance(adapter, HasWebClient):
            raise ConfigError(text("plugin.no_web", adapter=adapter.environment.adapter))
        seed = f"{session.run.manifest.run_id}:{spec.id}"
        browser = harness_browser(settings)
        _keep(request, gather(task, adapter, side, browser, repeats=repeats, seed=seed))

    return run


def _keep(request: pytest.FixtureRequest, capture: Capture) -> None:
    if GATHER in request.node.stash:
        raise HarnessError(text("plugin.gathered_twice"))
    request.node.stash[GATHER] = lambda: capture
