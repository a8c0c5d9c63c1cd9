"""Keeps secrets and personal data out of everything that is stored, shown or sent.

A secret is found by its exact value, alone or inside longer text, also as it looks in a URL, in JSON, in
Base64 and in hexadecimal; credentials that nobody declared are found by where they stand (`password=`,
`Authorization:`, the user part of a URL, session cookies). A secret shorter than four characters is
masked only where it is the whole text or stands in such a place: inside words it would hit everything.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from urllib.parse import quote, quote_plus

from harness.inert import storable
from harness.values import Value, dumps

MASK = "***"
_SHORT = 4  # shorter ones are masked only as a whole text
_NAME = 8  # shorter ones are not looked for in identifiers fixed by code
_NUMBER = 6  # shorter ones are not looked for in numbers

_PATTERNS = (
    # scheme://user:password@host
    re.compile(r"(?P<keep>\b[a-z][a-z0-9+.-]*://[^\s/:@\"']*:)(?P<secret>[^\s/@\"']+)(?=@)", re.I),
    # password=..., "api_key": "...", token: ...
    re.compile(
        r"(?P<keep>\b(?:[\w-]*(?:password|passwd|pwd|passphrase|secret|api[_-]?key|access[_-]?key"
        r"|token|session[_-]?id|sessionid|csrftoken))\b\\*[\"']?\s*[=:]\s*\\*[\"']?)"
        r"(?P<secret>(?!\*\*\*)[^\s\"'&;,<>\\{}\[\]()]+)",
        re.I,
    ),
    re.compile(
        r"(?P<keep>\b(?:proxy-)?authorization\\*[\"']?\s*[=:]\s*\\*[\"']?"
        r"(?:basic|bearer|session|digest|negotiate|token)?\s*)(?P<secret>(?!\*\*\*)[^\s\"'\\]+)",
        re.I,
    ),
    re.compile(
        r"(?P<keep>\b(?:set-)?cookie\\*[\"']?\s*[=:]\s*\\*[\"']?)(?P<secret>(?!\*\*\*)[^\r\n\"'\\]+)", re.I
    ),
)
_TRIGGER = re.compile(r"://|pass|pwd|secret|key|token|session|csrf|authorization|cookie", re.I)
_TEXTUAL = re.compile(
    r"^(text/.*|application/(.*\+)?(json|xml|x-ndjson|javascript|toml|yaml|sql|har)|image/svg\+xml)$", re.I
)


class Redactor:
    """Masks the given secrets, and credentials by their place, in text, values and bytes."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({secret for secret in secrets if secret})
        self._whole = frozenset(known)
        lasting = [secret for secret in known if len(secret) >= _SHORT]
        self._numbers = frozenset(secret for secret in known if len(secret) >= _NUMBER)
        self._pattern = _any_of(lasting)
        self._name_pattern = _any_of([secret for secret in lasting if len(secret) >= _NAME])
        self._bytes_pattern = _any_of_bytes(lasting)

    def __repr__(self) -> str:
        return f"Redactor({len(self._whole)} secrets)"

    def text(self, content: str) -> str:
        """The text with every secret masked, as UTF-8 can hold it."""
        if content in self._whole:
            return MASK
        content = storable(content)
        if self._pattern is not None:
            content = self._pattern.sub(MASK, content)
        return _by_place(content) if _TRIGGER.search(content) else content

    def holds(self, content: str) -> bool:
        """Whether one of the secrets is in the text, in any form; places that merely look so do not count."""
        return content in self._whole or (self._pattern is not None and bool(self._pattern.search(content)))

    def name(self, content: str) -> str:
        """An identifier fixed by code: only long secrets are masked, so that keys stay usable."""
        return content if self._name_pattern is None else self._name_pattern.sub(MASK, content)

    def value(self, value: Value) -> Value:
        """The value with every secret masked in texts, bytes, keys, and numbers that spell a secret."""
        match value:
            case str():
                return self.text(value)
            case None | bool() | float() | datetime() | date() | time() | timedelta():
                return value
            case int() | Decimal():
                return MASK if self._numbers and str(value) in self._numbers else value
            case bytes():
                return self.content(value, "application/octet-stream")
            case Mapping():
                return {self.text(str(name)): self._under(str(name), item) for name, item in value.items()}
            case Sequence():
                return [self.value(item) for item in value]
        raise TypeError(f"{type(value).__name__} cannot be stored")

    def _under(self, name: str, item: Value) -> Value:
        """A text under a name like `password` is a secret whatever it says."""
        if isinstance(item, str) and item and _by_place(f"{name}={MASK[0]}") != f"{name}={MASK[0]}":
            return MASK
        return self.value(item)

    def content(self, content: bytes, media_type: str) -> bytes:
        """The bytes with every secret masked; archives are opened, binary content keeps its length."""
        kind = media_type.partition(";")[0].strip()
        if _TEXTUAL.match(kind):
            return self._decoded(content)
        if content[:4] == b"PK\x03\x04":
            return self._archive(content)
        if content[:2] == b"\x1f\x8b":
            return self._gzip(content)
        if self._bytes_pattern is None:
            return content
        return self._bytes_pattern.sub(lambda found: b"*" * len(found[0]), content)

    def _decoded(self, content: bytes) -> bytes:
        try:
            return self.text(content.decode("utf-8")).encode("utf-8")
        except UnicodeDecodeError:  # Latin-1 reads every byte and gives each back unchanged
            cleaned = self.text(content.decode("latin-1")).encode("latin-1")
            if self._bytes_pattern is None:
                return cleaned
            return self._bytes_pattern.sub(lambda found: b"*" * len(found[0]), cleaned)

    def _gzip(self, content: bytes) -> bytes:
        try:
            inside = gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            return b""  # it cannot be looked into, so it is not kept
        cleaned = self.content(inside, _guess(inside))
        return content if cleaned == inside else gzip.compress(cleaned, mtime=0)

    def _archive(self, content: bytes) -> bytes:
        result = io.BytesIO()
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(result, "w") as cleaned:
                for entry in source.infolist():
                    inside = source.read(entry)
                    copy = zipfile.ZipInfo(self.text(entry.filename), entry.date_time)
                    copy.compress_type = zipfile.ZIP_DEFLATED
                    cleaned.writestr(copy, self.content(inside, _guess(inside)))
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
            return b""  # it cannot be looked into, so it is not kept
        return result.getvalue()


def mask(value: Value, key: bytes) -> str:
    """Personal data as a length class and a short keyed hash: equal values mask alike, none reads back."""
    if value is None:
        return "null"
    content = value.encode() if isinstance(value, str) else dumps(value)
    short = hmac.new(key, content, hashlib.sha256).hexdigest()[:10]
    kind = "text" if isinstance(value, str) else type(value).__name__.lower()
    return f"<{kind} {_length_class(len(value) if isinstance(value, str) else len(content))} #{short}>"


def _length_class(length: int) -> str:
    lower = 0
    for upper in (0, 4, 8, 16, 32, 64):
        if length <= upper:
            return f"{lower}-{upper}"
        lower = upper + 1
    return "65+"


def _by_place(content: str) -> str:
    for pattern in _PATTERNS:
        content = pattern.sub(lambda found: found["keep"] + MASK, content)
    return content


def _guess(content: bytes) -> str:
    if content[:4] == b"PK\x03\x04" or content[:2] == b"\x1f\x8b":
        return "application/octet-stream"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "text/plain"


def _any_of(secrets: Sequence[str]) -> re.Pattern[str] | None:
    forms = {form for secret in secrets for form in _forms(secret)}
    if not forms:
        return None
    return re.compile(
        "|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)))
    )


def _any_of_bytes(secrets: Sequence[str]) -> re.Pattern[bytes] | None:
    forms = {form.encode() for secret in secrets for form in _forms(secret)}
    forms |= {secret.encode(coding) for secret in secrets for coding in ("utf-16-le", "utf-16-be")}
    if not forms:
        return None
    return re.compile(
        b"|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)))
    )


def _forms(secret: str) -> set[str]:
    """The secret as it looks in plain text, URLs, JSON, HTML, hexadecimal and at any place in Base64."""
    raw = secret.encode()
    forms = {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), raw.hex(), raw.hex().upper()}
    forms |= {quote(secret, safe="").lower()} if "%" in quote(secret, safe="") else set()
    for ascii_only in (True, False):
        once = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        forms |= {once, json.dumps(once)[1:-1]}
    html = secret.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    forms |= {html, html.replace('"', "&quot;").replace("'", "&#39;"), repr(secret)[1:-1]}
    return forms | _base64_forms(raw)


def _base64_forms(raw: bytes) -> set[str]:
    """What stays the same in Base64 wherever the secret stands: whole groups, at each of three offsets."""
    forms: set[str] = set()
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw)
        start = -(-offset * 8 // 6)
        end = (offset + len(raw)) * 8 // 6
        stable = encoded[start:end].decode()
        if len(stable) >= 2 * _SHORT:
            forms |= {stable, stable.replace("+", "-").replace("/", "_")}
    whole = base64.b64encode(raw).decode()
    return forms | {whole, base64.urlsafe_b64encode(raw).decode()}
