"""Changes of rights as findings: what the committee reads, how serious it is, and what explains it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.access.changes import WHOLE, Both, Change, Reached
from harness.access.duties import Duties, Duty
from harness.access.matrix import Matrix
from harness.messages import text
from harness.model import CheckSpec, Finding, FindingKind, Severity, Side, Text, Title
from harness.rights import BUTTON, READ, Answer

_KINDS = {True: FindingKind.VIOLATION, False: FindingKind.REGRESSION}


@dataclass(frozen=True, slots=True)
class Findings:
    """Makes the findings of one check."""

    spec: CheckSpec
    both: Both
    duties: Duties

    def log_ins(self) -> Iterator[Finding]:
        """Users who can no longer log in, or who can now."""
        target = self.both.target.by_role()
        for before in self.both.source.roles:
            after = target.get(before.role)
            if after is None or before.log_in is after.log_in:
                continue
            gained = after.log_in is Answer.ALLOWED
            key = "log_in_gained" if gained else "log_in_lost"
            sentence = text(f"access.finding.{key}", role=before.role)
            yield self._finding(gained, "log_in", Severity.CRITICAL, sentence, before.role, "log_in", 1)

    def operations(self, found: Iterable[Change]) -> Iterator[Finding]:
        """Operations on models."""
        for change in found:
            sentence = text(
                f"access.finding.{self._shape(change)}",
                roles=change.roles,
                module=change.module,
                models=tuple(self._title(model) for model in change.models),
                operations=tuple(operation_name(what) for what in change.what if what != WHOLE),
                why=self._why(change.roles[0], change.models[0]),
            )
            names, what = ", ".join(change.models), ", ".join(change.what)
            severity = self._severity(change)
            key = f"{'+'.join(change.roles)}: {names}"
            yield self._finding(change.gained, change.module, severity, sentence, key, what, change.count)

    def fields(self, found: Iterable[Change]) -> Iterator[Finding]:
        """Fields that can be read on one side only."""
        for change in found:
            sentence = text(
                f"access.finding.fields_{'gained' if change.gained else 'lost'}",
                roles=change.roles,
                models=tuple(self._title(model) for model in change.models),
                fields=change.what,
            )
            severity = Severity.CRITICAL if change.gained else Severity.MAJOR
            key = f"{'+'.join(change.roles)}: {', '.join(change.models)}"
            what = f"fields: {', '.join(change.what)}"
            yield self._finding(change.gained, change.module, severity, sentence, key, what, change.count)

    def records(self, found: Iterable[Reached]) -> Iterator[Finding]:
        """Records of others."""
        for reached in found:
            sentence = text(
                f"access.finding.records_{'gained' if reached.gained else 'lost'}",
                roles=reached.roles,
                model=self._title(reached.model),
                owners=reached.owners,
                operations=tuple(operation_name(what) for what in reached.operations),
            )
            severity = Severity.CRITICAL if reached.gained else Severity.MAJOR
            key = f"{'+'.join(reached.roles)}: {reached.model}"
            what = f"records: {', '.join(reached.operations)}"
            yield self._finding(reached.gained, reached.module, severity, sentence, key, what, reached.count)

    def doors(self) -> Iterator[Finding]:
        """What answers without a login on one side only."""
        source = {door.name: door.answer for door in self.both.source.doors}
        for door in self.both.target.doors:
            before = source.get(door.name, Answer.UNCLEAR)
            if before.allowed is door.answer.allowed or door.answer.allowed is None:
                continue
            gained = bool(door.answer.allowed)
            sentence = text(f"access.finding.door_{'gained' if gained else 'lost'}", door=door.title)
            severity = Severity.CRITICAL if gained else Severity.MAJOR
            yield self._finding(gained, "anonymous", severity, sentence, door.name, "door", 1)

    def conflicts(self, found: Iterable[tuple[str, Duty, Duty]]) -> Iterator[Finding]:
        """Duties that one role now holds together."""
        for role, one, other in found:
            sentence = text("access.finding.conflict", role=role, one=one.title, other=other.title)
            key = f"{role}: {one.id} + {other.id}"
            yield self._finding(True, "duties", Severity.CRITICAL, sentence, key, "conflict", 1)

    def _finding(
        self,
        gained: bool,
        entity: str,
        severity: Severity,
        sentence: Text,
        key: str,
        field: str,
        count: int,
    ) -> Finding:
        return Finding(
            self.spec.id, _KINDS[gained], entity, severity, sentence, key=key, field=field, count=count
        )

    def _severity(self, change: Change) -> Severity:
        """Critical: to change, or to read sensitive fields of, what the duties call critical; to lose all."""
        critical = any(self.duties.is_critical(model) for model in change.models)
        sensitive = any(self.duties.sensitive_fields(model) for model in change.models)
        if change.gained:
            grave = (critical and change.what != (READ,)) or (sensitive and READ in change.what)
        else:
            grave = critical or change.what == (WHOLE,)
        return Severity.CRITICAL if grave else Severity.MAJOR

    @staticmethod
    def _shape(change: Change) -> str:
        if change.gained:
            return "gained"
        return "module_lost" if change.what == (WHOLE,) else "lost"

    def _title(self, model: str) -> Title:
        found = self.both.source.by_model().get(model) or self.both.target.by_model()[model]
        return found.title

    def _why(self, role: str, model: str) -> Text:
        """What is stored on both sides for one of the roles and models: an explanation, no proof."""
        source, target = (self._stored(side, role, model) for side in Side)
        return text("access.stored", model=self._title(model), role=role, source=source, target=target)

    def _stored(self, side: Side, role: str, model: str) -> tuple[Text, ...] | Text:
        matrix: Matrix = self.both.source if side is Side.SOURCE else self.both.target
        groups = matrix.by_role()[role].groups
        grants = [grant for grant in matrix.grants if grant.model == model and grant.group in ("", *groups)]
        if not grants:
            return text("access.no_grant")
        return tuple(
            text(
                "access.grant",
                group=grant.group or text("access.everybody"),
                operations=tuple(operation_name(name) for name in grant.operations) or text("access.none"),
            )
            for grant in grants
        )


def operation_name(operation: str) -> Text:
    """What an operation is called."""
    if operation.startswith(BUTTON):
        return text("access.operation.button", name=operation.removeprefix(BUTTON))
    return text(f"access.operation.{operation}")
