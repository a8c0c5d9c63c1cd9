"""A secret that is planted wherever one can stand is found in nothing that the harness writes or says.

Every byte below the project is searched: the run directory, Allure's results, the reports; and everything
that was printed, by pytest too. Archives are unpacked; the canary is looked for in each form in which it
could hide. Both ERPs are fakes in the processes of the run, but for one test on the real pair.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from harness.config import load
from harness.errors import ExitCode
from harness.model import Side
from tests.cli.conftest import FLOW, PASSWORD, SIDES, project
from tests.integration.projects import ROOT, RealProject

__all__ = ["project"]
pytestmark = pytest.mark.real_pair

LITERAL = 'Ca+nary/7f"3a é'
VARIABLE = "kanarienvogel-51c0&x"
IN_URL = "pw%2Fof-the-database-9d1"
SECRETS = (LITERAL, VARIABLE, IN_URL, PASSWORD)
ENVIRONMENT = {"CANARY_VARIABLE": VARIABLE}
NAMES = ("harness.toml", ".env", "suites")  # what the user wrote holds the secrets, and may


def forms(secret: str) -> Iterator[bytes]:
    """The secret in plain, URL-encoded, JSON-escaped, Base64 at each offset, hexadecimal, UTF-16."""
    escaped = json.dumps(secret)[1:-1]
    for text in (secret, quote(secret, safe=""), quote_plus(secret), escaped, repr(secret)[1:-1]):
        yield text.encode()
    yield json.dumps(escaped)[1:-1].encode()
    raw = secret.encode()
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw)
        yield encoded[-(-offset * 8 // 6) : (offset + len(raw)) * 8 // 6]
    yield raw.hex().encode()
    yield secret.encode("utf-16-le")


def everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file that the harness wrote, its name, and what is in its archives."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.split("/")[0] in NAMES:
            continue
        yield name, name.encode()
        if path.is_file():
            yield from unpacked(name, path.read_bytes())


def unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, content
    if content[:2] == b"\x1f\x8b":
        yield from unpacked(f"{name}!", gzip.decompress(content))
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for entry in archive.namelist():
                yield from unpacked(f"{name}!{entry}", archive.read(entry))


def found(project: Any, said: str, *secrets: str) -> list[str]:
    """The places where a secret shows."""
    places = [*everything(project.folder), ("what was printed", said.encode())]
    return sorted(
        {
            f"{name}: {secret}"
            for secret in secrets
            for form in forms(secret)
            for name, content in places
            if form in content
        }
    )


@pytest.fixture
def told(project: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A project with a canary in every field that can hold one."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    options = f'[{{side}}.options]\napi_token = {json.dumps(LITERAL)}\nplain = "${{CANARY_VARIABLE}}"\n'
    sides = {
        side: SIDES
        + f'sql = "postgresql+psycopg://reader:{IN_URL}@127.0.0.1:1/{side}"\n'
        + options.replace("{side}", side)
        for side in ("source", "target")
    }
    project.configure('fingerprint_key = "${CANARY_VARIABLE}"', **sides)
    config = (project.folder / "harness.toml").read_text("utf-8")
    config = config.replace('name = "Offline"', 'name = "Offline ${CANARY_VARIABLE}"')
    spare = '[source.accounts.spare]\nuser = "${CANARY_VARIABLE}"\n' + f"password = {json.dumps(LITERAL)}\n"
    project.write("harness.toml", config + spare)
    return project


CRASH = """
    import os
    secrets = [environment.accounts["sales"].password.reveal(), str(environment.options["api_token"]),
               environment.accounts["spare"].password.reveal() if "spare" in environment.accounts else "",
               environment.sql.reveal(), os.environ["CANARY_VARIABLE"]]
    said = " and ".join(secrets) + f" {secrets!r}"
"""
HEAD = """
import dataclasses, logging, os, sys, warnings

import allure
import pytest

from harness.errors import Refused
from harness.model import text


def all_secrets(environment):
    secrets = [environment.accounts["sales"].password.reveal(), str(environment.options["api_token"]),
               environment.accounts["spare"].password.reveal() if "spare" in environment.accounts else "",
               environment.sql.reveal(), os.environ["CANARY_VARIABLE"]]
    return secrets, " and ".join(secrets) + f" {secrets!r}"
"""
CHECK = """

@pytest.mark.check("function.leak_{number}", en="Leak {number}", zh="泄漏 {number}", module="sale")
@pytest.mark.writes
def test_leak_{number}(flow):
    sales = flow.role("sales")
    secrets, said = all_secrets(sales.environment)
"""
LEAKS = {
    "a crash whose message holds it": "    raise RuntimeError(said)\n",
    "a refusal that repeats the request": (
        '    with flow.step("order", en="Order", zh="订单"):\n'
        '        raise Refused(text("plugin.refused", message=said), code="access", message=said)\n'
    ),
    "a refusal outside a step": (
        '    raise Refused(text("plugin.refused", message=said), code="access", message=said)\n'
    ),
    "a failed assertion": '    with flow.step("a", en="A", zh="甲"):\n        assert said == "other", said\n',
    "a plain assertion with locals": '    assert secrets == ["other"]\n',
    "prints, logs and warnings": (
        "    print(said)\n    print(said, file=sys.stderr)\n    logging.getLogger('x').error(said)\n"
        "    warnings.warn(said)\n    os.write(1, said.encode())\n    raise RuntimeError('x')\n"
    ),
    "an Allure attachment and step": (
        "    allure.attach(said, said)\n    allure.dynamic.description(said)\n"
        "    with allure.step(said):\n        raise RuntimeError('x')\n"
    ),
    "a skip": "    pytest.skip(said)\n",
    "an exception with a cause": (
        "    try:\n        raise ValueError(said)\n    except ValueError as error:\n"
        "        raise KeyError(said) from error\n"
    ),
    "a captured value": (
        '    with flow.step("a", en="A", zh="甲"):\n'
        '        customer = sales.create_party(flow.data.customer("CN"))\n'
        "        lines = flow.data.lines(sales.sellable_products(1))\n"
        "        order = sales.create_order(flow.order(customer, lines))\n"
        '        flow.keep("order", dataclasses.replace(sales.order(order), number=said))\n'
    ),
}


@pytest.mark.parametrize("arguments", [(), ("-n2",)], ids=["one process", "two processes"])
def test_secrets_that_checks_spill_are_stored_and_shown_nowhere(
    told: Any, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One check a leak; the name of a leak's check stands beside what it left, wherever that is."""
    monkeypatch.setenv("HARNESS_TRACEBACK", "1")
    checks = (CHECK.format(number=number) + leak for number, leak in enumerate(LEAKS.values()))
    told.write("suites/functional/test_leak.py", HEAD + "".join(checks))
    (told.folder / "suites/functional" / FLOW.name).unlink()

    ended = told.run(*arguments)

    assert ended.code == ExitCode.NO_GO, ended.err
    recorded = {result.spec.id for result in told.last.read().results}
    assert recorded == {f"function.leak_{number}" for number in range(len(LEAKS))}
    assert found(told, ended.out + ended.err, *SECRETS) == []


def test_a_whole_run_with_all_reports_shows_none(told: Any) -> None:
    ended = told("run")

    assert ended.code == ExitCode.GO, ended.err
    said = ended.out + ended.err
    for command in (("gate",), ("compare",), ("report",), ("config", "show"), ("doctor",)):
        more = told.bare(*command)
        said += more.out + more.err
    assert found(told, said, *SECRETS) == []


def test_the_real_pair_shows_none_of_its_passwords(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Passwords that are wrong are echoed by servers and drivers; right ones are used by all of them."""
    named = os.environ.get("HARNESS_TEST_CONFIG")
    path = Path(named) if named else request.getfixturevalue("pair").config
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("HARNESS_TRACEBACK", "1")
    known = load(path, environ=os.environ)
    project = RealProject(tmp_path, capfd, known, ("account",))
    passwords = {account.password.reveal() for side in Side for account in known.pair[side].accounts.values()}

    ended = project("run")
    text = (project.folder / ".env").read_text("utf-8")
    for password in passwords:
        text = text.replace(f"'{password}'", f"'{LITERAL}'")
    project.write(".env", text)
    refused = project("run", "-n2")

    assert ended.code in (ExitCode.GO, ExitCode.NO_GO)
    assert refused.code == ExitCode.NO_GO
    said = ended.out + ended.err + refused.out + refused.err
    assert found(project, said, LITERAL, *passwords) == []


def test_the_search_finds_every_form(tmp_path: Path) -> None:
    """What finds nothing must be able to find something."""
    for number, form in enumerate(forms(LITERAL)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with zipfile.ZipFile(folder / "archive.zip", "w") as archive:
            archive.writestr("inside", gzip.compress(b"before " + form + b" after"))
        found_in = [name for name, content in everything(folder) if form in content]
        assert found_in == ["archive.zip!inside!"]
