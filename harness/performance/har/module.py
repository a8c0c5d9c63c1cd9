"""The module of load sessions that a recording becomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harness.performance.browsing import Each, Where
from harness.performance.har.flow import Flow, Kept, flow
from harness.performance.har.grouping import title_of
from harness.performance.har.python import (
    WIDTH,
    Code,
    Items,
    Node,
    Plain,
    Taken,
    Writer,
    call,
    identifier,
    literal,
    remark,
    string,
    taken_in,
)
from harness.performance.har.requests import Request, like_node
from harness.performance.har.resolving import PASSWORD, USER

CLASS = "RecordedSession"
_TOP = '''\
"""A recorded browser session as one simulated user: {recorded}.

Written by `harness load from-har`, and yours to change. What an answer brought is taken from the answer to
this session's own request; the account is the seat's; every answer is held against the recorded one.
"""

from __future__ import annotations

from collections.abc import Mapping

from harness.adapters.load import Http, Scenario, Seat, Stopwatch
from harness.model import Environment
from harness.performance.browsing import {names}

'''
_CLASS = '''\

class {name}:
    """Logs in as its seat and then does, again and again, what was recorded."""

    def login(self, environment: Environment, http: Http, seat: Seat) -> None:
        """Logs in; LoadFault when an answer is not like the recorded one."""
        self._account = seat.account
        self._browser = Browser(environment, http{headers})'''
_SCENARIOS = '''\
    def scenarios(self) -> Mapping[str, Scenario]:
        """The recorded work, as one scenario."""'''
_SCENARIO = '''\
    def {name}(self, timed: Stopwatch) -> None:
        """The transactions in the order of the recording; the plan's rate stands for the pauses."""'''


@dataclass(frozen=True, slots=True)
class Step:
    """One transaction: its name, its requests, and the pause before it."""

    name: str
    requests: tuple[Request, ...]
    pause: float
    writes: bool


def sessions_module(scenario: str, recorded: str, login: Sequence[Request], steps: Sequence[Step]) -> str:
    """The source of the module."""
    found = flow([login, *(step.requests for step in steps)])
    everything = [*login, *(request for step in steps for request in step.requests)]
    common = _common(everything)
    body = _Body(found, common)
    methods = _method_names(scenario, steps)
    parts = [body.method("_log_in", "What was recorded up to being let in.", login)] if login else []
    body.begin_scenario()
    for step, name in zip(steps, methods[1:], strict=True):
        told = f"{len(step.requests)} request(s), recorded as one."
        parts.append(body.method(name, told, step.requests))
    head = _head(scenario, recorded, common, body.imports(parts), bool(login), methods, steps)
    lines = [*head, *(line for part in parts for line in ("", *part)), ""]
    too_long = ["# ruff: noqa: E501"] if any(len(line) > WIDTH for line in lines) else []
    return "\n".join([*too_long, *lines])


@dataclass(slots=True)
class _Body:
    """Writes methods in the order in which they run; knows which headers go with every request by now."""

    flow: Flow
    common: Mapping[str, str]
    headers: dict[str, Node] = field(default_factory=dict)

    def begin_scenario(self) -> None:
        """What the scenario renews is set again at its next beginning."""
        self._forget(self.flow.renewed)

    def method(self, name: str, told: str, requests: Sequence[Request]) -> list[str]:
        """One method of the class."""
        writer = Writer(self.flow.names)
        for request in requests:
            self._request(writer, request)
        used = any(each in line for line in writer.lines for each in (USER.text, PASSWORD.text))
        head = ["    def " + name + "(self) -> None:", f'        """{told}"""']
        start = "account, browser = self._account, self._browser" if used else "browser = self._browser"
        return [*head, f"        {start}", *writer.lines]

    def imports(self, parts: Sequence[Sequence[str]]) -> list[str]:
        """The names of the module `browsing` that are used, in the order of import sorters."""
        code = "\n".join(line for part in parts for line in part)
        used = {name for name in ("Like", "Where", "encoded", "quoted") if f"{name}(" in code}
        used |= {"Browser", *(["EACH"] if "EACH" in code else [])}
        return [name for name in ("EACH", "Browser", "Like", "Where", "encoded", "quoted") if name in used]

    def _request(self, writer: Writer, request: Request) -> None:
        writer.comment(f"{request.entry.number}: {title_of(request.entry)}", 2)
        lacking = [name for name in self.common if name not in request.headers]
        inline: list[tuple[str, Node]] = [(f"{string(name)}: ", Code("None")) for name in lacking]
        for name, node in request.headers.items():
            if isinstance(node, Plain) and self.common.get(name) == node.content:
                continue
            if isinstance(node, Plain):
                inline.append((f"{string(name)}: ", node))
            elif self.headers.get(name) != node:
                writer.statement(f"browser.headers[{string(name)}] = ", node, 2)
                self.headers[name] = node
        for name, node in request.cookies:
            writer.statement("", call("browser.set_cookie", Plain(name), node), 2)
        kept = self.flow.kept.get(request.entry.number, ())
        named: list[tuple[str, Node]] = [(f"{name}=", node) for name, node in request.arguments]
        if inline:
            named.append(("headers=", Items("{", tuple(inline), "}")))
        named.append(("like=", like_node(request.like)))
        sent = Items(
            "browser.send(", (("", Plain(request.entry.sent.method)), ("", request.path), *named), ")"
        )
        writer.statement("answer = " if kept else "", sent, 2)
        if kept:
            self._keep(writer, request.entry.number, kept)

    def _keep(self, writer: Writer, number: int, kept: Sequence[Kept]) -> None:
        counts = ", ".join(str(each.uses) for each in kept)
        writer.comment(f"kept from the answer to {number}; how many later requests send it: {counts}", 2)
        for each in kept:
            writer.statement(f"{each.name} = ", _taking(each.source), 2)
        self._forget(frozenset(each.source for each in kept))

    def _forget(self, sources: frozenset[Taken]) -> None:
        """Headers that hold one of these are set again."""
        for name, node in list(self.headers.items()):
            if any(taken.whole in sources for taken in taken_in(node)):
                del self.headers[name]


def _taking(source: Taken) -> Node:
    return call(f"answer.{source.how}", *(_step(step) for step in source.where))


def _step(step: object) -> Node:
    if isinstance(step, Where):
        return call("Where", Plain(step.name), literal(step.value))
    return Code("EACH") if isinstance(step, Each) else literal(step)


def _common(requests: Sequence[Request]) -> dict[str, str]:
    """The constant headers that most requests carry; the others say what they have instead."""
    counted = Counter(
        (name, node.content)
        for request in requests
        for name, node in request.headers.items()
        if isinstance(node, Plain)
    )
    return {name: value for (name, value), count in counted.items() if 2 * count > len(requests)}


def _method_names(scenario: str, steps: Sequence[Step]) -> list[str]:
    """The scenario's own method first; none of them is called as another, or as the login."""
    found = ["log_in", "account", "browser", identifier(scenario, ["log_in"], fallback="scenario")]
    for step in steps:
        found.append(identifier(step.name, found, fallback="step"))
    return [f"_{name}" for name in found[3:]]


def _head(
    scenario: str,
    recorded: str,
    common: Mapping[str, str],
    imports: Sequence[str],
    logs_in: bool,
    methods: Sequence[str],
    steps: Sequence[Step],
) -> list[str]:
    writer = Writer(lines=_TOP.format(recorded=remark(recorded), names=", ".join(imports)).splitlines())
    add = writer.add
    if common:
        writer.statement("HEADERS = ", literal(common), 0)
        add()
    given = ", HEADERS" if common else ""
    writer.lines += _CLASS.format(name=CLASS, headers=given).splitlines()
    if logs_in:
        add("self._log_in()", 2)
    add()
    writer.lines += _SCENARIOS.splitlines()
    writer.statement("return ", Items("{", ((f"{string(scenario)}: ", Code(f"self.{methods[0]}")),), "}"), 2)
    add()
    writer.lines += _SCENARIO.format(name=methods[0]).splitlines()
    for step, method in zip(steps, methods[1:], strict=True):
        if step.pause >= 0.1:
            writer.comment(f"somebody thought for {step.pause:.1f} s", 2)
        add(f"with timed({string(step.name)}):", 2)
        add(f"self.{method}()", 3)
    return writer.lines
