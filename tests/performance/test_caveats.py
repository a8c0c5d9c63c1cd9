"""What a load check did not verify is said, with its numbers and its cure, and nothing else is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from harness.messages import Language, render
from harness.model import Capture, Part, Side, Status
from harness.performance.blocks import Series, blocks
from harness.performance.comparison import compare
from harness.performance.plan import LoadPlan
from harness.performance.server import stored as server
from harness.performance.sql import stored
from harness.performance.sql.reading import Plan, Work
from tests.performance.recorded import NO_GAPS, PLAN, SPEC, capture, on_target, plain

LONG = replace(PLAN, pairs=15)
MINUTE = 60.0


def used(plan: LoadPlan = LONG, **unknown: Any) -> str:
    """Samples of both sides after each block; `unknown` names by side what is not told."""
    lines = []
    for block in blocks(plan, tuple(Side)):
        seen = {"memory": 1 << 28, "files": 9, "connections": 4}
        kept = {what: value for what, value in seen.items() if what not in unknown.get(block.side, ())}
        lines.append(server.line(server.Sample(block.side, (block.number + 1) * MINUTE, **kept)))
    return "".join(lines)


def asked(plan: LoadPlan = LONG, *, taken: Mapping[Side, int] | None = None, texts: Any = None) -> str:
    """Statements of the first `taken` steps of each side; `texts` by their names, of which "plan" has one."""
    texts = texts or {"plan": "SELECT a FROM b WHERE c = $1"}
    lines = []
    for block in blocks(plan, tuple(Side)):
        steps = plan.transactions[: (taken or {}).get(block.side)] if block.series is Series.ALONE else ()
        lines += [
            stored.work_line(block.side, block.number, step, dict.fromkeys(texts, Work(1, 1.0, 1, 1)))
            for step in steps
        ]
    for side in Side:
        shown = {name: sql for name, sql in texts.items() if sql}
        lines += [stored.texts_line(side, shown), stored.plans_line(side, {"plan": Plan((), "Seq Scan")})]
    return "".join(lines)


TEXTS = {
    "plan": "SELECT a FROM b WHERE c = $1",
    "cut": "SELECT a FROM b WHERE",
    "write": "UPDATE b SET a = $1 WHERE c = $2",
    "gone": "",
    "adds": "INSERT INTO b (a) VALUES ($1)",
    "ends": "COMMIT",
}


@dataclass(frozen=True)
class Case:
    """A recording, and the caveats with what they say of it."""

    name: str
    capture: Capture
    caveats: tuple[tuple[str, dict[str, Any]], ...] = field(default=())


def made(**changes: Any) -> Capture:
    return capture(**({"plan": LONG, "length": MINUTE} | changes))


SHORT = replace(LONG, pairs=14)
ALONE = replace(LONG, alone=0)
CASES = [
    Case("a run that is long enough and sees everything", made()),
    Case(
        "too short for leaks, once and not per side",
        made(plan=SHORT),
        (("too_short", {"count": 14, "needed": 15}),),
    ),
    Case(
        "many blocks within a few minutes",
        made(length=3.1),
        (("too_brief", {"minutes": "1.4 minutes", "needed": 10}),),
    ),
    Case(
        "a target on another machine",
        made(servers=used(target=("memory", "files"))),
        (("servers_unseen", {"side": "upgraded system", "what": "memory, open files"}),),
    ),
    Case(
        "nothing of either side is seen, in a run that is also short",
        made(plan=SHORT, servers=""),
        (
            ("servers_unseen", {"side": "current system"}),
            ("servers_unseen", {"what": "memory, open files, connections to the database"}),
            ("too_short", {"count": 14}),
        ),
    ),
    Case(
        "a sampler that stopped in mid-run",
        made(servers=used(replace(LONG, pairs=9))),
        (("servers_unseen", {}), ("servers_unseen", {})),
    ),
    Case(
        "no step was taken by a single user",
        made(plan=ALONE, statements=asked(ALONE)),
        (("steps", {"count": 3, "total": 3, "alone": 0}),),
    ),
    Case(
        "one step was not taken on the target",
        made(statements=asked(taken={Side.TARGET: 2})),
        (("steps", {"count": 1, "total": 3, "examples": "sale.confirm"}),),
    ),
    Case(
        "plans that cannot be read, of what searches",
        made(statements=asked(texts=TEXTS)),
        (
            ("plans", {"side": "current system", "count": 3, "total": 4}),
            ("plans", {"side": "upgraded system", "count": 3, "total": 4}),
        ),
    ),
    Case(
        "an adapter that cannot tell missing numbers",
        made(missing={Side.SOURCE: ()}),
        (("numbers_unread", {"side": "upgraded system"}),),
    ),
    Case(
        "gaps on the source, too",
        made(missing={Side.SOURCE: ("7", "9"), Side.TARGET: ("4",)}),
        (("source_gaps", {"count": 2, "target": 1, "examples": "7, 9"}),),
    ),
    Case("gaps on the source alone", made(missing={**NO_GAPS, Side.SOURCE: ("7",)}), (("source_gaps", {}),)),
    Case(
        "a transaction that half of the blocks did not answer",
        made(
            plan=replace(LONG, error_limit=PLAN.margin * 4),
            seconds=on_target(
                lambda block, name, usual: "timeout" if name == "sale.open" and block.pair % 2 else usual
            ),
        ),
        (("drift_short", {"transactions": "sale.open", "needed": 15}),),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_was_not_verified_is_said(case: Case) -> None:
    conclusion = compare(SPEC, {Part.PAIR: case.capture})

    assert [each.key for each in conclusion.caveats] == [
        f"performance.caveat.{key}" for key, _ in case.caveats
    ]
    for caveat, (_, words) in zip(conclusion.caveats, case.caveats, strict=True):
        said = render(caveat, Language.EN)
        assert all(str(word) in said for word in words.values()), said
        assert render(caveat, Language.ZH)
    assert conclusion.status is Status.PASSED


def test_a_run_without_a_block_is_undecided_and_adds_nothing() -> None:
    conclusion = compare(SPEC, {Part.PAIR: capture(plain, until=0, servers="")})

    assert conclusion.status is Status.UNKNOWN
    assert not [each.key for each in conclusion.caveats if "servers" in each.key or "short" in each.key]
