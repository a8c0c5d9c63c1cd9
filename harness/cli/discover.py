"""`harness discover`: proposed mappings from two data sets, or an inventory of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table as Grid

from harness.cli import console_language, options
from harness.cli.config import speak
from harness.errors import ConfigError, ExitCode
from harness.messages import Language, render
from harness.model import Param, Secret, Side, Text, text

if TYPE_CHECKING:
    from harness.reconcile.discovery import Described, Discovery
    from harness.reconcile.discovery.drafts import Draft, Written
    from harness.reconcile.discovery.profile import Report
    from harness.reconcile.view import Place

OUT = "discovered"


@click.command("discover")
@options.config
@click.option("--source", metavar="URL", help="Database of the current system, instead of harness.toml.")
@click.option("--target", metavar="URL", help="Database of the upgraded system.")
@click.option("--side", type=click.Choice([side.value for side in Side]), help="List this side alone.")
@click.option("--out", type=click.Path(path_type=Path), help=f"Folder to write to; else {OUT}.")
@click.option("--force", is_flag=True, help="Write files again that are there already.")
@click.option("--lang", type=click.Choice([item.value for item in Language]), callback=speak,
              help="Language of the console and of the comments.")  # fmt: skip
def command(
    config_path: Path | None, source: str | None, target: str | None, side: str | None,
    out: Path | None, force: bool, lang: Language | None,
) -> ExitCode:  # fmt: skip
    """Propose mappings from both databases, with confidence and evidence; read-only.

    读取两侧数据库并提出数据映射建议,附置信度与依据;只读。
    """
    teller = _Teller(lang or console_language())
    urls = {Side.SOURCE: source, Side.TARGET: target}
    with ExitStack() as stack:
        places = stack.enter_context(_places(config_path, urls, side))
        if len(places) == 1:
            return _inventory(places, out or Path(OUT), force, teller)
        return _proposals(places, out or Path(OUT), force, teller)


@contextmanager
def _places(
    config_path: Path | None, urls: Mapping[Side, str | None], side: str | None
) -> Iterator[Mapping[Side, Place]]:
    """The databases of the sides that were asked for; disposed of at the end."""
    from harness.adapters.wire.sql import EnvironmentDatabase, read_only_engine

    wanted = [Side(side)] if side else list(Side)
    with ExitStack() as stack:
        if any(urls.values()):
            given = {item: url for item in wanted if (url := urls[item]) is not None}
            if not given:
                raise ConfigError(text("discover.no_url", side=wanted[0].value))
            engines = {item: read_only_engine(Secret(url)) for item, url in given.items()}
            for engine in engines.values():
                stack.callback(engine.dispose)
            yield engines
            return
        config = options.opened(config_path)
        databases = {item: EnvironmentDatabase(config.pair[item]) for item in wanted}
        for database in databases.values():
            stack.callback(database.close)
        yield {item: database.engine() for item, database in databases.items()}


def _inventory(places: Mapping[Side, Place], folder: Path, force: bool, teller: _Teller) -> ExitCode:
    from harness.reconcile.discovery import described, drafts, listing
    from harness.reconcile.snapshot import opened

    ((side, place),) = places.items()
    with teller.progress() as report, opened(place, side) as view:
        tables = described(view, report)
    if not any(item.table.rows for item in tables.values()):
        teller.say("discover.nothing")
        return ExitCode.NO_CHECK_RAN
    teller.inventory(side, tables)
    contents = {
        f"tables-{side}.csv": listing.tables(side, tables, (), teller.language),
        f"columns-{side}.csv": listing.columns(tables, teller.language),
    }
    teller.files(folder, drafts.write(folder, contents, force=force, encoding=listing.ENCODING))
    return ExitCode.GO


def _proposals(places: Mapping[Side, Place], folder: Path, force: bool, teller: _Teller) -> ExitCode:
    from harness.reconcile.discovery import discover, drafts, listing
    from harness.reconcile.snapshot import opened

    with ExitStack() as stack:
        report = stack.enter_context(teller.progress())
        views = {side: stack.enter_context(opened(place, side)) for side, place in places.items()}
        found = discover(views, report)
        made = drafts.drafted(found, views, teller.language)
    teller.found(found)
    usable = drafts.usable(made)
    if not usable:
        teller.say("discover.nothing")
        return ExitCode.NO_CHECK_RAN
    teller.doubtful(made)
    teller.unusable(made)
    lists = {
        name: content
        for side in Side
        for name, content in (
            (
                f"tables-{side}.csv",
                listing.tables(side, found.tables[side], found.proposals, teller.language),
            ),
            (f"columns-{side}.csv", listing.columns(found.tables[side], teller.language)),
        )
    }
    parts = (
        drafts.write(folder, usable, force=force),
        drafts.write(folder, lists, force=force, encoding=listing.ENCODING),
    )
    teller.files(folder, drafts.together(parts))
    return ExitCode.GO


class _Teller:
    """What the command says: results to the console, progress beside them. No value of any row."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._console = Console(highlight=False, soft_wrap=True)

    def say(self, key: str, **params: Param) -> None:
        self._console.print(self._said(text(key, **params)))

    @contextmanager
    def progress(self) -> Iterator[Report]:
        """Shows how far each stage is, on a terminal only."""
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            tasks: dict[str, int] = {}

            def report(stage: str, done: int, of: int) -> None:
                if stage not in tasks:
                    tasks[stage] = bar.add_task(self._said(text(f"discover.stage.{stage}")), total=of)
                bar.update(tasks[stage], completed=done)  # type: ignore[arg-type]

            yield report

    def found(self, found: Discovery) -> None:
        counts = {side: len(found.tables[side]) for side in Side}
        self.say(
            "discover.found",
            source=counts[Side.SOURCE],
            target=counts[Side.TARGET],
            pairs=len(found.proposals),
            filled=len(found.filled),
        )
        for side in Side:
            alone = [item for item in found.alone(side) if item.table.rows]
            if alone:
                named = tuple(f"{item.name} ({item.table.rows:,})" for item in alone)
                self.say(f"discover.alone.{side}", count=len(named), tables=named)

    def doubtful(self, made: tuple[Draft, ...]) -> None:
        """Everything that a person should look at, by table."""
        lines = [line for draft in made for line in _doubts(draft)]
        if lines:
            self.say("discover.doubtful", count=len(lines))
        for line in lines:
            self._console.print("  " + self._said(line))

    def unusable(self, made: tuple[Draft, ...]) -> None:
        for draft in made:
            if draft.problem is not None:
                self.say("discover.unusable", file=draft.name, why=draft.problem)

    def inventory(self, side: Side, tables: Mapping[str, Described]) -> None:
        from harness.reconcile.discovery.listing import personal_columns

        filled = [item for item in tables.values() if item.table.rows]
        rows = sum(item.table.rows for item in filled)
        self.say(f"discover.inventory.{side}", tables=len(tables), filled=len(filled), rows=rows)
        grid = self._grid("table", "rows", "key", "personal")
        for item in sorted(filled, key=lambda item: (-item.table.rows, item.name)):
            personal = personal_columns(item)
            cells = item.name, f"{item.table.rows:,}", " ".join(item.table.key), " ".join(personal)
            grid.add_row(*map(escape, cells))
        self._console.print(grid)

    def files(self, folder: Path, files: Written) -> None:
        self.say("discover.written", count=len(files.written), folder=str(folder))
        if files.kept:
            self.say("discover.kept", count=len(files.kept), files=tuple(path.name for path in files.kept))

    def _grid(self, *heads: str) -> Grid:
        grid = Grid(box=None, pad_edge=False)
        for head in heads:
            grid.add_column(self._said(text(f"discover.list.{head}")), overflow="fold")
        return grid

    def _said(self, sentence: Text) -> str:
        return escape(render(sentence, self.language))


def _doubts(draft: Draft) -> Iterator[Text]:
    proposal = draft.proposal
    source, target = proposal.source.name, proposal.target.name
    match = proposal.match
    if match.review or proposal.key_doubtful:
        evidence = (*match.evidence, text(f"discover.key.{proposal.key_kind}"))
        yield _doubt(source, target, match.confidence, evidence)
    for pair in proposal.doubtful:
        names = f"{source}.{pair.source}", f"{target}.{pair.target}"
        yield _doubt(*names, pair.confidence, pair.evidence)


def _doubt(source: str, target: str, confidence: float, evidence: tuple[Text, ...]) -> Text:
    return text(
        "discover.doubt", source=source, target=target, confidence=f"{confidence:.2f}", evidence=evidence
    )
