"""How fast two databases are compared: against every rival that is installed, and against the limits.

    python -m benchmarks.reconcile --rows 1000000 --json bench.json

The data is seeded, the servers are real, the contenders take turns, and medians come with their range.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import psycopg
from rich.console import Console
from rich.table import Table

from benchmarks.reconcile_contenders import contenders
from benchmarks.reconcile_data import run, scenarios, seed, seed_files
from harness.demo import cluster, processes
from harness.demo.postgres_programs import find_programs
from harness.demo.state import StateFile
from harness.demo.steps import Work

_DATABASES = ("bench_source", "bench_target")


@click.command()
@click.option("--rows", type=click.IntRange(min=10_000), default=1_000_000, show_default=True)
@click.option("--rounds", type=click.IntRange(min=1), default=7, show_default=True)
@click.option("--scenario", "names", multiple=True, help="Only these.")
@click.option("--without", "left_out", multiple=True, help="Contenders that stay out.")
@click.option("--server", help="URL of a superuser on a running server; else one is started.")
@click.option("--json", "file", type=click.Path(path_type=Path), help="Where the figures go.")
def main(
    rows: int,
    rounds: int,
    names: tuple[str, ...],
    left_out: tuple[str, ...],
    server: str | None,
    file: Path | None,
) -> None:
    """Prints one table a scenario; writes all figures as JSON when asked."""
    chosen = {name: item for name, item in scenarios(rows).items() if not names or name in names}
    console = Console()
    figures: dict[str, Any] = {"rows": rows, "rounds": rounds, "cores": os.cpu_count(), "scenarios": {}}
    with _server(server) as urls, tempfile.TemporaryDirectory(prefix="harness-bench-") as folder:
        console.print(f"seeding {rows:,} rows a table ...")
        seed(*urls, rows, names)
        files = tuple(str(Path(folder, f"{name}.db")) for name in _DATABASES)
        for name, scenario in chosen.items():
            if scenario.in_files:
                seed_files(*map(Path, files), rows)
            taking_part = tuple(each for each in contenders(scenario) if each not in left_out)
            measured = _measured(name, taking_part, files if scenario.in_files else urls, rows, rounds)
            figures["scenarios"][name] = measured
            console.print(_table(name, scenario.differing, measured))
    if file:
        file.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def _measured(
    scenario: str, names: tuple[str, ...], urls: tuple[str, ...], rows: int, rounds: int
) -> dict[str, dict[str, Any]]:
    """Every contender once a round, in turn; the first, unmeasured round warms the caches."""
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for number in range(rounds + 1):
        for name in names:
            once = _once(scenario, name, urls, rows)
            if number:
                runs[name].append(once)
    return {name: _summary(each) for name, each in runs.items()}


def _once(scenario: str, name: str, urls: tuple[str, ...], rows: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.reconcile", "--one", scenario, name, *urls, str(rows)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise click.ClickException(f"{scenario}, {name}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _one(scenario: str, name: str, source: str, target: str, rows: str) -> None:
    """One contender, once, in this process."""
    chosen = scenarios(int(rows))[scenario]
    work = contenders(chosen)[name]
    started = time.perf_counter()
    found = work(chosen, source, target)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": peak, "found": found}))


def _summary(runs: list[dict[str, Any]]) -> dict[str, Any]:
    seconds = sorted(item["seconds"] for item in runs)
    return {
        "median": statistics.median(seconds),
        "lowest": seconds[0],
        "highest": seconds[-1],
        "megabytes": max(item["megabytes"] for item in runs),
        "found": runs[-1]["found"],
        "seconds": seconds,
    }


def _table(name: str, differing: int, measured: dict[str, dict[str, Any]]) -> Table:
    table = Table(title=f"{name} (about {differing:,} rows differ)", title_justify="left")
    against = next(name for name in ("copy limit", "C scan") if name in measured)
    for heading in ("", "median s", "range s", f"of {against}", "peak MB", "found"):
        table.add_column(heading, justify="left" if not heading else "right")
    limit = measured[against]["median"]
    for contender, item in sorted(measured.items(), key=lambda each: each[1]["median"]):
        spread = f"{item['lowest']:.2f}-{item['highest']:.2f}"
        found = "" if item["found"] is None else f"{item['found']:,}"
        ratio = f"{item['median'] / limit:.2f}x"
        table.add_row(contender, f"{item['median']:.2f}", spread, ratio, f"{item['megabytes']:.0f}", found)
    return table


@contextmanager
def _server(given: str | None) -> Iterator[tuple[str, str]]:
    """The addresses of two empty databases, removed at the end."""
    if given:
        with _databases(given) as urls:
            yield urls
        return
    with processes.termination_interrupts(), tempfile.TemporaryDirectory(prefix="harness-bench-") as name:
        folder = Path(name)
        work = Work(folder / "postgres.log", StateFile(folder), "postgres")
        place, programs, password = (
            cluster.place_cluster(folder),
            find_programs(os.environ),
            cluster.new_password(),
        )
        cluster.create(place, programs, password, work)
        started = cluster.start(place, programs, processes.free_port(), password, work)
        try:
            with _databases(started.url("postgres")) as urls:
                yield urls
        finally:
            for process in work.state.read().processes.values():
                processes.stop(process)
            cluster.remove({"data": str(place.data)})


@contextmanager
def _databases(server: str) -> Iterator[tuple[str, str]]:
    base = server.rpartition("/")[0]
    drop = [f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in _DATABASES]
    run(server, *drop, *(f"CREATE DATABASE {name} TEMPLATE template0" for name in _DATABASES))
    try:
        yield f"{base}/{_DATABASES[0]}", f"{base}/{_DATABASES[1]}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            for statement in drop:
                connection.execute(statement.encode())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        _one(*sys.argv[2:])
    else:
        main()
