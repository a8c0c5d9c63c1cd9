"""Bringing the pair up, taking it down, and saying how it stands."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock

from harness.demo import cluster, installs, preparing, processes, project_files, servers
from harness.demo import tryton as erp
from harness.demo.cache import Cache, default_cache
from harness.demo.database_server import ERP_ROLE, READER_ROLE, DatabaseServer
from harness.demo.pair import DemoPair, DemoStatus, ProcessStatus
from harness.demo.ports import Ports
from harness.demo.postgres_programs import find_programs
from harness.demo.postgres_server import connect_given, drop_databases
from harness.demo.stages import PASSWORDS, Stages, keys
from harness.demo.state import Started, State, StateFile
from harness.demo.steps import Step, Steps, StepState
from harness.demo.tryton import Tryton
from harness.model import Side, text

SIDES = (Side.SOURCE, Side.TARGET)
POSTGRES_URL = "HARNESS_DEMO_POSTGRES"
USUAL_PORTS = {"source": 8170, "target": 8180, "postgres": 55440}


def up(folder: Path, *, rows: int = 0, cache: Path | None = None, report: Callable[[Step], None]) -> DemoPair:
    """Brings the pair up in `folder`, from the cache where it can; idempotent.

    A failure or an interruption leaves no process and nothing half-built.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"), processes.termination_interrupts():
        standing = _standing(folder)
        if standing and standing.rows == rows:
            title = text("demo.step.already-up")
            report(Step("already-up", title, StepState.CACHED))
            return standing
        _stop_all(folder)
        try:
            with Ports() as ports:
                return _Rise(folder, rows, Cache(cache or default_cache(os.environ)), report, ports).run()
        except BaseException:
            _stop_all(folder)
            raise


def down(folder: Path) -> bool:
    """Stops everything that a demo in `folder` has started, after a crash too; whether there was any."""
    if not folder.is_dir():
        return False
    with FileLock(folder / ".lock"), processes.termination_interrupts():
        return _stop_all(folder.resolve())


def status(folder: Path) -> DemoStatus:
    """How the demo in `folder` stands now."""
    state = StateFile(folder.resolve()).read()
    found = tuple(
        ProcessStatus(name, process.pid, processes.running(process))
        for name, process in sorted(state.processes.items())
    )
    return DemoStatus(folder.resolve(), found, _standing(folder.resolve()))


def pair_of(folder: Path, state: State) -> DemoPair:
    """The pair that a finished state describes."""
    reader = {
        side: server_of(state).url(
            state.databases[side], user=READER_ROLE, password=state.secrets["reader"], driver="+psycopg"
        )
        for side in ("source", "target")
    }
    return DemoPair(
        folder=folder,
        config=folder / "harness.toml",
        source_url=f"http://{processes.LOOPBACK}:{state.ports['source']}",
        target_url=f"http://{processes.LOOPBACK}:{state.ports['target']}",
        source_database=state.databases["source"],
        target_database=state.databases["target"],
        source_sql=reader["source"],
        target_sql=reader["target"],
        rows=state.rows,
    )


def server_of(state: State) -> DatabaseServer:
    """The database server that a state describes."""
    programs = find_programs(os.environ)
    where = state.postgres
    return DatabaseServer(
        where["host"], int(where["port"]), where["user"], state.secrets["superuser"], programs
    )


def _standing(folder: Path) -> DemoPair | None:
    state = StateFile(folder).read()
    alive = all(processes.running(process) for process in state.processes.values())
    return pair_of(folder, state) if state.ready and alive else None


def _stop_all(folder: Path) -> bool:
    """Ends every process of the state, the database server last, whose files have nothing worth saving."""
    file = StateFile(folder)
    state = file.read()
    postgres = {name: process for name, process in state.processes.items() if name == "postgres"}
    others = {name: process for name, process in state.processes.items() if name != "postgres"}
    for group in (others, postgres):
        with ThreadPoolExecutor(max(1, len(group))) as pool:
            list(pool.map(_stop, group.keys(), group.values()))
    if state.postgres.get("given"):
        drop_databases(server_of(state), tuple(state.databases.values()))
    cluster.remove(state.postgres)
    file.remove()
    return bool(state.processes)


def _stop(name: str, process: Started) -> None:
    """Ends one process; a server without waiting for whoever still talks to it."""
    if name.startswith("server"):
        processes.stop(process, first=signal.SIGQUIT, patience=0.5)
    else:
        processes.stop(process, first=signal.SIGQUIT if name == "postgres" else signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class _Rise:
    """One way up: the steps in their order."""

    folder: Path
    rows: int
    cache: Cache
    report: Callable[[Step], None]
    ports: Ports

    def run(self) -> DemoPair:
        file = StateFile(self.folder)
        steps = Steps(self.folder / "logs", file, self.report)
        installed = self._install(steps)
        server = self._database_server(steps, file)
        state = self._remember(file, server, installed)
        systems = {side: self._configure(side, place, server, state) for side, place in installed.items()}
        entry = self._databases(steps, server, state, systems)
        self._serve(steps, file, server, state, systems)
        with steps.step("files"):
            file.write(replace(file.read(), ready=True))
            pair = pair_of(self.folder, file.read())
            project_files.write(pair, erp.read_passwords(entry / PASSWORDS), state.secrets["reader"])
            preparing.lay(entry, self.folder)
        return pair

    def _install(self, steps: Steps) -> dict[Side, tuple[Path, Path]]:
        installed = {}
        for side in SIDES:
            python = self._installed(steps, f"python-{side}", installs.python_key(side), side)
            web = self._installed(steps, f"web-{side}", installs.web_key(side), side)
            installed[side] = (python, web)
        return installed

    def _installed(self, steps: Steps, step: str, key: str, side: Side) -> Path:
        ready = self.cache.entry(key)
        if ready:
            steps.cached(step)
            return ready

        def make(place: Path) -> None:
            with steps.step(step) as work:
                if step.startswith("python"):
                    installs.make_python(side, place, installs.find_uv(os.environ), work)
                else:
                    installs.make_web(side, place, installs.find_npm(os.environ), work)

        return self.cache.build(key, make)

    def _database_server(self, steps: Steps, file: StateFile) -> DatabaseServer:
        with steps.step("postgres") as work:
            programs = find_programs(os.environ)
            if os.environ.get(POSTGRES_URL):
                return connect_given(os.environ[POSTGRES_URL], programs, file)
            password = cluster.new_password()
            port = self.ports.choose(USUAL_PORTS["postgres"])
            place = cluster.place_cluster(self.folder)
            where = {"host": processes.LOOPBACK, "port": str(port), "user": cluster.SUPERUSER}
            file.write(State(postgres={**where, "data": str(place.data)}, secrets={"superuser": password}))
            programs = cluster.within_reach(programs, place)
            cluster.create(place, programs, password, work)
            return cluster.start(place, programs, port, password, work)

    def _remember(
        self, file: StateFile, server: DatabaseServer, installed: dict[Side, tuple[Path, Path]]
    ) -> State:
        state = file.read()
        prefix = "harness_demo_" if state.postgres.get("given") else ""
        names = ("source", "target", "source_template", "target_template")
        secrets = {**state.secrets, "erp": cluster.new_password(), "reader": cluster.new_password()}
        ports = {side: self.ports.choose(USUAL_PORTS[side]) for side in ("source", "target")}
        state = replace(
            state,
            databases={name: prefix + name for name in names},
            secrets=secrets,
            ports={**ports, "postgres": server.port},
            keys={f"python-{side}": str(python) for side, (python, _) in installed.items()},
            rows=self.rows,
        )
        file.write(state)
        server.ensure_role(ERP_ROLE, secrets["erp"])
        server.ensure_role(READER_ROLE, secrets["reader"], reads_all=True)
        return state

    def _configure(
        self, side: Side, place: tuple[Path, Path], server: DatabaseServer, state: State
    ) -> Tryton:
        environment, web = place
        configuration = erp.write_configuration(
            self.folder / "servers", side, web=web, server=server, password=state.secrets["erp"]
        )
        return Tryton(side, environment, configuration)

    def _databases(
        self, steps: Steps, server: DatabaseServer, state: State, systems: dict[Side, Tryton]
    ) -> Path:
        names = state.databases
        wanted = keys(self.rows, server.version())
        stages = Stages(server, self.cache, steps, self.rows)
        source_template, target_template = names["source_template"], names["target_template"]
        cached = {
            source_template: self.cache.entry(wanted.source),
            target_template: self.cache.entry(wanted.target),
        }
        stages.restore_cached(cached)
        source, target = cached.values()
        if source is None:
            source = stages.source(wanted.source, systems[Side.SOURCE], source_template)
        if target is None:
            stages.target(wanted.target, systems[Side.TARGET], target_template, source_template)
        with steps.step("databases"):
            for side in ("source", "target"):
                server.count_statements(names[f"{side}_template"])
                server.create(names[side], names[f"{side}_template"])
        return source

    def _serve(
        self, steps: Steps, file: StateFile, server: DatabaseServer, state: State, systems: dict[Side, Tryton]
    ) -> None:
        with steps.step("servers"):
            started, logs = {}, {side: steps.logs / f"server-{side}.log" for side in SIDES}
            for side in SIDES:
                log = logs[side]
                log.unlink(missing_ok=True)
                remember = servers.remember_in(file, f"server {side}")
                started[side] = servers.launch(
                    systems[side], state.databases[side], state.ports[side], log, remember
                )
            for side in SIDES:
                servers.wait(systems[side], state.ports[side], started[side], logs[side])
