"""The cache never holds anything half-made, and its keys change with everything that matters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.demo.cache import BUILDING, Cache, content_key, default_cache


def _tree(root: Path) -> Path:
    (root / "seed").mkdir(parents=True)
    (root / "seed" / "a.py").write_text("a")
    (root / "lock.txt").write_text("x==1")
    return root


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file changes": lambda root: (root / "lock.txt").write_text("x==2"),
    "a file in a folder changes": lambda root: (root / "seed" / "a.py").write_text("b"),
    "a file is added": lambda root: (root / "seed" / "b.py").write_text(""),
    "a file is renamed": lambda root: (root / "seed" / "a.py").rename(root / "seed" / "c.py"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_key_changes_with_content(tmp_path: Path, change: Callable[[Path], object]) -> None:
    root = _tree(tmp_path)
    first = content_key(root / "seed", root / "lock.txt", "15")
    change(root)
    assert content_key(root / "seed", root / "lock.txt", "15") != first


def test_key_ignores_where_and_when(tmp_path: Path) -> None:
    one, other = _tree(tmp_path / "one"), _tree(tmp_path / "other")
    (other / "seed" / "__pycache__").mkdir()
    (other / "seed" / "__pycache__" / "a.pyc").write_bytes(b"\0")
    assert content_key(one / "seed", one / "lock.txt") == content_key(other / "seed", other / "lock.txt")


def test_key_tells_parts_apart() -> None:
    assert content_key("ab", "c") != content_key("a", "bc")


def test_entry_appears_only_when_whole(tmp_path: Path) -> None:
    cache = Cache(tmp_path)

    def make(place: Path) -> None:
        (place / "one").write_text("1")
        assert cache.entry("thing") is None
        (place / "two").write_text("2")

    entry = cache.build("thing", make)
    assert sorted(file.name for file in entry.iterdir()) == ["one", "two"]
    assert cache.entry("thing") == entry


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_failed_build_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    cache = Cache(tmp_path)

    def make(place: Path) -> None:
        (place / "half").write_text("half")
        raise error

    with pytest.raises(error):
        cache.build("thing", make)
    assert cache.entry("thing") is None
    assert not list(tmp_path.glob(f"{BUILDING}*"))


def test_finished_entry_is_not_built_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.build("thing", lambda place: None)

    def explode(place: Path) -> None:
        raise AssertionError("built twice")

    assert cache.build("thing", explode) == tmp_path / "thing"


def test_leftovers_of_a_killed_build_are_removed(tmp_path: Path) -> None:
    (tmp_path / f"{BUILDING}thing-abc").mkdir()
    (tmp_path / f"{BUILDING}other-abc").mkdir()
    Cache(tmp_path).build("thing", lambda place: None)
    assert [path.name for path in tmp_path.glob(f"{BUILDING}*")] == [f"{BUILDING}other-abc"]


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"HARNESS_CACHE": "/a", "XDG_CACHE_HOME": "/b", "HOME": "/c"}, "/a"),
        ({"XDG_CACHE_HOME": "/b", "HOME": "/c"}, "/b/erp-upgrade-harness"),
        ({"HOME": "/c"}, "/c/.cache/erp-upgrade-harness"),
    ],
)
def test_place_of_the_cache(environ: dict[str, str], expected: str) -> None:
    assert default_cache(environ) == Path(expected)
