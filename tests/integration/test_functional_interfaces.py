"""Interfaces that changed with the upgrade, planted one by one: each is found and named, and nothing else.

The contracts only read, so one copy of the target serves them all; the change is made on the way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness import demo
from harness.demo import DemoPair, TargetCopy
from harness.evidence import Recorded, Run
from harness.messages import Language, render
from harness.model import FindingKind, Status
from harness.testing.plant import Bench, difference
from harness.testing.proxy import FaultProxy, Replace, matching
from tests.integration.whole_run import SUITES

pytestmark = [pytest.mark.real_pair]

SUITE = [str(SUITES / "functional" / "interfaces" / "test_contracts.py")]
FILES = [str(SUITES / "functional" / "interfaces" / "test_files.py")]
CONTRACTS = {"login", "login_refused", "party_by_code", "product_prices", "variant_prices", "web_client"}
PRICES, VARIANTS, PARTY = (
    b"product.template.search_read",
    b"product.product.search_read",
    b"party.search_read",
)
WRONG_LOGIN = b'"nobody-'


@dataclass(frozen=True)
class Ground:
    """The source's evidence, and what a clean target makes of it."""

    bench: Bench
    source: Run
    target: TargetCopy
    clean: Recorded


@pytest.fixture(scope="module")
def ground(pair: DemoPair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Gathered once."""
    with ExitStack() as stack:
        source = stack.enter_context(demo.source_copy(pair, "interfaces"))
        target = stack.enter_context(demo.target_copy(pair, "interfaces"))
        bench = Bench(pair.config, tmp_path_factory.mktemp("interfaces"), source)
        run = bench.capture_source(SUITE)
        yield Ground(bench, run, target, bench.check(run, target, SUITE).read())


def rows(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    """Does something to every record of an answer."""

    def body(content: bytes) -> bytes:
        answer = json.loads(content)
        records = answer["result"] if isinstance(answer, dict) else answer
        for record in records:
            change(record)
        return json.dumps(answer).encode()

    return body


def set_to(**values: Any) -> Callable[[bytes], bytes]:
    """Every record has these values."""
    return rows(lambda record: record.update(values))


@dataclass(frozen=True)
class Planted:
    """A change on the way, the one finding it must cause, and words that its sentence has."""

    name: str
    requests: bytes
    fault: Replace
    contract: str
    field: str
    kind: FindingKind
    said: str


FIRST = (
    Planted(
        "an endpoint that moved without a word", PRICES, Replace(404, b"Not Found"),
        "product_prices", "status", FindingKind.REGRESSION, "404 instead of 200: the endpoint has moved or",
    ),
)  # fmt: skip
# Those of one round are in different contracts, so that each is found by itself.
SECOND = (
    Planted(
        "an endpoint that redirects", PRICES,
        Replace(301, b"", (("Location", "/v2/products?key=never-shown"),)),
        "product_prices", "status", FindingKind.REGRESSION, "has moved to /v2/products.",
    ),
    Planted(
        "a field that became empty", PARTY, Replace(body=set_to(name=None)),
        "party_by_code", "result[].name", FindingKind.MISMATCH, "result[].name is empty",
    ),
    Planted(
        "a field that is gone", VARIANTS, Replace(body=rows(lambda record: record.pop("code"))),
        "variant_prices", "result[].code", FindingKind.MISSING_IN_TARGET, "result[].code is gone",
    ),
    Planted(
        "another status for a wrong login", WRONG_LOGIN, Replace(403),
        "login_refused", "status", FindingKind.MISMATCH, "answered with status 403 instead of 401",
    ),
)  # fmt: skip
THIRD = (
    Planted(
        "a number that became text", PRICES, Replace(body=set_to(default_uom="1")),
        "product_prices", "result[].default_uom", FindingKind.MISMATCH, "is a text instead of a number",
    ),
    Planted(
        "a page to log in instead of data", PARTY,
        Replace(200, b"<html><form>Log in</form></html>", (("Content-Type", "text/html"),)),
        "party_by_code", "form", FindingKind.REGRESSION, "the answer is html instead of json",
    ),
)  # fmt: skip


def test_a_clean_target_keeps_every_contract(ground: Ground) -> None:
    """And says what partners have to change, and of what they were told."""
    concluded = {name.partition(".")[2]: found for name, found in ground.clean.conclusions().items()}
    assert set(concluded) == CONTRACTS
    assert {name for name, found in concluded.items() if found.status is not Status.PASSED} == set()
    caveats = [caveat.key for caveat in concluded["variant_prices"].caveats]
    assert caveats == ["contracts.announced", "contracts.accepted"]


def found_by(ground: Ground, planted: tuple[Planted, ...]) -> None:
    """Plants, runs every contract, and demands one finding of each."""
    with FaultProxy(ground.target.url) as proxy:
        rules = [proxy.add(matching(body=one.requests), one.fault) for one in planted]
        run = ground.bench.check(ground.source, ground.target, SUITE, target_url=proxy.url)
    assert all(rule.count > 0 for rule in rules)
    findings = difference(ground.clean, run.read())
    found = {item.entity: item for item in findings}
    assert len(findings) == len(planted)
    assert {(item.entity, item.field, item.kind) for item in found.values()} == {
        (one.contract, one.field, one.kind) for one in planted
    }
    for one in planted:
        assert one.said in render(found[one.contract].text, Language.EN)
        assert "never-shown" not in render(found[one.contract].text, Language.ZH)


def test_an_endpoint_that_moved_is_found(ground: Ground) -> None:
    found_by(ground, FIRST)


@pytest.mark.qualify
@pytest.mark.parametrize(
    "planted", [SECOND, THIRD], ids=lambda planted: "; ".join(one.name for one in planted)
)
def test_changed_interfaces_are_found_and_named(ground: Ground, planted: tuple[Planted, ...]) -> None:
    found_by(ground, planted)


def in_german(content: bytes) -> bytes:
    """The export writes its amounts as people in Germany do."""
    answer = json.loads(content)
    rows = answer["result"] if isinstance(answer, dict) else answer
    for row in rows:
        row[2] = row[2]["decimal"].replace(".", ",")
    return json.dumps(answer).encode()


@pytest.mark.qualify
def test_a_number_in_the_wrong_format_in_an_export_is_found(
    pair: DemoPair, ground: Ground, tmp_path: Path
) -> None:
    """At the export; the target then refuses to take its own file in, which is told too."""
    bench = Bench(pair.config, tmp_path, ground.bench.source, profile="rehearsal")
    source = bench.capture_source(FILES)
    clean = bench.check(source, ground.target, FILES).read()
    assert clean.findings == ()
    with FaultProxy(ground.target.url) as proxy:
        rule = proxy.add(matching(body=b"product.template.export_data"), Replace(body=in_german))
        run = bench.check(source, ground.target, FILES, target_url=proxy.url)
    assert rule.count > 0
    found = difference(clean, run.read())
    assert {(item.check_id, item.step, item.field, item.kind) for item in found} == {
        ("interfaces.price_list_file", "export", "[].list_price", FindingKind.MISMATCH),
        ("interfaces.price_list_file", "import", "import", FindingKind.REGRESSION),
    }
