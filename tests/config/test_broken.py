"""Every broken configuration says exactly what is wrong with it, and how to cure it."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.config import load
from harness.errors import ConfigError, ExitCode
from harness.messages import Language, render
from tests.config.cases import ADAPTERS, CASES, CHINESE, RULES, Case


def problems_of(case: Case, folder: Path) -> ConfigError:
    with pytest.raises(ConfigError) as raised:
        load(
            case.prepared(folder),
            environ=case.pairs("environ.txt"),
            overrides=case.pairs("flags.txt"),
            known_adapters=ADAPTERS,
            known_rules=RULES,
        )
    return raised.value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.folder.name)
def test_broken_configuration_says_what_is_wrong(case: Case, tmp_path: Path) -> None:
    error = problems_of(case, tmp_path)
    assert str(error) + "\n" == case.expected("en")
    assert error.exit_code is ExitCode.USAGE_ERROR


@pytest.mark.parametrize("case", CHINESE, ids=lambda case: case.folder.name)
def test_broken_configuration_says_it_in_chinese(case: Case, tmp_path: Path) -> None:
    assert render(problems_of(case, tmp_path).sentence, Language.ZH) + "\n" == case.expected("zh")


def test_no_message_shows_a_password(tmp_path: Path) -> None:
    for case in CASES:
        assert "-password" not in str(problems_of(case, tmp_path / case.folder.name))


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 30
    assert len(CHINESE) >= 5
