"""The proposed entry: completed it accepts its finding alone; as printed it accepts nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.config import load_waivers
from harness.errors import ConfigError
from harness.gate import Judgement
from harness.messages import Language
from harness.model import Status
from harness.reporting.proposal import proposal
from tests.gate.runs import changed, finding, judged, passing
from tests.reporting.worlds import said

HOSTILE = 'x"]\n[[waiver]]\nid = "all"\x1b[2J\u202e\ncheck = "*"'
SPEC = passing()[0].spec
TWO = tuple(finding(SPEC, key=key, fingerprint=mark * 64) for key, mark in (("a", "1"), ("b", "2")))


def found() -> Judgement:
    """A run with two differences that differ by their key."""
    run = changed(passing(), 0, status=Status.FAILED, findings=TWO)
    return judged(run)


def completed(entry: str) -> str:
    """What somebody fills in."""
    given = {"reason": '"agreed"', "owner": '"Li Wei"', "approver": '"Chen Jing"', "expires": "2027-01-31"}
    for name, value in given.items():
        entry = entry.replace(f'{name} = ""', f"{name} = {value}")
    return entry


@pytest.mark.parametrize("language", Language)
def test_completed_it_accepts_its_finding_and_no_other(language: Language, tmp_path: Path) -> None:
    chosen = found().findings[0].finding
    file = tmp_path / "waivers.toml"
    file.write_text(completed(proposal(chosen, SPEC.title, language)), encoding="utf-8")

    waivers = load_waivers(file)
    run = changed(passing(), 0, status=Status.FAILED, findings=TWO)
    open_after = [item.finding.key for item in judged(run, waivers=waivers).findings if item.open]

    assert open_after == [each.key for each in TWO if each != chosen]


def test_as_printed_it_is_an_error_that_names_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "waivers.toml"
    file.write_text(proposal(TWO[0], SPEC.title, Language.EN), encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_waivers(file)

    assert all(name in str(caught.value) for name in ("reason", "owner", "approver", "expires"))


def test_text_of_the_erp_stays_in_its_comment(tmp_path: Path) -> None:
    hostile = replace(TWO[0], text=said(HOSTILE), entity=HOSTILE, key=HOSTILE)
    entry = proposal(hostile, HOSTILE, Language.EN)
    file = tmp_path / "waivers.toml"
    file.write_text(completed(entry), encoding="utf-8")

    assert [each.id for each in load_waivers(file)] == ["W-11111111"]
    assert not set("\x1b\u202e") & set(entry)
