"""Which processes are a server on this machine."""

from __future__ import annotations

import pytest

from harness.performance.server.processes import LocalServer, local_port


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("http://127.0.0.1:8000/db", 8000),
        ("http://localhost:8000", 8000),
        ("http://[::1]:8069/", 8069),
        ("https://localhost/", 443),
        ("https://erp.example.com:8000/", None),
        ("http://10.0.0.7:8000/", None),
        ("", None),
    ],
)
def test_an_address_of_this_machine_has_a_port_to_look_at(url: str, port: int | None) -> None:
    assert local_port(url) == port


def test_another_machine_s_server_is_not_looked_at() -> None:
    assert LocalServer("https://erp.example.com/").used() is None


def test_where_nobody_listens_nothing_is_used() -> None:
    assert LocalServer("http://127.0.0.1:1/").used() is None
