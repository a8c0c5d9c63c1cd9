"""Systems that run batches in no time: an adapter that plug-in tests name in harness.toml."""

from __future__ import annotations

import httpx

from harness.adapters.guard import WriteGuard
from harness.model import Environment
from tests.performance.batch.scripted import Scripted


class Nights(Scripted):
    """The scripted adapter, opened as any other."""

    @classmethod
    def open(
        cls, environment: Environment, role: str, guard: WriteGuard, transport: httpx.BaseTransport | None
    ) -> Nights:
        """A session that asks nobody."""
        return cls(environment, role=role)
