"""Where a master waits for its workers."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from harness.errors import ConfigError
from harness.model import text

PORT = 5557
"""Locust's own."""


@dataclass(frozen=True, slots=True)
class Address:
    """A host, or an interface of this machine, and a port."""

    host: str
    port: int = PORT

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def only_here(self) -> bool:
        """Whether nobody but this machine can come there."""
        try:
            return ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return self.host == "localhost"


def address_of(named: str) -> Address:
    """`host`, `host:port` or `[::1]:port`; ConfigError for anything else."""
    host, colon, port = named.rpartition(":")
    if not colon or named.endswith("]"):
        host, port = named, str(PORT)
    if not host or "/" in host or (":" in host and not host.startswith("[")):
        raise ConfigError(text("performance.workers.address", address=named))
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise ConfigError(text("performance.workers.address", address=named))
    return Address(host, int(port))
