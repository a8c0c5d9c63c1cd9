"""What keeps the code readable, counted: sizes, names, frozen nouns, imports without side effects."""

from __future__ import annotations

import ast
import dataclasses
import enum
import inspect
import re
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import pytest

from harness import documents, model

Node = TypeVar("Node", bound=ast.AST)
ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "harness"
# Run by the interpreter of the ERP itself, in that ERP's own style.
FOREIGN = (PACKAGE / "demo" / "remote",)

MODULE_LINES = 500  # aim at 250 and discuss above 400
FUNCTION_LINES = 45
FUNCTION_MEDIAN = 10
INIT_LINES = 60
FORBIDDEN_MODULES = re.compile(r"^(utils?|helpers?|commons?|managers?|misc|core|base(_.*)?)$")
FORBIDDEN_CLASSES = re.compile(r"(Manager|Helper|Utils?)$|^(Base|Abstract)[A-Z]")
# What would be called so is the source or the target.
FORBIDDEN_NAMES = re.compile(
    r"^(left|right|(old|new|left|right|before|after)"
    r"_(env\w*|sides?|systems?|erp|db|databases?|values?|rows?|tables?|urls?|versions?|counts?|runs?))$"
)
ALIGNMENT = {("reporting/console.py", "right")}  # of a column of figures
BOUNDARIES = {"cli/__init__.py": 1, "plugin/runner.py": 1}
HEAVY = {"gevent", "playwright", "locust", "allure_commons", "sqlalchemy", "pyarrow", "httpx", "pydantic"}


@cache
def trees() -> Mapping[str, ast.Module]:
    """Every module of ours, parsed, by its path below the package."""
    ours = (path for path in PACKAGE.rglob("*.py") if not any(map(path.is_relative_to, FOREIGN)))
    return {
        path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(ours)
    }


@cache
def walked() -> Sequence[tuple[str, ast.AST]]:
    """Every node of every module: walking the trees takes longer than any test that looks at them."""
    return [(path, node) for path, tree in trees().items() for node in ast.walk(tree)]


def nodes(kind: type[Node] | tuple[type[Node], ...]) -> Iterator[tuple[str, Node]]:
    for path, node in walked():
        if isinstance(node, kind):
            yield path, node


def code_lines(node: ast.FunctionDef) -> int:
    """The lines of a function without its docstring."""
    first = node.body[0]
    documented = ast.get_docstring(node) is not None
    lines = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (node.end_lineno or 0) - node.lineno + 1 - lines


def test_modules_are_small() -> None:
    lengths = {path: len((PACKAGE / path).read_text(encoding="utf-8").splitlines()) for path in trees()}
    assert {path: length for path, length in lengths.items() if length > MODULE_LINES} == {}
    assert lengths["__init__.py"] <= INIT_LINES


def test_functions_are_small() -> None:
    lengths = [(f"{path}: {node.name}", code_lines(node)) for path, node in nodes(ast.FunctionDef)]
    assert [found for found in lengths if found[1] > FUNCTION_LINES] == []
    assert statistics.median(length for _, length in lengths) <= FUNCTION_MEDIAN


def test_modules_are_named_after_what_they_are() -> None:
    names = {(path, part.removesuffix(".py")) for path in trees() for part in path.split("/")}
    assert {found for found in names if FORBIDDEN_MODULES.match(found[1])} == set()


def test_classes_are_named_after_what_they_are() -> None:
    names = {(path, node.name) for path, node in nodes(ast.ClassDef)}
    assert {found for found in names if FORBIDDEN_CLASSES.search(found[1])} == set()


def test_the_two_sides_are_called_source_and_target() -> None:
    names = {(path, name) for path, tree in trees().items() for name in given_names(tree)}
    assert {found for found in names if FORBIDDEN_NAMES.match(found[1])} - ALIGNMENT == set()


def given_names(tree: ast.Module) -> Iterator[str]:
    """Names that a module itself gives: variables, parameters, functions, classes, attributes set."""
    for item in ast.walk(tree):
        match item:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def test_everything_is_caught_only_at_the_two_boundaries() -> None:
    """Cleaning up and raising again is no catching."""
    broad = Counter(path for path, node in nodes(ast.ExceptHandler) if is_broad(node) and not raises(node))
    assert {path: count for path, count in broad.items() if count > BOUNDARIES.get(path, 0)} == {}


def is_broad(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException"))
        for kind in kinds
    )


def raises(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_every_test_of_the_integration_folder_needs_the_real_pair() -> None:
    """Bare pytest does not collect that folder: an offline test in it would never run."""
    files = sorted((ROOT / "tests" / "integration").glob("**/test_*.py"))

    assert files
    assert [file.name for file in files if "mark.real_pair" not in file.read_text("utf-8")] == []


def test_everything_is_synchronous() -> None:
    assert list(nodes((ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await))) == []
    imported = {(path, alias.name) for path, node in nodes(ast.Import) for alias in node.names}
    imported |= {(path, node.module or "") for path, node in nodes(ast.ImportFrom)}
    assert {path for path, name in imported if name.partition(".")[0] == "asyncio"} == set()


def test_public_names_promise_something() -> None:
    """A sentence on every module with code in it, and on its public classes and functions."""
    silent = [path for path, tree in trees().items() if tree.body and ast.get_docstring(tree) is None]
    for path, tree in trees().items():
        public = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        silent += [
            f"{path}: {node.name}"
            for node in public
            if not node.name.startswith("_") and ast.get_docstring(node) is None
        ]
    assert silent == []


@pytest.mark.parametrize("module", [model, documents], ids=lambda module: module.__name__)
def test_nouns_are_frozen_and_have_slots(module: ModuleType) -> None:
    for name, kind in inspect.getmembers(module, inspect.isclass):
        if kind.__module__ != module.__name__ or issubclass(kind, enum.Enum):
            continue
        assert "__slots__" in vars(kind), name
        if dataclasses.is_dataclass(kind):
            assert kind.__dataclass_params__.frozen, name  # type: ignore[attr-defined]


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stderr == ""
    return set(done.stdout.split())


@pytest.mark.end_to_end
@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("import harness", set()),
        ("import harness.plugin", {"sqlalchemy", "httpx", "pydantic", "pyarrow", "allure_commons"}),
        ("import harness.cli", set()),
        ("import harness.config", {"pydantic"}),
        ("import harness.gate", {"pydantic"}),
    ],
)
def test_importing_loads_nothing_heavy(statement: str, allowed: set[str]) -> None:
    assert loaded_by(statement) & HEAVY <= allowed


@pytest.mark.end_to_end
def test_importing_prints_and_opens_nothing(tmp_path: Path) -> None:
    """Every module of ours, imported in an empty folder: no output, no file, no thread, no connection."""
    names = [
        ".".join(("harness", *path.removesuffix(".py").split("/"))).removesuffix(".__init__")
        for path, tree in trees().items()
        if not imports_locust(tree) and not path.endswith("__main__.py")
    ]
    code = (
        "import importlib, socket, sys, threading\n"
        "def refuse(*a, **k): raise RuntimeError('a connection while importing')\n"
        "socket.socket.connect = refuse\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "assert threading.active_count() == 1, threading.enumerate()\n"
        "assert not {'gevent', 'locust'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def imports_locust(tree: ast.Module) -> bool:
    """True for what only the load generator's own process imports; locust patches the interpreter."""
    names = [alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)]
    return any(name.partition(".")[0] in ("locust", "gevent") for name in names)


def test_layers_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
