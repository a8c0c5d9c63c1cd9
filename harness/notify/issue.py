"""Findings as issues of a tracker: one for each lasting name, with what the verdict itself may show."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.evidence import Manifest
from harness.gate import JudgedCheck, JudgedFinding, Judgement
from harness.gate.amounts import amounts_of
from harness.messages import Language
from harness.model import Finding, Text, Title, text
from harness.reporting.summary import money
from harness.reporting.wording import moment, plain, say

TOOL = "erp-upgrade-harness"
SHORT = 16
"""Characters of a fingerprint that a label holds; two findings never share so many."""
_FINGERPRINT = re.compile("[0-9a-f]{64}")
_TITLE = 250  # trackers take 255
_LABEL = 50
_TEXTS = 20  # sentences of one issue: the rest is in the evidence


@dataclass(frozen=True, slots=True)
class Issue:
    """What a tracker is told of one finding; `fingerprint` is the id that lasts from run to run."""

    fingerprint: str
    title: str
    lines: tuple[str, ...]
    accepted: bool
    severity: str
    area: str
    module: str
    department: str
    owner: str
    check: str
    kind: str
    entity: str
    field: str
    amount: str
    count: int
    waiver: str
    ticket: str
    run: str
    link: str
    labels: tuple[str, ...]

    @property
    def marker(self) -> str:
        """What a tracker's export is later read by, in one line."""
        return f"{TOOL} fingerprint={self.fingerprint} check={as_word(self.check)}"

    @property
    def label(self) -> str:
        """The label that this issue alone has."""
        return f"erp-fp-{self.fingerprint[:SHORT]}"


def lasting(finding: Finding) -> str:
    """The name of a finding in every run, which is safe anywhere."""
    known = finding.fingerprint
    if _FINGERPRINT.fullmatch(known):
        return known
    parts = (finding.check_id, finding.kind, finding.entity, finding.key, finding.field, known)
    return hashlib.sha256(repr(parts).encode(errors="backslashreplace")).hexdigest()


def issues_of(
    judgement: Judgement, manifest: Manifest, language: Language, link: str | None = None
) -> tuple[Issue, ...]:
    """An issue for each finding, the worst first; findings of one name are one issue."""
    groups: dict[str, list[JudgedFinding]] = {}
    for judged in judgement.findings:
        groups.setdefault(lasting(judged.finding), []).append(judged)
    checks = {check.id: check for check in judgement.checks}
    run = text("issues.run", run=manifest.run_id, as_of=moment(judgement.verdict.as_of))
    place = plain(link) if link else f"runs/{manifest.run_id}/reports/decision.html"
    made = []
    for name, group in groups.items():
        worst = min(group, key=lambda item: item.finding.severity.rank)
        check = checks.get(worst.finding.check_id)
        made.append((worst.finding.severity.rank, _issue(name, worst, group, check, run, place, language)))
    return tuple(issue for _, issue in sorted(made, key=lambda item: (item[0], item[1].fingerprint)))


def _issue(
    name: str,
    worst: JudgedFinding,
    group: Sequence[JudgedFinding],
    check: JudgedCheck | None,
    run: Text,
    place: str,
    language: Language,
) -> Issue:
    finding = worst.finding
    title: Title | str = check.title if check else finding.check_id
    waiver = next((item.waiver for item in group if item.waiver), None)
    accepted = all(not item.open for item in group)
    area, module = (str(check.area), check.module) if check else ("", "")
    head = f"[{say(text(f'gate.severity.{finding.severity}'), language)}] "
    labels = (TOOL, f"severity-{finding.severity}", f"area-{area}", f"module-{module}")
    return Issue(
        fingerprint=name,
        title=plain(f"{head}{say(title, language)}: {say(finding.text, language)}", _TITLE),
        lines=(*_lines(group, check, worst, language), say(run, language), place),
        accepted=accepted,
        severity=str(finding.severity),
        area=area,
        module=plain(module),
        department=plain(check.department or "") if check else "",
        owner=plain(check.owner or "") if check else "",
        check=finding.check_id,
        kind=str(finding.kind),
        entity=plain(finding.entity),
        field=plain(finding.field or ""),
        amount=_amount(group, language),
        count=sum(item.finding.count for item in group),
        waiver=plain(waiver.id) if waiver else "",
        ticket=plain(waiver.ticket or "") if waiver else "",
        run=say(run, language),
        link=place,
        labels=tuple(as_word(label)[:_LABEL] for label in labels if not label.endswith("-"))
        + (("accepted",) if accepted else ()),
    )


def _lines(
    group: Sequence[JudgedFinding], check: JudgedCheck | None, worst: JudgedFinding, language: Language
) -> Iterator[str]:
    """What is different, then whose it is; no value beyond what the finding's own sentence says."""
    sentences = dict.fromkeys(say(item.finding.text, language) for item in group)
    yield from list(sentences)[:_TEXTS]
    if len(sentences) > _TEXTS:
        yield say(text("issues.more", count=len(sentences) - _TEXTS), language)
    finding = worst.finding
    about: list[tuple[str, Text | Title | str | None]] = [
        ("report.column.severity", text(f"gate.severity.{finding.severity}")),
        ("checklist.column.kind", text(f"gate.finding.{finding.kind}")),
        ("checklist.column.entity", " · ".join(filter(None, (finding.entity, finding.field)))),
        ("report.column.amount", _amount(group, language) or None),
        ("report.column.check", check.title if check else finding.check_id),
    ]
    if check:
        about += [
            ("report.column.area", text(f"gate.area.{check.area}")),
            ("coverage.column.module", check.module),
            ("report.column.department", check.department),
            ("report.column.owner", check.owner),
        ]
    about += [
        ("checklist.column.waiver", f"{item.waiver.id} {item.waiver.ticket or ''}".strip())
        for item in group[:1]
        if item.waiver
    ]
    for key, value in about:
        if value:
            yield say(text("issues.about", name=text(key), value=_value(value)), language)


def _value(value: Text | Title | str) -> Text | Title | str:
    return plain(value) if isinstance(value, str) else value


def _amount(group: Sequence[JudgedFinding], language: Language) -> str:
    amounts = amounts_of(item.finding for item in group)
    return say(money(amounts), language) if amounts else ""


def as_word(content: str) -> str:
    """The text as one word, as labels and markers need it."""
    return re.sub(r"[^\w.\-]+", "_", content) or "_"
