"""A recording becomes sessions: what was brought is taken, what is secret is never written, or nothing is."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest

from harness.adapters.load import Answer, LoadFault
from harness.errors import ConfigError
from harness.performance import read_plan
from harness.redact import Redactor
from tests.performance.hars import (
    PASSWORD,
    USER,
    Wire,
    answered,
    converted,
    entry,
    environment,
    recorded,
    run,
    seat,
    session,
)

ROOT = Path(__file__).parents[2]
TOKEN = "0f8e7d6c5b4a39281706f5e4d3c2b1a0"
FRESH = "ffff0000eeee1111dddd2222cccc3333"
LOGIN = entry("POST", "/login", sent={"user": USER, "password": PASSWORD}, answer={"token": TOKEN, "uid": 7})


def read(path: str = "/orders", at: float = 5.0, **more: Any) -> dict[str, Any]:
    return entry("GET", path, at=at, answer=more.pop("answer", {"rows": [{"id": 1}]}), **more)


# What is taken out of an answer, and where the later request sends it.
CSRF = '<form><input type="hidden" name="csrf_token" value="{}"></form>'
META = '<meta name="csrf-token" content="{}">'
SCRIPT = '<script>var odoo = {{"csrf": "{}", "debug": 0}};</script>'
TAKEN = {
    "json to bearer": (
        [LOGIN, read(headers={"Authorization": f"Bearer {TOKEN}"})],
        lambda r: answered({"token": FRESH, "uid": 9}),
        lambda sent: sent[3]["Authorization"] == f"Bearer {FRESH}",
    ),
    "json to a header of its own": (
        [LOGIN, read(headers={"X-Auth-Token": TOKEN})],
        lambda r: answered({"token": FRESH, "uid": 9}),
        lambda sent: sent[3]["X-Auth-Token"] == FRESH,
    ),
    "json to a query": (
        [LOGIN, read(f"/orders?token={TOKEN}&page=2")],
        lambda r: answered({"token": FRESH, "uid": 9}),
        lambda sent: sent[1] == f"/erp/orders?token={FRESH}&page=2",
    ),
    "json to base64 of several": (
        [
            LOGIN,
            read(
                headers={
                    "Authorization": "Session " + base64.b64encode(f"{USER}:7:{TOKEN}".encode()).decode()
                }
            ),
        ],
        lambda r: answered({"token": FRESH, "uid": 9}),
        lambda sent: base64.b64decode(sent[3]["Authorization"][8:]).decode() == f"li.na:9:{FRESH}",
    ),
    "header to header": (
        [
            entry("GET", "/", html="<p>in</p>", returned={"X-CSRF-Token": TOKEN}),
            read(headers={"X-CSRF-Token": TOKEN}),
        ],
        lambda r: answered(html="<p>in</p>", x_csrf_token=FRESH),
        lambda sent: sent[3]["X-CSRF-Token"] == FRESH,
    ),
    "hidden field to form": (
        [
            entry("GET", "/login", html=CSRF.format(TOKEN)),
            entry(
                "POST",
                "/login",
                form=f"csrf_token={TOKEN}&user={USER}&password={quote(PASSWORD, safe='')}",
                html="ok",
            ),
            read(),
        ],
        lambda r: answered(html=CSRF.format(FRESH)),
        lambda sent: (
            sent[0] == "GET"
            or dict(parse_qsl(sent[2].decode()))
            == {"csrf_token": FRESH, "user": "li.na", "password": "Other-77-pass"}
        ),
    ),
    "meta to header": (
        [entry("GET", "/", html=META.format(TOKEN)), read(headers={"X-CSRF-Token": TOKEN})],
        lambda r: answered(html=META.format(FRESH)),
        lambda sent: sent[3]["X-CSRF-Token"] == FRESH,
    ),
    "script of a page to json": (
        [
            entry("GET", "/web", html=SCRIPT.format(TOKEN)),
            entry("POST", "/search", at=5, sent={"csrf_token": TOKEN, "q": "x"}, answer={"rows": [1]}),
        ],
        lambda r: answered(html=SCRIPT.format(FRESH)),
        lambda sent: json.loads(sent[2]) == {"csrf_token": FRESH, "q": "x"},
    ),
    "cookie to cookie": (
        [
            entry("GET", "/", html="<p>in</p>", returned={"Set-Cookie": f"sid={TOKEN}; Path=/; HttpOnly"}),
            read(headers={"Cookie": f"sid={TOKEN}"}),
        ],
        lambda r: answered(html="<p>in</p>", set_cookie=f"sid={FRESH}; Path=/"),
        lambda sent: sent[3]["Cookie"] == f"sid={FRESH}",
    ),
    "cookie to header": (
        [
            entry("GET", "/", html="<p>in</p>", returned={"Set-Cookie": f"csrftoken={TOKEN}; Path=/"}),
            read(headers={"Cookie": f"csrftoken={TOKEN}", "X-CSRFToken": TOKEN}),
        ],
        lambda r: answered(html="<p>in</p>", set_cookie=f"csrftoken={FRESH}"),
        lambda sent: sent[3]["X-CSRFToken"] == FRESH,
    ),
    "id to path": (
        [
            entry("POST", "/orders", sent={"customer": "A"}, answer={"id": 4711}),
            read("/orders/4711/lines"),
        ],
        lambda r: answered({"id": 52}),
        lambda sent: sent[1] == "/erp/orders/52/lines",
    ),
    "id to an OData key": (
        [
            entry(
                "GET",
                "/odata/Orders",
                answer={"value": [{"id": 4711, "name": "Müller"}, {"id": 8, "name": "Wang"}]},
            ),
            read("/odata/Orders(4711)"),
        ],
        lambda r: answered({"value": [{"id": 1, "name": "Wang"}, {"id": 52, "name": "Müller"}]}),
        lambda sent: sent[1] == "/erp/odata/Orders(52)",
    ),
    "location to path": (
        [
            entry("POST", "/orders", form="customer=A", status=302, returned={"Location": "/orders/4711"}),
            read("/orders/4711"),
        ],
        lambda r: answered(status=302, location="/orders/52"),
        lambda sent: sent[1] == "/erp/orders/52",
    ),
    "etag to if-match": (
        [
            entry("GET", "/orders/1", answer={"state": "draft"}, returned={"ETag": '"v1-8f3a"'}),
            entry(
                "PUT",
                "/orders/1",
                at=5,
                sent={"state": "done"},
                headers={"If-Match": '"v1-8f3a"'},
                answer={"ok": 1},
            ),
        ],
        lambda r: answered({"state": "draft"}, etag='"v9-77bc"'),
        lambda sent: sent[3]["If-Match"] == '"v9-77bc"',
    ),
    "list of ids": (
        [
            entry(
                "POST",
                "/rpc",
                sent={"method": "model.sale.search", "params": [[]]},
                answer={"result": [31, 12, 25]},
            ),
            entry(
                "POST",
                "/rpc",
                at=5,
                sent={"method": "model.sale.read", "params": [[12, 25, 31]]},
                answer={"result": [{"id": 1}]},
            ),
        ],
        lambda r: answered({"result": [90, 44]}),
        lambda sent: json.loads(sent[2])["params"] == [[44, 90]],
    ),
}


@pytest.mark.parametrize("case", TAKEN)
def test_what_an_answer_brought_is_taken_from_the_answer(case: str, tmp_path: Path) -> None:
    entries, brings, holds = TAKEN[case]
    made = converted(tmp_path, *entries)
    wire = Wire(lambda *request: brings(request) if len(wire.sent) < len(entries) else _last(entries))

    run(session(made, tmp_path), wire)

    assert len(wire.sent) == len(entries)
    assert holds(wire.sent[-1] if case != "hidden field to form" else wire.sent[1])
    for secret in (TOKEN, PASSWORD):
        assert not Redactor([secret]).holds("".join(made.files.values()))


def _last(entries: list[dict[str, Any]]) -> Answer:
    content = entries[-1]["response"]["content"]
    return Answer(200, content["text"].encode())


def test_basic_authorization_is_that_of_the_seat(tmp_path: Path) -> None:
    told = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    made = converted(
        tmp_path,
        entry("GET", "/", headers={"Authorization": told}, answer={"a": 1}),
        read(headers={"Authorization": told}),
    )
    wire = Wire(lambda *request: answered({"a": 1, "rows": [1]}))
    run(session(made, tmp_path), wire)

    assert {base64.b64decode(each[3]["Authorization"][6:]) for each in wire.sent} == {b"li.na:Other-77-pass"}


def test_a_token_that_every_answer_renews_is_renewed(tmp_path: Path) -> None:
    """The second time around begins with what the last answer of the first time brought."""
    page = '<form><input type="hidden" name="csrf_token" value="{}"></form>'
    made = converted(
        tmp_path,
        entry("GET", "/login", html=page.format("aaaa1111aaaa1111aaaa")),
        entry(
            "POST",
            "/login",
            form=f"csrf_token=aaaa1111aaaa1111aaaa&user={USER}&password={quote(PASSWORD)}",
            html=page.format("bbbb2222bbbb2222bbbb"),
        ),
        entry(
            "POST",
            "/find",
            at=5,
            form="csrf_token=bbbb2222bbbb2222bbbb",
            html=page.format("cccc3333cccc3333"),
        ),
    )
    count = iter(range(100))
    wire = Wire(lambda *request: answered(html=page.format(f"token-{next(count)}")))
    run(session(made, tmp_path), wire, times=3)

    sent = [dict(parse_qsl(each[2].decode())).get("csrf_token") for each in wire.sent]
    assert sent == [None, "token-0", "token-1", "token-2", "token-3"]


def test_the_database_of_the_environment_is_asked(tmp_path: Path) -> None:
    known = environment(database="old_db")
    made = converted(
        tmp_path, entry("GET", "/erp/old_db/a", answer={"x": 1}), read("/erp/old_db/b"), known=known
    )
    wire = Wire(lambda *request: answered({"x": 1, "rows": [1]}))
    run(session(made, tmp_path), wire, environment(database="next_db"))

    assert [each[1] for each in wire.sent] == ["/erp/next_db/a", "/erp/next_db/b"]


WRONG = {
    "another status": (answered({"rows": [1]}, status=500), "http.500"),
    "not let in": (answered({"rows": [1]}, status=401), "refused.login"),
    "empty": (answered(), "answer.empty"),
    "an empty object": (answered({}), "answer.empty"),
    "no rows": (answered({"rows": []}), "answer.empty"),
    "another shape": (answered([1]), "answer.shape"),
    "an error with status 200": (answered({"error": {"code": 1}, "rows": [1]}), "refused.error"),
    "no JSON": (answered(html="<p>Busy</p>"), "answer.not_json"),
}


@pytest.mark.parametrize("case", WRONG)
def test_an_answer_unlike_the_recorded_one_is_a_fault(case: str, tmp_path: Path) -> None:
    answer, code = WRONG[case]
    user = session(converted(tmp_path, LOGIN, read()), tmp_path)
    wire = Wire(lambda *request: answered({"token": FRESH, "uid": 9}) if len(wire.sent) == 1 else answer)
    user.login(environment(), wire, seat())

    with pytest.raises(LoadFault) as fault:
        run_work(user)
    assert fault.value.code == code


def run_work(user: Any) -> None:
    from tests.performance.hars import timed

    for scenario in user.scenarios().values():
        scenario(timed)


@pytest.mark.parametrize("brought", [{"uid": 9}, {"token": None, "uid": 1}, {"token": "", "uid": 1}])
def test_what_is_not_brought_again_is_a_fault(brought: Mapping[str, Any], tmp_path: Path) -> None:
    user = session(converted(tmp_path, LOGIN, read(headers={"X-Auth-Token": TOKEN})), tmp_path)
    with pytest.raises(LoadFault, match=r"answer\.(missing|empty)"):
        user.login(environment(), Wire(lambda *request: answered(brought)), seat())


UNKNOWN = {
    "header": read(headers={"X-Api-Key": FRESH}),
    "bearer": read(headers={"Authorization": f"Bearer {FRESH}"}),
    "cookie": read(headers={"Cookie": f"JSESSIONID={FRESH}"}),
    "query": read(f"/orders?access_token={FRESH}"),
    "path": read(f"/s/{FRESH}/orders"),
    "body": entry("POST", "/x", at=5, sent={"a": [{"secret": FRESH}]}, answer={"a": 1}),
    "form": entry("POST", "/x", at=5, form=f"otp={FRESH}", answer={"a": 1}),
    "second password": entry("POST", "/users", at=5, sent={"password": "Brand-New-8"}, answer={"a": 1}),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_a_secret_from_nowhere_stops_everything(case: str, tmp_path: Path) -> None:
    """Its place is named and never its value."""
    with pytest.raises(ConfigError) as error:
        converted(tmp_path, LOGIN, UNKNOWN[case])

    told = str(error.value)
    assert "2 (" in told and "--leave-out" in told
    assert FRESH not in told and "Brand-New-8" not in told and PASSWORD not in told


@pytest.mark.parametrize(
    ("wish", "sent"),
    [({"keep": frozenset({"x-api-key"})}, TOKEN), ({"leave_out": frozenset({"x-api-key"})}, None)],
)
def test_the_user_may_say_what_it_is(wish: Any, sent: str | None, tmp_path: Path) -> None:
    made = (
        converted(tmp_path, LOGIN, read(headers={"X-Api-Key": TOKEN}, answer={"rows": [1]}), **wish)
        if sent is None
        else converted(tmp_path, read("/a", at=0), read(headers={"X-Api-Key": TOKEN}), **wish)
    )
    wire = Wire(lambda *request: answered({"rows": [1], "token": FRESH, "uid": 1}))
    run(session(made, tmp_path), wire)

    assert wire.sent[-1][3].get("X-Api-Key") == sent


LEFT_OUT = {
    "static": [
        entry("GET", "/app.js", mime="application/javascript"),
        entry("GET", "/a.css", mime="text/css"),
        entry("GET", "/logo", mime="image/png", kind="image"),
        entry("GET", "/f.woff2", mime="font/woff2"),
    ],
    "elsewhere": [entry("GET", "/collect?x=1", host="stats.example", answer={})],
    "websocket": [entry("GET", "/ws", scheme="ws", status=101)],
    "preflight": [entry("OPTIONS", "/orders")],
    "watching": [entry("POST", "/telemetry", sent={"t": 1})],
    "waiting": [
        entry("POST", "/db/bus", sent={"channels": []}),
        entry("GET", "/e", mime="text/event-stream"),
    ],
    "logout": [
        entry("POST", "/web/session/logout", sent={}),
        entry("POST", "/", sent={"method": "common.db.logout"}),
    ],
    "unanswered": [entry("GET", "/slow", status=-1)],
}


@pytest.mark.parametrize("why", LEFT_OUT)
def test_what_no_user_does_is_left_out_and_counted(why: str, tmp_path: Path) -> None:
    made = converted(tmp_path, LOGIN, *LEFT_OUT[why], read())

    assert dict(made.left_out) == {why: len(LEFT_OUT[why])}
    assert made.requests == 2


BAD = {
    "not json": ("PASSWORD=x", "-: it is not JSON"),
    "cut": ('{"log": {"entries": [{"requ', "the file is cut or broken"),
    "a list": ("[]", "log.entries: the list of requests is missing"),
    "no entries": ('{"log": {}}', "log.entries: the list of requests is missing"),
    "no request": ('{"log": {"entries": [{}]}}', "log.entries[0]: request: this key is missing"),
    "no address": (
        '{"log": {"entries": [{"request": {"method": "GET"}}]}}',
        "log.entries[0]: url: this key is missing",
    ),
    "a number": ('{"log": {"entries": [7]}}', "log.entries[0]: a value is not of the kind"),
    "nothing in it": ('{"log": {"entries": []}}', "has no request of a user"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_says_where_and_why(case: str, tmp_path: Path) -> None:
    from harness.performance.har import Wishes, convert

    content, told = BAD[case]
    file = tmp_path / "bad.har"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(ConfigError) as error:
        convert(file, Wishes("work"))
    assert told in str(error.value) and str(file) in str(error.value)


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([read(host="other:1")], None),
        ([LOGIN], "ends with the login"),
        ([entry("GET", "/a"), entry("GET", "/b", at=5)], "without the content of their answers"),
    ],
)
def test_a_recording_without_work_is_an_error(entries: list[Any], told: str | None, tmp_path: Path) -> None:
    if told is None:
        with pytest.raises(ConfigError, match="other:1"):
            converted(tmp_path, *entries, host="erp.example:9")
    else:
        with pytest.raises(ConfigError, match=told):
            converted(tmp_path, *entries)


HOSTILE = [
    '"""\nimport os; os.system("x")\n"""',
    "'''; __import__('os').system('x') #",
    "{__import__('os')}",
    "\\",
    'a\\"',
    "line\nbreak\r\u2028\u2029\x85\x00\x7f\x1b",
    "{{x}} {x!r} %s ${y}",
    "# noqa\n    evil()",
    "海风贸易\"'",
    "'\"'\"",
    "\ud800",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_is_in_a_recording_becomes_text_and_nothing_else(hostile: str, tmp_path: Path) -> None:
    """At every place where a recording has something to say: it comes out as it went in, and is no code."""
    safe = quote(hostile.encode("utf-8", "surrogatepass"))
    made = converted(
        tmp_path,
        entry(
            "POST",
            "/login",
            sent={"user": USER, "password": PASSWORD, "x": hostile},
            answer={"token": TOKEN, hostile: 12345},
        ),
        entry(
            "POST",
            f"/{safe}?q={safe}",
            at=5,
            sent={hostile: [hostile, {"a": hostile}], "id": 12345, "t": f"{hostile}{TOKEN}{hostile}"},
            headers={
                "X-Note": hostile.encode("ascii", "ignore").decode().replace("\n", " ").replace("\r", " ")
            },
            answer={hostile: [1], "b": 2},
        ),
        entry(
            "POST",
            "/rpc",
            at=10,
            sent={"method": f"a.{hostile}", "params": [hostile]},
            answer=[{"name": hostile, "id": 5}],
        ),
    )
    answers = [{"token": FRESH, hostile: 6}, {hostile: [1], "b": 2}, [{"name": hostile, "id": 5}]]
    wire = Wire(lambda *request: answered(answers[len(wire.sent) - 1]))

    run(session(made, tmp_path), wire)

    assert json.loads(wire.sent[0][2])["x"] == hostile
    second = json.loads(wire.sent[1][2])
    assert second[hostile] == [hostile, {"a": hostile}]
    assert second["t"] == f"{hostile}{FRESH}{hostile}"
    assert json.loads(wire.sent[2][2])["params"] == [hostile]


@pytest.mark.end_to_end
def test_the_files_are_as_the_formatter_leaves_them(tmp_path: Path) -> None:
    long = {
        "name " * 6: ["word " * 30, {"deep": [{"x": list(range(40)), "y": 1e20, "z": 1.5e-9}]}],
        "q": 'say "hi"',
    }
    for number, entries in enumerate(
        [
            *(case[0] for case in TAKEN.values()),
            [LOGIN, entry("POST", "/x", at=5, sent=long, answer=[{"a": 1}])],
        ]
    ):
        folder = tmp_path / f"case{number}"
        folder.mkdir()
        for name, content in converted(folder, *entries).files.items():
            (folder / name).write_text(content, encoding="utf-8")
    ruff = Path(sys.executable).with_name("ruff")
    for command in (["format", "--check"], ["check"]):
        done = subprocess.run(
            [ruff, *command, "--no-cache", "--config", ROOT / "pyproject.toml", tmp_path],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout


NAMES = {
    "GET /orders/4711/lines": "orders.lines.open",
    "POST /api/v2/orders": "orders.send",
    "DELETE /orders/1": "orders.delete",
    "GET /odata/Orders(4711)": "orders.open",
    "GET /": "open",
}


@pytest.mark.parametrize("request_line", NAMES)
def test_transactions_are_named_after_what_is_asked(request_line: str, tmp_path: Path) -> None:
    method, path = request_line.split()
    made = converted(tmp_path, LOGIN, entry(method, path, at=5, answer={"a": 1}))
    assert [step.name for step in made.steps] == [NAMES[request_line]]


def test_a_pattern_of_the_user_names_a_transaction(tmp_path: Path) -> None:
    made = converted(
        tmp_path, LOGIN, read("/orders/1"), read("/x", at=9), names={"sale.open": ["GET /orders/*"]}
    )
    assert [step.name for step in made.steps] == ["sale.open", "x.open"]


def test_a_pause_ends_a_transaction(tmp_path: Path) -> None:
    burst = [read("/a", at=5), read("/b", at=5.2), read("/c", at=7.1), read("/c", at=7.4), read("/c", at=20)]
    made = converted(tmp_path, LOGIN, *burst)
    assert [(step.name, len(step.requests), int(step.pause)) for step in made.steps] == [
        ("a.open", 2, 4),
        ("c.open", 2, 1),
        ("c.open.2", 1, 12),
    ]


WRITES = {
    "get": (read(), False),
    "post": (entry("POST", "/orders", at=5, sent={"a": 1}, answer={"a": 1}), True),
    "form": (entry("POST", "/orders", at=5, form="a=1", answer={"a": 1}), True),
    "rpc that reads": (
        entry(
            "POST",
            "/rpc",
            at=5,
            sent={"method": "model.sale.search_read", "params": []},
            answer={"result": 1},
        ),
        False,
    ),
    "rpc that writes": (
        entry(
            "POST", "/rpc", at=5, sent={"method": "model.sale.confirm", "params": []}, answer={"result": 1}
        ),
        True,
    ),
    "call that reads": (
        entry(
            "POST",
            "/w",
            at=5,
            sent={"method": "call", "params": {"model": "sale.order", "method": "web_search_read"}},
            answer={"result": 1},
        ),
        False,
    ),
    "call that writes": (
        entry(
            "POST",
            "/w",
            at=5,
            sent={"method": "call", "params": {"model": "sale.order", "method": "action_confirm"}},
            answer={"result": 1},
        ),
        True,
    ),
    "graphql query": (entry("POST", "/g", at=5, sent={"query": "query { a }"}, answer={"data": 1}), False),
    "graphql mutation": (
        entry("POST", "/g", at=5, sent={"query": "mutation { a }"}, answer={"data": 1}),
        True,
    ),
    "batch": (entry("POST", "/odata/$batch", at=5, sent="--b", answer={"a": 1}), True),
}


@pytest.mark.parametrize("case", WRITES)
def test_what_may_write_is_marked(case: str, tmp_path: Path) -> None:
    request, writes = WRITES[case]
    made = converted(tmp_path, LOGIN, request)

    for name, content in made.files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert made.steps[0].writes is writes
    assert read_plan(tmp_path / "work.toml").writes is writes
    assert ("@pytest.mark.writes" in made.files["test_work.py"]) is writes


def test_a_password_that_is_an_ordinary_word_is_refused(tmp_path: Path) -> None:
    """It would be found in innocent places, so nobody could say that it is not there."""
    login = entry("POST", "/login", sent={"user": USER, "password": "orders"}, answer={"uid": 7})
    with pytest.raises(ConfigError, match="would be written"):
        converted(tmp_path, login, read("/orders"))


def test_the_order_is_that_of_sending(tmp_path: Path) -> None:
    made = converted(tmp_path, read("/b", at=9), read("/a", at=5), LOGIN)
    assert [step.name for step in made.steps] == ["a.open", "b.open"]
    assert recorded(tmp_path, LOGIN).exists()


def test_a_login_in_an_address_is_not_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        converted(tmp_path, read(host=f"wang:{FRESH}@erp.example:8000"), host="other:1")
    assert "erp.example:8000" in str(error.value)
    assert FRESH not in str(error.value)


def test_what_a_terminal_would_obey_is_not_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        converted(tmp_path, LOGIN, read(headers={"X-Token-\x1b[2J": FRESH}))
    assert "\x1b" not in str(error.value)
