"""Sessions that a person opened in a browser: kept encrypted in the user's own folder until they expire.

The key is HARNESS_SESSION_KEY, or a file of the user's own that nobody else may read; it never lies beside
what it encrypts. A session that is over, or that cannot be decrypted, does not exist.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from harness.errors import ConfigError, NotLoggedIn
from harness.model import Environment, text
from harness.ways import BrowserSession

KEY_VARIABLE = "HARNESS_SESSION_KEY"
_NAME = "erp-upgrade-harness"
_PRIVATE = 0o600
_SECRET = 12  # characters
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class KeptSession:
    """What a browser knew after the login: cookies and local storage, as Playwright's storage state."""

    state: Mapping[str, Any] = field(repr=False)
    until: datetime

    def cookies(self) -> httpx.Cookies:
        """The cookies, for an HTTP client."""
        jar = httpx.Cookies()
        for cookie in self.state.get("cookies", ()):
            jar.set(cookie["name"], cookie["value"], domain=cookie["domain"], path=cookie["path"])
        return jar

    def stored(self, name: str) -> str | None:
        """An entry of the local storage of any of the pages."""
        for origin in self.state.get("origins", ()):
            for entry in origin.get("localStorage", ()):
                if entry["name"] == name:
                    return str(entry["value"])
        return None

    def secrets(self) -> tuple[str, ...]:
        """Every value in it: none may appear anywhere."""
        cookies = [str(cookie["value"]) for cookie in self.state.get("cookies", ())]
        entries = [
            str(entry["value"])
            for origin in self.state.get("origins", ())
            for entry in origin.get("localStorage", ())
        ]
        return tuple(secret for value in (*cookies, *entries) for secret in _secrets(value))


@dataclass(frozen=True, slots=True)
class SessionStore:
    """Where sessions are kept, one file for each system and role."""

    folder: Path
    key_file: Path
    environ: Mapping[str, str] = field(repr=False)

    @classmethod
    def of_user(cls, environ: Mapping[str, str] | None = None) -> SessionStore:
        """The user's own, where the desktop convention puts such things."""
        known = os.environ if environ is None else environ
        config = Path(known.get("XDG_CONFIG_HOME") or _home(known) / ".config")
        return cls(state_folder(known) / "sessions", config / _NAME / "session.key", known)

    def keep(self, environment: Environment, role: str, session: KeptSession) -> Path:
        """Encrypts the session into its file, which only the user can read."""
        from cryptography.fernet import Fernet  # needed by those alone whom a person logs in

        content = json.dumps({"state": session.state, "until": session.until.isoformat()}).encode()
        path = self._path(environment, role)
        _make_private(self.folder)
        path.unlink(missing_ok=True)
        _write_private(path, Fernet(self._key(make=True)).encrypt(content))
        return path

    def kept(self, environment: Environment, role: str, now: datetime | None = None) -> KeptSession:
        """The session; NotLoggedIn with the command to run when there is none, or it is over."""
        from cryptography.fernet import Fernet, InvalidToken

        path = self._path(environment, role)
        if not path.is_file():
            raise not_logged_in(environment, role, "none")
        _demand_private(path)
        try:
            plain = json.loads(Fernet(self._key(make=False)).decrypt(path.read_bytes()))
        except InvalidToken:
            raise not_logged_in(environment, role, "other_key") from None
        session = KeptSession(plain["state"], datetime.fromisoformat(plain["until"]))
        if (now or datetime.now(UTC)) >= session.until:
            path.unlink(missing_ok=True)
            raise not_logged_in(environment, role, "expired")
        return session

    def forget(self, environment: Environment, role: str) -> None:
        """Deletes the session."""
        self._path(environment, role).unlink(missing_ok=True)

    def _path(self, environment: Environment, role: str) -> Path:
        parts = (environment.side.value, environment.url, str(environment.options.get("database", "")), role)
        return self.folder / hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]

    def _key(self, *, make: bool) -> bytes:
        from cryptography.fernet import Fernet, InvalidToken

        given = self.environ.get(KEY_VARIABLE)
        if given is None and make and not self.key_file.exists():
            _make_private(self.key_file.parent)
            _write_private(self.key_file, Fernet.generate_key())
        try:
            if given is None:
                _demand_private(self.key_file)
            key = self.key_file.read_bytes() if given is None else given.encode()
            Fernet(key)
        except FileNotFoundError:
            raise InvalidToken from None
        except ValueError:
            where = str(self.key_file) if given is None else KEY_VARIABLE
            raise ConfigError(text("adapters.kept.bad_key", where=where)) from None
        return key


def state_folder(environ: Mapping[str, str] | None = None) -> Path:
    """The user's own folder for what outlives a command, where the desktop convention puts it."""
    known = os.environ if environ is None else environ
    return Path(known.get("XDG_STATE_HOME") or _home(known) / ".local" / "state") / _NAME


def _home(known: Mapping[str, str]) -> Path:
    return Path(known.get("HOME") or Path.home())


def kept_secrets(environments: Iterable[Environment]) -> Iterator[str]:
    """What must appear nowhere of every session that is kept for these systems."""
    store = SessionStore.of_user()
    for environment in environments:
        for role, account in environment.accounts.items():
            if isinstance(account.way, BrowserSession):
                with suppress(NotLoggedIn):  # whoever needs it says so
                    yield from store.kept(environment, role).secrets()


def not_logged_in(environment: Environment, role: str, why: str) -> NotLoggedIn:
    """The error that says which command to run."""
    side = environment.side.value
    return NotLoggedIn(text(f"adapters.kept.{why}", side=side, role=role))


def _secrets(value: str) -> Iterator[str]:
    """The value and the texts inside it, if it is JSON; what is short is a setting and no secret."""
    if len(value) >= _SECRET:
        yield value
    try:
        inside = json.loads(value)
    except ValueError:
        return
    for item in inside.values() if isinstance(inside, dict) else ():
        if isinstance(item, str) and len(item) >= _SECRET:
            yield item


def _make_private(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as file:
        file.write(content)


def _demand_private(path: Path) -> None:
    """Nobody but the user can read it; Windows has no such bits."""
    if os.name == "posix" and path.stat().st_mode & _OTHERS:
        raise ConfigError(text("adapters.kept.readable", file=str(path)))
