"""Offline by default: no test may open a connection, and those that need servers are not selected."""

import pytest
import pytest_socket


def pytest_addoption(parser: pytest.Parser) -> None:
    """The tests on the real ERP pair are asked for explicitly."""
    parser.addoption("--real-pair", action="store_true", help="run the tests that need the real ERP pair")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without --real-pair the tests that need servers are deselected, never skipped green."""
    if config.getoption("--real-pair"):
        return
    live = [item for item in items if item.get_closest_marker("real_pair")]
    if live:
        items[:] = [item for item in items if item not in live]
        config.hook.pytest_deselected(items=live)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Blocks sockets, those to this machine too, for every test that needs no server."""
    if item.get_closest_marker("real_pair"):
        pytest_socket.enable_socket()
    else:
        pytest_socket.disable_socket(allow_unix_socket=True)
