"""What a master and its workers agree on before anything is loaded, and how their shares make a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import islice

import pytest

import harness
from harness.errors import ConfigError
from harness.model import Account, Environment, Part, Secret, Side
from harness.performance.blocks import Block, Series, Share, arrivals, mix
from harness.performance.comparison import compare
from harness.performance.crew.address import Address, address_of
from harness.performance.crew.joining import demand_crew, demand_workers
from harness.performance.crew.member import Member, member_of_line, system_of
from harness.performance.crew.messages import Order, block_data, block_of, order_of, report_data, report_of
from harness.performance.events import BlockRun, Story, WorkerRun
from harness.performance.job import Crew, Loaded
from harness.performance.ledger import Note
from harness.performance.recording import recording
from harness.performance.samples import Sample
from harness.written import Stage
from tests.performance.recorded import PLAN, SPEC, capture

SECRET = "canary-9Q7x"
CREW = Crew(2, Address("10.0.0.5"), 30)


def loaded(role: str = "sales", sessions: str = "a:B", **changed: object) -> Loaded:
    known = {"side": Side.TARGET, "adapter": "tryton", "url": "http://x", "options": {"database": "a"}}
    account = Account(role, "seller", Secret(SECRET))
    return Loaded(Environment(**{**known, **changed}), (account,), sessions)  # type: ignore[arg-type]


def member(own: Loaded, *, writes: bool = True) -> Member:
    return Member(CREW.bind, (own,), (Side.TARGET,) if writes else (), "/x")


def order(version: str = harness.__version__, sides: tuple[Side, ...] = (Side.TARGET,)) -> Order:
    return Order(version, PLAN, "r", "1@a", Share(0, 2), dict.fromkeys(sides, system_of(loaded())))


@pytest.mark.parametrize(
    ("given", "own", "code"),
    [
        (order(), member(loaded()), None),
        (order("0.0.1"), member(loaded()), f"version:{harness.__version__}"),
        (order(sides=(Side.TARGET, Side.SOURCE)), member(loaded()), "side:source"),
        (order(), member(loaded(url="http://y")), "system:target"),
        (order(), member(loaded(options={"database": "b"})), "system:target"),
        (order(), member(loaded(sessions="a:C")), "sessions:target"),
        (order(), member(loaded(role="stock")), "role:target.sales"),
        (order(), member(loaded(), writes=False), "writes:target"),
    ],
)
def test_a_worker_refuses_what_its_configuration_does_not_have(
    given: Order, own: Member, code: str | None
) -> None:
    assert own.refusal(given) == code
    if code is None:
        assert own.chosen(given) == own.sides


def test_an_order_is_what_was_ordered_and_holds_no_secret() -> None:
    data = order().to_data()

    assert order_of(data) == order()
    assert SECRET not in repr(data)
    assert member_of_line(member(loaded()).to_line()).sides[0].accounts[0].password.reveal() == SECRET


def test_a_block_and_its_report_arrive_as_they_were_sent() -> None:
    block = Block(7, Series.STAGE, 2, Side.TARGET, 1, Decimal("1.5"), 4)
    run = BlockRun(7, Series.STAGE, 2, Side.TARGET, 1, 9.5, 3.25, 5, 4, 0.5, 0.25)
    made = (Sample(7, "sale.open", 0.5, 0.625, 1.5, True), Sample(7, "a,b", 0.5, 0.5, 1.0, False, "http.500"))
    notes = (Note(Side.TARGET, "LOAD-r-1-1", Stage.CONFIRMED, True),)

    assert block_of(block_data(block)) == block
    report = report_of("1@a", report_data(run, made, notes))
    assert report.run == WorkerRun("1@a", 3.25, 5, 4, 0.5, 0.25)
    assert (report.samples, report.notes) == (made, notes)


@pytest.mark.parametrize("generators", [1, 2, 3, 7, 50])
def test_the_shares_are_the_whole(generators: int) -> None:
    block = Block(0, Series.MAIN, 3, Side.SOURCE, 0)
    shares = [Share(place, generators) for place in range(generators)]

    whole = arrivals(PLAN, block)
    assert sorted((a for share in shares for a in share.of(whole)), key=lambda a: a.offset) == list(whole)
    assert [share.count(len(whole)) for share in shares] == [len(list(share.of(whole))) for share in shares]
    assert sum(share.count(PLAN.seats) for share in shares) == PLAN.seats
    taken = [list(islice(share.of(mix(PLAN)), 3)) for share in shares]
    assert [name for turn in zip(*taken, strict=True) for name in turn] == list(
        islice(mix(PLAN), 3 * generators)
    )


@pytest.mark.parametrize(
    ("named", "address"),
    [
        ("10.0.0.5", Address("10.0.0.5", 5557)),
        ("load.example:6000", Address("load.example", 6000)),
        ("[::1]", Address("[::1]", 5557)),
        ("[::1]:6000", Address("[::1]", 6000)),
        ("", None),
        ("a:b", None),
        ("a:0", None),
        ("a:70000", None),
        ("::1", None),
        ("http://a", None),
        (":5557", None),
    ],
)
def test_an_address_is_a_host_and_may_have_a_port(named: str, address: Address | None) -> None:
    if address is not None:
        assert address_of(named) == address
        return
    with pytest.raises(ConfigError):
        address_of(named)


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("*", False),
        ("10.0.0.5", False),
    ],
)
def test_who_can_come_is_known(host: str, here: bool) -> None:
    assert Address(host).only_here is here


@pytest.mark.parametrize(
    ("story", "key"),
    [
        (Story(), "performance.workers.missing"),
        (Story(joined=("1@a",)), "performance.workers.missing"),
        (Story(joined=("1@a", "2@b"), refused=(("2@b", "version:9"),)), "performance.workers.refused"),
    ],
)
def test_a_load_without_its_workers_is_an_error(story: Story, key: str) -> None:
    with pytest.raises(ConfigError) as error:
        demand_workers(CREW, story)

    assert error.value.sentence.key == key


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"users": 1}, "performance.workers.users"),
        ({"locustfile": "/x/blocks.py"}, "performance.workers.locustfile"),
    ],
)
def test_a_plan_that_cannot_be_shared_is_an_error(changed: Mapping[str, object], key: str) -> None:
    with pytest.raises(ConfigError) as error:
        demand_crew(replace(PLAN, **changed), CREW)  # type: ignore[arg-type]

    assert error.value.sentence.key == key


def carried(run: BlockRun, **second: float) -> BlockRun:
    """The block as two workers carried it out, the second one as given."""
    half = WorkerRun("1@a", run.seconds, run.planned - 7, run.planned - 7, 0.1, 0.001)
    other = {"seconds": run.seconds, "planned": 7, "in_time": 7, "cpu": 0.1, "lag": 0.001, **second}
    workers = (half, WorkerRun("2@b", **other))  # type: ignore[arg-type]
    return replace(run, workers=workers, in_time=sum(each.in_time for each in workers))


@pytest.mark.parametrize(
    ("second", "keys"),
    [
        ({}, set()),
        ({"cpu": 0.95}, {"performance.unknown.worker_saturated"}),
        ({"lag": 0.2}, {"performance.unknown.worker_lag"}),
        ({"in_time": 5}, {"performance.unknown.worker_rate"}),
    ],
)
def test_every_worker_is_checked_by_itself(second: dict[str, float], keys: set[str]) -> None:
    made = capture(run=lambda block: carried(block, **second))
    conclusion = compare(SPEC, {Part.PAIR: made})
    told = {each.key for each in (conclusion.reason, *conclusion.caveats) if each is not None}

    assert {key for key in told if ".worker_" in key} == keys
    assert conclusion.measures["generator.workers"] == 2
    assert recording(made).story.blocks[0].workers[1].worker == "2@b"
