"""Servers on other machines: real pages and answers of Prometheus's kind, over a real connection."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from harness.messages import Language, render
from harness.model import Attachment, Environment, Metrics, Part, Secret, Side
from harness.performance.comparison import compare
from harness.performance.server import stored
from harness.performance.server.exporter import MetricsServer
from harness.performance.server.processes import Used
from harness.performance.server.sampling import sampled
from harness.ways import Network
from tests.performance.recorded import SPEC, capture

pytestmark = pytest.mark.end_to_end

PAGE = """# HELP process_resident_memory_bytes Resident memory size in bytes.
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes 3.14572800e+08
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 12.5
# TYPE process_open_fds gauge
process_open_fds 23
# TYPE namedprocess_namegroup_memory_bytes gauge
namedprocess_namegroup_memory_bytes{groupname="erp \\"web\\"",memtype="resident"} 100
namedprocess_namegroup_memory_bytes{groupname="erp",memtype="resident"} 1000
namedprocess_namegroup_memory_bytes{groupname="erp",memtype="virtual"} 5000
namedprocess_namegroup_memory_bytes{groupname="cron",memtype="resident"} 200
pg_stat_activity_count{datname="erp",state="idle"} 4 1700000000000
pg_stat_activity_count{datname="erp",state="active"} 2 1700000000000
broken_gauge NaN
"""


GROUP = "namedprocess_namegroup_memory_bytes"


@dataclass
class Exporter:
    """What is answered, and what was asked for."""

    content: str = PAGE
    status: int = 200
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""


@contextmanager
def exporting(exporter: Exporter) -> Iterator[Exporter]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            exporter.asked.append((self.path, self.headers["Authorization"]))
            query = parse_qs(urlsplit(self.path).query).get("query", [""])[0]
            body = json.dumps(exporter.answers[query]) if query else exporter.content
            self.send_response(exporter.status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        exporter.url = f"http://127.0.0.1:{server.server_port}"
        yield exporter
        server.shutdown()


@pytest.fixture
def exporter(socket_enabled: None) -> Iterator[Exporter]:
    """A server of exposition text on this machine."""
    with exporting(Exporter()) as made:
        yield made


def reader(exporter: Exporter, path: str = "/metrics", **figures: str) -> MetricsServer:
    return MetricsServer(Metrics(exporter.url + path, None, figures), Network())


def vector(*values: str) -> dict[str, Any]:
    rows = [{"metric": {}, "value": [1700000000.1, value]} for value in values]
    return {"status": "success", "data": {"resultType": "vector", "result": rows}}


@pytest.mark.parametrize(
    ("figures", "used"),
    [
        ({}, Used(memory=300 << 20, cpu=12.5, files=23)),
        ({"memory": f'{GROUP}{{groupname="erp",memtype="resident"}}'}, Used(memory=1000)),
        ({"memory": f'{GROUP}{{memtype="resident"}}'}, Used(memory=1300)),
        ({"connections": "pg_stat_activity_count"}, Used(connections=6)),
        ({"cpu": "process_cpu_seconds_total", "files": "no_such"}, Used(cpu=12.5)),
    ],
)
def test_a_page_tells_what_the_server_uses(exporter: Exporter, figures: dict[str, str], used: Used) -> None:
    assert reader(exporter, **figures).used() == used


def test_a_prometheus_server_is_asked_for_each_figure(exporter: Exporter) -> None:
    exporter.answers = {
        "sum(rss)": vector("100.5", "NaN", "20"),
        "scalar(cpu)": {"data": {"resultType": "scalar", "result": [1, "7.5"]}},
        "nothing": vector(),
    }
    read = reader(exporter, "/api/v1/query", memory="sum(rss)", cpu="scalar(cpu)", files="nothing")

    assert read.used() == Used(memory=120, cpu=7.5)
    assert read.failed == 0


@pytest.mark.parametrize(
    ("change", "figures", "why"),
    [
        ({"status": 404}, {}, "refused"),
        ({"status": 503}, {}, "unreachable"),
        ({"content": "<html>Log in</html>"}, {}, "format"),
        ({"content": ""}, {}, "nothing"),
        ({}, {"memory": "no_such_series"}, "nothing"),
        ({}, {"memory": "broken_gauge"}, "nothing"),
    ],
)
def test_what_cannot_be_read_is_counted_with_its_reason(
    exporter: Exporter, change: dict[str, Any], figures: dict[str, str], why: str
) -> None:
    for name, value in change.items():
        setattr(exporter, name, value)
    read = reader(exporter, **figures)

    assert [read.used(), read.used()] == [None, None]
    assert (read.asked, read.failed, read.why) == (2, 2, why)


def test_an_answer_to_a_query_that_is_none(exporter: Exporter) -> None:
    matrix = {"data": {"resultType": "matrix", "result": []}}
    exporter.answers = {"memory": {"status": "error"}, "range": matrix}
    for query in exporter.answers:
        read = reader(exporter, "/api/v1/query", memory=query)

        assert (read.used(), read.why) == (None, "format")


def test_nobody_there_is_counted_too(exporter: Exporter) -> None:
    read = MetricsServer(Metrics("http://127.0.0.1:9/metrics"), Network())

    assert (read.used(), read.why) == (None, "unreachable")


def test_the_token_is_sent_and_never_shown(exporter: Exporter) -> None:
    metrics = Metrics(f"{exporter.url}/metrics", Secret("opensesame"))
    MetricsServer(metrics, Network()).used()

    assert exporter.asked == [("/metrics", "Bearer opensesame")]
    assert "opensesame" not in repr(metrics)


def environment(side: Side, url: str) -> Environment:
    return Environment(side, "tryton", "http://erp.example", metrics=Metrics(url))


def test_both_sides_are_sampled_and_what_failed_is_said(exporter: Exporter, tmp_path: Path) -> None:
    """The source's exporter answers, the target's does not."""
    sides = [
        environment(Side.SOURCE, f"{exporter.url}/metrics"),
        environment(Side.TARGET, "http://127.0.0.1:9/"),
    ]
    stop = threading.Event()
    with sampled(sides, tmp_path):
        stop.wait(1.5)
    samples = stored.read((tmp_path / stored.FILE).read_text())
    told = stored.readings((tmp_path / stored.READINGS).read_text())

    assert {(each.memory, each.cpu, each.files) for each in samples if each.side is Side.SOURCE} == {
        (300 << 20, 12.5, 23)
    }
    assert {each.memory for each in samples if each.side is Side.TARGET} == {None}
    assert (told[Side.SOURCE].failed, told[Side.TARGET].failed) == (0, told[Side.TARGET].asked)

    made = capture(servers="")
    readings = (tmp_path / stored.READINGS).read_bytes()
    attachments = (*made.attachments, Attachment(stored.READINGS, "text/csv", readings))
    concluded = compare(SPEC, {Part.PAIR: type(made)(made.value, attachments=attachments)})
    unseen = [each for each in concluded.caveats if each.key == "performance.caveat.servers_unseen"]
    said = [render(each, Language.EN) for each in unseen]
    assert "name the series in [source.metrics]" in said[0]
    assert f"{told[Side.TARGET].failed} of {told[Side.TARGET].asked} readings" in said[1]
    assert "nobody answered" in said[1]
