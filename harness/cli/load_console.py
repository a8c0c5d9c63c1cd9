"""What `harness load run` shows while it runs and at its end, and what it stores."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from harness.errors import ConfigError
from harness.messages import Language, render
from harness.model import Capture, Part, Side, Status, text
from harness.redact import Redactor

if TYPE_CHECKING:
    from harness.performance import LoadPlan
    from harness.performance.events import Story
    from harness.performance.job import Crew
    from harness.performance.told import Told

_PAUSE = 0.5
_WIDEST = 1000
_HEADLINE = {Status.FAILED: "load.run.failed", Status.UNKNOWN: "load.run.unknown"}


@contextmanager
def progress(work: Path, plan: LoadPlan, part: Part, language: Language) -> Iterator[None]:
    """Shows which block the generator has finished, for as long as it runs."""
    from harness.performance import events
    from harness.performance.blocks import blocks

    total = len(blocks(plan, (part.side,) if part.side else tuple(Side)))
    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    ended = threading.Event()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)

        def follow() -> None:
            while not ended.wait(_PAUSE):
                done = len(events.read(work / events.EVENTS).blocks)
                told = render(text("load.run.progress", done=done, total=total), language)
                bar.update(task, completed=done, description=told)

        follower = threading.Thread(target=follow, daemon=True)
        follower.start()
        try:
            yield
        finally:
            ended.set()
            follower.join()


def store(folder: Path, capture: Capture, found: Told, secrets: Sequence[str]) -> None:
    """The raw samples, the same as histograms, the generator's log and the answers, without secrets."""
    from harness.performance import histograms
    from harness.performance.recording import recording
    from harness.performance.told import as_json

    redactor = Redactor(secrets)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for each in capture.attachments:
            (folder / each.name).write_bytes(redactor.content(each.content, each.media_type))
        (folder / histograms.FILE).write_text(histograms.log_of(recording(capture)), encoding="utf-8")
        answers = json.dumps(as_json(found), ensure_ascii=False, indent=2) + "\n"
        (folder / "answers.json").write_text(redactor.text(answers), encoding="utf-8")
    except OSError as problem:
        why = type(problem).__name__
        raise ConfigError(text("from_har.not_written", file=str(folder), why=why)) from problem


def show(found: Told, part: Part, folder: Path, language: Language) -> None:
    """The table, the reasons in sentences, and where the samples are."""
    console, table = Console(highlight=False, soft_wrap=True), _table(found, part, language)
    # Figures broken over lines cannot be compared: a narrow terminal wraps the whole line instead.
    needed = Measurement.get(console, console.options.update(max_width=_WIDEST), table).maximum
    Console(highlight=False, width=max(console.width, needed)).print(table)
    if found.status in _HEADLINE:
        console.print(escape(render(text(_HEADLINE[found.status]), language)))
    else:
        key = "load.run.passed_alone" if part.side else "load.run.passed"
        console.print(escape(render(text(key), language)))
    for reason in found.reasons:
        console.print(escape(f"  {render(reason, language)}"))
    console.print(escape(render(text("load.run.stored", folder=str(folder)), language)))


def announce(crew: Crew, language: Language) -> None:
    """Where the workers join, and who else could."""
    console, address = Console(stderr=True, highlight=False, soft_wrap=True), str(crew.bind)
    told = text("load.workers.waiting", workers=crew.workers, address=address, seconds=crew.wait_seconds)
    console.print(escape(render(told, language)))
    if not crew.bind.only_here:
        console.print(escape(render(text("load.workers.open", address=address), language)))


def show_share(story: Story, language: Language) -> None:
    """What a worker has done."""
    told = text(
        "load.workers.done",
        worker=next(iter(story.joined), "?"),
        blocks=len(story.blocks),
        arrivals=sum(block.planned for block in story.blocks),
    )
    Console(highlight=False, soft_wrap=True).print(escape(render(told, language)))


def _table(found: Told, part: Part, language: Language) -> Table:
    sides = (part.side,) if part.side else tuple(Side)
    compared = () if part.side else ("ratio", "answer", "detectable")
    names = ("transaction", "share", "samples", "errors", *(side.value for side in sides), *compared, "limit")
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for name in names:
        justify = "left" if name in ("transaction", "answer", "limit") else "right"
        table.add_column(render(text(f"load.column.{name}"), language), justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for line in found.lines:
        cells = [
            line.transaction,
            line.share,
            " / ".join(str(line.samples[side]) for side in sides),
            " / ".join(str(line.errors[side]) for side in sides),
            *("-" if line.seconds[side] is None else str(line.seconds[side]) for side in sides),
        ]
        if compared:
            cells += [line.ratio, render(line.answer, language), line.detectable]
        table.add_row(*(escape(cell) for cell in (*cells, render(line.limit, language))))
    return table
