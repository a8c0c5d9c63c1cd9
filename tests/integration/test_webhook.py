"""The message after a judgement reaches a real server; whatever it answers, the verdict stands."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from harness.errors import ExitCode
from tests.cli.conftest import Project

pytestmark = pytest.mark.real_pair
ROOT = Path(__file__).parents[2]
SECRET = "T0-B0-Sesam-42"
TABLE = '[project.webhook]\nurl = "${HOOK}"\nlink = "https://ci.example/7"\ntimeout = 1'


class Server:
    """Listens on this machine; `status` is its answer, 0 hangs up, -1 says nothing for a while."""

    def __init__(self) -> None:
        self.status = 200
        self.taken: list[tuple[str, Any]] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["content-length"]))
                owner.taken.append((self.path, json.loads(content)))
                if owner.status == -1:
                    time.sleep(3)
                if owner.status > 0:
                    self.send_response(owner.status)
                    self.send_header("location", "/elsewhere")
                    self.send_header("content-length", "0")
                    self.end_headers()
                self.close_connection = True

            def log_message(self, *given: object) -> None: ...

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """No more messages are taken."""
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    """A receiver of messages."""
    made = Server()
    yield made
    made.stop()


@pytest.fixture
def project(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, server: Server
) -> Project:
    """A project between fakes, whose judgements are told to the server."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("HARNESS_LANG", "en")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOOK", f"http://127.0.0.1:{server.port}/services/{SECRET}")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")  # this machine is not asked through a proxy
    made = Project(tmp_path, capfd)
    made.configure(TABLE)
    return made


def test_a_run_and_each_judgement_after_it_is_told(project: Project, server: Server) -> None:
    ended = project.run()
    again = project("gate")

    assert (ended.code, again.code) == (ExitCode.GO, ExitCode.GO)
    assert [path for path, _ in server.taken] == [f"/services/{SECRET}"] * 2
    assert "Go" in server.taken[0][1]["text"] and "<https://ci.example/7|" in server.taken[0][1]["text"]
    assert "message about this judgement was sent" in again.out
    stored = [path.read_bytes() for path in project.folder.joinpath("runs").rglob("*") if path.is_file()]
    assert not [content for content in stored if SECRET.encode() in content]


def test_no_failure_of_the_receiver_changes_the_verdict(project: Project, server: Server) -> None:
    project.run()
    for status, said in (
        (500, "status 500"),
        (404, "status 404"),
        (302, "status 302"),
        (0, "answered"),
        (-1, "1 s"),
    ):
        server.status, count = status, len(server.taken)

        ended = project("gate")

        assert ended.code == ExitCode.GO, status
        assert said in ended.err and "the verdict stands" in ended.err
        assert len(server.taken) == count + 1
        assert SECRET not in ended.err + ended.out
    server.stop()
    assert project("gate").code == ExitCode.GO
    assert len(project.last.judgements()) == 7, "each was stored"
