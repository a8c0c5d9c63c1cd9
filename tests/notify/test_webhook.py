"""The message after a judgement: counts and a link, to the one address, and a failure that is only said."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.config.webhook import WebhookTable
from harness.errors import HarnessError
from harness.messages import Language, render
from harness.model import Secret
from harness.notify.message import facts, slack
from harness.notify.webhook import announce
from tests.reporting.worlds import HOSTILE, hostile, world

URL = "https://hooks.example/services/T0/B0-Sesam-42"
TEMPLATE = """{"msgtype": "markdown", "markdown": {"title": {{ headline | tojson }},
 "text": {{ (project ~ ": " ~ checks.passed ~ "/" ~ checks.total ~ " " ~ open.critical) | tojson }} }}"""


class Receiver(httpx.MockTransport):
    """Takes messages as the answer says, and keeps them."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response] | int = 200) -> None:
        self.taken: list[httpx.Request] = []

        def take(request: httpx.Request) -> httpx.Response:
            self.taken.append(request)
            return httpx.Response(answer) if isinstance(answer, int) else answer(request)

        super().__init__(take)

    @property
    def message(self) -> Any:
        """The only message."""
        (request,) = self.taken
        return json.loads(request.content)


def table(**more: Any) -> WebhookTable:
    return WebhookTable.model_validate({"url": Secret(URL), **more})


def told(name: str, receiver: Receiver, folder: Path = Path(), **more: Any) -> bool:
    return announce(table(**more), *world(name), Language.EN, folder, transport=receiver)


@pytest.mark.parametrize(
    ("name", "language", "lines"),
    [
        ("go", Language.EN, ["*Go*", "Checks passed: 5 of 5", "critical 0", "Conditions to keep: 0"]),
        ("conditional", Language.EN, ["*Conditional go*", "Accepted differences: 1", "minor 1"]),
        ("nogo", Language.EN, ["*No-go*", "critical 2", "run 20261120-070000", "milestone SIT"]),
        ("nogo", Language.ZH, ["*暂不上线*", "严重 2", "通过的检查"]),
        ("part", Language.EN, ["*Part of the run passed; this recommends nothing*"]),
        ("part-red", Language.ZH, ["*部分范围不通过*"]),
        ("empty", Language.EN, ["*No-go*", "Checks passed: 0 of 0"]),
    ],
)
def test_the_message_says_the_result_in_counts(name: str, language: Language, lines: list[str]) -> None:
    receiver = Receiver()

    assert announce(table(), *world(name), language, Path(), transport=receiver)

    said = receiver.message["text"]
    assert list(receiver.message) == ["text"]
    assert [line for line in lines if line not in said] == []
    assert str(receiver.taken[0].url) == URL and receiver.taken[0].method == "POST"
    assert receiver.taken[0].headers["content-type"].startswith("application/json")


def test_no_data_is_in_it() -> None:
    """Whatever a finding, a check, a waiver or a list holds: only names that the project gave are told."""
    judgement, manifest = hostile()

    content = slack(facts(judgement, manifest, Language.EN, None), Language.EN).decode()

    named = manifest.project
    for string in HOSTILE:
        assert string in named or string[:40] not in content
    assert "<script>" not in content and "&lt;script&gt;" in content, "nothing of the name is markup"
    judgement, manifest = world("nogo")
    content = json.dumps(facts(judgement, manifest, Language.EN, None))
    for datum in (
        "SO0012",
        "INV-31",
        "1280",
        "4520",
        "Zhang Min",
        "sale_line",
        "order_to_cash",
        "CNY",
        "UPG-17",
    ):
        assert datum not in content


@pytest.mark.parametrize(
    ("on", "sent"),
    [
        (["NO_GO"], {"nogo", "empty"}),
        (["GO", "GO_WITH_CONDITIONS"], {"go", "conditional"}),
        (["PART"], {"part", "part-red"}),
    ],
)
def test_only_the_results_that_are_asked_for_are_told(on: list[str], sent: set[str]) -> None:
    names = ("go", "conditional", "nogo", "part", "part-red", "empty")

    assert {name for name in names if told(name, Receiver(), on=on)} == sent


def test_the_link_is_in_the_message_when_there_is_one() -> None:
    with_link, without = Receiver(), Receiver()
    told("go", with_link, link="https://ci.example/1?a=b&c")
    told("go", without)

    assert "<https://ci.example/1?a=b&amp;c|Decision page>" in with_link.message["text"]
    assert "http" not in without.message["text"]


def test_a_template_of_ones_own_gives_another_form(tmp_path: Path) -> None:
    (tmp_path / "ding.json.j2").write_text(TEMPLATE, "utf-8")
    receiver = Receiver()

    told("nogo", receiver, tmp_path, template="ding.json.j2")

    assert receiver.message["markdown"] == {"title": "No-go", "text": "Tryton 7.0 to 8.0: 1/5 2"}


@pytest.mark.parametrize(
    ("template", "why"),
    [
        pytest.param("{{ findings }}", "UndefinedError", id="a name that is not there"),
        pytest.param("{% if %}", "TemplateSyntaxError", id="no template"),
        pytest.param("{{ headline }}", "JSONDecodeError", id="not quoted"),
        pytest.param("{{ ''.__class__.__mro__ }}", "SecurityError", id="reaching into Python"),
        pytest.param(None, "FileNotFoundError", id="gone since"),
    ],
)
def test_a_template_that_gives_no_json_sends_nothing(tmp_path: Path, template: str | None, why: str) -> None:
    if template is not None:
        (tmp_path / "own.j2").write_text(template, "utf-8")
    receiver = Receiver()

    with pytest.raises(HarnessError, match=rf"own.j2 did not give JSON \({why}\)"):
        told("go", receiver, tmp_path, template="own.j2")

    assert receiver.taken == []


def _raise(problem: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        raise problem

    return answer


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(404, "404", id="gone"),
        pytest.param(500, "500", id="broken"),
        pytest.param(302, "302", id="a redirect is not followed"),
        pytest.param(_raise(httpx.ReadTimeout(URL)), "10", id="silence"),
        pytest.param(_raise(httpx.ConnectError(URL)), "ConnectError", id="nobody there"),
        pytest.param(_raise(httpx.RemoteProtocolError(URL)), "RemoteProtocolError", id="no HTTP"),
    ],
)
@pytest.mark.parametrize("language", Language)
def test_a_failure_is_said_without_the_address(answer: Any, said: str, language: Language) -> None:
    receiver = Receiver(answer)

    with pytest.raises(HarnessError) as failed:
        told("go", receiver)

    assert len(receiver.taken) == 1, "once: a message that may have arrived is not sent again"
    sentence = render(failed.value.sentence, language)
    assert said in sentence
    assert "Sesam" not in sentence and "hooks.example" not in sentence
    assert failed.value.__cause__ is None


@pytest.mark.parametrize("page", ["ci.md", "ci.zh-CN.md"])
def test_the_documented_template_works_and_every_name_is_documented(tmp_path: Path, page: str) -> None:
    content = (Path(__file__).parents[2] / "docs" / page).read_text("utf-8")
    (template,) = re.findall(r"```jinja\n(.*?)```", content, re.S)
    (tmp_path / "own.j2").write_text(template, "utf-8")
    receiver = Receiver()

    told("nogo", receiver, tmp_path, template="own.j2")

    assert receiver.message["text"]["content"] == "No-go - Tryton 7.0 to 8.0, 20261120-070000: 1/5"
    known = facts(*world("go"), Language.EN, None)
    names = [f"{name}.{inner}" for name in known if isinstance(known[name], dict) for inner in known[name]]
    names += [name for name in known if not isinstance(known[name], dict)]
    assert [name for name in names if f"`{name}`" not in content] == []
    (script,) = re.findall(r"```bash\n(.*?)```", content, re.S)
    assert subprocess.run(["bash", "-n", "-c", script], check=False).returncode == 0
