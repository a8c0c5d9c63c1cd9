"""When Tryton gave up because others wrote at the same moment: it took all back, and may be asked again.

After five tries of its own within a third of a second, 7.0 answers with what the database said and 8.0 with
status 503 (trytond/protocols/dispatcher.py and wsgi.py). A person would press the button once more; a 503
of anything that stands before Tryton is left alone, as nobody knows whether that one passed the request on.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import httpx

from harness.adapters.wire import jsonrpc

_WAITS = (0.25, 0.5, 1.0, 2.0, 4.0)  # seconds; a year that is being closed holds its locks for that long
# The page of the library that Tryton answers with; those of web servers and proxies are other ones.
_OWN_PAGE = re.compile(rb"<title>503 Service Unavailable</title>\s*<h1>Service Unavailable</h1>")
_CONFLICT = re.compile(r"could not (serialize access|obtain lock)|deadlock detected|lock timeout")
_LOOKED_AT = 500  # bytes of an answer in which an error stands


def patiently(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """The answer; asked for again, at most for eight seconds, while Tryton says that others were writing."""
    response = ask()
    for wait in _WAITS:
        if not gave_up(response):
            break
        time.sleep(wait)
        response = ask()
    return response


def gave_up(response: httpx.Response) -> bool:
    """Whether Tryton itself says that it could not get at its data, so that nothing has happened."""
    if response.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        return bool(_OWN_PAGE.search(response.content))
    if response.status_code != httpx.codes.OK:
        return False
    if not _CONFLICT.search(response.content[:_LOOKED_AT].decode("utf-8", "replace")):
        return False
    try:
        answer = jsonrpc.loads(response.content)
    except ValueError:
        return False
    error = answer.get("error") if isinstance(answer, dict) else None
    return isinstance(error, list) and bool(error) and bool(_CONFLICT.search(str(error[0])))
