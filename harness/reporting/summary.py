"""What every report says first, worked out once, so that no two reports of a run can disagree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from harness.evidence import Manifest
from harness.gate import Amount, AreaState, AreaSummary, JudgedFinding, Judgement, Standing
from harness.gate.amounts import amounts_of
from harness.gate.rules import amount_text
from harness.gate.rules.human import ASKING
from harness.model import Finding, Outcome, RuleResult, Severity, Text, text
from harness.reporting.human import decision_of
from harness.reporting.wording import plain

# What people were to provide is missing by itself, whatever became of the checks.
_OF_PEOPLE = frozenset({"signed_off", *chain.from_iterable(ASKING.values())})
_LONGEST_CURRENCY = 12


class Tone(StrEnum):
    """The colour of a report; only the outcome decides it, and only an unscoped GO is green."""

    GO = "go"
    CONDITIONS = "conditions"
    NO_GO = "nogo"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Summary:
    """A judged run as the first screen of any report tells it."""

    judgement: Judgement
    manifest: Manifest
    tone: Tone
    headline: Text
    advice: Text
    reasons: tuple[Text, ...]
    open: tuple[JudgedFinding, ...]
    serious: tuple[JudgedFinding, ...]
    waived: tuple[JudgedFinding, ...]
    amounts: tuple[Amount, ...]

    @property
    def areas(self) -> tuple[AreaSummary, ...]:
        """The areas that were asked for or looked at."""
        return tuple(area for area in self.judgement.areas if area.asked or area.checks)

    @property
    def evidence(self) -> str:
        """The checksum of the evidence that was judged."""
        return self.judgement.verdict.digests.get("evidence", "")

    @property
    def decided(self) -> Text | None:
        """What the committee decided on this run, beside the recommendation; None where it has not."""
        return decision_of(self.judgement)

    @property
    def weaker(self) -> tuple[Text, ...]:
        """Where the policy asks for less than one that was used before."""
        return tuple(change.text for change in self.judgement.policy_changes if change.weaker)

    @property
    def stricter(self) -> tuple[Text, ...]:
        """Where it asks for more."""
        return tuple(change.text for change in self.judgement.policy_changes if not change.weaker)

    def checks(self) -> tuple[int, int]:
        """How many checks passed, out of how many."""
        areas = self.judgement.areas
        return sum(area.passed for area in areas), sum(area.checks for area in areas)


def summarise(judgement: Judgement, manifest: Manifest) -> Summary:
    """The first screen of a judged run."""
    tone = tone_of(judgement)
    still_open = tuple(item for item in judgement.findings if item.open)
    return Summary(
        judgement=judgement,
        manifest=manifest,
        tone=tone,
        headline=_headline(judgement),
        advice=text(f"report.advice.{tone}"),
        reasons=_reasons(judgement, tone),
        open=still_open,
        serious=tuple(item for item in still_open if item.finding.severity.rank <= Severity.CRITICAL.rank),
        waived=tuple(item for item in judgement.findings if not item.open),
        amounts=amounts_of(item.finding for item in still_open),
    )


def changes(told: Summary) -> Iterator[tuple[str, tuple[Text, ...]]]:
    """What is otherwise than before, under its headings; a policy that asks for less comes first."""
    for key, sentences in (
        ("report.heading.weaker", told.weaker),
        ("report.heading.stricter", told.stricter),
        ("report.heading.since", told.judgement.since),
    ):
        if sentences:
            yield key, sentences


def tone_of(judgement: Judgement) -> Tone:
    """The colour that the outcome allows: anything but a recommendation to go is not green."""
    verdict = judgement.verdict
    if verdict.outcome is None:
        return Tone.PART if verdict.scope_passed else Tone.NO_GO
    return {
        Outcome.GO: Tone.GO,
        Outcome.GO_WITH_CONDITIONS: Tone.CONDITIONS,
        Outcome.NO_GO: Tone.NO_GO,
    }[verdict.outcome]


def _headline(judgement: Judgement) -> Text:
    verdict = judgement.verdict
    if verdict.outcome is not None:
        return text(f"gate.outcome.{verdict.outcome}")
    scope = tuple(map(_selected, verdict.scope))
    return text("report.part.passed" if verdict.scope_passed else "report.part.failed", scope=scope)


def _selected(choice: str) -> Text | str:
    """An area by its name; another choice (`-k`, a path) as it was made."""
    kind, _, name = choice.partition("=")
    return text(f"gate.area.{name}") if kind == "area" else choice


def blocking(judgement: Judgement) -> tuple[RuleResult, ...]:
    """The criteria that forbid going live: not met, and of blocker or critical severity."""
    return tuple(
        result
        for result in judgement.verdict.rules
        if not result.passed and result.severity.rank <= Severity.CRITICAL.rank
    )


def _reasons(judgement: Judgement, tone: Tone) -> tuple[Text, ...]:
    found = blocking(judgement)
    if found:
        return tuple(dict.fromkeys(result.text for result in found if not _said_already(result, found)))
    passed = text("report.reason.criteria", count=sum(result.passed for result in judgement.verdict.rules))
    if tone is Tone.GO:
        return (passed, text("report.reason.nothing_open"))
    return (passed, *_short_of_go(judgement))


def _said_already(result: RuleResult, failed: tuple[RuleResult, ...]) -> bool:
    # Where an area has no evidence at all, one sentence says so; the others would say the same.
    if result.rule in _OF_PEOPLE:
        return False
    if not result.text.key.endswith(".no_data") or result.rule == "evidence_present":
        return False
    if result.rule == "run_complete":
        return False
    return any(
        other.rule in ("evidence_present", "run_complete")
        and (result.area is None or other.area in (result.area, None))
        for other in failed
    )


def _short_of_go(judgement: Judgement) -> tuple[Text, ...]:
    accepted = [item.finding for item in judgement.findings if not item.open]
    still_open = [item.finding for item in judgement.findings if item.open]
    valid = sum(state.standing is Standing.ACCEPTED for state in judgement.waivers)
    said = []
    if accepted:
        said.append(text("report.reason.accepted", count=len(accepted), waivers=valid, amount=_sum(accepted)))
    if still_open:
        said.append(text("report.reason.open", count=len(still_open), amount=_sum(still_open)))
    if unmet := sum(not result.passed for result in judgement.verdict.rules):
        said.append(text("report.reason.unmet", count=unmet))
    said.append(text("report.reason.conditions", count=len(judgement.verdict.conditions)))
    return tuple(said)


def _sum(findings: list[Finding]) -> Text:
    return money(amounts_of(findings))


def money(amounts: tuple[Amount, ...]) -> Text:
    """Sums of money on their own, or a dash."""
    if not amounts:
        return text("report.amount.none")
    return text("report.amount.sums", amounts=tuple(map(_amount, amounts)))


def money_of(finding: Finding) -> Text | None:
    """The money one difference affects; None when it affects none that is known."""
    if finding.amount is None:
        return None
    return _amount(Amount(finding.amount, finding.currency))


def _amount(amount: Amount) -> Text:
    """One sum; whatever an ERP calls its currency does not widen a column of figures."""
    short = None if amount.currency is None else plain(amount.currency, _LONGEST_CURRENCY)
    return amount_text(Amount(amount.total, short))


STATE_TONE = {
    AreaState.PASSED: Tone.GO,
    AreaState.CONDITIONS: Tone.CONDITIONS,
    AreaState.FAILED: Tone.NO_GO,
    AreaState.NOT_VERIFIED: Tone.PART,
}
"""The colour of an area's row."""
