"""What an access log says about the load: mixes, busy and quiet hours, plans in their likeness."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from harness.config.profiles import BUILT_IN
from harness.errors import ConfigError
from harness.model import Part, Side, Status
from harness.performance import Limit, LoadPlan, Scenario
from harness.performance.comparison import compare
from harness.performance.plan import plan_from_value
from harness.performance.workload import (
    Profile,
    Seen,
    fit,
    fitted,
    names_of,
    read_logs,
    read_names,
    read_workload,
    to_toml,
)
from tests.performance.recorded import PLAN, SPEC, THERE, TOO_SHORT, capture

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 3, 9, tzinfo=ZONE)
AT = "09/Mar/2026:10:00:05 +0800"


def combined(path: str, method: str = "GET", status: int = 200, at: str = AT) -> str:
    return f'10.0.0.7 - wang [{at}] "{method} {path} HTTP/1.1" {status} 512 "-" "Mozilla/5.0 \\"x\\""\n'


def seen(folder: Path, content: str) -> Seen:
    log = folder / "access.log"
    log.write_text(content, encoding="utf-8")
    return read_logs([log], ZONE)


def forms(folder: Path, content: str) -> Mapping[str, int]:
    (found,) = seen(folder, content).minutes.values()
    return found


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/orders/4711/lines", "/orders/{}/lines"),
        ("/orders?customer=Wang&page=2", "/orders"),
        ("/orders/#top", "/orders/"),
        ("/sap/opu/odata4/v4/Orders('4711')/Items", "/sap/opu/{}/v4/Orders()/Items"),
        ("/api/v2/parties/%E7%8E%8B%E8%8A%B3", "/api/v2/parties/{}"),
        ("/parties/王芳", "/parties/{}"),
        ("/users/wang@example.com", "/users/{}"),
        ("/1/2/3", "/{}/{}/{}"),
        ("/", "/"),
    ],
)
def test_of_a_path_nothing_is_kept_that_could_be_data(tmp_path: Path, path: str, form: str) -> None:
    assert forms(tmp_path, combined(path)) == {f"GET {form}": 1}


@pytest.mark.parametrize(
    "line",
    [
        {"time": "2026-03-09T10:00:05+08:00", "method": "GET", "path": "/orders/1?x=1", "status": 200},
        {"@timestamp": "2026-03-09T02:00:05Z", "request": "GET /orders/1?x=1 HTTP/1.1", "status": "200"},
        {"ts": 1773021605.25, "request_method": "GET", "uri": "https://erp.example/orders/1"},
        {"time_local": AT, "RequestMethod": "GET", "RequestPath": "/orders/1", "DownstreamStatus": 200},
    ],
)
def test_json_lines_by_the_names_that_servers_give_them(tmp_path: Path, line: dict[str, object]) -> None:
    found = seen(tmp_path, json.dumps(line) + "\n")

    assert found.minutes == {datetime(2026, 3, 9, 10, 0, tzinfo=ZONE): {"GET /orders/{}": 1}}


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    """Files of the web client are nobody's transaction; errors are load as well."""
    lines = [combined("/orders"), combined("/orders", status=500), combined("/app/main.js"), "what is this\n"]
    found = seen(tmp_path, "".join([*lines, '{"time": "2026-03-09", "half"\n', combined("/x", method="get")]))

    assert found.requests == 2
    assert (found.static, found.failed, found.unread) == (1, 1, 3)


def test_compressed_logs_and_several_of_them_are_one(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a b'.log", tmp_path / "old.log.gz"
    plain.write_text(combined("/orders"), encoding="utf-8")
    packed.write_bytes(gzip.compress(combined("/orders").encode()))

    assert read_logs([plain, packed], ZONE).requests == 2


@pytest.mark.parametrize("content", ["", "\n", "nothing that is known\n" * 3, '{"a": 1}\n'])
def test_a_log_that_is_not_understood_is_said_to_be(tmp_path: Path, content: str) -> None:
    with pytest.raises(ConfigError, match="none of"):
        seen(tmp_path, content)


def counted(rate: Callable[[datetime], Mapping[str, int]], days: int) -> Seen:
    """Every minute of so many days since a Monday."""
    minutes = (MONDAY + timedelta(minutes=place) for place in range(days * 24 * 60))
    return Seen({minute: found for minute in minutes if (found := rate(minute))})


def test_the_busy_hour_begins_at_any_minute_and_has_its_own_mix() -> None:
    busy = MONDAY + timedelta(days=1, hours=9, minutes=37)

    def rate(minute: datetime) -> Mapping[str, int]:
        return {"open": 20, "order": 10} if busy <= minute < busy + timedelta(hours=1) else {"open": 3}

    found = fit(names_of(counted(rate, 3), {}), quiet_hours=2).profiles["busy_hour"]

    assert found.starts == busy
    assert found.rate == Decimal("0.5")
    assert found.mix == {"open": Decimal("0.6667"), "order": Decimal("0.3333")}
    assert found.burst == 0


def test_the_end_of_a_month_is_a_profile_where_the_log_has_one() -> None:
    close = datetime(2026, 3, 31, 15, 0, tzinfo=ZONE)

    def rate(minute: datetime) -> Mapping[str, int]:
        return {"close": 5} if close <= minute < close + timedelta(hours=1) else {"open": 9}

    without = fit(names_of(counted(rate, 7), {}), quiet_hours=2).profiles
    within = fit(names_of(counted(rate, 25), {}), quiet_hours=2).profiles

    assert list(without) == ["busy_hour", "overall"]
    assert within["month_end"].starts is not None
    assert within["month_end"].starts.day in (30, 31, 1, 2)


@pytest.mark.parametrize("hours", [1, 4])
def test_the_quietest_window_of_the_week_goes_over_midnight(hours: int) -> None:
    """Least from Saturday 23:00 to Sunday 03:00; half an hour that the log has more of does not count."""

    def rate(minute: datetime) -> Mapping[str, int]:
        place = minute.weekday() * 24 + minute.hour
        return {"open": 1 + (place - 143) if 143 <= place < 147 else 50}

    minutes = counted(rate, 14).minutes
    more = {MONDAY - timedelta(minutes=place): {"open": 1} for place in range(1, 30)}
    quiet = fit(names_of(Seen({**minutes, **more}), {}), quiet_hours=hours).quiet

    assert quiet is not None
    assert (quiet.starts, quiet.hours) == (143, hours)


def test_less_than_a_week_does_not_say_when_it_is_quiet() -> None:
    assert fit(names_of(counted(lambda minute: {"open": 1}, 6), {}), quiet_hours=2).quiet is None


def test_requests_get_the_first_name_that_fits_and_the_others_are_told() -> None:
    minutes = {MONDAY: {"GET /orders/{}": 5, "POST /orders": 2, "GET /[x]": 1}}
    names = {
        "sale.open": ["GET /orders/*"],
        "sale.order": ["POST /orders*", "GET /orders/*"],
        "x": ["GET /[x]"],
    }
    named = names_of(Seen(minutes), names)
    short = names_of(Seen(minutes), {"sale.open": ["GET /orders/*"]})

    assert named.minutes == {MONDAY: {"sale.open": 5, "sale.order": 2, "x": 1}}
    assert (named.matched, named.unmatched) == (8, {})
    assert short.unmatched == {"POST /orders": 2, "GET /[x]": 1}


def test_a_workload_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    one = {"sale.open": Decimal("0.7"), 'GET /x"y\\': Decimal("0.3")}
    workload = {
        "busy_hour": Profile(Decimal("4.2"), one, Decimal("1.3"), MONDAY),
        "mine": Profile(Decimal(1), one),
    }
    file = tmp_path / "workload.toml"
    file.write_text(to_toml(workload), encoding="utf-8")

    assert read_workload(file) == workload


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("[busy_hour]\nrate = 0\nmix = { a = 1 }", "busy_hour.rate"),
        ("[busy_hour]\nrate = 1\nmix = { a = 0.4 }", "busy_hour.mix"),
        ("[busy_hour]\nrate = 1\nmix = {}", "busy_hour.mix"),
        ("[busy_hour]\nrate = 1\nmix = { a = 1 }\nspeed = 1", "busy_hour.speed"),
        ("[busy_hour", "workload.toml"),
    ],
)
def test_a_wrong_workload_is_said_by_file_and_key(tmp_path: Path, content: str, named: str) -> None:
    file = tmp_path / "workload.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=named):
        read_workload(file)


@pytest.mark.parametrize(
    "content", ["", "[names]", '[names]\na = "GET /"', "[names]\na = []", "[other]\na = 1"]
)
def test_wrong_names_are_said_by_file(tmp_path: Path, content: str) -> None:
    file = tmp_path / "names.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"names\.toml"):
        read_names(file)


DESK = LoadPlan(
    scenarios=(Scenario("open", 1), Scenario("order", 1, ("create", "confirm")), Scenario("rare", 1)),
    limits=(Limit("confirm", Decimal("0.9"), Decimal(5)), Limit("rare", Decimal("0.9"), Decimal(5))),
)


def test_a_plan_takes_rate_and_mix_and_says_how_far_it_is() -> None:
    mix = {"open": Decimal("0.5"), "order": Decimal("0.3"), "report": Decimal("0.2")}
    plan = fitted(DESK, Profile(Decimal(10), mix, Decimal("1.4")), growth=Decimal("1.5"))

    assert {each.name: each.weight for each in plan.scenarios} == {"open": 63, "order": 37}
    assert plan.rate == 12  # 10 a second, four fifths of them known, half as many again
    assert plan.sized(BUILT_IN["smoke"]).rate == 12
    assert [limit.transaction for limit in plan.limits] == ["confirm"]
    assert plan.likeness is not None
    assert (plan.likeness.covered, plan.likeness.distance) == (Decimal("0.8"), Decimal("0.2"))
    assert plan_from_value(plan.to_value()) == plan


def test_a_plan_that_does_nothing_of_what_was_seen_is_an_error() -> None:
    with pytest.raises(ConfigError, match="report"):
        fitted(DESK, Profile(Decimal(1), {"report": Decimal(1)}))


@pytest.mark.parametrize(
    ("share", "caveats"), [("0.97", [TOO_SHORT]), ("0.60", ["performance.caveat.uncovered", TOO_SHORT])]
)
def test_what_the_plan_leaves_out_is_said_beside_its_result(share: str, caveats: list[str]) -> None:
    parts = Decimal(share) / 2
    mix = {"sale.open": parts, "sale.order": parts, "report": 1 - Decimal(share)}
    plan = fitted(PLAN, Profile(PLAN.rate / Decimal(share), mix))
    conclusion = compare(SPEC, {Part.PAIR: capture(plan=plan, entered=dict.fromkeys(Side, THERE))})

    assert conclusion.status is Status.PASSED
    assert [caveat.key for caveat in conclusion.caveats] == caveats
    assert conclusion.measures["workload.covered"] == Decimal(share)
