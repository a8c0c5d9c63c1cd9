"""What goes wrong on bad days, done to one page on purpose: no network, a failing server, a lost session."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request, Route

_EVERYTHING = "**/*"
_FAILED = 500


@contextmanager
def offline(page: Page) -> Iterator[None]:
    """The network is gone."""
    page.context.set_offline(True)
    try:
        yield
    finally:
        page.context.set_offline(False)


@contextmanager
def server_error(page: Page) -> Iterator[None]:
    """The server answers every call with status 500 and a page of its own, as web servers do."""

    def fail(route: Route) -> None:
        if _calls(route.request):
            route.fulfill(status=_FAILED, content_type="text/html", body="<h1>Internal Server Error</h1>")
        else:
            route.fallback()

    with _routed(page, fail):
        yield


@contextmanager
def session(page: Page) -> Iterator[None]:
    """Who was logged in is known to the server no more: their proofs no longer travel; new ones do.

    Nothing is changed in the client: it finds out by the server's own answer, as after a night.
    """
    page.context.clear_cookies()
    stale: set[str] = set()

    def strip(route: Route) -> None:
        headers = dict(route.request.headers)
        shown = headers.get("authorization")
        if shown is not None and not stale:
            stale.add(shown)
        if shown in stale:
            del headers["authorization"]
            route.continue_(headers=headers)
        else:
            route.fallback()

    with _routed(page, strip):
        yield


@contextmanager
def _routed(page: Page, handler: Callable[[Route], None]) -> Iterator[None]:
    page.route(_EVERYTHING, handler)
    try:
        yield
    finally:
        page.unroute(_EVERYTHING, handler)


def _calls(request: Request) -> bool:
    return request.resource_type in ("xhr", "fetch")


TROUBLES: Mapping[str, Callable[[Page], AbstractContextManager[None]]] = MappingProxyType(
    {"offline": offline, "server_error": server_error, "session": session}
)
