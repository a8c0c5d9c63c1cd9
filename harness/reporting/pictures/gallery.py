"""The pictures of every load and every batch check of a stored run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from harness.compare import stored_captures
from harness.errors import HarnessError
from harness.evidence import Recorded, Run
from harness.messages import Language
from harness.model import CheckResult, CheckSpec, Part, Text, Title, text
from harness.performance.decisions import margin_of
from harness.performance.observed import Observed, observed
from harness.reporting.pictures import asked, load
from harness.reporting.pictures.capacity import Amount, capacity
from harness.reporting.pictures.nights import batches
from harness.reporting.pictures.over_time import over_time
from harness.reporting.pictures.percentiles import by_percentile
from harness.reporting.pictures.ratios import ratios
from harness.reporting.pictures.shown import Gallery, Picture
from harness.reporting.pictures.statements import statements
from harness.reporting.pictures.svg import Drawing
from harness.reporting.pictures.windows import windows
from harness.reporting.wording import say
from harness.statistics import confidence

_LOAD, _BATCH = "load", "batch"
_FIELDS, _ROWS = 8, 40  # on one sheet: what a screen shows, and a small file holds
_DECIDING = (Part.PAIR, Part.COMPARISON)

Item = TypeVar("Item")


def galleries(run: Run) -> tuple[Gallery, ...]:
    """What every load and every batch check of a stored run has to show."""
    recorded = run.read()
    specs = {spec.id: spec for spec, _ in recorded.planned if spec.comparator in (_LOAD, _BATCH)}
    return tuple(_gallery(run, recorded, spec) for _, spec in sorted(specs.items()))


def _gallery(run: Run, recorded: Recorded, spec: CheckSpec) -> Gallery:
    result = next((found for part in _DECIDING if (found := recorded.latest(spec.id, part))), None)
    if spec.comparator == _BATCH:
        shown = () if result is None else tuple(of_batch(result))
        return Gallery(spec.id, spec.title, shown, None if shown else text("pictures.not_recorded"))
    try:
        captures = stored_captures(run, spec.id)
        needed = (Part.PAIR,) if Part.PAIR in captures else (Part.SOURCE, Part.TARGET)
        gave = [part in captures and captures[part].value is not None for part in needed]
        if result is None or not all(gave):
            return Gallery(spec.id, spec.title, why=text("pictures.not_recorded"))
        seen, ranked = observed(captures), _ranked(run, recorded, result)
    except HarnessError as problem:  # of another version, or sides that were given different loads
        return Gallery(spec.id, spec.title, why=problem.sentence)
    pictures = tuple(of_load(seen, result, ranked))
    return Gallery(spec.id, spec.title, pictures, None if pictures else text("pictures.none"))


def _ranked(run: Run, recorded: Recorded, result: CheckResult) -> bytes:
    """The list of statements that was stored with the conclusion; empty when there is none."""
    mine = (result.spec.id, result.part, asked.FILE)
    kept = [each for each in recorded.evidence if (each.check_id, each.part, each.name) == mine]
    latest = max(kept, key=lambda each: each.attempt, default=None)
    return b"" if latest is None or latest.digest is None else run.blob(latest.digest)


def of_batch(result: CheckResult) -> Iterator[Picture]:
    """When both sides are expected to be done, against the window; nothing where neither could be told."""
    if batches(result, Language.EN):
        yield _whole(
            "windows",
            result.spec.title,
            lambda heading, language: windows(batches(result, language), heading, language),
        )


def of_load(seen: Observed, result: CheckResult, ranked: bytes = b"") -> Iterator[Picture]:
    """The answers, percentiles, course and SQL of one load check; nothing without a sample.

    `ranked` is the list of statements that it stored.
    """
    if not any(made.samples for made in seen.distinct()):
        return
    margin, certain = float(margin_of(seen)), confidence(seen.look)
    title = result.spec.title
    yield from _sheets(
        "ratio",
        title,
        load.rows(seen, result),
        _ROWS,
        lambda part, heading, language: ratios(part, margin, certain, heading, language, result.reason),
    )
    yield from _sheets("percentiles", title, load.spreads(seen), _FIELDS, by_percentile)
    yield from _sheets(
        "over_time",
        title,
        load.courses(seen),
        _FIELDS,
        lambda part, heading, language: over_time(part, heading, language, apart=not seen.in_turn),
    )
    if grown := load.curves(seen):
        yield _whole("capacity", title, lambda heading, each: capacity(grown, heading, each, Amount.ARRIVALS))
    if asked.of_list(ranked, Language.EN):
        yield _whole("statements", title, lambda heading, each: _statements(ranked, heading, each))


def _statements(ranked: bytes, title: str, language: Language) -> Drawing:
    unit = say(text("pictures.statements.unit"), language)
    return statements(asked.of_list(ranked, language), unit, title, language)


def _whole(name: str, check: Title, draw: Callable[[str, Language], Drawing]) -> Picture:
    title, short = text(f"pictures.{name}.title", check=check), text(f"pictures.{name}.short")
    return Picture(name, title, short, {each: draw(say(title, each), each) for each in Language})


def _sheets(
    name: str,
    check: Title,
    items: Sequence[Item],
    most: int,
    draw: Callable[[Sequence[Item], str, Language], Drawing],
) -> Iterator[Picture]:
    """One picture, or several where it would be too long."""
    parts = [items[start : start + most] for start in range(0, len(items), most)]
    for page, part in enumerate(parts, start=1):
        title, short = (
            _paged(each, page, len(parts))
            for each in (text(f"pictures.{name}.title", check=check), text(f"pictures.{name}.short"))
        )
        file = name.replace("_", "-") if page == 1 else f"{name.replace('_', '-')}-{page}"
        yield Picture(file, title, short, {each: draw(part, say(title, each), each) for each in Language})


def _paged(title: Text, page: int, pages: int) -> Text:
    return title if pages == 1 else text("pictures.page", title=title, page=page, pages=pages)
