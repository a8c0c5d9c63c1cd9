"""`harness reconcile`: two files, or two databases by mappings, compared alone, without a run."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text as Line

from harness.adapters.wire.sql import read_only_engine
from harness.cli import console_language
from harness.errors import ConfigError, ExitCode, Unreachable
from harness.evidence.codec import from_value, to_value
from harness.messages import Language, render
from harness.model import Capture, Part, Secret, Side, Status, Text, text
from harness.reconcile import EntityMapping, gather, load, load_folder
from harness.reconcile.comparison import compare
from harness.reconcile.files import (
    CellKind,
    Choices,
    DayOrder,
    Detected,
    FileOrigin,
    is_file,
    opened_file,
)
from harness.reconcile.files.pairing import Paired, Wishes, pair
from harness.reconcile.files.told import Compared, as_json, read_as
from harness.reconcile.progress import Progress as Seen
from harness.reconcile.spread import on_dask
from harness.reconcile.view import Place
from harness.redact import Redactor
from harness.values import Json, Value, from_json, to_json

_SHOWN = 20
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_SQLITE = (".db", ".sqlite", ".sqlite3")


@dataclass(frozen=True, slots=True)
class Ended:
    """Everything that one invocation has to say."""

    compared: tuple[Compared, ...]
    places: Mapping[Side, str]
    detected: Mapping[Side, Sequence[Detected]]
    notes: tuple[Text, ...]

    @property
    def code(self) -> ExitCode:
        """1 when anything differs; 5 when something was not compared, for want of rows; else 0."""
        found = {item.conclusion.status for item in self.compared}
        if Status.FAILED in found:
            return ExitCode.NO_GO
        return ExitCode.GO if found == {Status.PASSED} else ExitCode.NO_CHECK_RAN


class _Places:
    """Opens what the sides are; a file that is named twice is opened once."""

    def __init__(self, choices: Choices, stack: ExitStack) -> None:
        self._choices = choices
        self._stack = stack
        self._files: dict[Path, FileOrigin] = {}

    def file(self, path: Path) -> FileOrigin:
        """A file that is read as chosen."""
        whole = path.resolve()
        if whole not in self._files:
            self._files[whole] = self._stack.enter_context(opened_file(path, self._choices))
        return self._files[whole]

    def check_kinds(self) -> None:
        """ConfigError when a column that was given a kind is in none of the files."""
        tables = [found for origin in self._files.values() for found in origin.detected]
        columns = {
            name for found in tables for column in found.columns for name in (column.name, column.heading)
        }
        for name in self._choices.kinds:
            if name not in columns:
                raise ConfigError(text("files.error.no_column", name=name, columns=tuple(sorted(columns))))

    def place(self, given: str) -> Place:
        """A database or a file; `${NAME}` in it stands for a variable of the environment."""
        url = _VARIABLE.sub(_variable, given)
        if is_file(url):
            return self.file(Path(url))
        if "://" not in url and Path(url).suffix.lower() in _SQLITE:
            if not Path(url).is_file():
                raise ConfigError(text("files.error.missing", file=url))
            url = f"sqlite:///{url}"
        engine = read_only_engine(Secret(url))
        self._stack.callback(engine.dispose)
        return engine


@click.command(name="reconcile")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--source", metavar="URL", help="Database or file of the current system; FILES are mappings.")
@click.option("--target", metavar="URL", help="Database or file of the upgraded system.")
@click.option("--key", metavar="COLUMN[,COLUMN]", help="What names a row; proposed when it is not given.")
@click.option("--ignore", multiple=True, metavar="COLUMN=REASON", help="Do not compare a column, and why.")
@click.option("--tolerance", multiple=True, metavar="COLUMN=0.01", help="How far numbers may be apart.")
@click.option("--encoding", metavar="NAME", help="Encoding of text files: gb18030, big5, utf-16, cp1252 ...")
@click.option("--delimiter", metavar="SIGN", help="What divides the cells of text files; TAB for a tab.")
@click.option("--decimal", type=click.Choice([".", ","]), help="What divides the decimals of numbers.")
@click.option("--dates", type=click.Choice([item.value for item in DayOrder]), help="Day or month first.")
@click.option("--header-row", metavar="N[-M]", help="The row or rows of the header, from 1; 0 for none.")
@click.option("--sheet", metavar="NAME", help="Which sheet of a workbook, or table of a DuckDB file.")
@click.option(
    "--type", "kinds", multiple=True, metavar="COLUMN=KIND", help="Read a column as text, number or date."
)
@click.option("--dask", metavar="tcp://HOST:PORT", help="Compare mappings on the workers of this scheduler.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write all of it as JSON, too.")
def command(
    files: tuple[Path, ...],
    source: str | None,
    target: str | None,
    dask: str | None,
    json_path: Path | None,
    **options: Any,
) -> ExitCode:
    """Compare two FILES, or two databases (--source, --target) by mapping FILES.

    \b
    harness reconcile before.xlsx after.xlsx --key 科目编码
    harness reconcile fixtures/mappings/mine --source postgresql+psycopg://... --target after.csv

    Exit codes: 0 equal, 1 different, 4 a file, an option or a mapping is wrong, 5 there was no row to
    compare, 3 a database does not answer. `${NAME}` in a URL stands for a variable of the environment.
    """
    choices = _choices(options)
    with ExitStack() as stack:
        if source is None and target is None:
            ended = _files(files, _Places(choices, stack), _wishes(options))
        elif source is None or target is None:
            raise ConfigError(text("files.error.both_sides"))
        elif dask is not None:
            ended = _spread(dask, files, {Side.SOURCE: source, Side.TARGET: target}, choices)
        else:
            ended = _mapped(files, {Side.SOURCE: source, Side.TARGET: target}, _Places(choices, stack))
        if json_path is not None:
            _write(json_path, ended)
        _tell(ended, console_language())
    return ended.code


# Two files.


def _files(files: Sequence[Path], opened: _Places, wishes: Wishes) -> Ended:
    if len(files) != 2:
        raise ConfigError(text("files.error.two_files", count=len(files)))
    origins = {side: opened.file(path) for side, path in zip(Side, files, strict=True)}
    opened.check_kinds()
    paired = pair(origins[Side.SOURCE], origins[Side.TARGET], wishes)
    compared = _compared(paired.mappings, origins)
    names = [path.name for path in files]
    shown = names if names[0] != names[1] else [str(path) for path in files]
    places = dict(zip(Side, shown, strict=True))
    first = {side: origin.detected[:1] for side, origin in origins.items()}
    return Ended(compared, places, first, (*_paired_notes(paired, places), *_left_out(origins)))


def _left_out(origins: Mapping[Side, FileOrigin]) -> Iterator[Text]:
    """The sheets or tables beside the one that was compared."""
    for origin in dict.fromkeys(origins.values()):
        first = origin.detected[0]
        others = first.other_sheets or tuple(found.table for found in origin.detected[1:])
        if others:
            yield text("files.read.other_sheets", file=first.file, sheets=others)


def _paired_notes(paired: Paired, places: Mapping[Side, str]) -> list[Text]:
    notes = []
    if paired.proposed:
        notes.append(text("files.told.proposed", key=paired.key, option=",".join(paired.key)))
    elif not paired.key:
        notes.append(text("files.told.no_key"))
    for side, names in paired.unmatched.items():
        if names:
            notes.append(text("files.told.unmatched", columns=names, file=places[side]))
    return [*notes, *paired.notes]


# Mappings.


def _mapped(files: Sequence[Path], urls: Mapping[Side, str], opened: _Places) -> Ended:
    mappings = _loaded(files)
    places = {side: opened.place(url) for side, url in urls.items()}
    opened.check_kinds()
    detected = {side: place.detected for side, place in places.items() if isinstance(place, FileOrigin)}
    shown = {side: Redactor(()).text(url) for side, url in urls.items()}
    return Ended(_compared(mappings, places), shown, detected, ())


def _loaded(files: Sequence[Path]) -> list[EntityMapping]:
    return [mapping for path in files for mapping in (load_folder(path) if path.is_dir() else (load(path),))]


def _spread(address: str, files: Sequence[Path], urls: Mapping[Side, str], choices: Choices) -> Ended:
    """Each mapping on one of the workers; they fill in `${NAME}` from their own environment."""
    for url in urls.values():
        _refuse_password(url)
    mappings = _loaded(files)
    jobs = [_Job(mapping.as_value(), dict(urls), choices) for mapping in mappings]
    captures: dict[int, Capture] = {}
    with on_dask(address) as executor, Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(address, total=len(jobs))
        for place, captured in executor.results(gathered, jobs):
            captures[place] = from_value(Capture, from_json(captured))
            progress.advance(task)
    compared = (_concluded(mapping, captures[place]) for place, mapping in enumerate(mappings))
    shown = {side: Redactor(()).text(url) for side, url in urls.items()}
    return Ended(tuple(compared), shown, {}, ())


@dataclass(frozen=True)
class _Job:
    """What a worker needs to know of one entity; no password is among it."""

    mapping: Value
    urls: Mapping[Side, str]
    choices: Choices


def gathered(job: _Job) -> Json:
    """Gathers one entity where this is called: on a worker."""
    with ExitStack() as stack:
        opened = _Places(job.choices, stack)
        places = {side: opened.place(url) for side, url in job.urls.items()}
        mapping = EntityMapping.from_value(job.mapping)
        return to_json(to_value(gather(mapping, places, Part.PAIR, mask_key=secrets.token_bytes(32))))


def _refuse_password(url: str) -> None:
    parts = urlsplit(_VARIABLE.sub("", url))
    if parts.scheme and (parts.password or parse_qs(parts.query).get("password")):
        raise ConfigError(text("reconcile.spread.password", name="${NAME}"))


def _variable(found: re.Match[str]) -> str:
    content = os.environ.get(found[1])
    if content is None:
        raise ConfigError(text("files.error.variable", name=found[1]))
    return content


def _compared(mappings: Sequence[EntityMapping], places: Mapping[Side, Place]) -> tuple[Compared, ...]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        return tuple(_one(mapping, places, progress) for mapping in mappings)


def _one(mapping: EntityMapping, places: Mapping[Side, Place], progress: Progress) -> Compared:
    task = progress.add_task(mapping.entity, total=None)

    def report(now: Seen) -> None:
        said = f"{mapping.entity}: {now.step} {now.rows:,} ({now.rows_per_second:,}/s)"
        progress.update(task, description=said, completed=now.rows, total=now.total or None)

    capture = gather(mapping, places, Part.PAIR, mask_key=secrets.token_bytes(32), report=report)
    progress.remove_task(task)
    return _concluded(mapping, capture)


def _concluded(mapping: EntityMapping, capture: Capture) -> Compared:
    if capture.failure is not None:
        raise Unreachable(capture.failure)
    return Compared(mapping, compare(mapping.spec(), {Part.PAIR: capture}))


# Options.


def _choices(options: Mapping[str, Any]) -> Choices:
    delimiter = options["delimiter"]
    if delimiter is not None:
        delimiter = "\t" if delimiter.upper() in {"TAB", "\\T"} else delimiter
        if len(delimiter) != 1:
            raise ConfigError(text("files.error.delimiter", sign=delimiter))
    return Choices(
        encoding=options["encoding"],
        delimiter=delimiter,
        decimal=options["decimal"],
        header_rows=_header(options["header_row"]),
        sheet=options["sheet"],
        dates=DayOrder(options["dates"]) if options["dates"] else None,
        kinds={name: _kind(kind) for name, kind in _pairs(options["kinds"], "--type")},
    )


def _wishes(options: Mapping[str, Any]) -> Wishes:
    key = tuple(part.strip() for part in re.split("[,，]", options["key"] or "") if part.strip())
    tolerance = {name: _decimal(value) for name, value in _pairs(options["tolerance"], "--tolerance")}
    return Wishes(key, dict(_pairs(options["ignore"], "--ignore")), tolerance)


def _pairs(given: Sequence[str], option: str) -> list[tuple[str, str]]:
    found = [(name.strip(), value.strip()) for name, _, value in (item.partition("=") for item in given)]
    if not all(name and value for name, value in found):
        raise ConfigError(text("files.error.pair", option=option))
    return found


def _header(given: str | None) -> tuple[int, int] | None:
    if given is None:
        return None
    found = re.fullmatch(r"(\d+)(?:-(\d+))?", given.strip())
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if first > last:
        raise ConfigError(text("files.error.header_row", given=given))
    return first, last


def _kind(given: str) -> CellKind:
    if given not in {"text", "number", "date"}:
        raise ConfigError(text("files.error.kind", given=given))
    return CellKind(given)


def _decimal(given: str) -> Decimal:
    try:
        found = Decimal(given)
    except InvalidOperation:
        found = Decimal(0)
    if not found.is_finite() or found <= 0:
        raise ConfigError(text("files.error.no_tolerance", given=given))
    return found


# What is said.


def _tell(ended: Ended, language: Language) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for item in ended.compared:
        console.print(Line(render(item.headline, language), style=_STYLE[item.conclusion.status]))
        _differences(item, ended.places, console, language)
        for caveat in item.conclusion.caveats:
            if not (ended.notes and caveat.key == "reconcile.caveat.open_columns"):
                console.print(Line(f"  ! {render(caveat, language)}"))
    for note in ended.notes:
        console.print(Line(f"  ! {render(note, language)}"))
    for tables in ended.detected.values():
        for found in tables:
            for sentence in read_as(found):
                console.print(Line(f"  {render(sentence, language)}", style="dim"))


_STYLE = {Status.PASSED: "bold green", Status.FAILED: "bold red", Status.UNKNOWN: "bold yellow"}


def _differences(item: Compared, places: Mapping[Side, str], console: Console, language: Language) -> None:
    lines = [(finding, item.line(finding)) for finding in item.conclusion.findings]
    single = [line for _, line in lines if line is not None][:_SHOWN]
    if single:
        table = Table(box=None, pad_edge=False, padding=(0, 2))
        for heading in ("key", "column"):
            table.add_column(render(text(f"files.told.{heading}"), language), overflow="fold")
        for side in Side:
            table.add_column(places[side], overflow="fold", justify="right")
        table.add_column(render(text("files.told.difference"), language), justify="right")
        for line in single:
            table.add_row(*map(Line, line))
        console.print(table)
    grouped = [finding for finding, line in lines if line is None]
    for finding in grouped[:_SHOWN]:
        console.print(Line(f"  {render(finding.text, language)}"))
    left_out = len(lines) - len(single) - len(grouped[:_SHOWN])
    if left_out:
        console.print(Line(f"  {render(text('files.told.more', count=left_out), language)}"))


def _write(path: Path, ended: Ended) -> None:
    content = as_json(ended.compared, ended.places, ended.detected, ended.notes, ended.code)
    try:
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(text("files.error.not_written", file=str(path), why=type(error).__name__)) from None
