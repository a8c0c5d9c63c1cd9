"""What looks like a secret, by what it is called or by how it looks. When in doubt it is one."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

_WORDS = frozenset(
    {
        "auth",
        "authorization",
        "credential",
        "credentials",
        "jwt",
        "nonce",
        "otp",
        "pin",
        "sid",
        "sessid",
        "session",
    }
)
_ENDS = (
    "token",
    "password",
    "passwd",
    "secret",
    "sessionid",
    "sessid",
    "apikey",
    "csrf",
    "xsrf",
    "signature",
)
_PASSWORDS = ("password", "passwd", "pwd", "passphrase", "kennwort", "密码", "口令")
_PASSWORD_WORDS = frozenset({"pass", "pw"})
_USERS = frozenset(
    {
        "user",
        "username",
        "login",
        "email",
        "userid",
        "account",
        "loginname",
        "logon",
        "sapuser",
        "usr",
        "uname",
    }
)
_PAIRS = frozenset({("api", "key"), ("access", "key"), ("private", "key"), ("session", "id")})
_PLAIN = re.compile(r"[A-Za-z]{1,15}")
_TOKEN = re.compile(r"[A-Za-z0-9+/=_\-.~%:]{20,2000}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_SHORT = 6  # a secret's name does not make a secret of what is shorter
_PIECE, _SIGNS, _BITS = 16, 2, 3.0


@lru_cache(maxsize=100_000)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, however it is written: `csrfToken`, `CSRF-Token`, `csrf_token`."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return tuple(re.findall(r"[a-z0-9]+|[\u4e00-\u9fff]+", spaced.lower()))


def is_password(name: str) -> bool:
    """Whether a password is typed into a field of this name."""
    words = words_of(name)
    return any(word.endswith(_PASSWORDS) for word in words) or not _PASSWORD_WORDS.isdisjoint(words)


def is_user(name: str) -> bool:
    """Whether the name of an account is typed into a field of this name."""
    words = words_of(name)
    return bool(words) and ("".join(words[-2:]) in _USERS or words[-1] in _USERS)


@lru_cache(maxsize=100_000)
def is_secret_name(name: str) -> bool:
    """Whether what goes by this name is meant for nobody else."""
    words = words_of(name)
    if is_password(name) or not _WORDS.isdisjoint(words) or any(word.endswith(_ENDS) for word in words):
        return True
    return not _PAIRS.isdisjoint(pairwise(words))


def looks_random(value: str) -> bool:
    """Whether a text looks like something that was drawn: long, without words, letters among digits."""
    if value.startswith("eyJ") and len(value) > _PIECE:
        return True
    if not _TOKEN.fullmatch(value) or _UUID.fullmatch(value):
        return False
    piece = max(re.split(r"[._,/~%:\-]", value), key=len)
    digits = sum(sign.isdigit() for sign in piece)
    mixed = _SIGNS <= digits <= len(piece) - _SIGNS
    counts = Counter(piece)
    bits = (
        -sum(count / len(piece) * math.log2(count / len(piece)) for count in counts.values())
        if piece
        else 0.0
    )
    return len(piece) >= _PIECE and mixed and bits >= _BITS


def looks_secret(name: str, value: str) -> bool:
    """Whether this value may not be written down: by its look, or by a name that plain words do not share."""
    if looks_random(value):
        return True
    if is_password(name):
        return bool(value)
    return is_secret_name(name) and len(value) >= _SHORT and not _PLAIN.fullmatch(value)
