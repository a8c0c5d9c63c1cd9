"""Adapters by name: known, unknown, doubled, without their driver; and each with its conformance suite."""

from __future__ import annotations

import ast
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from harness.adapters.registry import GROUP, load, names
from harness.errors import ConfigError, MissingTool
from harness.messages import Language, render

TESTS = Path(__file__).parents[1]


def _plugin(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, GROUP)


def test_built_in_adapters_load() -> None:
    """Each name leads to a class that opens itself."""
    for name in names([]):
        assert callable(load(name, []).open)


def test_a_plugin_and_a_direct_path_load() -> None:
    """Adapters of other packages need no line here."""
    target = "tests.fakes.offline:OfflineSales"
    assert load("mine", [_plugin("mine", target)]) is load(target, [])


@pytest.mark.parametrize(
    ("name", "plugins", "error", "said"),
    [
        (
            "trytn",
            [],
            ConfigError,
            (
                "There is no adapter called 'trytn'. Did you mean 'tryton'? "
                "Known adapters: tryton, database, odata."
            ),
        ),
        (
            "sap",
            [],
            ConfigError,
            "There is no adapter called 'sap'. Known adapters: database, odata, tryton.",
        ),
        (
            "mine",
            [_plugin("mine", "one:A"), _plugin("mine", "two:A")],
            ConfigError,
            "Two providers offer the adapter 'mine': one:A, two:A. Uninstall one of them.",
        ),
        (
            "tryton",
            [_plugin("tryton", "other:A")],
            ConfigError,
            (
                "Two providers offer the adapter 'tryton': harness.adapters.tryton.adapter:TrytonAdapter,"
                " other:A. Uninstall one of them."
            ),
        ),
        (
            "mine",
            [_plugin("mine", "no_such_driver.erp:A")],
            MissingTool,
            (
                "The adapter 'mine' needs the Python package 'no_such_driver', which is not installed."
                " Install it with: pip install no_such_driver"
            ),
        ),
        (
            "mine",
            [_plugin("mine", "harness.values:Nothing")],
            ConfigError,
            "The adapter 'mine' points to harness.values:Nothing, which does not exist.",
        ),
    ],
)
def test_what_cannot_be_loaded_says_why(
    name: str, plugins: list[EntryPoint], error: type[Exception], said: str
) -> None:
    """The nearest known name first, and the cure where there is one."""
    with pytest.raises(error) as caught:
        load(name, plugins)

    assert str(caught.value) == said


def test_every_sentence_is_there_in_chinese() -> None:
    """The same error reads in the other language."""
    with pytest.raises(ConfigError) as caught:
        load("trytn", [])

    assert render(caught.value.sentence, Language.ZH) == (
        "没有名为“trytn”的适配器。是否要用“tryton”？可用的适配器：tryton、database、odata。"
    )


def test_asking_for_names_imports_no_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    """A driver is needed only by whoever uses it."""
    for module in [name for name in sys.modules if name.startswith("harness.adapters.tryton")]:
        monkeypatch.delitem(sys.modules, module)
    names()

    assert "harness.adapters.tryton.adapter" not in sys.modules


def test_every_adapter_has_a_conformance_suite() -> None:
    """An adapter that nobody has put through the suite is not an adapter."""
    covered = {name for file in TESTS.rglob("test_*.py") for name in _conformed(file)}

    assert set(names()) <= covered


def _conformed(file: Path) -> set[str]:
    classes = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ClassDef)]
    return {
        str(statement.value.value)
        for node in classes
        if any(isinstance(base, ast.Name) and base.id == "AdapterConformance" for base in node.bases)
        for statement in node.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and [target.id for target in statement.targets if isinstance(target, ast.Name)] == ["adapter_name"]
    }
