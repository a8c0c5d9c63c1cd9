"""What `up` writes: a harness.toml without any password, the passwords beside it, hand-written files kept."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from harness.demo import project_files
from harness.demo.pair import DemoPair
from harness.demo.project_files import ROLES, variable_of

SECRET = "c4nary-5ecret"
PASSWORDS = {login: f"{SECRET}-{login}" for login in ROLES.values()}


@pytest.fixture
def pair(tmp_path: Path) -> DemoPair:
    """A pair that stands nowhere."""
    sql = f"postgresql+psycopg://reader:{SECRET}@127.0.0.1:5555"
    return DemoPair(
        folder=tmp_path,
        config=tmp_path / "harness.toml",
        source_url="http://127.0.0.1:1",
        target_url="http://127.0.0.1:2",
        source_database="source",
        target_database="target",
        source_sql=f"{sql}/source",
        target_sql=f"{sql}/target",
    )


def test_config_names_both_sides_and_every_role(pair: DemoPair) -> None:
    project_files.write(pair, PASSWORDS, SECRET)
    config = tomllib.loads(pair.config.read_text())
    for side, url in (("source", pair.source_url), ("target", pair.target_url)):
        assert config[side]["adapter"] == "tryton"
        assert config[side]["url"] == url
        assert config[side]["options"] == {"database": side}
        assert config[side]["sql"].endswith(f"@127.0.0.1:5555/{side}")
        assert {role: account["user"] for role, account in config[side]["accounts"].items()} == ROLES
    assert config["performance"]["hosts"] == ["127.0.0.1"]


def test_passwords_are_only_in_the_private_file(pair: DemoPair) -> None:
    project_files.write(pair, PASSWORDS, SECRET)
    assert SECRET not in pair.config.read_text()
    private = pair.folder / ".env"
    assert private.stat().st_mode & 0o077 == 0
    variables = dict(line.split("=", 1) for line in private.read_text().splitlines())
    assert variables[variable_of("admin")] == PASSWORDS["admin"]
    assert variables["HARNESS_DEMO_SQL_PASSWORD"] == SECRET


def test_every_variable_of_the_config_is_in_the_private_file(pair: DemoPair) -> None:
    project_files.write(pair, PASSWORDS, SECRET)
    variables = {line.split("=")[0] for line in (pair.folder / ".env").read_text().splitlines()}
    used = {part.split("}")[0] for part in pair.config.read_text().split("${")[1:]}
    assert used == variables


def test_hand_written_files_are_kept(pair: DemoPair) -> None:
    (pair.folder / "waivers.toml").write_text("# mine\n")
    project_files.write(pair, PASSWORDS, SECRET)
    assert (pair.folder / "waivers.toml").read_text() == "# mine\n"
    assert (pair.folder / "policy.toml").exists()


def test_pair_does_not_show_its_passwords(pair: DemoPair) -> None:
    assert SECRET not in repr(pair)


def test_mappings_are_found_from_the_folder(pair: DemoPair) -> None:
    project_files.write(pair, PASSWORDS, SECRET)
    config = tomllib.loads(pair.config.read_text())
    assert (pair.folder / config["data"]["mappings"]).resolve() == project_files.fixtures_folder(
        "mappings"
    ).resolve()
