"""Bytes stored under the SHA-256 of their content: written once, never changed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from uuid import uuid4

from harness.errors import EvidenceError
from harness.evidence.journal import sync_folder
from harness.evidence.records import Damage, failure, problem
from harness.model import text

FOLDER = "blobs"


def digest_of(content: bytes) -> str:
    """The SHA-256 of the content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def put(folder: Path, content: bytes, workdir: Path) -> str:
    """Stores the content and gives its digest; it is on the disk when this returns."""
    digest = digest_of(content)
    if not (folder / digest).exists():
        write_once(folder / digest, content, workdir)
    return digest


def get(folder: Path, digest: str) -> bytes:
    """The content; EvidenceError when it is gone or is not what was stored."""
    try:
        content = (folder / digest).read_bytes()
    except FileNotFoundError:
        raise failure(problem(Damage.REMOVED, f"{folder.name}/{digest}")) from None
    if digest_of(content) != digest:
        raise failure(problem(Damage.CHANGED, f"{folder.name}/{digest}"))
    return content


def write_once(path: Path, content: bytes, workdir: Path) -> None:
    """A whole file or none: written beside the evidence, synced, then moved into place."""
    workdir.mkdir(parents=True, exist_ok=True)
    draft = workdir / uuid4().hex
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise EvidenceError(text("evidence.unwritable", file=path.name, reason=str(error))) from error
    sync_folder(path.parent)
