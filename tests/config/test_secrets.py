"""A secret in any place of the configuration shows nowhere: a canary sits in each field in turn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness import values
from harness.config import Config, load
from harness.errors import ConfigError
from harness.messages import Language, render
from harness.model import Side
from tests.config.cases import ADAPTERS, RULES

CANARY = "kanarienvogel-7f3a"
WHOLE: dict[str, Any] = {
    "schema": 1,
    "project": {
        "name": "Upgrade", "language": "en", "runs": "runs", "policy": "policy.toml",
        "waivers": "waivers.toml", "milestone": "SIT", "fingerprint_key": "key-of-fingerprints",
        "history": "postgresql://db/history",
        "webhook": {"url": "${HOOK}", "link": "https://ci.example/1", "on": ["NO_GO"], "timeout": "3"},
    },
    "source": {
        "adapter": "tryton", "url": "http://127.0.0.1:8000", "sql": "postgresql://reader:pw-source@db/source",
        "synthetic": False, "production": False, "allow_writes": True, "load": True,
        "options": {"database": "source", "api_token": "token", "list": ["one"], "deep": {"password": "p"}},
        "proxy": "http://proxy.example:3128", "login": {"done": "*/home", "hours": 4},
        "accounts": {
            "admin": {"user": "admin", "password": "pw-admin"},
            "partner": {"api_key": "${API_KEY}", "header": "X-Key"},
            "machine": {"client_id": "harness", "client_secret": "${API_KEY}",
                        "token_url": "http://127.0.0.1:8000/token", "scope": "read"},
        },
    },
    "target": {"adapter": "tryton", "url": "http://127.0.0.1:9000", "options": {"database": "target"}},
    "data": {"mappings": "."},
    "performance": {"hosts": ["127.0.0.1"], "margin": "0.20"},
    "ux": {
        "locale": "en", "timezone": "Asia/Shanghai", "viewport": [1280, 800], "headless": True,
        "repeats": 3, "timeout": "30", "margin": "0.20",
    },
    "profiles": {"smoke": {"load_block_seconds": 3, "load_rate": "5"}},
}  # fmt: skip
LITERAL = (
    "project.fingerprint_key", "source.sql", "source.accounts.admin.password", "source.options.api_token",
    "source.options.deep.password",
)  # fmt: skip


def leaves(data: Any, prefix: str = "") -> Iterator[str]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else None
    if items is None:
        yield prefix
        return
    for name, item in items:
        yield from leaves(item, f"{prefix}.{name}" if prefix else str(name))


def with_value(data: Any, path: str, value: object) -> Any:
    """A copy of the data with another value at one path."""
    name, _, rest = path.partition(".")
    place: Any = int(name) if isinstance(data, list) else name
    copy = data.copy()
    copy[place] = with_value(data[place], rest, value) if rest else value
    return copy


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {toml(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return json.dumps(value)


def written(folder: Path, data: dict[str, Any]) -> Path:
    path = folder / "harness.toml"
    path.write_text("\n".join(f"{name} = {toml(item)}" for name, item in data.items()), encoding="utf-8")
    (folder / "policy.toml").write_text(
        'schema = 1\n[milestones.SIT]\nareas = ["data"]\nrules = [{ rule = "no_critical_failures" }]\n'
    )
    (folder / "waivers.toml").write_text("")
    return path


def loaded(path: Path, environ: dict[str, str]) -> Config:
    known = {"API_KEY": "key-of-partner", "HOOK": "https://hooks.example/T0/B0", **environ}
    return load(path, environ=known, known_adapters=ADAPTERS, known_rules=RULES)


def everything_shown(config: Config) -> str:
    """Every form in which the configuration is ever printed, logged or stored without redaction."""
    tables = (config.project, config.source, config.target, config.data, config.performance, config.ux)
    environments = [config.pair[side] for side in Side]
    shown = [config, config.pair, *tables, *environments, *config.profiles.values(), config.origins]
    texts = [repr(item) for item in shown] + [str(item) for item in shown] + [f"{item!r}" for item in shown]
    texts += [table.model_dump_json() for table in tables] + [repr(dict(config.source.options))]
    texts += [repr(item) for item in config.settings()] + [str(values.dumps(config.plain()))]
    return "\n".join([*texts, config.digest])


def result(path: Path, environ: dict[str, str]) -> tuple[str, Config | None]:
    try:
        config = loaded(path, environ)
    except ConfigError as error:
        assert error.__cause__ is None
        assert error.__context__ is None
        languages = [render(error.sentence, language) for language in Language]
        return "\n".join([*languages, repr(error), str(error.args)]), None
    return everything_shown(config), config


@pytest.mark.parametrize("path", sorted(leaves(WHOLE)))
def test_variable_shows_nowhere(path: str, tmp_path: Path) -> None:
    """Through ${VAR} in any field, right or wrong in that field: the value is never shown."""
    file = written(tmp_path, with_value(WHOLE, path, "${CANARY_VARIABLE}"))
    shown, config = result(file, {"CANARY_VARIABLE": CANARY})
    assert CANARY not in shown
    assert config is None or CANARY in config.secrets()


@pytest.mark.parametrize("path", LITERAL)
def test_literal_secret_shows_nowhere(path: str, tmp_path: Path) -> None:
    """Written into the file where secrets belong."""
    value = f"postgresql://reader:{CANARY}@db/source" if path.endswith("sql") else CANARY
    shown, config = result(written(tmp_path, with_value(WHOLE, path, value)), {})
    assert config is not None
    assert CANARY not in shown
    assert CANARY in config.secrets()


@pytest.mark.parametrize("path", LITERAL)
@pytest.mark.parametrize("wrong", ["[{}]", "{{ inner = {} }}", "12{}", "{}\n{}"])
def test_wrong_secret_shows_nowhere(path: str, wrong: str, tmp_path: Path) -> None:
    """A secret of a wrong type or in broken TOML is not quoted by the problem."""
    content = written(tmp_path, with_value(WHOLE, path, "PLACE")).read_text(encoding="utf-8")
    quoted = wrong.replace("{}", json.dumps(CANARY)).replace("{{", "{").replace("}}", "}")
    (tmp_path / "harness.toml").write_text(content.replace('"PLACE"', quoted), encoding="utf-8")
    assert CANARY not in result(tmp_path / "harness.toml", {})[0]


def test_secrets_are_everything_that_must_be_redacted(tmp_path: Path) -> None:
    data = with_value(WHOLE, "source.sql", "postgresql://reader:a%40b@db/${DATABASE}")
    config = loaded(written(tmp_path, data), {"DATABASE": "books", "UNUSED": "unused"})
    assert set(config.secrets()) == {
        "postgresql://reader:a%40b@db/books", "reader:a%40b", "a%40b", "a@b", "books",
        "key-of-fingerprints", "key-of-partner", "pw-admin", "token", "p",
            "https://hooks.example/T0/B0",
    }  # fmt: skip
    assert list(config.secrets()) == sorted(config.secrets(), key=lambda item: (-len(item), item))


def test_hidden_text_still_works_as_text(tmp_path: Path) -> None:
    data = with_value(WHOLE, "source.url", "http://127.0.0.1:${PORT}")
    environment = loaded(written(tmp_path, data), {"PORT": "8123"}).pair.source
    assert environment.url == "http://127.0.0.1:8123"
    assert "8123" not in repr(environment)


def test_digest_knows_settings_but_no_secret(tmp_path: Path) -> None:
    digest = loaded(written(tmp_path, WHOLE), {}).digest
    secret = with_value(WHOLE, "source.accounts.admin.password", "another")
    setting = with_value(WHOLE, "ux.repeats", 4)
    assert loaded(written(tmp_path, secret), {}).digest == digest
    assert loaded(written(tmp_path, setting), {}).digest != digest
    (tmp_path / "elsewhere").mkdir()
    assert loaded(written(tmp_path / "elsewhere", WHOLE), {}).digest == digest
