"""Three questions, never mixed up: the same result, done in time, and no slower than the source?

Pure: the same captures give the same conclusion, whenever they are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from harness.errors import LoadError
from harness.model import (
    Capture,
    CheckSpec,
    Conclusion,
    Cover,
    Finding,
    Param,
    Part,
    Side,
    Status,
    Text,
    text,
)
from harness.performance.batch import findings
from harness.performance.batch.forecast import Fits, Forecast, forecast
from harness.performance.batch.measures import measures
from harness.performance.batch.recording import Seen, seen
from harness.performance.batch.words import batch_name
from harness.performance.findings import as_ratio
from harness.performance.plan import MINIMUM_PAIRS
from harness.statistics import Answer, Decision, Tolerance, decide, measure_pairs
from harness.statistics.growth import MINIMUM_RUNS

DOCUMENTS = "documents"  # as `harness.adapters.batches` calls it, which nothing here may import
_FAR = 4
"""Beyond so many times the largest volume measured, that it is an extrapolation is said."""


def compare(spec: CheckSpec, captures: Mapping[Part, Capture]) -> Conclusion:
    """The conclusion of one batch check, from both sides in turn or from one capture of each."""
    try:
        found = seen(captures)
    except LoadError as problem:
        return Conclusion(Status.UNKNOWN, problem.sentence)
    return _Answers(spec, found).conclusion()


@dataclass(frozen=True, slots=True)
class _Answers:
    spec: CheckSpec
    seen: Seen

    def conclusion(self) -> Conclusion:
        forecasts = {side: _forecast(self.seen, side) for side in Side}
        decision = self._decision()
        found = tuple(self._findings(forecasts, decision))
        unknown = [*self._unfit(), *self._undecided(forecasts[Side.TARGET], decision)]
        status = Status.FAILED if found else Status.UNKNOWN if unknown else Status.PASSED
        reason = None
        if found:
            reason = text("batch.failed", count=len(found), first=found[0].text)
        elif unknown:
            reason, *unknown = unknown
        return Conclusion(
            status=status,
            reason=reason,
            findings=found,
            caveats=(*unknown, *self._caveats(forecasts)),
            covers=(Cover("batch", self.seen.plan.batch, "in turn" if self.seen.in_turn else "apart"),)
            if self.seen.pairs()
            else (),
            measures=measures(self.seen, forecasts, decision),
        )

    def _findings(
        self, forecasts: Mapping[Side, Forecast | None], decision: Decision | None
    ) -> Iterator[Finding]:
        yield from findings.failed(self.spec, self.seen)
        yield from findings.figures(self.spec, self.seen)
        target = forecasts[Side.TARGET]
        if target is not None:
            yield from findings.late(self.spec, self.seen, forecasts[Side.SOURCE], target)
        if decision is not None and decision.answer is Answer.WORSE:
            yield findings.slower(self.spec, self.seen, decision, self._margin)

    @property
    def _margin(self) -> Decimal:
        plan = self.seen.plan
        return plan.margin if self.seen.in_turn else max(plan.margin, plan.margin_apart)

    def _decision(self) -> Decision | None:
        """Run by run of the same volume: what more of the same work costs falls out of the ratio."""
        pairs = [(float(source.seconds), float(target.seconds)) for source, target in self.seen.pairs()]
        if len(pairs) < MINIMUM_PAIRS:
            return None
        margin = float(self._margin)
        measured = measure_pairs(pairs, Tolerance(margin, float(self.seen.plan.noticeable)))
        return decide({self.seen.plan.batch: measured}, margin)[self.seen.plan.batch]

    def _unfit(self) -> Iterator[Text]:
        """What keeps the source from being something to compare with."""
        plan = self.seen.plan
        refused = self.seen.failed.get(Side.SOURCE)
        if refused is not None:
            yield text("batch.unknown.source_failed", **findings.failure_params(self.seen, refused))
        for run in self.seen.of(Side.SOURCE).values():
            taken = run.figures.get(DOCUMENTS, 0)
            if taken != run.volume:
                yield text(
                    "batch.unknown.not_taken", batch=batch_name(plan.batch), taken=taken, volume=run.volume
                )
                return

    def _undecided(self, target: Forecast | None, decision: Decision | None) -> Iterator[Text]:
        plan, failed = self.seen.plan, self.seen.failed
        if target is None and Side.TARGET not in failed:
            count = len(self.seen.of(Side.TARGET))
            yield text(
                "batch.unknown.too_few", batch=batch_name(plan.batch), count=count, needed=MINIMUM_RUNS
            )
        if target is not None:
            yield from _open_window(self.seen, target)
        if decision is None and not failed:
            pairs = len(self.seen.pairs())
            yield text("batch.unknown.pairs", batch=batch_name(plan.batch), count=pairs, needed=MINIMUM_PAIRS)
        if decision is not None and decision.answer is Answer.UNDECIDED:
            yield _open_ratio(self.seen, decision)

    def _caveats(self, forecasts: Mapping[Side, Forecast | None]) -> Iterator[Text]:
        plan, target = self.seen.plan, forecasts[Side.TARGET]
        if not self.seen.in_turn:
            yield text("batch.caveat.apart", margin=Decimal(f"{self._margin * 100:.0f}"))
        if target is not None and target.fits is not Fits.TOO_FAR and plan.times_larger > _FAR:
            yield text(
                "batch.caveat.far",
                batch=batch_name(plan.batch),
                expected=plan.expected,
                largest=plan.volumes[-1],
                times=Decimal(f"{plan.times_larger:.1f}"),
            )
        if target is not None and target.trend.bends:
            exponent = as_ratio(target.trend.exponent)
            yield text("batch.caveat.bends", batch=batch_name(plan.batch), exponent=exponent)
        source = forecasts[Side.SOURCE]
        if source is not None and source.fits is Fits.NO:
            finish = plan.window.clock(source.seconds)
            yield text(
                "batch.caveat.source_late",
                batch=batch_name(plan.batch),
                finish=finish,
                end=plan.window.clock(plan.window.seconds),
            )


def _forecast(found: Seen, side: Side) -> Forecast | None:
    try:
        return forecast(found.plan, found.runs(side))
    except ValueError:  # too few runs: said by whoever needs them
        return None


def _open_window(found: Seen, target: Forecast) -> Iterator[Text]:
    plan = found.plan
    if target.fits is Fits.TOO_FAR:
        yield text(
            "batch.unknown.too_far",
            batch=batch_name(plan.batch),
            expected=plan.expected,
            largest=plan.volumes[-1],
            times=Decimal(f"{plan.times_larger:.0f}"),
            needed=target.decided_by,
        )
    if target.fits is not Fits.UNDECIDED:
        return
    params: dict[str, Param] = {
        "batch": batch_name(plan.batch),
        "low": plan.window.clock(target.low),
        "high": plan.window.clock(target.high),
        "end": plan.window.clock(plan.window.seconds),
    }
    if target.decided_by is None:
        yield text("batch.unknown.straddles_noise", **params, expected=plan.expected)
    else:
        yield text("batch.unknown.straddles", **params, volume=target.decided_by)


def _open_ratio(found: Seen, decision: Decision) -> Text:
    params: dict[str, Param] = {
        "batch": batch_name(found.plan.batch),
        "low": as_ratio(decision.low),
        "high": as_ratio(decision.high),
    }
    if decision.more_blocks is None:
        return text("batch.unknown.ratio_hopeless", **params)
    repeats = -(-decision.more_blocks // len(found.plan.volumes))
    return text("batch.unknown.ratio", **params, repeats=repeats)
