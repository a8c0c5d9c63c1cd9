"""A server on another machine, as an exporter or a Prometheus server tells of it.

    .../metrics          a page in Prometheus's text format: node-exporter, process-exporter, the ERP's own
    .../api/v1/query     a Prometheus server: one query for each figure

What cannot be read is left out of the sample and counted, so that the result can say so.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from prometheus_client.parser import text_string_to_metric_families

from harness.adapters.wire.http import HttpSession
from harness.adapters.wire.ways import tls_context
from harness.errors import HarnessError
from harness.model import Metrics
from harness.performance.server.processes import Used
from harness.ways import Network

USUAL: Mapping[str, str] = MappingProxyType(
    {
        "memory": "process_resident_memory_bytes",
        "cpu": "process_cpu_seconds_total",
        "files": "process_open_fds",
    }
)
"""What Prometheus's own client libraries tell of the process that they are part of."""

_SECONDS = 0.8  # a sample is due every second
_LABEL = re.compile(r'(\w+)="([^"]*)"')


class _Unread(Exception):
    """No figure could be read: the code names the sentence `performance.metrics.<code>`."""


class MetricsServer:
    """What a server uses, asked for anew each time; `failed` of `asked` times in vain, the last for `why`."""

    def __init__(self, metrics: Metrics, network: Network) -> None:
        parts = urlsplit(metrics.url)
        self._path = parts.path or "/metrics"
        self._metrics = metrics
        headers = {"Authorization": f"Bearer {metrics.token.reveal()}"} if metrics.token else {}
        self._http = HttpSession(
            f"{parts.scheme}://{parts.netloc}", timeout=_SECONDS, headers=headers, tls=tls_context(network)
        )
        self.asked, self.failed, self.why = 0, 0, ""

    def used(self) -> Used | None:
        """What it uses now, as far as that is told; None when nothing is."""
        self.asked += 1
        try:
            found = self._queried() if self._metrics.queried else self._page()
            if not found:
                raise _Unread("nothing")
        except _Unread as problem:
            self.failed += 1
            self.why = str(problem)
            return None
        whole = {name: int(value) for name, value in found.items() if name != "cpu"}
        return Used(
            memory=whole.get("memory"),
            cpu=found.get("cpu"),
            files=whole.get("files"),
            connections=whole.get("connections"),
        )

    def close(self) -> None:
        """Ends the connection."""
        self._http.close()

    def _page(self) -> dict[str, float]:
        content = self._answer({})
        try:
            samples = [
                (each.name, each.labels, float(each.value))
                for family in text_string_to_metric_families(content)
                for each in family.samples
            ]
        except (ValueError, KeyError, IndexError) as problem:
            raise _Unread("format") from problem
        found: dict[str, float] = {}
        for figure, selector in (self._metrics.figures or USUAL).items():
            name, labels = selector.partition("{")[0].strip(), dict(_LABEL.findall(selector))
            fitting = (each for each in samples if each[0] == name and labels.items() <= each[1].items())
            found |= _summed(figure, (value for _, _, value in fitting))
        return found

    def _queried(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for figure, query in self._metrics.figures.items():
            try:
                values = list(_values(json.loads(self._answer({"query": query}))))
            except (ValueError, KeyError, TypeError, IndexError) as problem:
                raise _Unread("format") from problem
            found |= _summed(figure, values)
        return found

    def _answer(self, params: Mapping[str, str]) -> str:
        try:
            answer = self._http.send("GET", self._path, params=params)
        except HarnessError as problem:
            raise _Unread("unreachable") from problem
        if answer.status_code != 200:
            raise _Unread("refused")
        return answer.text


def _summed(figure: str, values: Iterable[float]) -> dict[str, float]:
    """All matching series together: the processes of one server; nothing where there is none."""
    known = [value for value in values if math.isfinite(value)]
    return {figure: sum(known)} if known else {}


def _values(answer: Any) -> Iterator[float]:
    """Of a vector or a scalar, as a Prometheus server answers an instant query."""
    data = answer["data"]
    if data["resultType"] == "scalar":
        yield float(data["result"][1])
    elif data["resultType"] == "vector":
        yield from (float(each["value"][1]) for each in data["result"])
    else:
        raise ValueError(data["resultType"])
