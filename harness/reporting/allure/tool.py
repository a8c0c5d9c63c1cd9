"""Allure 3 itself: installed once into the user's cache from the committed lock, then used offline."""

from __future__ import annotations

import hashlib
import os
import shutil
from importlib.resources import files
from pathlib import Path
from uuid import uuid4

from filelock import FileLock

from harness.reporting.allure.node import Node

_INSTALL_SECONDS = 300
_LOCK = ("package.json", "package-lock.json")


def cache_folder() -> Path:
    """HARNESS_CACHE, or the place that the desktop convention gives."""
    if os.environ.get("HARNESS_CACHE"):
        return Path(os.environ["HARNESS_CACHE"])
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "erp-upgrade-harness"


def installed(node: Node) -> Path:
    """Allure's command file, installed first when the cache does not have it; ReportError when it cannot."""
    lock = files("harness.reporting.allure") / "lock"
    contents = {name: (lock / name).read_bytes() for name in _LOCK}
    digest = hashlib.sha256(b"".join(contents.values())).hexdigest()
    cache = cache_folder()
    folder = cache / f"allure-{digest[:16]}"
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "allure.lock"):
        if not folder.is_dir():
            _install(node, folder, contents)
    return folder / "node_modules" / "allure" / "cli.js"


def _install(node: Node, folder: Path, contents: dict[str, bytes]) -> None:
    # Built beside its place and moved there whole, so that an interrupted install leaves nothing half done.
    draft = folder.with_name(f"{folder.name}.{uuid4().hex}")
    draft.mkdir()
    try:
        for name, content in contents.items():
            (draft / name).write_bytes(content)
        options = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        node.run((*node.npm, *options), draft, _INSTALL_SECONDS)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
