"""The probes on a page of our own, and the tasks of the smoke profile on the real pair, in a real browser."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.adapters.guard import WriteGuard
from harness.adapters.protocol import HasWebClient
from harness.adapters.registry import open_adapter
from harness.config import load
from harness.config.ux import UxTable
from harness.demo import DemoPair
from harness.documents import PartyDraft
from harness.errors import WriteRefused
from harness.model import (
    Account,
    Area,
    Capture,
    CheckSpec,
    Environment,
    Mode,
    Part,
    Secret,
    Side,
    Status,
    Title,
    text,
)
from harness.ux import BrowserHandle, Steps, Task, WebClient, gather, open_browser
from harness.ux.comparison import compare
from harness.ux.observed import observed
from tests.integration.ux_suite import suite_tasks

pytestmark = pytest.mark.real_pair
ROOT = Path(__file__).parents[2]
TASKS = suite_tasks()

PAGE = """
<!doctype html><html lang="en"><title>Form</title>
<main>
  <nav><table><tr><td>Parties</td></tr></table></nav>
  <label for="name">Name</label> <input id="name" required>
  <input id="nameless">
  <button id="save" onclick="save()">Save (2)</button>
  <button disabled>Delete</button>
  <dialog id="asked"><p>Sure?</p><button>Yes</button></dialog>
</main>
<script>
  function save() {
    document.getElementById("asked").showModal();
    setTimeout(() => document.querySelector("main").append("saved"), 200);
    console.error("cannot save record 42");
    setTimeout(() => { throw new TypeError("boom 7"); }, 10);
    fetch("http://stranger.invalid/spy").catch(() => {});
  }
</script>
"""


ASKING_PAGE = """
<!doctype html><html lang="en"><title>Order</title>
<main>
  <label for="reference">Reference</label> <input id="reference">
  <label for="party">Party</label> <input id="party">
  <label for="name">Name</label> <input id="name">
  <dialog id="search"><p>Search Party</p><input aria-label="Search"><button>Find</button></dialog>
</main>
<script>
  document.getElementById("party").addEventListener("keydown", (event) => {
    if (event.key === "Tab" && !event.target.value) {
      setTimeout(() => document.getElementById("search").showModal(), 60);
    }
  });
</script>
"""


SCROLLED_PAGE = """
<!doctype html><html lang="en"><title>Order</title>
<main>
  <header style="height: 80px; background: teal; color: white">
    <input aria-label="Action">
  </header>
  <div id="frame" style="height: 120px; overflow: auto">
    <label for="party">Party</label> <input id="party">
    <p style="height: 60px"></p>
    <h2 style="position: sticky; top: 0; margin: 0; height: 30px; background: teal">Lines</h2>
    <label for="line">Line</label> <input id="line">
    <p style="height: 30px"></p>
    <div style="position: relative">
      <button style="width: 30px; height: 20px"></button>
      <button>Buried</button>
      <span style="position: absolute; inset: 0; background: white"></span>
    </div>
    <label for="name">Name</label> <input id="name">
  </div>
</main>
<script>
  const frame = document.getElementById("frame");
  frame.scrollTop = frame.scrollHeight;
</script>
"""


class OwnClient:
    """The smallest web client: a page of our own, no server behind it."""

    def __init__(self, page: Any, content: str = PAGE) -> None:
        self.page = page
        self.content = content

    def open(self) -> None:
        self.page.route(
            "http://127.0.0.1/", lambda route: route.fulfill(body=self.content, content_type="text/html")
        )
        self.page.goto("http://127.0.0.1/")

    def log_in(self) -> None:
        raise NotImplementedError

    def open_list(self, entity: str) -> None:
        raise NotImplementedError

    def listed(self) -> int:
        return 0

    def start_party(self) -> None:
        raise NotImplementedError

    def fill_party(self, draft: PartyDraft) -> None:
        field = self.page.get_by_label("Name")
        field.click()
        field.press_sequentially(draft.name)

    def save(self) -> None:
        self.page.get_by_role("button", name="Save").click()

    def busy(self) -> bool:
        return False

    def required_fields(self) -> tuple[str, ...]:
        return ("Name",)

    def personal_texts(self) -> tuple[str, ...]:
        return ()

    def background(self, path: str) -> bool:
        return False

    def screens(self) -> tuple[str, ...]:
        return ("form", "list")

    def screen_of(self, entity: str) -> str:
        return entity


class OwnAdapter:
    """An adapter that has a web client and nothing else."""

    environment = Environment(
        Side.SOURCE, "own", "http://127.0.0.1:1", accounts={"admin": Account("admin", "me", Secret("hush"))}
    )
    role = "admin"

    def __init__(self, content: str = PAGE) -> None:
        self.content = content

    def web_url(self) -> str:
        return self.environment.url

    def pages(self, page: object) -> object:
        return OwnClient(page, self.content)


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserHandle]:
    """One browser that reaches this machine only."""
    with open_browser(UxTable(timeout=Decimal(8)), ["http://127.0.0.1"]) as opened:
        yield opened


def own(browser: BrowserHandle, perform: Callable[[Steps, WebClient], None], repeats: int = 1) -> Capture:
    """The capture of a task on the page of our own."""
    adapter: Any = OwnAdapter()
    return gather(Task("own", perform), adapter, Part.SOURCE, browser, repeats=repeats, seed="seed")


def enter_a_name(steps: Steps, client: WebClient) -> None:
    """Open, and type a name: the screen in between has been examined."""
    with steps.step("open", Title("Open", "打开"), screen="form"):
        client.open()
    with steps.step("enter", Title("Enter", "录入"), screen="form, filled in"):
        client.fill_party(PartyDraft("李Ab c", "", "", "", "CN"))


def test_a_window_that_tab_opens_neither_stays_nor_ends_the_way_through_the_screen(
    browser: BrowserHandle,
) -> None:
    """As clients do that let nobody leave a required field empty; the next step finds the form alone."""
    adapter: Any = OwnAdapter(ASKING_PAGE)

    capture = gather(Task("own", enter_a_name), adapter, Part.SOURCE, browser, repeats=1, seed="seed")

    walk = observed(capture.value).screens["form"].examined
    assert observed(capture.value).problem is None
    assert walk is not None
    assert walk.walk is not None
    assert [stop.where for stop in walk.walk.stops] == [
        'textbox "Reference"',
        'textbox "Party"',
        'textbox "Name"',
    ]
    assert walk.walk.caught is None


def test_what_is_scrolled_out_of_its_frame_keeps_its_place_and_is_not_covered_but_what_is_buried_is(
    browser: BrowserHandle,
) -> None:
    adapter: Any = OwnAdapter(SCROLLED_PAGE)

    capture = gather(Task("own", enter_a_name), adapter, Part.SOURCE, browser, repeats=1, seed="seed")

    examined = observed(capture.value).screens["form"].examined
    assert examined is not None
    assert [(place.where, place.problem) for place in examined.places] == [('button "Buried"', "covered")]
    assert examined.order == tuple(f'textbox "{name}"' for name in ("Action", "Party", "Line", "Name"))


def save_party(steps: Steps, client: WebClient) -> None:
    """Open, type a name of known length, save."""
    with steps.step("open", Title("Open", "打开"), screen="form"):
        client.open()
    with steps.step("enter", Title("Enter", "录入"), screen="form, filled in"):
        client.fill_party(PartyDraft("李Ab c", "", "", "", "CN"))
    with steps.step("save", Title("Save", "保存"), screen="asked"):
        client.save()


def test_a_browser_that_is_there_is_not_installed_again() -> None:
    done = subprocess.run(["tools/machine", "browser"], cwd=ROOT, capture_output=True, text=True, check=True)

    assert (done.stdout, done.stderr) == ("", "")


def test_every_probe_sees_what_is_there(browser: BrowserHandle) -> None:
    """Counts equal a hand count; each complaint is named; the wait ends when the page is done."""
    value: Any = own(browser, save_party).value
    opened, entered, saved = value["runs"][0]["steps"]

    assert [step["problem"] for step in (opened, entered, saved)] == [None, None, None]
    assert (entered["clicks"], entered["keys"], entered["hand_switches"]) == (1, 5, 1)
    assert (saved["clicks"], saved["keys"], saved["dialogs"]) == (1, 0, 1)
    assert saved["console_errors"] == ["cannot save record #"]
    assert saved["page_errors"] == ["TypeError: boom #"]
    assert saved["failed_requests"] == ["GET http://stranger.invalid/spy net::ERR_NAME_NOT_RESOLVED"]
    assert Decimal("0.2") <= saved["seconds"] < 2
    form = value["screens"]["form"]
    assert form["elements"] == [
        ["menu entry", "Parties", True],
        ["textbox", "Name", True],
        ["textbox", "", True],
        ["button", "Save", True],
        ["button", "Delete", False],
    ]
    assert form["required"] == ["Name"]
    assert [(item["rule"], item["element"]) for item in form["violations"]] == [("label", "input[text]")]


def test_a_page_that_never_rests_is_not_completed(browser: BrowserHandle) -> None:
    """A spinner without an end is a problem of its step, with a picture, and ends the series."""

    def spin(steps: Steps, client: WebClient) -> None:
        with steps.step("open", Title("Open", "打开"), screen="form"):
            client.open()
        with steps.step("spin", Title("Spin", "等待"), screen="spinner"):
            page: Any = client.page  # type: ignore[attr-defined]  # our own client
            page.evaluate("setInterval(() => document.title = Date.now(), 50) && 0")

    capture = own(browser, spin, repeats=3)
    value: Any = capture.value

    assert len(value["runs"]) == 1
    assert "8 s" in value["runs"][0]["problem"]["en"]
    assert "spinner (not completed).png" in [item.name for item in capture.attachments]


def test_an_expectation_speaks_of_the_step_before_it(browser: BrowserHandle) -> None:
    """The task ends there, with the reason given."""

    def expect(steps: Steps, client: WebClient) -> None:
        with steps.step("open", Title("Open", "打开"), screen="form"):
            client.open()
        steps.expect(client.listed() > 0, text("ux.problem.empty_list"))

    value: Any = own(browser, expect).value

    assert value["runs"][0]["steps"][0]["problem"]["en"] == "the list is empty"


def test_a_write_that_is_not_unlocked_is_our_mistake(browser: BrowserHandle) -> None:
    """Not a finding about the ERP: nothing was pressed, and the check is broken."""
    locked = Environment(Side.SOURCE, "own", "http://127.0.0.1:1")

    def save(steps: Steps, client: WebClient) -> None:
        with steps.step("save", Title("Save", "保存"), screen="form"):
            WriteGuard(locked).demand("save")

    with pytest.raises(WriteRefused):
        own(browser, save)


def test_a_server_that_is_down_is_a_failure_of_the_capture(browser: BrowserHandle) -> None:
    """Tryton's page objects on a port where nothing listens."""
    environment = Environment(
        Side.TARGET,
        "tryton",
        "http://127.0.0.1:9",
        options={"database": "none"},
        accounts={"admin": Account("admin", "admin", Secret("secret"))},
    )
    adapter: Any = open_adapter(environment, "admin")

    def perform(steps: Steps, client: WebClient) -> None:
        with steps.step("open", Title("Open", "打开"), screen="login"):
            client.open()

    capture = gather(Task("open", perform), adapter, Part.TARGET, browser, repeats=2, seed="x")

    assert capture.failure is not None
    assert "ERR_" in str(capture.failure["reason"])


@pytest.mark.qualify  # once in make test: test_verdict
@pytest.mark.parametrize("task", ["log_in", "open_parties", "create_party"])
def test_the_tasks_are_completed_on_both_sides(pair: DemoPair, browser: BrowserHandle, task: str) -> None:
    """All of them; the source against itself gives nothing, the target nothing that stops anybody."""
    config = load(pair.config, environ={}, overrides={})
    captures: list[Capture] = []
    for side in (Side.SOURCE, Side.SOURCE, Side.TARGET):
        adapter = open_adapter(config.pair[side], "admin", writes=True)
        assert isinstance(adapter, HasWebClient)
        captures.append(gather(TASKS[task], adapter, Part(side.value), browser, repeats=2, seed="run"))
        adapter.close()
    spec = CheckSpec(f"ux.{task}", Title(task, task), Area.UX, "party", Mode.SIDE, "ux")
    source, again, target = captures

    same = compare(spec, {Part.SOURCE: source, Part.TARGET: again})
    different = compare(spec, {Part.SOURCE: source, Part.TARGET: target})

    assert (same.status, same.findings) == (Status.PASSED, ())
    assert [item.field for item in different.findings if item.field == "completion"] == []
    assert different.measures["steps_compared"]
