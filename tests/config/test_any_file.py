"""Whatever stands in the files: a configuration, or a ConfigError with sentences; never a crash."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.config import load
from harness.errors import ConfigError
from harness.messages import Language, render
from tests.config.cases import ADAPTERS, RULES
from tests.config.test_secrets import WHOLE, leaves, with_value

pytestmark = pytest.mark.thorough

POLICY: dict[str, Any] = {
    "schema": 1,
    "materiality": {"amount": "0.00", "currency": "CNY"},
    "milestones": {
        "SIT": {
            "areas": ["data"],
            "rules": [
                {"rule": "no_open_findings", "limit": 0, "area": "data", "severity": "major"},
                {"rule": "findings_per_severity", "limit": {"major": 3}, "set_on": "2026-11-01"},
                {"rule": "sign_offs", "limit": ["finance"], "requirements": ["S02"]},
            ],
        }
    },
}
WAIVERS: dict[str, Any] = {
    "schema": 1,
    "waiver": [
        {"id": "W", "reason": "r", "owner": "o", "approver": "a", "expires": "2026-12-31", "check": "c.d"}
    ],
}
FILES = {"harness.toml": WHOLE, "policy.toml": POLICY, "waivers.toml": WAIVERS}
NODES = [(name, path) for name, data in FILES.items() for path in leaves(data)]

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.decimals(allow_nan=False, allow_infinity=False, places=2)
    | st.sampled_from(["inf", "nan"]).map(Decimal)
    | st.text(max_size=20)
    | st.sampled_from(["${X}", "$${X}", "http://[", "x://", "2026-13-01", "1e999999", "\x00", "../..", "$"])
    | st.dates().map(lambda day: day)
    | st.just(datetime(2026, 1, 1, 12))
    | st.just(time(12))
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def toml(value: Any) -> str:
    match value:
        case None:
            return '""'
        case bool():
            return str(value).lower()
        case Decimal() if not value.is_finite():
            return "nan" if value.is_nan() else "inf"
        case int() | Decimal():
            return str(value).lower()
        case date() | time():
            return value.isoformat()
        case dict():
            return "{" + ", ".join(f"{toml(name)} = {toml(item)}" for name, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(toml, value)) + "]"
    escaped = "".join(f"\\u{ord(c):04x}" if c < " " or c in '"\\\x7f' else c for c in value)
    return '"' + escaped.encode("utf-8", "replace").decode() + '"'


def write(folder: Path, name: str, data: dict[str, Any]) -> None:
    content = "\n".join(f"{key} = {toml(item)}" for key, item in data.items())
    (folder / name).write_text(content, encoding="utf-8")


def told(folder: Path, overrides: dict[str, str]) -> None:
    try:
        config = load(
            folder / "harness.toml",
            environ={"X": "value-of-x"},
            overrides=overrides,
            known_adapters=ADAPTERS,
            known_rules=RULES,
        )
    except ConfigError as error:
        shown = "".join(render(error.sentence, language) for language in Language)
    else:
        shown = repr((config.pair, list(config.settings()), config.digest, config.secrets() and ""))
    assert "value-of-x" not in shown


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(NODES), VALUES)
def test_any_value_in_any_place(node: tuple[str, str], value: Any) -> None:
    name, path = node
    with tempfile.TemporaryDirectory() as folder:
        for file, data in FILES.items():
            write(Path(folder), file, with_value(data, path, value) if file == name else data)
        told(Path(folder), {})


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.sampled_from(sorted(WHOLE) + list(POLICY)), VALUES)
def test_any_value_as_a_whole_table(name: str, table: str, value: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for file, data in FILES.items():
            write(Path(folder), file, {**data, table: value} if file == name else data)
        told(Path(folder), {})


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([path for name, path in NODES if name == "harness.toml"]) | st.text(max_size=20),
    st.text(),
)
def test_any_flag(path: str, value: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for file, data in FILES.items():
            write(Path(folder), file, data)
        told(Path(folder), {path: value})


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for file in FILES:
            (Path(folder) / file).write_bytes(content)
        (Path(folder) / ".env").write_bytes(content)
        told(Path(folder), {})
