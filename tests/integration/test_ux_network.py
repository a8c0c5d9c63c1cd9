"""The browser calls nobody but the two environments, by its own log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from harness.adapters.protocol import HasWebClient
from harness.adapters.registry import open_adapter
from harness.config import load
from harness.demo import DemoPair
from harness.model import Side
from harness.ux import open_browser

pytestmark = pytest.mark.real_pair


def test_no_request_leaves_for_any_host_but_the_two_environments(pair: DemoPair, tmp_path: Path) -> None:
    """By the browser's own log of its network, which knows of more than its pages do."""
    config = load(pair.config, environ={}, overrides={})
    log = tmp_path / "net.json"
    with open_browser(
        config.ux, [config.pair[side].url for side in Side], further=[f"--log-net-log={log}"]
    ) as opened:
        for side in Side:
            adapter = open_adapter(config.pair[side], "admin")
            assert isinstance(adapter, HasWebClient)
            with opened.new_page() as page:
                client: Any = adapter.pages(page)
                client.open()
                client.log_in()
                page.evaluate("fetch('http://stranger.example/spy').catch(() => 0)")
                page.wait_for_timeout(2000)
            adapter.close()

    reached, asked = _hosts(log)

    ours = {urlsplit(config.pair[side].url).netloc for side in Side}
    assert ours <= reached, "the log knows what was reached"
    assert reached == ours
    assert asked == set(), "names that a name server was asked for"


def _hosts(log: Path) -> tuple[set[str], set[str]]:
    """The addresses that sockets were opened to, and the names that left for a name server."""
    text = log.read_text(encoding="utf-8").rstrip().rstrip(",")
    content: Any = json.loads(text if text.endswith("}") else text + "]}")
    kinds = {number: name for name, number in content["constants"]["logEventTypes"].items()}
    events = [
        (kinds[event["type"]], event["source"]["id"], event.get("params") or {})
        for event in content["events"]
    ]
    # A browser "connects" a datagram socket to see whether there is a route; nothing leaves until it sends.
    sent = {source for kind, source, _ in events if kind == "UDP_BYTES_SENT"}
    reached: set[str] = set()
    asked: set[str] = set()
    for kind, source, params in events:
        if kind == "TCP_CONNECT_ATTEMPT" or (kind == "UDP_CONNECT" and source in sent):
            reached.update(filter(None, [params.get("address")]))
        if kind in ("HOST_RESOLVER_MANAGER_JOB", "DNS_TRANSACTION", "HOST_RESOLVER_SYSTEM_TASK"):
            asked.update(str(params[name]) for name in ("host", "hostname") if params.get(name))
    return reached, asked
