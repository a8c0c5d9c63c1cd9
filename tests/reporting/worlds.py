"""Judged runs for the reports: one for each recommendation, and one full of hostile strings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from harness.config.lists import OperationRow, RequirementRow
from harness.config.risks import RiskRow
from harness.evidence import Manifest
from harness.gate import Judgement
from harness.manual import Result
from harness.model import Area, Cover, FindingKind, Item, Outcome, Severity, Status, Text, Title, text
from tests.gate.people import cost, decision, incident, person, sheets, task, trained
from tests.gate.runs import (
    FLOOR_LINE,
    Check,
    Line,
    by_hand,
    finding,
    judged,
    known,
    manifest,
    people_found,
    policy,
    rehearsed,
    spec,
    waiver,
)

LINES = replace(
    spec("sale_lines"),
    title=Title(en="Sales order lines", zh="销售订单行"),
    owner="Zhang Min",
    department="Sales",
)
INVOICES = replace(spec("invoices"), title=Title(en="Customer invoices", zh="销售发票"), owner="Wang Fang")
ORDER = replace(spec("order_to_cash", Area.FUNCTION), title=Title(en="Order to cash", zh="订单到收款"))
PARTY = replace(
    spec("create_party", Area.UX, Severity.MAJOR),
    title=Title(en="Create a party in the browser", zh="在浏览器中新建业务伙伴"),
)
LOAD = replace(
    spec("confirm", Area.PERFORMANCE), title=Title(en="Confirming sales under load", zh="负载下确认销售订单")
)
UNIVERSE = (
    Item("table", "stock_lot", 12345),
    Item("table", "project_work", 220),
    Item("table", "sale_line", 88),
    Item("table", "ir_cron", 12),
)
COVERS = (
    (LINES.id, Cover("table", "sale_line", "rows")),
    (INVOICES.id, Cover("table", "ir_cron", "ignored: technical")),
)
BUSINESS_RULES = policy(
    FLOOR_LINE,
    Line("amount_within_materiality", more={"requirements": ["S50"]}),
    Line("trained", {"completed": "0.95", "passed": "0.9"}, more={"requirements": ["S86"]}),
    Line("usability_score", {"sus_mean": "68", "sus_low": "60"}, severity="major"),
    Line("incidents_within_sla", 2, more={"requirements": ["S55"]}),
    Line("runbook_overrun_minutes", 5, more={"requirements": ["S18"]}),
    Line("budget_overrun", "0.1", severity="minor", more={"requirements": ["S89"]}),
)
RULES = policy(FLOOR_LINE, Line("amount_within_materiality", more={"requirements": ["S50"]}))


def said(sentence: str) -> Text:
    """A sentence as a check would say it."""
    return text("gate.unverified.item", item=sentence)


MISSING = finding(
    LINES,
    amount=Decimal("1280.00"),
    currency="CNY",
    source_value=Decimal("8"),
    text=said("Sales order line SO0012/2 is missing in the upgraded system."),
)
CENT = finding(
    INVOICES,
    kind=FindingKind.MISMATCH,
    entity="invoice",
    key="INV-31",
    field="total_amount",
    amount=Decimal("0.01"),
    currency="CNY",
    source_value=Decimal("4520.00"),
    target_value=Decimal("4520.01"),
    text=said("Invoice INV-31: the total 4,520.00 became 4,520.01."),
)
CONTRAST = finding(
    PARTY, Severity.MINOR, kind=FindingKind.REGRESSION, entity="party form", text=said("Too little contrast.")
)
NUMBER = finding(
    ORDER,
    Severity.MAJOR,
    kind=FindingKind.MISMATCH,
    entity="invoice",
    field="number",
    text=said("Numbered per year."),
)
WAIVER = waiver(
    "W-01",
    check=ORDER.id,
    reason="Numbers start again each fiscal year; finance has agreed.",
    ticket="UPG-17",
)
CLEAN = (Check(LINES), Check(INVOICES), Check(ORDER), Check(PARTY), Check(LOAD))
ACCEPTED = (
    *CLEAN[:2],
    Check(ORDER, Status.FAILED, (NUMBER,)),
    Check(PARTY, Status.FAILED, (CONTRAST,)),
    Check(LOAD, caveats=(said("The two systems were loaded one after the other."),)),
)
RED = (Check(LINES, Status.FAILED, (MISSING,)), Check(INVOICES, Status.FAILED, (CENT,)), *ACCEPTED[2:])


BUSINESS = (
    Item("operation", "accounting/entry/delete"),
    Item("operation", "accounting/entry/reverse"),
    Item("operation", "accounting/invoice/create"),
    Item("operation", "accounting/invoice/post"),
    Item("operation", "sale/order/create"),
    Item("operation", "stock/delivery/post"),
)
SALE = replace(
    ORDER, requirements=("S10", "S24"), department="Sales", cases=("TM-1",), module="sale", owner="Zhang Min"
)
DID = (
    (SALE.id, Cover("operation", "sale/order/create", "did: order")),
    (SALE.id, Cover("operation", "stock/delivery/post", "did: ship")),
    (SALE.id, Cover("operation", "accounting/invoice/create", "did: invoice")),
    (SALE.id, Cover("operation", "accounting/entry/delete", "refused: delete_posted")),
)
LISTS = replace(
    people_found(
        by_hand(module="sale", document="order", operation="create", department="Sales"),
        by_hand(
            "TM-2",
            Result.FAILED,
            title="Print the invoice",
            module="accounting",
            document="invoice",
            operation="print",
            department="Finance",
            requirements=("S14",),
            remark="The QR code is missing.",
        ),
        by_hand("TM-3", Result.NOT_RUN, title="Close the month", tester=None, day=None),
    ),
    operations=(OperationRow(module="HR", document="pay slip", operation="approve", department="Personnel"),),
    training=(trained("Sales", 20, 19, 18), person("1"), person("2", score="40")),
    usability=(*sheets(6, 2, department="Sales"), *sheets(3, side="source")),
    incidents=(
        incident(1, 1, department="Sales"),
        incident(2, None),
        incident(3, 9),
        incident(1, 9, closed=1),
    ),
    budget=(cost("100000.00", "120000.00"), cost("500", "450", "EUR", "Travel")),
    runbook=(
        task("a", 0, 70, place="milestone"),
        task("b", 70, 120, depends_on=("a",), place="no_return"),
        task("c", 110, 190, depends_on=("b",)),
    ),
    decisions=(
        decision(),
        decision(name="Li Wei", role="COO"),
        decision(Outcome.NO_GO, run="20261101-070000", day=date(2026, 11, 2), reason="Not ready."),
    ),
    requirements=tuple(
        RequirementRow(id=name, title=title)
        for name, title in (("S10", "All functions work"), ("S11", "运行情况"), ("S14", "操作手册"))
    ),
    risks=(
        RiskRow(
            id="R1",
            title="Data is lost",
            title_zh="数据丢失",
            kind="technical",
            probability=3,
            impact=4,
            owner="Zhang Min",
            mitigation="Reconcile.",
            mitigation_zh="核对数据。",
            checks=["area:data"],
            limit=8,
        ),
        RiskRow(
            id="R2",
            title="Invoices cannot be printed",
            title_zh="无法打印发票",
            kind="business",
            probability=2,
            impact=5,
            owner="Wang Fang",
            checks=["requirement:S14"],
        ),
        RiskRow(
            id="R3",
            title="People are not trained",
            title_zh="人员未经培训",
            kind="people",
            probability=4,
            impact=3,
            checks=["readiness.training"],
        ),
    ),
)


SURROUNDINGS = {
    "source": {"version": "7.0.56", "time_zone": "Asia/Shanghai", "cpus": 8, "tables": 260, "rows": 900},
    "target": {"version": "8.0.11", "time_zone": "UTC", "cpus": 4, "tables": 275, "declared": ["cpus"]},
}


def business() -> tuple[Judgement, Manifest]:
    """A run with business processes, results by hand and lists of the project's own."""
    number = replace(NUMBER, step="invoice")
    checks = (*CLEAN[:2], Check(SALE, Status.FAILED, (number,)), *CLEAN[3:])
    judgement = judged(
        checks,
        waivers=(WAIVER,),
        rules=BUSINESS_RULES,
        declared=LISTS,
        universe=BUSINESS,
        covers=DID,
        environments=SURROUNDINGS,
    )
    return judgement, replace(manifest(), environments=SURROUNDINGS)


def rehearsed_before() -> tuple[Judgement, Manifest]:
    """The fourth rehearsal: one difference is new, one is back, and one was not looked at again."""
    price, stock, gone = (f"fp-{LINES.id}-{name}" for name in ("price", "stock", "gone"))
    again = CENT.fingerprint
    declared = rehearsed(
        (*known(price, stock, gone, again, check=LINES.id), *known("m", check=PARTY.id, major=12)),
        (*known(price, stock, check=LINES.id), *known("m", check=PARTY.id, major=7)),
        (*known(price, check=LINES.id), *known("old", check="data.dropped", minor=3)),
        concluded=(LINES.id, INVOICES.id, PARTY.id),
    )
    lines = policy(
        FLOOR_LINE, Line("rehearsals_converge", 2), Line("rehearsals_converge", 1, severity="minor")
    )
    return judged(RED, waivers=(WAIVER,), rules=lines, declared=declared), manifest()


def world(name: str) -> tuple[Judgement, Manifest]:
    """A judged run by the name of its recommendation."""
    if name == "business":
        return business()
    if name == "rehearsed":
        return rehearsed_before()
    scope = ("area=data",) if name.startswith("part") else ()
    checks, waivers = {
        "go": (CLEAN, ()),
        "conditional": (ACCEPTED, (WAIVER,)),
        "nogo": (RED, (WAIVER,)),
        "part": (CLEAN[:2], ()),
        "part-red": (RED[:2], ()),
        "empty": ((), ()),
    }[name]
    universe, covers = ((), ()) if name == "go" else (UNIVERSE, COVERS)
    judgement = judged(checks, waivers=waivers, rules=RULES, scope=scope, universe=universe, covers=covers)
    return judgement, manifest(scope)


WORLDS = ("go", "conditional", "nogo", "part", "part-red", "empty", "business", "rehearsed")

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    '"><svg onload=alert(3)>',
    "{{ 7*7 }}{% raw %}",
    "=HYPERLINK(\"http://evil.example/\",\"click\")",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "[bold red]markup[/] [link=http://evil.example]x[/link]",
    "\u202etxt.exe\u2066",
    "| a | b |\n# heading\n[x](javascript:alert(4)) @everyone `code`",
    "]]>&amp;\x00\x0b\ud800",
    "é" * 1_000_000,
)  # fmt: skip


def hostile() -> tuple[Judgement, Manifest]:
    """A run in which everything that comes from outside is hostile."""
    evil = HOSTILE
    own = replace(LINES, title=Title(en=evil[0], zh=evil[1]), owner=evil[2], department=evil[0])
    found = tuple(
        finding(
            own,
            key=f"{place}{string[:500]}",
            entity=string[:500],
            field=string[:500],
            source_value=string,
            target_value={"a": [string]},
            text=said(string),
            currency=string[:50],
            amount=Decimal(place),
        )
        for place, string in enumerate(evil)
    )
    accepting = waiver(
        evil[0], check=ORDER.id, reason=evil[1], owner=evil[7], approver=evil[4], ticket=evil[6]
    )
    checks = (
        Check(own, Status.FAILED, found),
        Check(ORDER, Status.FAILED, (NUMBER,), caveats=(said(evil[4]),)),
    )
    made = replace(
        manifest(),
        project=evil[0] + evil[4],
        profile=evil[1],
        environments={
            "source": {evil[0]: evil[1], "database": evil[7], "modules": list(evil), "collation": evil[0]},
            "target": {evil[4]: evil[7], "database": evil[1], "modules": [], "collation": evil[4]},
        },
        code_revision=evil[0],
    )
    listed = replace(
        people_found(
            by_hand(
                evil[3], Result.FAILED, title=evil[0], module=evil[0], document=evil[7], operation=evil[5],
                department=evil[4], requirements=(evil[0],), remark=evil[4],
            ),
        ),
        operations=(OperationRow(module=evil[0], document=evil[3], operation=evil[7], department=evil[1]),),
        risks=(
            RiskRow(
                id=evil[0], title=evil[7], title_zh=evil[1], kind="people", probability=2, impact=3,
                owner=evil[0], mitigation=evil[4], mitigation_zh=evil[2], checks=(evil[0], evil[7]),
            ),
        ),
        requirements=(RequirementRow(id=evil[0], title=evil[7], department=evil[4]),),
        training=(trained(evil[0], 3, 2, 1), trained(evil[7], 3, 2, 1)),
        usability=tuple(sheets(6, department=evil[1])),
        incidents=(incident(1, 1, id=evil[0], department=evil[4], title=evil[7]),),
        budget=(cost("1", "2", evil[0], evil[7]),),
        runbook=(task("a", 0, 70).model_copy(update={"id": evil[7], "task": evil[0], "owner": evil[4]}),),
        decisions=(
            decision(name=evil[0], role=evil[7], reason=evil[1]), decision(run=evil[0], name=evil[4])
        ),
    )  # fmt: skip
    judgement = judged(
        checks, waivers=(accepting,), rules=RULES, declared=listed, environments=made.environments
    )
    return judgement, made
