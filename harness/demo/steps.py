"""Steps with a name, a time and a log each; whoever watches is told when one starts and how it ends."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import psycopg

from harness.demo import processes
from harness.demo.state import StateFile
from harness.errors import DemoError
from harness.model import Text, text

LAST_LINES = 6


class StepState(StrEnum):
    """How far a step is."""

    STARTED = "started"
    FINISHED = "finished"
    CACHED = "cached"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One event of progress. `title` says what the step does; `seconds` is set when it has ended."""

    name: str
    title: Text
    state: StepState
    seconds: Decimal | None = None
    log: Path | None = None


class CommandFailed(Exception):
    """A program ended with an error; its log says why."""

    def __init__(self, program: str, code: int) -> None:
        super().__init__(f"{program}: {code}")
        self.program = program
        self.code = code


class StepFailed(Exception):
    """A step cannot go on; `log`, when it is another than the step's own, says why."""

    def __init__(self, sentence: Text, log: Path | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.log = log


@dataclass(frozen=True, slots=True)
class Work:
    """A step under way: runs programs whose output goes to the step's log."""

    log: Path
    state: StateFile
    name: str

    def run(
        self,
        command: Sequence[str | Path],
        *,
        environ: Mapping[str, str] | None = None,
        owner: processes.Owner | None = None,
        folder: Path | None = None,
    ) -> None:
        """Runs a program to its end; CommandFailed when it says that it failed.

        Whatever ends our waiting (Ctrl-C too) ends the program and its children first.
        """
        known = None
        try:
            with processes.uninterrupted():
                child = processes.start(
                    command, log=self.log, environ=environ or {}, owner=owner, folder=folder
                )
                known, label = processes.started(child.pid), f"step {self.name} {child.pid}"
                self.state.add_process(label, known)
            code = child.wait()
        except BaseException:
            if known:
                processes.stop(known, patience=5)
                child.wait()
            raise
        finally:
            if known:
                self.state.drop_process(label)
        if code:
            raise CommandFailed(Path(command[0]).name, code)

    def note(self, line: str) -> None:
        """Adds a line of our own to the log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("a", encoding="utf-8") as file:
            file.write(line.rstrip("\n") + "\n")


class Steps:
    """Runs the steps of one demo and reports each."""

    def __init__(self, logs: Path, state: StateFile, report: Callable[[Step], None]) -> None:
        self.logs = logs
        self.state = state
        self.report = report

    @contextmanager
    def step(self, name: str) -> Iterator[Work]:
        """The step `name`; a failure within becomes a DemoError that names the step and its log."""
        log = self.logs / f"{name}.log"
        log.unlink(missing_ok=True)
        title = text(f"demo.step.{name}")
        self.report(Step(name, title, StepState.STARTED, log=log))
        began = time.monotonic()
        try:
            yield Work(log, self.state, name)
        except ACCOUNTED as error:
            self.report(Step(name, title, StepState.FAILED, _since(began), log))
            raise DemoError(failure(title, error, log)) from error
        except BaseException:
            self.report(Step(name, title, StepState.FAILED, _since(began), log))
            raise
        self.report(Step(name, title, StepState.FINISHED, _since(began), log))

    def cached(self, name: str) -> None:
        """Reports that a step was not needed: its result is in the cache."""
        self.report(Step(name, text(f"demo.step.{name}"), StepState.CACHED, Decimal(0)))


# What a step may fail of; anything else is an error of ours and travels on as it is.
ACCOUNTED = (CommandFailed, StepFailed, OSError, subprocess.SubprocessError, ValueError, psycopg.Error)


def failure(title: Text, error: Exception, log: Path) -> Text:
    """The sentence for a step that failed: what, the last words of its log, and where the rest is."""
    log = (error.log if isinstance(error, StepFailed) else None) or log
    words = last_lines(log)
    if isinstance(error, StepFailed):
        return text("demo.step_stopped", step=title, reason=error.sentence, words=words, log=str(log))
    if isinstance(error, CommandFailed):
        words = words or str(error)
    else:
        words = f"{words}\n{type(error).__name__}: {error}".strip()
    return text("demo.step_failed", step=title, reason=words, log=str(log))


def last_lines(log: Path, count: int = LAST_LINES) -> str:
    """The last lines of a log that say anything."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return "\n".join([line.rstrip() for line in lines if line.strip()][-count:])


def _since(began: float) -> Decimal:
    return Decimal(str(round(time.monotonic() - began, 2)))
