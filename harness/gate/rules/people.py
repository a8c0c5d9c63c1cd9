"""Rules on what people accept and sign: waivers and the sign-offs of departments."""

from __future__ import annotations

from collections.abc import Sequence

from harness.gate.criteria import Criterion
from harness.gate.facts import Facts
from harness.gate.judgement import Signature, SignOff, Standing
from harness.gate.rules.rule import Assessment, no_data, one_text, says, within
from harness.model import Text, text

# Of a department's lines these say why there is no valid one; the others speak of other runs or days.
_COUNTING = (Signature.REJECTED, Signature.UNINFORMED)


def waivers_valid(facts: Facts, criterion: Criterion) -> Assessment:
    """No waiver that has expired, matches more than its author stated, or was approved by its own owner."""
    wrong = (Standing.EXPIRED, Standing.TOO_BROAD, Standing.SELF_APPROVED)
    reasons = tuple(
        text(f"gate.waiver.{state.standing}", id=state.waiver.id)
        for state in facts.waivers
        if state.standing in wrong
    )
    ids = (state.waiver.id for state in facts.waivers if state.standing in wrong)
    return within(criterion, ids, total=len(facts.waivers), reasons=reasons)


def waivers_used(facts: Facts, criterion: Criterion) -> Assessment:
    """No waiver that accepts something that is not there any more."""
    ids = tuple(state.waiver.id for state in facts.waivers if state.standing is Standing.UNUSED)
    return within(criterion, ids, total=len(facts.waivers), waivers=ids)


def signed_off(facts: Facts, criterion: Criterion) -> Assessment:
    """Each department that the limit names has signed this run, knowing of all its open differences."""
    assert isinstance(criterion.limit, Sequence)
    needed = tuple(str(name) for name in criterion.limit)
    if not facts.sign_offs:
        return no_data(criterion, departments=needed)
    told: list[Text] = []
    missing: list[str] = []
    for department in needed:
        own = [each for each in facts.sign_offs if each.department.casefold() == department.casefold()]
        if any(each.standing is Signature.VALID for each in own):
            continue
        missing.append(department)
        counting = [each for each in own if each.standing in _COUNTING] or own[-1:]
        told += [_unsigned(each) for each in counting] or [
            text("gate.signature.nobody", department=department)
        ]
    signed = len(needed) - len(missing)
    case = "failed" if missing else "passed"
    sentence = says(criterion, case, actual=signed, limit=len(needed), lines=one_text(told))
    return Assessment(not missing, sentence, signed, tuple(missing))


def _unsigned(sign_off: SignOff) -> Text:
    return text(
        f"gate.signature.why_{sign_off.standing}",
        department=sign_off.department,
        name=sign_off.name,
        day=sign_off.day,
        run=sign_off.run,
        outstanding=sign_off.outstanding,
        actual=sign_off.actual,
        remark=sign_off.remark,
    )
