"""Functional defects planted in the upgraded ERP: each is found at its process and step, and nothing else.

Each starts from a fresh copy of the target; what the source did was gathered once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest

from harness import demo
from harness.demo import DemoPair, TargetCopy
from harness.evidence import Recorded, Run
from harness.model import FindingKind
from harness.testing.plant import Bench, difference
from harness.testing.proxy import FaultProxy, Replace, matching
from tests.integration.whole_run import SUITES

pytestmark = [pytest.mark.real_pair, pytest.mark.qualify]

SUITE = [str(SUITES / "functional" / "record_to_report" / "test_manual_entry.py")]
ENTRY = "function.manual_entry"
POST, DELETE = b"model.account.move.post", b"model.account.move.delete"
Found: TypeAlias = "set[tuple[str, str | None, FindingKind]]"


@dataclass(frozen=True)
class Ground:
    """The source's evidence, what a clean target makes of it, and fresh copies of the target."""

    bench: Bench
    source: Run
    clean: Recorded
    copy: Callable[[], TargetCopy]


@pytest.fixture(scope="module")
def ground(pair: DemoPair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Gathered once."""
    with ExitStack() as stack:
        numbers = iter(range(1_000))

        def copy() -> TargetCopy:
            return stack.enter_context(demo.target_copy(pair, f"functional_{next(numbers)}"))

        source = stack.enter_context(demo.source_copy(pair, "functional"))
        bench = Bench(pair.config, tmp_path_factory.mktemp("functional"), source)
        run = bench.capture_source(SUITE)
        yield Ground(bench, run, bench.check(run, copy(), SUITE).read(), copy)


def refused(change: Callable[[list[Any]], list[Any] | None]) -> Callable[[bytes], bytes]:
    """Changes what a refusal says; None makes the server agree. Any other answer stays as it is."""

    def body(content: bytes) -> bytes:
        answer = json.loads(content)
        if not isinstance(answer, dict) or not answer.get("error"):
            return content
        error = change(answer["error"])
        said = {"result": None} if error is None else {"error": error}
        return json.dumps({"id": answer.get("id"), **said}).encode()

    return body


def agrees(error: list[Any]) -> None:
    """The server does nothing and says that all is well."""


def saying(message: str) -> Callable[[list[Any]], list[Any]]:
    """The same refusal in other words."""
    return lambda error: [error[0], [message, *error[1][1:]]]


def test_a_clean_target_gives_no_finding(ground: Ground) -> None:
    assert [finding.check_id for finding in ground.clean.findings] == []
    assert set(ground.clean.conclusions()) == {ENTRY}


@pytest.mark.parametrize(
    ("method", "change", "expected"),
    [
        (POST, agrees, {(ENTRY, "post_unbalanced", FindingKind.VIOLATION)}),
        (DELETE, agrees, {(ENTRY, "delete_posted", FindingKind.VIOLATION)}),
        (POST, saying(""), {(ENTRY, "post_unbalanced", FindingKind.VIOLATION)}),
        (POST, saying("借贷不平。"), {(ENTRY, "post_unbalanced", FindingKind.VIOLATION)}),
        (
            POST,
            saying("account.msg_post_unbalanced_move"),
            {(ENTRY, "post_unbalanced", FindingKind.VIOLATION)},
        ),
        (
            POST,
            lambda error: ["KeyError", ["balance"]],
            {(ENTRY, "post_unbalanced", FindingKind.MISMATCH)},
        ),
    ],
    ids=[
        "an unbalanced entry is accepted",
        "a posted entry may be deleted",
        "a refusal without a word",
        "a refusal in another language",
        "a refusal by its key",
        "an error of the program instead of a refusal",
    ],
)
def test_a_refusal_that_is_gone_or_cannot_be_read_is_found_at_its_step(
    ground: Ground, method: bytes, change: Callable[[list[Any]], list[Any] | None], expected: Found
) -> None:
    target = ground.copy()
    with FaultProxy(target.url) as proxy:
        rule = proxy.add(matching(body=method), Replace(body=refused(change)))
        run = ground.bench.check(ground.source, target, SUITE, target_url=proxy.url)

    assert rule.count > 0
    found = difference(ground.clean, run.read())
    assert {(item.check_id, item.step, item.kind) for item in found} == expected
