"""`harness issues`: findings for a tracker, and what the tracker says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from harness.cli import options
from harness.cli.report import latest_judgement
from harness.errors import ConfigError, ExitCode
from harness.evidence import Run
from harness.messages import render
from harness.model import Text, text
from harness.notify import formats, statuses
from harness.notify.issue import issues_of, lasting
from harness.notify.statuses import Disagreement, Tracked
from harness.reporting.wording import plain, say

_SHOWN = 12  # characters of a fingerprint, as on the decision page


class _Issues(click.Group):
    """`harness issues RUN` is `harness issues export RUN`."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Puts the command in front that is meant when none is named."""
        if not args or args[0] not in {*self.commands, "-h", "--help"}:
            args = ["export", *args]
        return super().parse_args(context, args)


@click.group(name="issues", cls=_Issues)
def command() -> None:
    """Findings as issues of a tracker; a second export changes what is known instead of doubling it.

    `harness issues RUN` exports, `harness issues status FILE` reads the tracker's statuses back.
    """


_closed = click.option(
    "--closed", multiple=True, metavar="WORD", help="A status of the tracker that means closed; repeatable."
)


@command.command(name="export")
@click.argument("run_id", metavar="[RUN]", default="latest")
@options.config
@click.option(
    "--format", "form", type=click.Choice(["csv", "jira", "github"]), default="csv", show_default=True
)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write here, not to the console."
)
@click.option(
    "--known",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="The tracker's export (CSV or JSON): what it has is changed, not made again.",
)
@click.option("--project", metavar="NAME", help="Key of the Jira project, or OWNER/REPOSITORY on GitHub.")
@click.option("--link", metavar="URL", help="Where the run's reports are, for the text of the issues.")
@_closed
@options.lang
def export(
    run_id: str,
    config_path: Path | None,
    form: str,
    out: Path | None,
    known: Path | None,
    project: str | None,
    link: str | None,
    closed: tuple[str, ...],
    lang: str | None,
) -> ExitCode:
    """Write an issue for each finding of RUN's latest judgement, accepted ones too.

    Each has the finding's fingerprint, which lasts from run to run. Jira and GitHub are given as a list
    of requests to send; see docs/ci.md.
    """
    config = options.opened(config_path)
    language = options.language(lang, config)
    run = Run.find(config.runs, run_id)
    judgement, _ = latest_judgement(run)
    issues = issues_of(judgement, run.manifest, language, link)
    tracked = statuses.read(known, closed) if known else {}
    if form == "csv":
        content = formats.as_csv(issues, tracked)
    elif project is None:
        raise ConfigError(text("issues.no_project", form=form))
    else:
        writer = formats.as_jira if form == "jira" else formats.as_github
        content = writer(issues, tracked, project)
    if out is None:
        click.echo(content, nl=False)
        return ExitCode.GO
    # with the mark by which spreadsheet programs know UTF-8
    out.write_text(content, encoding="utf-8-sig" if form == "csv" else "utf-8", newline="")
    new = sum(statuses.short(issue.fingerprint) not in tracked for issue in issues)
    sentence = text("issues.written", path=str(out), count=len(issues), new=new)
    click.echo(render(sentence, language))
    return ExitCode.GO


@command.command(name="status")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@options.config
@options.run
@_closed
@options.lang
def status(
    file: Path, config_path: Path | None, run_id: str, closed: tuple[str, ...], lang: str | None
) -> ExitCode:
    """Hold the statuses in FILE, a tracker's export as CSV or JSON, against a run's latest judgement.

    Exit code 1 when an issue is closed though its finding is still open, or open though it is found no more.
    """
    config = options.opened(config_path)
    language = options.language(lang, config)
    run = Run.find(config.runs, run_id)
    judgement, _ = latest_judgement(run)
    tracked = statuses.read(file, closed)
    found = statuses.compare(judgement, tracked)
    for sentence in (*_told(found), *_read_as(tracked)):
        click.echo(say(sentence, language))
    return ExitCode.NO_GO if found.is_one else ExitCode.GO


def _told(found: Disagreement) -> Iterable[Text]:
    for issue, judged in found.reopened:
        yield text("issues.reopened", issue=_named(issue), what=judged.finding.text)
    for issue in found.gone:
        yield text("issues.gone", issue=_named(issue))
    for issue, judged in found.accepted:
        waiver = judged.waiver.id if judged.waiver else ""
        yield text("issues.accepted", issue=_named(issue), waiver=plain(waiver))
    for issue in found.unseen:
        yield text("issues.unseen", issue=_named(issue))
    for judged in found.untracked:
        name = lasting(judged.finding)[:_SHOWN]
        yield text("issues.untracked", name=name, what=judged.finding.text)
    yield text("issues.agreed", count=found.agreed)


def _named(issue: Tracked) -> str:
    name = issue.fingerprint[:_SHOWN]
    return f"{plain(issue.key, 40)} ({name})" if issue.key else name


def _read_as(tracked: Mapping[str, Tracked]) -> Iterable[Text]:
    """How each of the tracker's words was taken: a workflow may have words of its own."""
    for closed in (True, False):
        words = sorted({plain(item.word, 40) or "—" for item in tracked.values() if item.closed is closed})
        if words:
            yield text("issues.read_closed" if closed else "issues.read_open", words=tuple(words))
