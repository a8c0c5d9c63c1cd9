"""What a planted defect adds to a clean run, and what it hides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from harness.errors import HarnessError
from harness.evidence import Recorded
from harness.model import Finding, FindingKind, Part, Severity
from harness.model import text as sentence
from harness.testing.plant import all_but, difference, lost, of_source, plant


def _finding(key: str, check_id: str = "data.sale") -> Finding:
    told = sentence("evidence.notice.unsealed")
    return Finding(
        check_id, FindingKind.MISMATCH, "sale", Severity.CRITICAL, told, key, fingerprint=f"{check_id}/{key}"
    )


def test_only_what_the_harmed_target_has_is_the_difference() -> None:
    clean = Recorded(findings=(_finding("1"), _finding("2")))
    harmed = Recorded(findings=(replace(_finding("2"), source_value=7), _finding("3")))
    assert difference(clean, harmed) == (_finding("3"),)
    assert difference(clean, clean) == ()


def test_a_finding_that_a_defect_hides_is_lost() -> None:
    clean = Recorded(findings=(_finding("1"), _finding("2"), _finding("1", "data.other")))
    assert lost(clean, Recorded(findings=(_finding("2"),)), ["data.sale"]) == (_finding("1"),)


@pytest.mark.parametrize(
    ("check_id", "part", "source", "rest"),
    [
        ("data.sale", Part.SOURCE, True, True),
        ("data.sale", Part.SOURCE_REPEAT, True, True),
        ("data.sale", Part.TARGET, False, False),
        ("data.sale", Part.COMPARISON, False, False),
        ("data.sale", Part.PAIR, False, False),
        ("data.other", Part.COMPARISON, False, True),
    ],
)
def test_what_a_run_takes_over(check_id: str, part: Part, source: bool, rest: bool) -> None:
    assert of_source(check_id, part) is source
    assert all_but("data.sale")(check_id, part) is rest


def test_a_statement_without_effect_plants_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'erp.db'}"
    monkeypatch.setattr("harness.testing.plant.NO_TRIGGERS", "SELECT 1")  # PostgreSQL's own word
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE sale (id integer)"))
        connection.execute(text("INSERT INTO sale VALUES (1), (2)"))
    with pytest.raises(HarnessError, match="DELETE FROM sale WHERE id = 9"):
        plant(url, "DELETE FROM sale WHERE id = 1", "DELETE FROM sale WHERE id = 9")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM sale")).scalar() == 2, "all or nothing"
    plant(url, "DELETE FROM sale WHERE id = 1")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM sale")).scalar() == 1
    engine.dispose()
