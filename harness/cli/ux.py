"""`harness ux`: looks at a page, or at two of them, without any configuration."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from harness.cli import console_language
from harness.errors import ConfigError, ExitCode
from harness.messages import Language
from harness.model import text


@click.command(name="ux")
@click.argument("urls", nargs=-1, required=True, metavar="URL [URL]")
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="DIR", help="Folder of the report; else below here."
)
@click.option(
    "--browser", type=click.Choice(["chromium", "firefox"]), default="chromium", show_default=True,
    help="Which browser.",
)  # fmt: skip
@click.option(
    "--viewport", nargs=2, type=click.IntRange(min=200, max=10_000), default=(1280, 800), show_default=True,
    metavar="WIDTH HEIGHT", help="Size of the window.",
)  # fmt: skip
@click.option("--locale", default="en", show_default=True, help="Language of the browser.")
@click.option("--headed", is_flag=True, help="With a window that can be seen.")
@click.option("--lang", type=click.Choice([item.value for item in Language]), help="Language of the console.")
def command(
    urls: tuple[str, ...],
    output: Path | None,
    browser: str,
    viewport: tuple[int, int],
    locale: str,
    headed: bool,
    lang: str | None,
) -> ExitCode:
    """Look at the page at URL: accessibility, layout, language, focus, loading. A second URL is compared.

    Nothing is logged in to and nothing is sent; an empty field is typed in and emptied again. Exit codes:
    0 nothing is the matter, 1 something is (with two pages: something is worse on the second), 4 the
    address is wrong or the page does not open.

    检查 URL 处页面的无障碍、布局、语言、焦点与加载情况；给出第二个 URL 时与之比较。
    """
    from harness.cli.ux_console import show, store
    from harness.config.ux import UxTable
    from harness.ux.alone import differences, look, troubles

    if len(urls) > 2:
        raise ConfigError(text("ux.page.too_many"))
    folder = output or Path(f"harness-ux-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(text("load.run.exists", folder=str(folder)))
    settings = UxTable.model_validate(
        {"browser": browser, "viewport": viewport, "locale": locale, "headless": not headed}
    )
    captures = look(urls, settings)
    compared = len(captures) == 2
    worse = differences(*captures) if compared else []
    store(folder, urls, captures, worse)
    show(urls, captures, worse, folder, Language(lang) if lang else console_language())
    wrong = worse if compared else troubles(captures[0])
    return ExitCode.NO_GO if wrong else ExitCode.GO
