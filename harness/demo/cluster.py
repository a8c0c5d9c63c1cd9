"""A private PostgreSQL cluster inside the demo's folder: loopback only, never durable, thrown away."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from harness.demo import processes
from harness.demo.database_server import DatabaseServer
from harness.demo.postgres_programs import STATEMENTS, Programs
from harness.demo.steps import StepFailed, Work
from harness.model import text

SUPERUSER = "postgres"
PROGRAMS = "postgres-programs"
PATIENCE = 30
# Speed before safety: everything here can be made again.
SETTINGS = {
    "listen_addresses": processes.LOOPBACK,
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "shared_buffers": "256MB",
    "max_connections": "200",
    "jit": "off",  # Tryton asks many small questions with large plans
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where the cluster's files are and who owns them; `owner` is None unless we are root."""

    data: Path
    owner: processes.Owner | None


def place_cluster(folder: Path) -> Cluster:
    """Inside `folder`; elsewhere only when root's helper user cannot get there."""
    owner = unprivileged() if os.geteuid() == 0 else None
    if owner is None or reachable(folder):
        return Cluster(folder / "postgres", owner)
    return Cluster(Path(tempfile.mkdtemp(prefix="erp-demo-", dir="/var/tmp")) / "postgres", owner)


def unprivileged() -> processes.Owner:
    """The system user for servers that refuse root: PostgreSQL's own, else nobody."""
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return processes.Owner(name, entry.pw_uid, entry.pw_gid)
    raise OSError("no unprivileged system user")


def reachable(folder: Path) -> bool:
    """Whether every user may pass through all folders down to this one."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = folder.resolve()
    return all(part.stat().st_mode & stat.S_IXOTH for part in (whole, *whole.parents))


def within_reach(programs: Programs, cluster: Cluster) -> Programs:
    """The programs where the cluster's owner can run them: a wheel in root's own home is copied."""
    if cluster.owner is None or programs.origin != "wheel" or reachable(programs.folder):
        return programs
    installed, package = programs.folder.parent, programs.folder.parents[1]
    copies = cluster.data.parent / PROGRAMS
    copied = shutil.copytree(installed, copies / package.name / installed.name, dirs_exist_ok=True)
    libraries = package.with_name(f"{package.name}.libs")  # the programs find these beside their package
    if libraries.is_dir():
        shutil.copytree(libraries, copies / libraries.name, dirs_exist_ok=True)
    return replace(programs, folder=copied / "bin")


def create(cluster: Cluster, programs: Programs, password: str, work: Work) -> None:
    """Makes an empty cluster whose superuser has `password`."""
    shutil.rmtree(cluster.data, ignore_errors=True)
    cluster.data.mkdir(parents=True, mode=0o700)
    cluster.data.parent.chmod(cluster.data.parent.stat().st_mode | stat.S_IXOTH)
    with tempfile.NamedTemporaryFile("w", prefix="erp-demo-", suffix=".pw") as password_file:
        password_file.write(password)
        password_file.flush()
        if cluster.owner:
            os.chown(cluster.data, cluster.owner.uid, cluster.owner.gid)
            os.chown(password_file.name, cluster.owner.uid, cluster.owner.gid)
        work.run(
            [
                programs["initdb"], "-D", cluster.data, "-U", SUPERUSER, "-E", "UTF8", "--locale=C.UTF-8",
                "--auth=scram-sha-256", "--no-sync", f"--pwfile={password_file.name}",
            ],
            environ={"LC_ALL": "C.UTF-8"},
            owner=cluster.owner,
            folder=cluster.data,
        )  # fmt: skip
    settings = {**SETTINGS, "dynamic_shared_memory_type": "posix"}
    if programs.count_statements:
        settings["shared_preload_libraries"] = STATEMENTS
    with (cluster.data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())


def start(cluster: Cluster, programs: Programs, port: int, password: str, work: Work) -> DatabaseServer:
    """Starts the cluster and waits until it answers."""
    with processes.uninterrupted():
        child = processes.start(
            [programs["postgres"], "-D", cluster.data, "-p", str(port)],
            log=work.log,
            environ={"LC_ALL": "C.UTF-8"},
            owner=cluster.owner,
            folder=cluster.data,
        )
        work.state.add_process("postgres", processes.started(child.pid))
    server = DatabaseServer(processes.LOOPBACK, port, SUPERUSER, password, programs)
    give_up = time.monotonic() + PATIENCE
    while not server.answers():
        if child.poll() is not None or time.monotonic() > give_up:
            raise StepFailed(text("demo.postgres_silent", seconds=PATIENCE))
        time.sleep(0.05)
    return server


def remove(state: Mapping[str, str]) -> None:
    """Deletes the files of a stopped cluster that `describe` has told of."""
    if "data" in state:
        data = Path(state["data"])
        shutil.rmtree(data, ignore_errors=True)
        shutil.rmtree(data.parent / PROGRAMS, ignore_errors=True)
        if data.parent.name.startswith("erp-demo-"):
            shutil.rmtree(data.parent, ignore_errors=True)


def new_password() -> str:
    """A password that needs no quoting anywhere."""
    return secrets.token_hex(16)
