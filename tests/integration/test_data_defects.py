"""Data defects planted in the upgraded ERP: each is found and named, and not one finding more.

Each starts from a fresh copy of the target and is held against the source by every mapping and the
inventory, as a data check does. What must be found is written beside what is planted, by hand.

`HARNESS_TEST_SOURCE_SQL` and `HARNESS_TEST_TARGET_SQL` name two scratch databases of a pristine pair, to
which nobody is connected; otherwise copies of the demo's pair are made.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, make_url

from harness import demo
from harness.errors import ConfigError
from harness.messages import Language, render
from harness.model import Conclusion, Finding, Part, Side, Status
from harness.reconcile import EntityMapping, gather, gather_inventory, load_folder
from harness.reconcile.comparison import compare
from harness.reconcile.inventory import spec as inventory_spec
from harness.reconcile.snapshot import snapshot
from tests.integration.defects.planting import Defect, Harm, Named, copied, harm, named
from tests.integration.defects.preparation import prepare
from tests.integration.defects.rows import LINKS, LOST_AND_GAINED
from tests.integration.defects.texts import TEXTS
from tests.integration.defects.values import DATES, NUMBERS, STATES

pytestmark = [pytest.mark.real_pair, pytest.mark.qualify]

MAPPINGS = Path(__file__).parents[2] / "fixtures" / "mappings" / "tryton"
KEY = b"a key of the tests"
DEFECTS = (*LOST_AND_GAINED, *LINKS, *TEXTS, *NUMBERS, *DATES, *STATES)

Engines = Mapping[Side, Engine]
Mappings = tuple[EntityMapping, ...]


@dataclass(frozen=True)
class Ground:
    """What every defect starts from: the pristine target's address, the source, and the clean findings."""

    source: Engine
    target: URL
    mappings: Mappings
    clean: Counter[Named]

    @contextmanager
    def fresh(self, name: str) -> Iterator[Engines]:
        """The source, and a copy of the pristine target."""
        with copied(self.target, name) as target:
            yield {Side.SOURCE: self.source, Side.TARGET: target}


@pytest.fixture(scope="module")
def mappings() -> Mappings:
    """All mappings of Tryton."""
    return load_folder(MAPPINGS)


@pytest.fixture(scope="module")
def ground(request: pytest.FixtureRequest, mappings: Mappings) -> Iterator[Ground]:
    """Copies of a pristine pair, prepared alike."""
    with ExitStack() as stack:
        given = [os.environ.get(f"HARNESS_TEST_{side.name}_SQL") for side in Side]
        if not all(given):
            pair = request.getfixturevalue("pair")
            copies = [
                stack.enter_context(copy(pair, "defects")) for copy in (demo.source_copy, demo.target_copy)
            ]
            for copy in copies:
                copy.stop()  # a database that is copied may have no connection
            given = [copy.sql for copy in copies]
        engines = {
            side: stack.enter_context(copied(make_url(str(url)), "pristine"))
            for side, url in zip(Side, given, strict=True)
        }
        for engine in engines.values():
            prepare(engine)
        clean = counted(findings(mappings, engines))
        for engine in engines.values():
            engine.dispose()
        yield Ground(engines[Side.SOURCE], engines[Side.TARGET].url, mappings, clean)


def findings(mappings: Mappings, engines: Engines) -> list[Finding]:
    """What every data check says of the pair, two at a time; each came to a decision."""

    def checked(mapping: EntityMapping) -> Conclusion:
        return compare(mapping.spec(), {Part.PAIR: gather(mapping, engines, Part.PAIR, mask_key=KEY)})

    with ThreadPoolExecutor(max_workers=2) as pool:
        conclusions = list(pool.map(checked, mappings))
    inventory = gather_inventory(mappings, engines, Part.PAIR)
    conclusions.append(compare(inventory_spec(), {Part.PAIR: inventory}))
    for conclusion in conclusions:
        assert conclusion.status in {Status.PASSED, Status.FAILED}, conclusion.reason
    return [finding for conclusion in conclusions for finding in conclusion.findings]


def counted(found: list[Finding]) -> Counter[Named]:
    """The findings by what is asserted of them."""
    return Counter(map(named, found))


def test_there_are_as_many_defects_as_promised() -> None:
    """Forty, under names of their own."""
    assert len({planted.name for planted in DEFECTS}) == len(DEFECTS) >= 40


@pytest.mark.parametrize("planted", DEFECTS, ids=lambda planted: planted.name)
def test_a_planted_defect_is_found_and_nothing_else(ground: Ground, planted: Defect) -> None:
    """New findings are exactly those of what was planted; no known one is hidden."""
    with ground.fresh("harmed") as engines:
        expected = Counter(harm(engines[Side.TARGET], planted))
        started = time.perf_counter()
        found = findings(ground.mappings, engines)
        print(f"{len(ground.mappings)} entities: {time.perf_counter() - started:.1f} s")  # for the reader

    assert expected
    assert counted(found) - ground.clean == expected
    assert ground.clean - counted(found) == Counter()
    for finding in (item for item in found if named(item) in expected):
        for language in Language:
            sentence = render(finding.text, language)
            assert finding.count > 1 or not finding.key or finding.key.split("=")[0] in sentence


def test_a_column_that_is_gone_is_named(ground: Ground) -> None:
    """The check cannot be executed, which is never a pass, and says which column it misses."""
    with ground.fresh("harmed") as engines:
        harm(engines[Side.TARGET], Defect("", (Harm("alter table sale_sale drop column reference"),)))
        sale = next(mapping for mapping in ground.mappings if mapping.entity == "sale")
        with pytest.raises(ConfigError, match="reference"):
            gather(sale, engines, Part.PAIR, mask_key=KEY)


ROUNDS = 20


def test_unchanged_data_gives_no_finding_while_others_write(ground: Ground) -> None:
    """Twenty comparisons, half of them while drafts, which the mapping leaves out, come, change and go."""
    filtered = tuple(
        without_drafts(mapping) if mapping.entity == "purchase" else mapping for mapping in ground.mappings
    )
    ground.source.dispose()
    with copied(ground.source.url, "busy") as source, ground.fresh("busy") as engines:
        engines = {**engines, Side.SOURCE: source}
        quiet = [counted(findings(filtered, engines)) for _ in range(ROUNDS // 2)]
        busy, written = [], [drafted(engines)]
        with writing(engines):
            for _ in range(ROUNDS // 2):
                busy.append(counted(findings(filtered, engines)))
                written.append(drafted(engines))
        unfiltered = counted(findings(ground.mappings, engines)) - ground.clean
    print(f"{written[-1] - written[0]} drafts written")  # for the reader

    assert quiet == busy == [ground.clean] * (ROUNDS // 2)
    assert all(later > earlier for earlier, later in pairwise(written))
    assert {name[1] for name in unfiltered} == {"purchase"}


def without_drafts(mapping: EntityMapping) -> EntityMapping:
    """The same mapping, of what is confirmed."""
    settled = {"filter": "state <> 'draft'"}
    sides = {side: getattr(mapping, side).model_copy(update=settled) for side in ("source", "target")}
    return mapping.model_copy(update=sides)


def drafted(engines: Engines) -> int:
    """How many purchases the target has ever had."""
    with snapshot(engines[Side.TARGET], Side.TARGET) as view:
        return view.number("select last_value from purchase_purchase_id_seq")


@contextmanager
def writing(engines: Engines) -> Iterator[None]:
    """Another process that works in both systems, ended at the end."""
    urls = [
        engines[side].url.set(drivername="postgresql").render_as_string(hide_password=False) for side in Side
    ]
    command = [sys.executable, str(Path(__file__).parent / "defects" / "writer.py"), *urls]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "writing\n"
            yield
            assert process.poll() is None, "the writer ended early"
        finally:
            process.kill()
