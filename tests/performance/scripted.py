"""Load sessions that speak to no server: they take the time and make the errors that their options say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gevent

from harness.adapters.load import Http, LoadFault, Scenario, Seat, Stopwatch
from harness.model import Environment


class ScriptedSession:
    """`seconds` a transaction takes; `fault` and `login` what goes wrong instead; `crash` a bug."""

    def login(self, environment: Environment, http: Http, seat: Seat) -> None:
        self.options: Mapping[str, Any] = environment.options
        if "login" in self.options:
            raise LoadFault(str(self.options["login"]))

    def scenarios(self) -> Mapping[str, Scenario]:
        return {"sale.open": self._open, "sale.order": self._order}

    def _open(self, timed: Stopwatch) -> None:
        with timed("sale.open"):
            self._work()

    def _order(self, timed: Stopwatch) -> None:
        with timed("sale.create"):
            gevent.sleep(0.002)
        with timed("sale.confirm"):
            self._work()

    def _work(self) -> None:
        gevent.sleep(float(self.options.get("seconds", 0.01)))
        if "fault" in self.options:
            raise LoadFault(str(self.options["fault"]))
        if "crash" in self.options:
            raise KeyError("a bug of the sessions")
