"""How many requests a second one generator sends: the harness's users against plain Locust's FastHttpUser.

    python -m benchmarks.load --seconds 3 --rounds 5

Both speak to the same trivial server, in turn, in one process, with as many users; ours arrive on a schedule
that is far too fast, so that every user is always busy. The ratio of each round is printed, and the median.
"""

from __future__ import annotations

import locust  # isort: skip  # patches the process, so it comes first

import argparse
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import MappingProxyType

import gevent
from gevent.server import StreamServer
from locust.contrib.fasthttp import FastHttpUser
from locust.env import Environment as LocustEnvironment

from harness.adapters.load import Http, LoadFault, Scenario, Seat, Stopwatch
from harness.model import Account, Environment, Secret, Side
from harness.performance import LoadPlan
from harness.performance import Scenario as Planned
from harness.performance.conductor import Conductor
from harness.performance.generator import Generator
from harness.performance.output import Output
from harness.performance.wire import OneUserHttp

_ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"result": 1}'
_USERS = 10


class TrivialSession:
    """One request, and a look at the answer."""

    def login(self, environment: Environment, http: Http, seat: Seat) -> None:
        """Keeps the connection."""
        self._http = http

    def scenarios(self) -> Mapping[str, Scenario]:
        """One."""
        return MappingProxyType({"ask": self._ask})

    def _ask(self, timed: Stopwatch) -> None:
        with timed("ask"):
            answer = self._http.send("POST", "/rpc", b'{"method": "x"}')
            if answer.status != 200 or not answer.body:
                raise LoadFault("answer.empty")


def _serve(port: multiprocessing.queues.Queue[int]) -> None:
    def answer(connection: object, _address: object) -> None:
        while data := connection.recv(4096):  # type: ignore[attr-defined]
            connection.sendall(_ANSWER * data.count(b"HTTP/1.1"))  # type: ignore[attr-defined]

    server = StreamServer(("127.0.0.1", 0), answer)
    server.start()
    port.put(server.server_port)
    server.serve_forever()


def plain(url: str, seconds: float) -> float:
    """Requests a second of Locust's own users."""

    class User(FastHttpUser):
        host = url

    environment = LocustEnvironment(user_classes=[User], host=url)
    answered, until = [0], time.perf_counter() + seconds

    def ask() -> None:
        user = User(environment)
        while time.perf_counter() < until:
            with user.client.post("/rpc", data=b'{"method": "x"}', catch_response=True) as response:
                if response.status_code != 200 or not response.content:
                    response.failure("empty")
            answered[0] += 1

    gevent.joinall([gevent.spawn(ask) for _ in range(_USERS)])
    return answered[0] / seconds


def ours(url: str, seconds: float, rate: float) -> float:
    """Requests a second through the generator, its samples written and kept as in every run."""
    plan = LoadPlan(
        scenarios=(Planned("ask"),),
        rate=Decimal(int(rate)),
        block_seconds=Decimal(str(seconds)),
        warmup_pairs=0,
        pairs=4,
        rounds=1,
        timeout_seconds=Decimal(60),
    )
    environment = Environment(Side.TARGET, "trivial", url)
    users = []
    for number in range(_USERS):
        user = TrivialSession()
        user.login(environment, OneUserHttp(url, 5), Seat("r", number, Account("x", "x", Secret("x"))))
        users.append(user)
    with tempfile.TemporaryDirectory() as folder:
        output = Output(Path(folder))
        longer = replace(plan, pairs=4)
        generator = Generator(longer, {Side.TARGET: {plan.role: users}}, output, lambda *_: None)
        conductor = Conductor(longer, (Side.TARGET,), output, generator.carry_out)
        began = time.perf_counter()
        conductor.run()
        took = time.perf_counter() - began
        output.close()
        count = sum(1 for _ in (Path(folder) / "samples.csv").open())
    return count / took


def main() -> None:
    """Rounds of both, the first of each round taking turns."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=3)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    context = multiprocessing.get_context("fork")
    port = context.Queue()
    server = context.Process(target=_serve, args=(port,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{port.get(timeout=10)}"
    ratios = []
    try:
        limit = plain(url, 1) * 1.3
        for number in range(chosen.rounds):
            runs = {
                "plain": partial(plain, url, chosen.seconds),
                "ours": partial(ours, url, chosen.seconds / 4, limit),
            }
            order = list(runs) if number % 2 == 0 else list(runs)[::-1]
            got = {name: runs[name]() for name in order}
            ratios.append(got["ours"] / got["plain"])
            print(f"Locust {got['plain']:,.0f}/s, harness {got['ours']:,.0f}/s, ratio {ratios[-1]:.2f}")
    finally:
        server.terminate()
        server.join()
    middle = statistics.median(ratios)
    print(f"median ratio over {chosen.rounds} rounds: {middle:.2f} (Locust {locust.__version__})")


if __name__ == "__main__":
    main()
