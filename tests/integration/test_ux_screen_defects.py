"""Defects of a screen, planted by a script in the target's pages: each is found and named, and nothing else.

The undisturbed target is what the harmed one is held against, so that whatever is found was planted.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.adapters.registry import open_adapter
from harness.config import Config, load
from harness.config.ux import UxTable
from harness.demo import DemoPair
from harness.messages import Language, render
from harness.model import Area, Capture, CheckSpec, Mode, Part, Side, Status, Title
from harness.testing.proxy import FaultProxy, Replace, matching
from harness.ux import Steps, Task, WebClient, gather
from harness.ux.browser import Browsers
from harness.ux.comparison import compare

pytestmark = [pytest.mark.real_pair, pytest.mark.qualify]
FORM = "party form"
SALES = "Sales / Sales"
SPEC = CheckSpec("ux.planted", Title("Planted", "植入"), Area.UX, "party", Mode.SIDE, "ux")
BOXES = base64.b64encode((Path(__file__).parent / "defects" / "boxes.ttf").read_bytes()).decode()
# What every planted script may use; it is applied again whenever the page changes.
HELPERS = """
const all = (selector) => [...document.querySelectorAll(selector)];
const label = (words) => all(".form label")
  .find((item) => item.textContent === words && item.checkVisibility());
const field = (words) => document.getElementById(label(words)?.htmlFor);
const column = (title) => all("table.tree").flatMap((table) => {
  const headers = [...table.querySelectorAll("thead tr:last-child > *")];
  const at = headers.findIndex((one) => one.innerText.trim() === title);
  return at < 0 ? [] : [...table.querySelectorAll("tr")].map((row) => row.children[at]).filter(Boolean);
});
const paint = (title, colour) => column(title).forEach((cell) => cell.querySelectorAll("*").forEach((one) => {
  if (one.style.color !== colour) one.style.color = colour;
}));
const rewrite = (title, change) => column(title).slice(1).forEach((cell) => {
  cell.querySelectorAll("*").forEach((one) => one.childNodes.forEach((node) => {
    if (node.nodeType === 3 && change(node.data) !== node.data) node.data = change(node.data);
  }));
});
"""


@dataclass(frozen=True)
class Defect:
    """What is planted in the pages, on which screen it is looked for, and what is to be found."""

    name: str
    script: str
    expected: set[tuple[str | None, str | None]]
    screen: str = FORM
    role: str = "admin"
    settings: tuple[tuple[str, Any], ...] = ()
    before: str = ""  # what the other side's pages have


TABLET = (("viewport", (1024, 768)),)
FIREFOX = (("browser", "firefox"),)
DEFECTS = [
    Defect("label removed", 'const l = label("Party Name:"); if (l) l.textContent = "";',
           {("label", "textbox Party Name:")}),
    Defect("label in the wrong language",
           'const l = label("Party Name:"); if (l) l.textContent = "参与者名称:";',
           {("language", "textbox Party Name:")}),
    Defect("field order changed", """
      const one = field("Postal Code:")?.closest(".form-item"), other = field("City:")?.closest(".form-item");
      if (one && other && !window.swapped) {
        window.swapped = true;
        [one.style.gridArea, other.style.gridArea] = [other.style.gridArea, one.style.gridArea];
        const [a, b] = [label("Postal Code:").closest(".form-item"), label("City:").closest(".form-item")];
        [a.style.gridArea, b.style.gridArea] = [b.style.gridArea, a.style.gridArea];
      }""", {("field_order", 'textbox "City:"')}),
    Defect("required mark lost", """
      all(".form .required").forEach((item) => {
        if (item.matches("input") && item.name === "value" || item.textContent.trim() === "Value") {
          item.classList.remove("required"); } });""", {("required", "Value")}),
    Defect("contrast lowered", 'const l = label("City:"); if (l) l.style.color = "#c8c8c8";',
           {("contrast", 'label "City:"')}),
    Defect("focus trap", """
      const f = field("City:");
      if (f && !f.caught) { f.caught = true; f.addEventListener("keydown", (event) => {
        if (event.key === "Tab") { event.preventDefault(); event.stopImmediatePropagation(); } }, true); }""",
           {("focus_trap", 'textbox "City:"')}),
    Defect("focus outline removed", """
      const f = field("City:");
      if (f) { for (const name of ["outline", "box-shadow"]) f.style.setProperty(name, "none", "important");
        f.style.setProperty("border-color", "#ccc", "important"); }""",
           {("focus_visible", 'textbox "City:"')}),
    Defect("layout shift", """
      if (label("City:") && !window.shifted) {
        window.shifted = true;
        let ticks = 0;
        const tick = setInterval(() => {
          document.body.dataset.tick = ++ticks;
          if (ticks === 12) document.querySelector("#tabcontent").style.paddingTop = "320px";
          if (ticks === 16) {
            clearInterval(tick);
            document.querySelector("#tabcontent").style.paddingTop = "";
          }
        }, 100);
      }""", {("layout_shift", "open_form")}),
    Defect("image missing", """
      const img = label("City:") && all(".form button img.icon").find((item) => item.checkVisibility());
      if (img && !img.dataset.broken) { img.dataset.broken = "yes"; img.src = "/no-such-icon.png"; }""",
           {("image", 'img.icon in button "Switch" (no-such-icon.png)')}),
    Defect("text cut in Chinese", """
      const l = label("邮政编码:");
      if (l) Object.assign(l.style, { width: "2.4em", overflow: "hidden", whiteSpace: "nowrap" });""",
           {("text_cut", "邮政编码:")}, role="sales_zh"),
    Defect("boxes for glyphs", f"""
      if (!window.boxes) {{ window.boxes = new FontFace("Boxes", "url(data:font/ttf;base64,{BOXES})");
        window.boxes.load().then((font) => document.fonts.add(font)); }}
      const l = label("城市:"); if (l && !l.style.fontFamily) l.style.fontFamily = "Boxes";""",
           {("glyphs", 'label "城市:"')}, role="sales_zh"),
    Defect("date as month-first", """
      rewrite("Sale Date", (data) => data.replace(/^(\\d{4})-(\\d{2})-(\\d{2})$/, "$2/$3/$1"));""",
           {("date_form", 'column "Sale Date"')}, screen=SALES, role="sales_zh"),
    Defect("decimal point lost", r'rewrite("Untaxed", (data) => data.replace(/\.(\d\d)$/, "$1"));',
           {("number_form", 'column "Untaxed"')}, screen=SALES),
    Defect("column dropped from a list", """
      column("Invoice State").filter((cell) => cell.style.display !== "none")
        .forEach((cell) => { cell.style.display = "none"; });""",
           {("element", "columnheader Invoice State")}, screen=SALES),
    Defect("column colours swapped",
           'paint("Invoice State", "rgb(10, 90, 10)"); paint("Shipment State", "rgb(150, 0, 0)");',
           {("column_colours", "Invoice State; Shipment State")}, screen=SALES,
           before='paint("Invoice State", "rgb(150, 0, 0)"); paint("Shipment State", "rgb(10, 90, 10)");'),
    Defect("broken at tablet width", """
      const l = label("Party Name:") && field("Party Name:")?.closest(".form-item");
      if (l) l.style.transform = innerWidth > 900 && innerWidth < 1100 ? "translateX(-3000px)" : "";""",
           {("place_off", 'textbox "Party Name:"')}, settings=TABLET),
    Defect("broken only in Firefox", """
      if (/Firefox/.test(navigator.userAgent)) all(".form [role=tab]").forEach((item) => {
        if (item.textContent.trim() === "Identifiers") item.style.display = "none"; });""",
           {("element", "tab Identifiers")}, settings=FIREFOX),
]  # fmt: skip
ELSEWHERE = [  # what shows at one size, or in one browser, is not found at another
    replace(defect, name=f"{defect.name}: not here", settings=(), expected=set())
    for defect in DEFECTS
    if defect.settings
]


@dataclass
class Bench:
    """The browsers, and what the undisturbed target showed: each way of looking at it once."""

    config: Config
    browsers: Browsers
    proxy: FaultProxy
    known: dict[tuple[Any, ...], Capture]

    def capture(self, defect: Defect, script: str) -> Capture:
        """The target's screen, with a script in its pages."""
        self.proxy.clear()
        if script:
            self.proxy.add(matching(method="GET", path=r"^/(\?|index\.html|$)"), Replace(body=_with(script)))
        environment = replace(self.config.pair[Side.TARGET], url=self.proxy.url)
        adapter: Any = open_adapter(environment, defect.role)
        settings = UxTable(timeout=Decimal(20)).model_copy(update=dict(defect.settings))
        if defect.role == "sales_zh":
            settings = settings.model_copy(update={"locale": "zh-CN"})
        task = Task("planted", TASKS[defect.screen])
        try:
            return gather(task, adapter, Part.TARGET, self.browsers.open(settings), repeats=1, seed="x")
        finally:
            adapter.close()

    def clean(self, defect: Defect) -> Capture:
        """The same without the defect."""
        key = (defect.screen, defect.role, defect.settings, defect.before)
        if key not in self.known:
            self.known[key] = self.capture(defect, defect.before)
        return self.known[key]


def _with(script: str) -> Callable[[bytes], bytes]:
    code = f"""<script>(() => {{ {HELPERS}
      const plant = () => {{ {script} }};
      new MutationObserver(plant).observe(document, {{ childList: true, subtree: true }});
      addEventListener("resize", plant);
    }})();</script>"""
    return lambda body: body.replace(b"</head>", code.encode() + b"</head>", 1)


def open_form(steps: Steps, client: WebClient) -> None:
    """To an empty form."""
    with steps.prelude():
        with steps.step("open", Title("Open", "打开"), screen="login"):
            client.open()
        with steps.step("log_in", Title("Log in", "登录"), screen="start"):
            client.log_in()
        with steps.step("open_list", Title("Open the list", "打开列表"), screen="Parties / Parties"):
            client.open_list("party")
    with steps.step("open_form", Title("Start a new customer", "新建客户"), screen=FORM):
        client.start_party()


def open_sales(steps: Steps, client: WebClient) -> None:
    """To the list of sales."""
    with steps.prelude():
        with steps.step("open", Title("Open", "打开"), screen="login"):
            client.open()
        with steps.step("log_in", Title("Log in", "登录"), screen="start"):
            client.log_in()
    with steps.step("open_sales", Title("Open the sales", "打开销售"), screen=SALES):
        client.open_list("sale")


TASKS = {FORM: open_form, SALES: open_sales}


@pytest.fixture(scope="module")
def bench(pair: DemoPair) -> Iterator[Bench]:
    """Both browsers, and a proxy in front of the target."""
    config = load(pair.config, environ={}, overrides={})
    with FaultProxy(pair.target_url) as proxy, Browsers((proxy.url,)) as browsers:
        yield Bench(config, browsers, proxy, {})


@pytest.mark.parametrize("defect", [*DEFECTS, *ELSEWHERE], ids=lambda item: item.name)
def test_a_planted_defect_is_found_and_nothing_else(bench: Bench, defect: Defect) -> None:
    """Named with its screen and its element; where it does not show, nothing is found."""
    clean = bench.clean(defect)
    harmed = bench.capture(defect, defect.script)

    conclusion = compare(SPEC, {Part.SOURCE: clean, Part.TARGET: harmed})

    told = [render(item.text, Language.EN) for item in conclusion.findings]
    assert {(item.field, item.key) for item in conclusion.findings} == defect.expected, told
    assert {item.entity for item in conclusion.findings} <= {defect.screen}
    assert conclusion.status is (Status.FAILED if defect.expected else Status.PASSED), conclusion.reason
