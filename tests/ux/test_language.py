"""What a screen speaks, and what on it does not."""

import pytest

from harness.ux.language import foreign, language_of


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (["保存", "新建", "Tryton", "CNY"], "zh"),
        (["Save", "New", "李明"], "latin"),
        (["12", "…"], ""),
        (["Speichern", "Löschen"], "latin"),
    ],
)
def test_language_of_a_screen(texts: list[str], language: str) -> None:
    """The most of it decides; data in another script does not."""
    assert language_of(texts) == language


@pytest.mark.parametrize(
    ("said", "language", "other"),
    [
        ("Street Name:", "zh", True),
        ("街道:", "zh", False),
        ("客户 ID", "zh", False),
        ("CNY", "zh", False),
        ("SO-2026-0001", "zh", False),
        ("xiaoli@example.com", "zh", False),
        ("https://erp.example/help", "zh", False),
        ("Tryton", "zh", False),
        ("Tryton Users", "zh", True),
        ("<personal>", "zh", False),
        ("保存", "latin", True),
        ("Save", "latin", False),
        ("Save", "", False),
    ],
)
def test_foreign(said: str, language: str, other: bool) -> None:
    """Codes, units, addresses and named products are at home everywhere."""
    assert foreign(said, language, ["Tryton"]) is other
