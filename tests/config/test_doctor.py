"""`harness doctor`: what is there is ok, what is missing comes with the command that cures it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import MappingProxyType

import pytest

from harness.cli import doctor, invoke
from harness.errors import ConfigError, ExitCode, Unreachable
from harness.messages import Language, render
from harness.model import Account, Environment, Secret, Side, text

CONFIG = """\
schema = 1
[project]
name = "Upgrade"
[source]
adapter = "tryton"
url = "http://erp-source.example"
production = true
[target]
adapter = "tryton"
url = "http://erp-target.example"
allow_writes = true
"""


def line(name: str, ok: bool = True) -> doctor.Line:
    return doctor.Line(text("config.doctor.plain", what=name), ok, text("config.doctor.absent"), "cure it")


@pytest.mark.parametrize(
    ("version", "ok"), [((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False)]
)
def test_python(version: tuple[int, int], ok: bool) -> None:
    assert doctor.python_line(version).ok is ok


def test_packages() -> None:
    def without_rich(name: str) -> str:
        if name == "rich":
            raise metadata.PackageNotFoundError(name)
        return "1"

    assert doctor.packages_line(metadata.version).ok
    lacking = doctor.packages_line(without_rich)
    assert not lacking.ok
    assert render(lacking.found, Language.EN) == "not installed: rich"
    assert lacking.cure


@pytest.mark.parametrize(("returned", "ok"), [(0, True), (1, False)])
def test_browser_is_one_that_starts(returned: int, ok: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(arguments: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(arguments, returned, "chromium 140\n", "")

    monkeypatch.setattr(subprocess, "run", run)
    found = doctor.browser_line()
    assert found.ok is ok
    assert "chromium" in (found.cure or "")


@pytest.mark.parametrize(
    ("file", "ok"), [("noto/NotoSansCJK-Regular.ttc", True), ("dejavu/DejaVuSans.ttf", False)]
)
def test_fonts(file: str, ok: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    font = tmp_path / "fonts" / file
    font.parent.mkdir(parents=True)
    font.touch()
    assert doctor.fonts_line((str(tmp_path / "fonts"),)).ok is ok


@pytest.mark.parametrize(("version", "ok"), [("v24.1.0", True), ("v22.0.0", True), ("v20.9.0", False)])
def test_node(version: str, ok: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.cli.doctor.sys.executable", str(tmp_path / "bin" / "python"))
    program = tmp_path / "node"
    program.write_text(f"#!/bin/sh\necho {version}\n")
    program.chmod(0o755)
    found = doctor.node_line({"PATH": str(tmp_path)})
    assert (found.ok, found.needed) == (ok, False)


@pytest.mark.parametrize("lines", [doctor.node_line, doctor.npm_line], ids=["node", "npm"])
def test_program_that_is_not_there(
    lines: Callable[[dict[str, str]], doctor.Line], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.cli.doctor.sys.executable", str(tmp_path / "bin" / "python"))
    found = lines({"PATH": str(tmp_path)})
    assert not found.ok
    assert found.cure == "pip install 'erp-upgrade-harness[node]'"


@pytest.mark.parametrize(("free", "ok"), [(4, False), (5, True)])
def test_disk(free: int, ok: bool, tmp_path: Path) -> None:
    assert doctor.disk_line(tmp_path, lambda _: free * 1024**3).ok is ok


def environment(**more: bool) -> Environment:
    accounts = MappingProxyType({"admin": Account("admin", "admin", Secret("pw"))})
    options = MappingProxyType({"database": "company"})
    return Environment(Side.SOURCE, "tryton", "http://erp.example", options, None, accounts, **more)


def test_system_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise Unreachable(text("config.doctor.absent"))

    monkeypatch.setattr("harness.cli.doctor.registry.open_adapter", refuse)
    assert not doctor.system_line(environment()).ok


def test_system_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    class Answering:
        closed = False

        def version(self) -> str:
            return "8.0.1"

        def close(self) -> None:
            Answering.closed = True

    monkeypatch.setattr("harness.cli.doctor.registry.open_adapter", lambda *_: Answering())
    found = doctor.system_line(environment())
    assert found.ok
    assert render(found.found, Language.EN) == "tryton 8.0.1"
    assert Answering.closed


def test_settings_of_an_adapter_that_the_system_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as a mapping with a property that the service has not."""

    class Answering:
        def version(self) -> str:
            return "9.9"

        def check_setup(self) -> None:
            raise ConfigError(text("config.doctor.absent"))

        def close(self) -> None:
            """Nothing to close."""

    monkeypatch.setattr("harness.cli.doctor.registry.open_adapter", lambda *_: Answering())
    found = doctor.system_line(environment())
    assert (found.ok, found.found) == (False, text("config.doctor.absent"))


@pytest.mark.parametrize(
    ("flags", "state"),
    [({}, "locked"), ({"allow_writes": True}, "unlocked"), ({"production": True}, "production")],
)
def test_write_guard(flags: dict[str, bool], state: str) -> None:
    assert doctor.guard_line(environment(**flags)).found == text(f"config.doctor.guard.{state}")


def test_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HARNESS_CONFIG", raising=False)
    config, found = doctor.configuration_line(None)
    assert (config, found.ok, found.needed) == (None, False, False)
    file = tmp_path / "harness.toml"
    file.write_text("schema = 1\n")
    config, found = doctor.configuration_line(None)
    assert (config, found.ok, found.needed) == (None, False, True)
    file.write_text(CONFIG)
    config, found = doctor.configuration_line(file)
    assert config is not None
    assert found.ok


@pytest.mark.parametrize(
    ("lines", "code", "last"),
    [
        ([line("a")], ExitCode.GO, "Everything needed is there."),
        ([line("a"), line("b", ok=False)], ExitCode.USAGE_ERROR, "Needed and missing: 1."),
        ([], ExitCode.GO, "Everything needed is there."),
    ],
    ids=["all there", "one missing", "nothing asked"],
)
def test_exit_code(
    lines: list[doctor.Line],
    code: ExitCode,
    last: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(doctor, "diagnosed", lambda *_: iter(lines))
    monkeypatch.setenv("HARNESS_LANG", "en")
    assert invoke(["doctor"]) is code
    printed = capsys.readouterr().out
    assert printed.splitlines()[-1] == last
    assert ("cure: cure it" in printed) is (code is not ExitCode.GO)
