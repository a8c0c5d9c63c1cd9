"""Several requests in one: the body of a `$batch`, and the answers in it. V2 and V4 write both alike.

Every change is a change set of its own, so that one that fails takes no other one with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import HTTP
from types import MappingProxyType

import httpx

BOUNDARY = "batch_harness"
CONTENT_TYPE = f"multipart/mixed;boundary={BOUNDARY}"
_HTTP_PART = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n"


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `path` is relative to the service, with its query: `Materials?$top=1`."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    content: bytes = b""

    @property
    def reads(self) -> bool:
        """Whether it changes nothing."""
        return self.method == "GET"


def body(requests: Sequence[Request]) -> bytes:
    """What is posted to `$batch`."""
    found = b""
    for number, request in enumerate(requests, start=1):
        part = _part(request) if request.reads else _change_set(request, number)
        found += f"--{BOUNDARY}\r\n".encode() + part
    return found + f"--{BOUNDARY}--\r\n".encode()


def _part(request: Request, number: int | None = None) -> bytes:
    headers = dict(request.headers)
    if request.content:
        headers["Content-Length"] = str(len(request.content))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = _HTTP_PART if number is None else f"{_HTTP_PART}Content-ID: {number}\r\n"
    start = f"{head}\r\n{request.method} {request.path} HTTP/1.1\r\n{lines}\r\n"
    return start.encode() + request.content + b"\r\n"


def _change_set(request: Request, number: int) -> bytes:
    boundary = f"change_{number}"
    head = f"Content-Type: multipart/mixed;boundary={boundary}\r\n\r\n--{boundary}\r\n"
    return head.encode() + _part(request, number) + f"--{boundary}--\r\n".encode()


def answers(content_type: str, content: bytes) -> list[httpx.Response]:
    """The answers in their order; ValueError when it is not the answer to a batch."""
    whole = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + content, policy=HTTP)
    if not whole.is_multipart():
        raise ValueError("not the answer to a batch")
    return [_answer(part) for part in _parts(whole)]


def _parts(message: Message) -> Iterator[Message]:
    """The answers; those of a change set lie one deeper."""
    for part in message.iter_parts():  # type: ignore[attr-defined]  # an EmailMessage by its policy
        if part.is_multipart():
            yield from _parts(part)
        else:
            yield part


def _answer(part: Message) -> httpx.Response:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    start, _, rest = content.partition(b"\r\n")
    head, _, inner = rest.partition(b"\r\n\r\n")
    words = start.split(None, 2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/"):
        raise ValueError("not an answer of HTTP")
    named = (line.partition(b":") for line in head.split(b"\r\n") if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in named}
    length = headers.pop(b"content-length", b"")
    if length.isdigit():  # what follows is the batch's own
        inner = inner[: int(length)]
    return httpx.Response(int(words[1]), headers=list(headers.items()), content=inner)
