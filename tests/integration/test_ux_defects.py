"""Defects of single steps, planted in the target's pages: each found with its screen and step, and no more.

Both sides are the target: what an upgrade changes anyway does not come between a defect and its finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from harness.adapters.protocol import HasWebClient
from harness.adapters.registry import open_adapter
from harness.config import load
from harness.config.ux import UxTable
from harness.demo import DemoPair
from harness.model import Area, Capture, CheckSpec, Environment, Mode, Part, Side, Title
from harness.testing.proxy import Delay, Fault, FaultProxy, Replace, matching
from harness.ux import BrowserHandle, Steps, TakesWrongInput, Task, gather, open_browser
from harness.ux.beginnings import at_list
from harness.ux.comparison import compare
from tests.integration.ux_suite import suite_tasks

pytestmark = [pytest.mark.real_pair, pytest.mark.qualify]
PAGE = r"^/(index\.html)?$"


@dataclass(frozen=True, slots=True)
class Defect:
    """What is planted while a task runs, and the findings it must cause: (field, screen, step or element)."""

    task: str
    found: frozenset[tuple[str, str, str]]
    script: str = ""
    fault: Fault | None = None
    repeats: int = 1


def at(selector: str, then: str) -> str:
    """A script that does something before the page itself learns of a click there."""
    return f"""
    addEventListener("click", (event) => {{ if (event.target.closest("{selector}")) {{ {then} }} }}, true);
    """


def whenever(change: str) -> str:
    """A script that changes the page whenever the page changes."""
    return f"""
    new MutationObserver(() => {{ {change} }})
      .observe(document, {{ subtree: true, childList: true, attributes: true, attributeFilter: ["class"] }});
    """


def style(rule: str) -> str:
    return f"""
    addEventListener("DOMContentLoaded", () => {{
      document.head.append(Object.assign(document.createElement("style"), {{ textContent: "{rule}" }}));
    }});
    """


SAVE = "a#save, [id=save], button[title=Save]"
DEFECTS = {
    "a button that needs two clicks": Defect(
        "create_party",
        frozenset({("clicks", "party form", "open_form")}),
        at(
            "[title=New]",
            "if (!window.pressed) { window.pressed = 1;"
            " event.stopImmediatePropagation(); event.preventDefault(); }",
        ),
    ),
    "one dialog more": Defect(
        "create_party",
        frozenset({("dialogs", "party form, saved", "save")}),
        at(SAVE, "confirm('Really?');"),
    ),
    "a key that does nothing": Defect(
        "find_party",
        frozenset({("completion", "party list, searched", "find")}),
        """addEventListener("keydown", (event) => {
          if (event.key === "Enter" && event.target.placeholder === "Search") {
            event.stopImmediatePropagation(); event.preventDefault();
          } }, true);""",
    ),
    "an error message emptied": Defect(
        "save_empty",
        frozenset({("message.empty", "order, empty", "Party")}),
        whenever(
            "document.querySelectorAll('.infobar .alert span')"
            ".forEach((e) => { if (e.textContent) e.textContent = ''; })"
        ),
    ),
    "a stack trace shown": Defect(
        "save_empty",
        frozenset({("message.technical", "order, empty", "Party")}),
        whenever(
            "document.querySelectorAll('.infobar .alert > span').forEach((e) => {"
            " if (!e.textContent.startsWith('Traceback'))"
            " e.textContent = 'Traceback (most recent call last): KeyError'; })"
        ),
    ),
    "a message at another field": Defect(
        "save_empty",
        frozenset({("message.place", "order, empty", "Party")}),
        whenever(
            "const wrong = document.querySelector('.has-error:has([name=party]), [name=party].has-error');"
            " const other = document.querySelector('.form-char:has([name=reference])');"
            " if (wrong && other) { wrong.classList.remove('has-error'); other.classList.add('has-error'); }"
        ),
    ),
    "a spinner that never ends": Defect(
        "create_party",
        frozenset({("completion", "party form, saved", "save")}),
        at(SAVE, "setInterval(() => { document.title = Date.now(); }, 40);"),
    ),
    "a second more for a list": Defect(
        "open_parties",
        frozenset({("seconds", "Parties / Parties", "open_list")}),
        fault=Delay(1.0),
        repeats=4,
    ),
    "an exception in the console": Defect(
        "create_party",
        frozenset({("page_error", "party form, saved", "TypeError: boom")}),
        at(SAVE, "setTimeout(() => { throw new TypeError('boom'); }, 10);"),
    ),
    "a request that fails silently": Defect(
        "create_party",
        frozenset({("failed_request", "party form, saved", "GET /no/such/thing 405")}),
        at(SAVE, "fetch('/no/such/thing').catch(() => 0);"),
    ),
    "a session lost on reload": Defect(
        "reload",
        frozenset({("completion", "reloaded", "reload")}),
        "localStorage.clear(); sessionStorage.clear();",
    ),
    "a button moved off the screen": Defect(
        "create_party",
        frozenset({("completion", "party form, saved", "save")}),
        style(".btn[title^=Save], .btn[aria-label=Save] { position: fixed !important; left: -900px }"),
    ),
    "a button disabled": Defect(
        "create_party",
        frozenset(
            {("enabled", "party form, filled in", "button Save"), ("completion", "party form, saved", "save")}
        ),
        whenever(
            "document.querySelectorAll('.btn[title^=Save], .btn[aria-label=Save]')"
            ".forEach((e) => { if (!e.disabled) e.disabled = true; })"
        ),
    ),
}


def save_empty(steps: Steps, client: TakesWrongInput) -> None:
    """The first mistake of the task of mistakes alone."""
    at_list(steps, client, "sale")
    with steps.step("open_form", Title("Start a new order", "新建销售订单"), screen="order form"):
        client.start_order()
    with steps.refused("empty", Title("Save it empty", "不填写就保存"), screen="order, empty"):
        client.save()


TASKS = {"save_empty": Task("save_empty", save_empty, TakesWrongInput), **suite_tasks()}


@pytest.fixture(scope="module")
def target(pair: DemoPair) -> Environment:
    return load(pair.config, environ={}, overrides={}).pair[Side.TARGET]


@pytest.fixture(scope="module")
def browser(target: Environment) -> Iterator[BrowserHandle]:
    with open_browser(UxTable(timeout=Decimal(9)), [target.url]) as opened:
        yield opened


Captured = Callable[[Defect, Part], Capture]


@pytest.fixture(scope="module")
def captured(target: Environment, browser: BrowserHandle) -> Captured:
    """Does a defect's task on the target, with the defect planted or without; the latter once per task."""
    without: dict[tuple[str, int], Capture] = {}

    def capture(defect: Defect, part: Part) -> Capture:
        known = without.get((defect.task, defect.repeats))
        if part is Part.SOURCE and known is not None:
            return known
        with ExitStack() as stack:
            proxy = stack.enter_context(FaultProxy(target.url))
            if part is Part.TARGET:
                plant(proxy, defect)
            adapter: Any = open_adapter(replace(target, url=proxy.url), "admin", writes=True)
            assert isinstance(adapter, HasWebClient)
            stack.callback(adapter.close)
            done = gather(TASKS[defect.task], adapter, part, browser, repeats=defect.repeats, seed="planted")
        if part is Part.SOURCE:
            without[defect.task, defect.repeats] = done
        return done

    return capture


def plant(proxy: FaultProxy, defect: Defect) -> None:
    if defect.fault is not None:
        proxy.add(matching(body=b'"model.party.party.search'), defect.fault)
    script = f"<head><script>{defect.script}</script>".encode()
    proxy.add(
        matching(method="GET", path=PAGE), Replace(body=lambda page: page.replace(b"<head>", script, 1))
    )


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_is_found_and_nothing_else(name: str, captured: Captured) -> None:
    defect = DEFECTS[name]
    spec = CheckSpec(f"ux.{defect.task}", Title(defect.task, defect.task), Area.UX, "party", Mode.SIDE, "ux")

    concluded = compare(spec, {part: captured(defect, part) for part in (Part.SOURCE, Part.TARGET)})

    found = {(item.field, item.entity, item.key) for item in concluded.findings}
    assert found == defect.found, (concluded.reason, concluded.caveats, concluded.measures)
