"""Checks a screen against WCAG 2.2 AA with axe-core; violations as signatures of rule and element."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.ux.probes.script import axe_source, script
from harness.ux.signatures import of_name

if TYPE_CHECKING:
    from playwright.sync_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_RUN = """
async ([tags, describe]) => {
  const said = (0, eval)(describe);
  const ends = (one) => one.effect.getComputedTiming().endTime !== Infinity;
  const ending = document.getAnimations().filter(ends);
  await Promise.race([
    Promise.allSettled(ending.map((one) => one.finished)), new Promise((go) => setTimeout(go, 1000)),
  ]);
  // A rule that stumbles over one element is given up by axe for the whole screen: it gets two more tries.
  const found = [];
  let only = { type: "tag", values: tags };
  let skipped = [];
  for (let round = 0; round < 3; round++) {
    const result = await axe.run(document, { runOnly: only, elementRef: true });
    found.push(...result.violations);
    skipped = result.incomplete.filter((rule) => rule.error).map((rule) => rule.id);
    if (!skipped.length) break;
    only = { type: "rule", values: skipped };
    await new Promise((go) => setTimeout(go, 150));
  }
  return [found.flatMap((violation) => violation.nodes.map((node) => ({
    rule: violation.id, impact: node.impact || violation.impact || "", help: violation.help,
    element: said(node.element || document.body),
  }))), skipped];
}
"""


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule broken by one kind of element on a screen; `count` elements look the same."""

    rule: str
    impact: str
    element: str
    help: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found on a screen, and the rules that could not be run on it: of them nothing is known."""

    found: tuple[Violation, ...]
    skipped: tuple[str, ...] = ()


def violations(page: Page) -> Checked:
    """What breaks WCAG 2.2 AA on the screen now, each signature once, with how often.

    It waits, a second at most, for what moves to come to rest: a colour on its way is nobody's obstacle.
    """
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(axe_source())
    nodes: list[dict[str, str]]
    skipped: list[str]
    nodes, skipped = page.evaluate(_RUN, [list(RULES), script("describe.js")])
    return Checked(tuple(_grouped(nodes)), tuple(skipped))


def lasting(known: tuple[Violation, ...], again: Checked | None) -> tuple[Violation, ...]:
    """What another look at the same screen finds too: a colour on its way to another is nobody's obstacle.

    None as `again` is a look that failed, and a rule that was skipped was not looked with: they say nothing.
    """
    if again is None:
        return known
    found = {(item.rule, item.element) for item in again.found}
    return tuple(item for item in known if item.rule in again.skipped or (item.rule, item.element) in found)


def _grouped(nodes: Iterable[dict[str, str]]) -> list[Violation]:
    counts: dict[tuple[str, str], Violation] = {}
    for node in nodes:
        key = (node["rule"], of_name(node["element"]))
        seen = counts[key].count if key in counts else 0
        counts[key] = Violation(key[0], node["impact"], key[1], node["help"], seen + 1)
    return [counts[key] for key in sorted(counts)]
