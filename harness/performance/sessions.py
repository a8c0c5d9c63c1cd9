"""Which class of load sessions an environment's adapter brings."""

from __future__ import annotations

from harness.adapters.load import Answer, Http, LoadFault, LoadSession, Scenario, Seat, Stopwatch
from harness.adapters.protocol import GeneratesLoad
from harness.adapters.registry import open_adapter
from harness.errors import ConfigError
from harness.model import Environment, text

__all__ = ["Answer", "Http", "LoadFault", "LoadSession", "Scenario", "Seat", "Stopwatch", "sessions_of"]


def sessions_of(environment: Environment, role: str) -> str:
    """`module:Class` of the environment's load sessions; ConfigError when its adapter has none."""
    adapter = open_adapter(environment, role)
    try:
        if not isinstance(adapter, GeneratesLoad):
            side, name = environment.side.value, environment.adapter
            raise ConfigError(text("performance.config.no_sessions", side=side, adapter=name))
        return adapter.load_sessions()
    finally:
        adapter.close()
