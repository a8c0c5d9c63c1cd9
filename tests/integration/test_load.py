"""Load on real servers and real sockets: what is found, what is not, and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from harness import demo
from harness.adapters.load import LoadFault
from harness.adapters.registry import open_adapter
from harness.config import load as load_config
from harness.config.profiles import BUILT_IN
from harness.demo import DemoPair
from harness.model import Conclusion, Environment, FindingKind, Part, Side, Status
from harness.performance import LoadPlan, Scenario, gather, ledger
from harness.performance.comparison import compare
from harness.performance.wire import OneUserHttp
from harness.testing.proxy import Delay, FaultProxy, Pretend, Repeat, Reset, When, matching
from suites.performance.test_back_office import BACK_OFFICE
from suites.performance.test_sales import SALES_DESK
from tests.performance.recorded import SPEC
from tests.performance.test_process import HOSTS, PLAN, still_running
from tests.performance.test_process import pair as scripted_pair

pytestmark = pytest.mark.real_pair
ROOT = Path(__file__).parents[2]
SMOKE = replace(SALES_DESK.sized(BUILT_IN["smoke"], margin=Decimal("0.85")), pairs=8)


@pytest.fixture(scope="module")
def environments(request: pytest.FixtureRequest) -> Mapping[Side, Environment]:
    """The real pair."""
    existing = os.environ.get("HARNESS_TEST_CONFIG")
    path = Path(existing) if existing else request.getfixturevalue("pair").config
    config = load_config(path, environ=os.environ, overrides={})
    return {side: config.pair[side] for side in Side}


def loaded(environments: Mapping[Side, Environment], folder: Path) -> Conclusion:
    """The conclusion of one smoke load of the pair."""
    capture = gather(SMOKE, environments, Part.PAIR, workdir=folder, hosts=HOSTS, writes=True)
    return compare(SPEC, {Part.PAIR: capture})


@pytest.mark.qualify  # once in make test: test_planted
def test_300_ms_on_every_confirm_are_found(environments: Mapping[Side, Environment], tmp_path: Path) -> None:
    with FaultProxy(environments[Side.TARGET].url) as proxy:
        rule = proxy.add(matching(body=b"sale.sale.confirm"), Delay(0.3))
        slowed = {**environments, Side.TARGET: replace(environments[Side.TARGET], url=proxy.url)}
        started = time.monotonic()
        conclusion = loaded(slowed, tmp_path)
        print(f"300 ms: {time.monotonic() - started:.0f} s, {dict(conclusion.measures)}")

    assert rule.count >= SMOKE.minimum_samples
    found = {(each.kind, each.entity) for each in conclusion.findings}
    assert (FindingKind.REGRESSION, "sale.confirm") in found


@pytest.mark.qualify  # once in make test: test_verdict
def test_the_clean_pair_raises_no_alarm(environments: Mapping[Side, Environment], tmp_path: Path) -> None:
    started = time.monotonic()
    conclusion = loaded(environments, tmp_path)
    print(f"clean: {time.monotonic() - started:.0f} s, {dict(conclusion.measures)}")

    assert conclusion.status is Status.PASSED, conclusion


def test_a_target_that_goes_away_is_one_finding(
    environments: Mapping[Side, Environment], tmp_path: Path
) -> None:
    with FaultProxy(environments[Side.TARGET].url) as proxy:
        going = {**environments, Side.TARGET: replace(environments[Side.TARGET], url=proxy.url)}
        stop = threading.Timer(14, lambda: proxy.add(matching(path="."), Reset()))
        stop.start()
        conclusion = loaded(going, tmp_path)
        stop.cancel()

    assert [each.kind for each in conclusion.findings] == [FindingKind.UNAVAILABLE]


READING = replace(
    SMOKE,
    scenarios=tuple(each for each in SALES_DESK.scenarios if not each.writes),
    limits=(),
    margin=Decimal("0.05"),
    noticeable=Decimal(0),
    rounds=1,
)


@pytest.mark.qualify
@pytest.mark.parametrize("number", range(1, 21))
def test_a_system_is_not_slower_than_itself(
    environments: Mapping[Side, Environment], tmp_path: Path, number: int
) -> None:
    """The source against the source, at a margin of 5 % and with nothing too short to be noticed."""
    source = environments[Side.SOURCE]
    capture = gather(
        replace(READING, seed=number),
        {Side.SOURCE: source, Side.TARGET: replace(source, side=Side.TARGET)},
        Part.PAIR,
        workdir=tmp_path,
        hosts=HOSTS,
    )
    conclusion = compare(SPEC, {Part.PAIR: capture})
    answers = {name: str(item) for name, item in conclusion.measures.items() if name.endswith("answer")}
    print(f"{number}: {answers}")

    assert len(answers) == len(READING.transactions)  # a run that says nothing proves nothing
    assert conclusion.findings == ()
    assert "worse" not in answers.values()


@pytest.mark.qualify
@pytest.mark.parametrize("number", range(1, 11))
def test_a_planted_delay_is_always_found(
    environments: Mapping[Side, Environment], tmp_path: Path, number: int
) -> None:
    """The source against itself behind a gateway that takes 50 ms for one of the four things asked."""
    source = environments[Side.SOURCE]
    with FaultProxy(source.url) as plain, FaultProxy(source.url) as slow:
        slow.add(matching(body=b"party.party.search_read"), Delay(0.05))
        sides = {Side.SOURCE: plain.url, Side.TARGET: slow.url}
        capture = gather(
            replace(READING, seed=number),
            {side: replace(source, side=side, url=url) for side, url in sides.items()},
            Part.PAIR,
            workdir=tmp_path,
            hosts=HOSTS,
        )
    found = compare(SPEC, {Part.PAIR: capture}).findings

    assert [(each.kind, each.entity) for each in found] == [(FindingKind.REGRESSION, "party.list")]


ORDERS = LoadPlan(
    scenarios=(Scenario("sale.order", 1, ("sale.create", "sale.quote", "sale.confirm"), writes=True),),
    rate=Decimal(3),
    block_seconds=Decimal(1),
    pairs=4,
    rounds=1,
    users=3,
    role="sales",
)


def every_third(body: bytes) -> When:
    """Of the requests with this in their body the third, the sixth and so on."""
    chosen, seen = matching(body=body), count(1)
    return lambda request: chosen(request) and next(seen) % 3 == 0


@pytest.mark.parametrize("defect", [pytest.param("none", marks=pytest.mark.qualify), "lost", "doubled"])
def test_what_was_acknowledged_under_load_is_there_once(
    environments: Mapping[Side, Environment], tmp_path: Path, defect: str
) -> None:
    """Lost: a gateway acknowledges and passes nothing on; doubled: it sends a second time what it sent."""
    target = environments[Side.TARGET]
    adapter: Any = open_adapter(target, "admin")
    known = next(iter(adapter.read("sale.sale", ["id"])))["id"]
    adapter.close()
    fault = {"lost": Pretend(b'{"id": 1, "result": [%d]}' % known), "doubled": Repeat()}.get(defect)
    with FaultProxy(target.url) as proxy:
        rule = fault and proxy.add(every_third(b"model.sale.sale.create"), fault)
        sides = {**environments, Side.TARGET: replace(target, url=proxy.url)}
        capture = gather(ORDERS, sides, Part.PAIR, workdir=tmp_path, hosts=HOSTS, writes=True)
    conclusion = compare(SPEC, {Part.PAIR: capture})

    found = {each.field: each.count for each in conclusion.findings if each.entity == "documents"}
    assert found == ({defect: rule.count} if rule else {})
    assert conclusion.measures["documents.target.acknowledged"] >= 10
    assert conclusion.measures["documents.source.wrong"] == 0


def test_every_desk_s_documents_are_kept_and_balance(
    environments: Mapping[Side, Environment], tmp_path: Path
) -> None:
    """Buyers, pickers, clerks and newcomers at once; their documents are there as they were acknowledged."""
    everybody = (*BACK_OFFICE.scenarios, Scenario("log_in", 2, role="sales"))
    plan = replace(
        BACK_OFFICE, scenarios=everybody, rate=Decimal(3), block_seconds=Decimal(2), pairs=4, rounds=1
    )
    capture = gather(plan, environments, Part.PAIR, workdir=tmp_path, hosts=HOSTS, writes=True)
    conclusion = compare(SPEC, {Part.PAIR: capture})

    assert not [each for each in conclusion.findings if each.field not in {"p50", "index", "statements"}]
    for side in Side:
        assert conclusion.measures[f"documents.{side}.acknowledged"] >= 8
        assert conclusion.measures[f"documents.{side}.wrong"] == 0
    assert "performance.caveat.statements" not in {each.key for each in conclusion.caveats}


@pytest.mark.qualify
def test_a_number_that_nobody_has_is_told(
    pair: DemoPair, environments: Mapping[Side, Environment], tmp_path: Path
) -> None:
    """Entries are posted under load; then one of them is given another number, as nobody may."""
    posting = replace(
        BACK_OFFICE,
        scenarios=tuple(each for each in BACK_OFFICE.scenarios if each.name == "journal.post"),
        block_seconds=Decimal(1),
        pairs=4,
        rounds=1,
    )
    with demo.target_copy(pair, "load_gaps") as copy:
        target = environments[Side.TARGET]
        options = {**target.options, "database": copy.database}
        sides = {**environments, Side.TARGET: replace(target, url=copy.url, sql=None, options=options)}
        capture = gather(posting, sides, Part.PAIR, workdir=tmp_path, hosts=HOSTS, writes=True)
        clean = compare(SPEC, {Part.PAIR: capture})
        reference = ledger.read(capture.content("writes.csv").decode())[-1].reference
        run = reference.removeprefix("LOAD-").partition("-")[0]
        with sqlalchemy.create_engine(copy.sql, poolclass=sqlalchemy.NullPool).begin() as connection:
            pattern = {"run": f"LOAD-{run}-%"}
            chosen = connection.execute(
                sqlalchemy.text(
                    "SELECT number FROM account_move WHERE description LIKE :run "
                    "ORDER BY number OFFSET 3 LIMIT 1"
                ),
                pattern,
            ).scalar_one()
            connection.execute(
                sqlalchemy.text("UPDATE account_move SET number = 'elsewhere' WHERE number = :number"),
                {"number": chosen},
            )
        adapter: Any = open_adapter(sides[Side.TARGET], "accounting")
        missing = adapter.missing_numbers(run)
        adapter.close()

    assert clean.measures["documents.target.missing_numbers"] == 0
    assert clean.measures["documents.source.missing_numbers"] == 0
    assert missing == (chosen,)


class Web(BaseHTTPRequestHandler):
    """Answers with the connection it was asked on; `/slow` takes a second."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/slow":
            time.sleep(1)
        body = str(self.client_address[1]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def web() -> Iterator[str]:
    """A server on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_connection_is_kept_while_it_is_used_and_left_when_it_was_idle() -> None:
    with web() as url:
        http = OneUserHttp(url, 5)
        first, second = (http.send("POST", "/", b"x").body for _ in range(2))
        time.sleep(1.2)
        third = http.send("POST", "/", b"x").body
        http.close()

    assert first == second != third


@pytest.mark.parametrize(("path", "code"), [("/slow", "timeout"), ("/reset", "connection")])
def test_no_answer_is_a_fault_with_a_name(path: str, code: str) -> None:
    with web() as url, FaultProxy(url) as proxy:
        proxy.add(matching(path="/reset"), Reset())
        http = OneUserHttp(proxy.url, 0.3)
        with pytest.raises(LoadFault) as fault:
            http.send("POST", path, b"x")

    assert fault.value.code == code


def test_nobody_listening_is_a_fault_with_a_name() -> None:
    with web() as url:
        pass
    with pytest.raises(LoadFault) as fault:
        OneUserHttp(url, 1).send("POST", "/", b"x")

    assert fault.value.code == "connection"


def test_sessions_that_do_not_exist_are_no_figures(tmp_path: Path) -> None:
    capture = gather(
        PLAN, scripted_pair(), Part.PAIR, workdir=tmp_path, hosts=HOSTS, sessions="tests.nowhere:Nobody"
    )

    conclusion = compare(SPEC, {Part.PAIR: capture})

    assert conclusion.reason is not None
    assert (conclusion.status, conclusion.reason.key) == (Status.UNKNOWN, "performance.unknown.unfinished")
    assert b"tests.nowhere" in capture.content("generator.log")


@contextmanager
def loading(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that loads until it is ended."""
    script = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell may ignore it
        "import sys; from dataclasses import replace; from pathlib import Path\n"
        "from harness.model import Part; from harness.performance import gather\n"
        "from tests.performance.test_process import HOSTS, PLAN, SESSIONS, pair\n"
        "gather(replace(PLAN, pairs=500), pair(), Part.PAIR, workdir=Path(sys.argv[1]), hosts=HOSTS, "
        "sessions=SESSIONS)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(folder)], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("number", [2, 9, 15], ids=["ctrl-c", "kill -9", "terminate"])
def test_the_load_ends_with_whoever_asked_for_it(number: int, tmp_path: Path) -> None:
    with loading(tmp_path) as process:
        wait_until(lambda: (tmp_path / "samples.csv").exists())
        assert still_running(tmp_path)
        process.send_signal(number)
        process.wait(timeout=10)
        wait_until(lambda: not still_running(tmp_path))


def wait_until(holds: object, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)
