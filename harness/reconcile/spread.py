"""Independent jobs, done here or on other machines: submit, gather as they end, cancel.

    with on_dask("tcp://scheduler:8786") as executor:
        for place, result in executor.results(work, jobs):
            ...

One job is one entity with both its sides: splitting a table that lives on one server gains nothing. A
worker that is lost costs its unfinished jobs a repetition; a job whose workers are lost again and again
(the scheduler's `allowed-failures`) is given up, for it may be what kills them. What is sent is pickled:
`work` is a function of a module that the workers have too, and no job holds a password.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from harness.errors import ConfigError, HarnessError, MissingTool
from harness.messages import text

Job = TypeVar("Job")
Result = TypeVar("Result")

CONNECT_SECONDS = 10


class Executor(Protocol):
    """Does jobs at the same time. Leaving its `with` cancels what has not ended."""

    def results(self, work: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[tuple[int, Result]]:
        """The place of each job with its result, as they end; what `work` raises is raised here."""
        ...


class _Here:
    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    def results(self, work: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[tuple[int, Result]]:
        futures = {self._pool.submit(work, job): place for place, job in enumerate(jobs)}
        for future in as_completed(futures):
            yield futures[future], future.result()


class _OnDask:
    def __init__(self, client: Any) -> None:
        self._client = client

    def results(self, work: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[tuple[int, Result]]:
        from distributed import KilledWorker
        from distributed import as_completed as as_ended  # its classes have no types

        ended: Any = as_ended
        futures = self._client.map(work, jobs, pure=False)
        places = {future.key: place for place, future in enumerate(futures)}
        try:
            for future in ended(futures, loop=self._client.loop):
                yield places[future.key], future.result()
        except KilledWorker as error:
            raise HarnessError(text("reconcile.spread.lost")) from error
        finally:
            self._client.cancel(futures)


@contextmanager
def here(workers: int) -> Iterator[Executor]:
    """So many jobs at a time in this process."""
    pool = ThreadPoolExecutor(workers, thread_name_prefix="reconcile")
    try:
        yield _Here(pool)
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def on_dask(address: str) -> Iterator[Executor]:
    """The workers of the Dask scheduler at `address`; ConfigError when none answers there."""
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingTool(text("reconcile.spread.not_installed")) from error
    try:
        connect: Any = Client
        client = connect(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ConfigError(text("reconcile.spread.no_scheduler", address=address)) from error
    with client:
        if not client.scheduler_info()["workers"]:
            raise ConfigError(text("reconcile.spread.no_workers", address=address))
        yield _OnDask(client)
