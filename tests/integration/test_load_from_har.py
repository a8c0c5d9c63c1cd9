"""A session in Tryton's own web client, recorded and converted, is repeated by users who log in anew."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from harness.adapters.registry import open_adapter
from harness.adapters.wire.har import read_har
from harness.config import Config
from harness.config import load as load_config
from harness.model import Capture, Part, Side
from harness.performance import LoadPlan, gather, read_plan
from harness.performance.har import Converted, Wishes, convert
from harness.performance.har.typed import decoded
from harness.performance.recording import recording
from harness.redact import Redactor
from harness.ux.browser import arguments, find_browser, is_root

pytestmark = pytest.mark.real_pair
THOUGHT = 3000  # ms between what the person at the browser does


@pytest.fixture(scope="module")
def config(request: pytest.FixtureRequest) -> Config:
    """The configuration of the real pair."""
    existing = os.environ.get("HARNESS_TEST_CONFIG")
    path = Path(existing) if existing else request.getfixturevalue("pair").config
    return load_config(path, environ=os.environ, overrides={})


@contextmanager
def browsing(har: Path) -> Iterator[Any]:
    """A page of a browser that records."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        found = find_browser(own, which=shutil.which, exists=Path.exists)
        flags = arguments(["127.0.0.1"], root=is_root())
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        context = browser.new_context(
            record_har_path=har, locale="en-GB", viewport={"width": 1600, "height": 900}
        )
        context.set_default_timeout(20_000)
        try:
            yield context.new_page()
        finally:
            context.close()
            browser.close()


def record(config: Config, side: Side, path: Path) -> None:
    """The seller logs in, finds a customer and opens a sale."""
    adapter: Any = open_adapter(config.pair[side], "sales")
    with browsing(path) as page:
        client = adapter.pages(page)
        client.open()
        client.log_in()
        page.wait_for_timeout(THOUGHT)
        client.open_list("party")
        page.wait_for_timeout(THOUGHT)
        tab = page.locator("#tabcontent > .tab-pane.active")
        search = tab.get_by_placeholder("Search")
        search.fill("a")
        search.press("Enter")
        page.wait_for_timeout(THOUGHT)
        page.locator("#menu").get_by_title("Parties", exact=True).first.click()
        client.open_list("sale")
        page.wait_for_timeout(THOUGHT)
        tab = page.locator("#tabcontent > .tab-pane.active")
        row = tab.locator("table.tree tbody > tr:visible").first
        row.locator("td .cell:visible").first.dblclick()
        tab.locator(".form-container, .form").get_by_label("Reference").first.wait_for()
        page.wait_for_timeout(THOUGHT)
    adapter.close()


@pytest.fixture(scope="module")
def har(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session in the web client of 7.0, which is over."""
    path = tmp_path_factory.mktemp("recorded") / "sales.har"
    record(config, Side.SOURCE, path)
    end(config, path)
    return path


def token_of(har: Path) -> str:
    """What the browser sent to say who it is."""
    sent = (entry.sent.header("authorization") or "" for entry in read_har(har))
    return next(header for header in sent if header.startswith("Session "))


def end(config: Config, har: Path) -> None:
    """Logs the recorded session out, as its user would have."""
    source = config.source
    body = json.dumps({"id": 1, "method": "common.db.logout", "params": []}).encode()
    headers = {"Content-Type": "application/json", "Authorization": token_of(har)}
    place = f"{source.url}/{source.options['database']}/"
    with urlopen(Request(place, body, headers), timeout=20) as answer:
        assert b"error" not in answer.read()


@pytest.fixture(scope="module")
def made(config: Config, har: Path) -> Converted:
    """The recording converted."""
    return convert(har, Wishes("sales", known=config.pair[Side.SOURCE]))


@pytest.fixture(scope="module")
def plan(made: Converted, tmp_path_factory: pytest.TempPathFactory) -> LoadPlan:
    """Its plan, in the size of a test."""
    return planned(made, tmp_path_factory.mktemp("made"))


def planned(made: Converted, folder: Path) -> LoadPlan:
    """The plan of a converted recording."""
    for name, content in made.files.items():
        (folder / name).write_text(content, encoding="utf-8")
    small = read_plan(folder / "sales.toml")
    return replace(
        small,
        rate=Decimal(1),
        block_seconds=Decimal(2),
        pairs=4,
        rounds=1,
        warmup_pairs=0,
        users=2,
        timeout_seconds=Decimal(30),
    )


def loaded(config: Config, plan: LoadPlan, folder: Path, part: Part = Part.SOURCE) -> Capture:
    """What a load of one side with this plan recorded."""
    sides: Mapping[Side, Any] = {side: config.pair[side] for side in Side}
    return gather(plan, sides, part, workdir=folder, hosts=config.performance.hosts)


def test_the_recording_becomes_named_transactions(made: Converted) -> None:
    names = [step.name for step in made.steps]
    print(made.requests, made.logins, made.taken, dict(made.left_out), names)

    assert {"party.party.search", "sale.sale.search", "sale.sale.read"} <= set(names)
    assert not any(step.writes for step in made.steps)
    assert made.left_out["static"] > 50


def test_no_secret_of_the_recording_is_in_the_files(config: Config, har: Path, made: Converted) -> None:
    secrets = {account.password.reveal() for account in config.source.accounts.values() if account.password}
    token = token_of(har).partition(" ")[2]
    secrets |= {token, (decoded(token) or "").rpartition(":")[2]}
    assert len(secrets) >= 3

    redactor = Redactor(secrets)
    assert not [name for name, content in made.files.items() if redactor.holds(content)]


@pytest.mark.parametrize("role", ["sales", "admin"])
def test_everybody_can_do_what_one_was_recorded_doing(
    config: Config, plan: LoadPlan, tmp_path: Path, role: str
) -> None:
    """The accounts differ, the sessions are new, and every answer is like the recorded one."""
    seen = recording(loaded(config, replace(plan, role=role), tmp_path))

    assert seen.story.unavailable == ()
    assert seen.story.finished
    assert len(seen.samples) >= 8 * len(plan.transactions)
    assert {sample.error for sample in seen.samples} == {""}


def test_the_same_with_the_recorded_session_frozen_fails(
    config: Config, har: Path, plan: LoadPlan, tmp_path: Path
) -> None:
    """Without correlation everything would be refused: the recorded session is over."""
    place, _, name = (plan.sessions or "").rpartition(":")
    token = decoded(token_of(har).partition(" ")[2])
    source = Path(place).read_text(encoding="utf-8")
    line = 'f"{account.user}:{self._db_login_0}:{self._db_login_1}"'
    assert source.count(line) == 1
    frozen = tmp_path / "frozen_sessions.py"
    frozen.write_text(source.replace(line, repr(token)), encoding="utf-8")

    capture = loaded(config, replace(plan, sessions=f"{frozen}:{name}"), tmp_path)

    assert capture.failure is not None
    assert recording(capture).story.unavailable == ((Side.SOURCE, "refused.login"),)


def test_another_wire_is_told_and_never_timed(config: Config, plan: LoadPlan, tmp_path: Path) -> None:
    """Tryton 8.0 takes its calls at another address: a recording of 7.0 is refused at the door."""
    capture = loaded(config, plan, tmp_path, Part.TARGET)
    seen = recording(capture)

    print(seen.story.unavailable)
    assert capture.failure is not None
    assert seen.samples == ()


@pytest.mark.qualify
def test_what_was_recorded_on_8_0_is_repeated_on_8_0(config: Config, tmp_path: Path) -> None:
    record(config, Side.TARGET, tmp_path / "target.har")
    made = convert(tmp_path / "target.har", Wishes("sales", known=config.pair[Side.TARGET]))
    plan = planned(made, tmp_path)
    (tmp_path / "work").mkdir()
    seen = recording(loaded(config, replace(plan, role="admin"), tmp_path / "work", Part.TARGET))

    print(made.requests, made.logins, made.taken, dict(made.left_out))
    assert seen.story.unavailable == ()
    assert len(seen.samples) >= 8 * len(plan.transactions)
    assert {sample.error for sample in seen.samples} == {""}
