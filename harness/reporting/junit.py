"""JUnit XML for CI systems: one suite per area with its checks, one with the exit criteria."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from harness.evidence import Manifest
from harness.gate import CheckState, JudgedCheck, JudgedFinding, Judgement
from harness.messages import Language
from harness.model import RuleResult, text
from harness.reporting.summary import money_of
from harness.reporting.wording import plain, say

_SHOWN = 50  # differences per check: the rest is in the evidence


def write(judgement: Judgement, manifest: Manifest, language: Language, path: Path) -> None:
    """Writes the judged run; an accepted failure passes here, and says in its output what was accepted."""
    root = ET.Element("testsuites", name=plain(f"{manifest.project} {manifest.run_id}"))
    root.append(_criteria(judgement, language))
    found: dict[str, list[JudgedFinding]] = {}
    for judged in judgement.findings:
        found.setdefault(judged.finding.check_id, []).append(judged)
    for area in judgement.areas:
        checks = [check for check in judgement.checks if check.area is area.area]
        if checks:
            root.append(_area(str(area.area), checks, found, language))
    for suite in root:
        suite.set("timestamp", judgement.verdict.as_of.isoformat())
    _count(root)
    ET.indent(root)
    path.write_bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def _criteria(judgement: Judgement, language: Language) -> ET.Element:
    suite = ET.Element("testsuite", name="exit criteria")
    for result in judgement.verdict.rules:
        name = f"{result.rule}[{result.area}]" if result.area else result.rule
        case = ET.SubElement(suite, "testcase", classname="gate", name=name, time="0")
        _tell_criterion(case, result, language)
    return suite


def _tell_criterion(case: ET.Element, result: RuleResult, language: Language) -> None:
    sentence = say(result.text, language)
    if result.passed:
        ET.SubElement(case, "system-out").text = sentence
    else:
        ET.SubElement(case, "failure", type=str(result.severity), message=sentence).text = sentence


def _area(
    name: str,
    checks: Sequence[JudgedCheck],
    found: Mapping[str, Sequence[JudgedFinding]],
    language: Language,
) -> ET.Element:
    suite = ET.Element("testsuite", name=name)
    for check in checks:
        case = ET.SubElement(
            suite, "testcase", classname=f"{name}.{check.module}", name=check.id, time=str(check.seconds)
        )
        _name_cases(case, check)
        _tell_check(case, check, found.get(check.id, ()), language)
    return suite


def _name_cases(case: ET.Element, check: JudgedCheck) -> None:
    """By what a test-management system knows the check; readers of JUnit take properties for that."""
    named = [("case", name) for name in check.cases]
    named += [("requirement", name) for name in check.requirements if check.cases]
    if named:
        properties = ET.SubElement(case, "properties")
        for name, value in named:
            ET.SubElement(properties, "property", name=name, value=plain(value))


def _tell_check(
    case: ET.Element, check: JudgedCheck, own: Sequence[JudgedFinding], language: Language
) -> None:
    reason = say(check.reason, language) if check.reason else say(text(f"gate.state.{check.state}"), language)
    still_open = [judged for judged in own if judged.open]
    accepted = [judged for judged in own if not judged.open]
    if check.state is CheckState.FAILED and (still_open or not accepted):
        failure = ET.SubElement(case, "failure", type=str(check.severity), message=reason)
        failure.text = "\n".join(_first(still_open, language))
    elif check.state is CheckState.SKIPPED:
        ET.SubElement(case, "skipped", message=reason)
    elif not check.state.concluded:
        ET.SubElement(case, "error", type=str(check.state), message=reason)
    told = [*_first(accepted, language), *(say(note, language) for note in check.notes)]
    if told:
        ET.SubElement(case, "system-out").text = "\n".join(told)


def _first(found: Sequence[JudgedFinding], language: Language) -> list[str]:
    """The first of many differences, and how many more there are."""
    lines = [_line(judged, language) for judged in found[:_SHOWN]]
    more = len(found) - _SHOWN
    return [*lines, say(text("report.more", count=more), language)] if more > 0 else lines


def _line(judged: JudgedFinding, language: Language) -> str:
    finding = judged.finding
    amount = f" [{say(money_of(finding), language)}]" if finding.amount is not None else ""
    waived = f" ({judged.waiver.id})" if judged.waiver else ""
    return f"{say(text(f'gate.severity.{finding.severity}'), language)}: " + plain(
        f"{say(finding.text, language)}{amount}{waived}"
    )


def _count(root: ET.Element) -> None:
    for suite in root:
        cases = suite.findall("testcase")
        suite.set("tests", str(len(cases)))
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            suite.set(attribute, str(sum(case.find(tag) is not None for case in cases)))
        suite.set("time", str(sum((Decimal(case.get("time", "0")) for case in cases), Decimal(0))))
    for attribute in ("tests", "failures", "errors", "skipped"):
        root.set(attribute, str(sum(int(suite.get(attribute, "0")) for suite in root)))
