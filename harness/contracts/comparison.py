"""Compares what both sides answered to one contract: what a partner would notice is a finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harness.contracts.body import shape
from harness.flows.align import ABSENT, Difference, differences
from harness.flows.noise import Noise, learn, quiet
from harness.model import (
    Attachment,
    Capture,
    CheckSpec,
    Conclusion,
    Cover,
    Finding,
    FindingKind,
    Part,
    Status,
    Text,
    Title,
    text,
)
from harness.values import Value, dumps

ITEM = "contract"
_MOVED = frozenset({301, 302, 303, 307, 308, 404, 405, 410})


@dataclass(frozen=True, slots=True)
class _Answer:
    """One side's answer, as stored."""

    asked: str
    status: int
    location: str
    headers: Mapping[str, Value]
    form: str
    body: Value
    lacking: tuple[Mapping[str, Value], ...]
    told: Mapping[str, Value]

    @property
    def accepted(self) -> Mapping[str, Title]:
        """The paths of differences that partners were told of, and why they are there."""
        listed = self.told["accepted"]
        assert isinstance(listed, list | tuple)
        return {
            str(item["path"]): Title(str(item["en"]), str(item["zh"]))
            for item in listed
            if isinstance(item, Mapping)
        }

    def announced(self) -> Iterator[Text]:
        """That partners must send another request, where the contract says so."""
        why = self.told["request"]
        if isinstance(why, Mapping):
            reason = Title(str(why["en"]), str(why["zh"]))
            yield text(
                "contracts.announced", before=str(self.told["instead_of"]), now=self.asked, reason=reason
            )


@dataclass(slots=True)
class _Aside:
    """What is said beside the findings: fields that are new, differences that partners were told of."""

    added: list[str] = field(default_factory=list)
    accepted: dict[str, Title] = field(default_factory=dict)

    def caveats(self) -> Iterator[Text]:
        if self.added:
            yield text("contracts.added", fields=tuple(self.added))
        for path, reason in self.accepted.items():
            yield text("contracts.accepted", field=path, reason=reason)


def compare(spec: CheckSpec, captures: Mapping[Part, Capture]) -> Conclusion:
    """Source against target, with what varies on the source by itself taken away."""
    source, target = _read(captures[Part.SOURCE]), _read(captures[Part.TARGET])
    if source.lacking:
        return Conclusion(Status.UNKNOWN, text("contracts.source_lacks", what=_what(source.lacking[0])))
    if Part.SOURCE_REPEAT not in captures or captures[Part.SOURCE_REPEAT].value is None:
        return Conclusion(Status.UNKNOWN, text("contracts.noise_unknown"))
    repeat = _read(captures[Part.SOURCE_REPEAT])
    if (repeat.status, repeat.form) != (source.status, source.form):
        return Conclusion(Status.UNKNOWN, text("contracts.unstable"))
    noise = learn(source.body, repeat.body)
    aside = _Aside()
    findings = [*_envelope(spec, source, target)]
    if not findings:
        findings = [*_headers(spec, source, repeat, target), *_body(spec, source, target, noise, aside)]
        findings += _lacking(spec, target, {*target.accepted, *(finding.field for finding in findings)})
    return Conclusion(
        status=Status.FAILED if findings else Status.PASSED,
        reason=text("contracts.differs", count=len(findings)) if findings else None,
        findings=tuple(findings),
        covers=(Cover(ITEM, spec.id, "replayed"),),
        caveats=(*target.announced(), *aside.caveats()),
        attachments=(Attachment("noise.json", "application/json", dumps(sorted(noise))),),
        measures={"fields_varying": len(noise)},
    )


def _read(capture: Capture) -> _Answer:
    value = capture.value
    assert isinstance(value, Mapping)
    headers, lacking, told = value["headers"], value["lacking"], value["told"]
    assert isinstance(headers, Mapping)
    assert isinstance(told, Mapping)
    assert isinstance(lacking, list | tuple)
    return _Answer(
        str(value["asked"]),
        int(str(value["status"])),
        str(value["location"]),
        headers,
        str(value["form"]),
        value["body"],
        tuple(item for item in lacking if isinstance(item, Mapping)),
        told,
    )


def _envelope(spec: CheckSpec, source: _Answer, target: _Answer) -> Iterator[Finding]:
    """Status and form: where they differ, nothing inside can be compared."""
    if source.status != target.status:
        moved = target.status in _MOVED and source.status not in _MOVED
        key = "contracts.status"
        if moved:
            key = "contracts.redirected" if target.location else "contracts.moved"
        yield _finding(
            spec, "status", key, source.status, target.status,
            FindingKind.REGRESSION if moved else FindingKind.MISMATCH,
            asked=target.asked, location=target.location,
        )  # fmt: skip
    elif source.location != target.location:
        yield _finding(spec, "location", "contracts.location", source.location, target.location)
    elif source.form != target.form:
        yield _finding(spec, "form", "contracts.form", source.form, target.form, FindingKind.REGRESSION)


def _headers(spec: CheckSpec, source: _Answer, repeat: _Answer, target: _Answer) -> Iterator[Finding]:
    for name in sorted(source.headers):
        one, other = source.headers[name], target.headers.get(name)
        if one != other and one == repeat.headers.get(name):
            yield _finding(spec, f"header {name}", "contracts.header", one, other, name=name)


def _body(
    spec: CheckSpec, source: _Answer, target: _Answer, noise: Noise, aside: _Aside
) -> Iterator[Finding]:
    """One finding for each field, however many rows have it; what is only added, a partner may ignore."""
    first: dict[tuple[str, str], tuple[Difference, int]] = {}
    for found in differences(quiet(source.body, noise), quiet(target.body, noise)):
        known = first.get((found.path, _key(found)))
        first[found.path, _key(found)] = (known[0], known[1] + 1) if known else (found, 1)
    for (path, key), (found, count) in first.items():
        if key == "contracts.field.added":
            aside.added.append(path)
            continue
        if path in target.accepted:
            aside.accepted[path] = target.accepted[path]
            continue
        kind = FindingKind.MISSING_IN_TARGET if found.target == ABSENT else FindingKind.MISMATCH
        shapes = {"was": shape(found.source), "is_now": shape(found.target)}
        words = {name: text(f"contracts.shape.{word}") for name, word in shapes.items()}
        yield _finding(spec, path, key, found.source, found.target, kind, count, **words)


def _key(found: Difference) -> str:
    if found.target == ABSENT:
        return "contracts.field.row_gone" if found.path.endswith("[]") else "contracts.field.gone"
    if found.source == ABSENT:
        return "contracts.field.row_added" if found.path.endswith("[]") else "contracts.field.added"
    if found.target is None:
        return "contracts.field.empty"
    return "contracts.field.value" if shape(found.source) == shape(found.target) else "contracts.field.type"


def _lacking(spec: CheckSpec, target: _Answer, told: set[str | None]) -> Iterator[Finding]:
    """What the contract says and the target does not keep, unless the comparison has said it already."""
    for item in target.lacking:
        what = str(item["what"])
        if what not in told:
            expected, found = item["expected"], item["found"]
            yield _finding(
                spec, what, "contracts.violated", expected, found, FindingKind.VIOLATION,
                expected=str(expected), found=str(found),
            )  # fmt: skip


def _finding(
    spec: CheckSpec,
    where: str,
    key: str,
    source: Value,
    target: Value,
    kind: FindingKind = FindingKind.MISMATCH,
    count: int = 1,
    **params: str | Text,
) -> Finding:
    sentence = text(key, contract=spec.title, field=where, **_said(source, target), **params)
    return Finding(
        check_id=spec.id,
        kind=kind,
        entity=spec.id.partition(".")[2],
        severity=spec.severity,
        text=sentence,
        field=where,
        source_value=source,
        target_value=target,
        count=count,
    )


def _said(source: Value, target: Value) -> dict[str, str]:
    short = {"one": source, "other": target}
    return {name: str(value) if isinstance(value, str | int) else "" for name, value in short.items()}


def _what(item: Mapping[str, Value]) -> str:
    what, expected, found = (str(item[name]) for name in ("what", "expected", "found"))
    return f"{what}: {expected} / {found}"
