"""What every part of the conformance suite stands on: the declarations of its subclass, and its fixtures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import httpx
import pytest

from harness.adapters.protocol import Adapter
from harness.adapters.registry import open_adapter
from harness.model import Environment
from harness.testing.declarations import CountingTransport, Sample, Unsupported


class Declared:
    """An adapter's name, what it lacks and why, and how it is opened."""

    adapter_name: ClassVar[str]
    unsupported: ClassVar[Mapping[str, Unsupported]] = MappingProxyType({})
    # Whether the environment's data carries whole business processes.
    trades: ClassVar[bool] = True

    @pytest.fixture
    def environment(self) -> Environment:
        """The environment to test against."""
        raise NotImplementedError("a conformance class gives an environment")

    @pytest.fixture
    def sample(self) -> Sample:
        """What that environment holds."""
        raise NotImplementedError("a conformance class gives a sample")

    @pytest.fixture
    def inner(self) -> httpx.BaseTransport | None:
        """The transport that reaches the environment; None for an adapter that has no use for one."""
        return None

    @pytest.fixture
    def wire(self, inner: httpx.BaseTransport | None) -> CountingTransport | None:
        """The same transport, counting."""
        return None if inner is None else CountingTransport(inner)

    @pytest.fixture
    def adapter(self, environment: Environment, wire: CountingTransport | None) -> Iterator[Any]:
        """The adapter under test, reading only."""
        adapter = open_adapter(environment, self._role(environment), transport=wire)
        yield adapter
        adapter.close()

    @pytest.fixture
    def writer(self, environment: Environment, wire: CountingTransport | None) -> Iterator[Any]:
        """The adapter under test, unlocked."""
        assert environment.allow_writes, "the environment of a conformance class may be written to"
        adapter = open_adapter(environment, self._role(environment), writes=True, transport=wire)
        yield adapter
        adapter.close()

    @pytest.fixture
    def unreachable(self, environment: Environment) -> Iterator[Adapter]:
        """The adapter of an environment that does not answer."""
        adapter = open_adapter(environment, self._role(environment), transport=CountingTransport())
        yield adapter
        adapter.close()

    def _needs(self, *capabilities: str) -> None:
        """Skips where the adapter lacks one of them, with its reason."""
        for capability in capabilities:
            if capability in self.unsupported:
                lacking = self.unsupported[capability]
                pytest.skip(f"{lacking.kind}: {lacking.reason}")

    def _trading(self, *capabilities: str) -> None:
        """The same; and skips where the data of the environment carries no trade."""
        self._needs(*capabilities)
        if not self.trades:
            pytest.skip("the data of this environment carries no trade")

    @staticmethod
    def _role(environment: Environment) -> str:
        return (
            "admin"
            if not environment.accounts or "admin" in environment.accounts
            else next(iter(environment.accounts))
        )
