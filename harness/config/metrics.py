"""The tables [source.metrics] and [target.metrics]: where a server on another machine tells what it uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, model_validator

from harness.config.table import Line, Password, Table, wrong
from harness.config.ways import address
from harness.model import Metrics

_SELECTOR = re.compile(r'[a-zA-Z_:][\w:]*(\{\s*(\w+="[^"]*"\s*(,\s*)?)*\})?')


class MetricsTable(Table):
    """An exporter's page, or the query address of a Prometheus server, and what to read there.

    On a page a figure is the name of a series, perhaps with labels; of a server it is a query.
    """

    url: Annotated[Line, AfterValidator(address)]
    token: Password | None = None
    memory: Line | None = None
    cpu: Line | None = None
    files: Line | None = None
    connections: Line | None = None

    @model_validator(mode="after")
    def _readable(self) -> MetricsTable:
        figures = self.metrics().figures
        if self.metrics().queried and not figures:
            raise wrong("metrics_nothing")
        for name, selector in {} if self.metrics().queried else figures.items():
            if not _SELECTOR.fullmatch(selector):
                raise wrong("metrics_selector", name=name)
        return self

    def metrics(self) -> Metrics:
        """The same as every other part of the harness knows it."""
        given = {name: getattr(self, name) for name in ("memory", "cpu", "files", "connections")}
        return Metrics(self.url, self.token, {name: item for name, item in given.items() if item is not None})

    def secrets(self) -> Iterator[str]:
        """The token."""
        if self.token is not None:
            yield self.token.reveal()
