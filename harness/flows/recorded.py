"""A flow's capture as its comparators read it: the steps, and the documents kept in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.coverage import DID, OPERATION, REFUSED_RIGHTLY
from harness.flows.outcomes import ACCEPTED, DECLINED, GOES_ON, IGNORED
from harness.flows.refusals import Answer
from harness.model import Capture, Cover, Text, Title, text
from harness.values import Value


@dataclass(frozen=True, slots=True)
class Step:
    """A step and how it ended; which operations of the business the ERP did in it, and which it refused."""

    name: str
    title: Title
    outcome: str
    code: str
    message: str
    did: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as it stood in a step: `step` is the step's number."""

    step: int
    name: str
    content: Value


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the flow itself says a value must be, and what it was."""

    step: int
    name: str
    found: Value
    expected: Value


@dataclass(frozen=True, slots=True)
class FlowRun:
    """One run of a flow on one environment."""

    steps: tuple[Step, ...]
    documents: tuple[Kept, ...]
    expectations: tuple[Expectation, ...] = ()

    @property
    def stopped_at(self) -> Step | None:
        """The step after which the flow could not go on; None when it came to its end."""
        return next((step for step in self.steps if step.outcome not in GOES_ON), None)

    @property
    def refusals(self) -> Mapping[str, Answer]:
        """By the names of the steps that must be refused, or change nothing: how they were."""
        return {
            step.name: Answer(step.title, step.outcome, step.code, step.message)
            for step in self.steps
            if step.outcome in {DECLINED, ACCEPTED, IGNORED}
        }

    def step(self, number: int) -> Step:
        """The step of that number; the last one for what was kept after all steps."""
        return self.steps[min(number, len(self.steps) - 1)]


def read(capture: Capture) -> FlowRun:
    """What a capture holds; TypeError for a capture of another kind."""
    value = capture.value
    if not isinstance(value, Mapping):
        raise TypeError("a flow's capture is a mapping")
    steps, documents = value["steps"], value["documents"]
    return FlowRun(
        tuple(
            Step(
                str(s["name"]),
                Title(str(s["en"]), str(s["zh"])),
                str(s["outcome"]),
                str(s.get("code", "")),
                str(s.get("message", "")),
                _names(s.get("did")),
                _names(s.get("refused")),
            )
            for s in mappings(steps)
        ),
        tuple(Kept(int(str(d["step"])), str(d["name"]), d["content"]) for d in mappings(documents)),
        tuple(
            Expectation(int(str(e["step"])), str(e["name"]), e["found"], e["expected"])
            for e in mappings(value.get("expectations", []))
        ),
    )


def mappings(value: Value) -> list[Mapping[str, Value]]:
    """The mappings of a list."""
    if not isinstance(value, Sequence):
        raise TypeError("a flow's capture holds lists")
    return [item for item in value if isinstance(item, Mapping)]


def _names(value: Value) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


def operations(whole: FlowRun, target: FlowRun) -> tuple[Cover, ...]:
    """What a whole run of the process did in business, as far as the target came, and at which step.

    The step at which the target stopped was looked at too: what was found there says how it went.
    """
    reached = {step.name for step in target.steps}
    steps = [step for step in whole.steps if step.name in reached]
    did = [Cover(OPERATION, item, f"{DID}: {step.name}") for step in steps for item in step.did]
    refused = [
        Cover(OPERATION, item, f"{REFUSED_RIGHTLY}: {step.name}")
        for step in steps
        for item in step.refused
        if step.outcome == DECLINED
    ]
    return tuple(dict.fromkeys((*did, *refused)))


def shape(run: FlowRun) -> list[tuple[int, str]]:
    """Which documents were kept in which step."""
    return [(kept.step, kept.name) for kept in run.documents]


def by_name(run: FlowRun) -> Value:
    """All documents of one name together, so that noise is learned per field and not per step."""
    found: dict[str, list[Value]] = {}
    for kept in run.documents:
        found.setdefault(kept.name, []).append(kept.content)
    return {name: list(contents) for name, contents in found.items()}


def why(run: FlowRun) -> Text:
    """Why there is nothing to compare."""
    step = run.stopped_at
    if step is None:
        return text("flows.nothing_kept")
    return text("flows.stopped", step=step.title, message=step.message)
