"""Offline by default: no test may open a connection, and those that need servers are not selected."""

from pathlib import Path

import pytest
import pytest_socket
from hypothesis import settings

INTEGRATION = Path(__file__).parent / "integration"
ASKED_FOR = ("real_pair", "end_to_end", "thorough", "qualify")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The tests on the real ERP pair are asked for explicitly."""
    parser.addoption("--real-pair", action="store_true", help="run the tests that need the real ERP pair")
    parser.addoption("--qualify", action="store_true", help="run what repeats or measures at length")
    parser.addoption("--thorough", action="store_true", help="run the tests of many random cases")
    parser.addoption("--cases", type=int, default=200, help="random cases of each property of the verdict")
    parser.addoption("--end-to-end", action="store_true", help="run the offline tests that start processes")


def pytest_configure(config: pytest.Config) -> None:
    """The number of random cases of the properties that the verdict stands on."""
    settings.register_profile(
        "cases", max_examples=config.getoption("cases"), deadline=None, derandomize=True
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Tests on the real pair are not even imported unless they are asked for or named."""
    if collection_path != INTEGRATION or config.getoption("real_pair"):
        return None
    named = (Path(argument.partition("::")[0]).resolve() for argument in config.args)
    return None if any(path.is_relative_to(INTEGRATION) for path in named) else True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What was not asked for is deselected, never skipped green."""
    unasked = [mark for mark in ASKED_FOR if not config.getoption(mark)]
    left_out = [item for item in items if any(item.get_closest_marker(mark) for mark in unasked)]
    if left_out:
        items[:] = [item for item in items if item not in set(left_out)]
        config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Blocks sockets, those to this machine too, for every test that needs no server."""
    if item.get_closest_marker("real_pair"):
        pytest_socket.enable_socket()
    else:
        pytest_socket.disable_socket(allow_unix_socket=True)
