"""A private MariaDB server for tests: its own folder and port on this machine, ended by its process id."""

from __future__ import annotations

import getpass
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.errors import MissingTool, Unreachable
from harness.messages import text

_PLACES = ("/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/usr/bin")
_SERVERS = ("mariadbd", "mysqld")
_INSTALLERS = ("mariadb-install-db", "mysql_install_db")
_PATIENCE = 60
INSTALL = "sudo apt-get install -y mariadb-server  (or: tools/machine mariadb)"


@contextmanager
def mariadb_server(folder: Path) -> Iterator[str]:
    """Starts a server that keeps its data in `folder`; yields its URL with the database `harness`.

    MissingTool when the machine has no MariaDB.
    """
    server, installer = _program(_SERVERS), _program(_INSTALLERS)
    user, password, port = getpass.getuser(), secrets.token_hex(12), _free_port()
    data = folder / "data"
    common = ["--no-defaults", f"--datadir={data}", f"--user={user}"]
    log = folder / "mariadb.log"
    with log.open("wb") as out:
        made = [installer, *common, "--skip-test-db"]
        subprocess.run(made, check=True, stdout=out, stderr=subprocess.STDOUT, cwd=folder)
        first = folder / "first.sql"
        first.write_text(
            "CREATE DATABASE harness CHARACTER SET utf8mb4;\n"
            f"CREATE USER 'harness'@'127.0.0.1' IDENTIFIED BY '{password}';\n"
            "GRANT ALL ON *.* TO 'harness'@'127.0.0.1';\n",
            encoding="utf-8",
        )
        process = subprocess.Popen(
            [
                server, *common, f"--init-file={first}", "--bind-address=127.0.0.1", f"--port={port}",
                f"--socket={folder / 'sock'}", f"--pid-file={folder / 'pid'}", "--skip-name-resolve",
                "--innodb-buffer-pool-size=64M", "--skip-log-bin",
            ],
            stdout=out,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        _await(process, port, log)
        yield f"mysql+pymysql://harness:{password}@127.0.0.1:{port}/harness?charset=utf8mb4"
    finally:
        process.terminate()
        process.wait(timeout=_PATIENCE)


def _program(names: tuple[str, ...]) -> str:
    for name in names:
        found = shutil.which(name) or shutil.which(name, path=":".join(_PLACES))
        if found:
            return found
    raise MissingTool(text("files.testing.no_mariadb", command=INSTALL))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise Unreachable(text("files.testing.not_started", log=str(log)))
