"""Keeps secrets out of everything that pytest prints and out of what its workers send."""

from __future__ import annotations

import sys
from collections.abc import Generator
from typing import Any

import pytest

from harness.redact import Redactor


class Printing:
    """A plug-in of its own, registered once the secrets are known."""

    def __init__(self, redactor: Redactor) -> None:
        self._redact = redactor.text

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self) -> Generator[None, Any, Any]:
        """What a test says: its error, and the output and log that pytest captured."""
        report = yield
        return self._redacted(report)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(self) -> Generator[None, Any, Any]:
        """What a suite that cannot be imported says."""
        report = yield
        return self._redacted(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: Any) -> None:
        """A warning, before anything shows it or sends it on."""
        warning_message.message = self._redact(str(warning_message.message))

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: Any) -> bool:
        """A crash of pytest or of a plug-in, printed here in place of pytest."""
        for line in self._redact(str(excrepr)).splitlines():
            sys.stderr.write(f"INTERNALERROR> {line}\n")
        return True

    def _redacted(self, report: Any) -> Any:
        report.sections = [(self._redact(name), self._redact(content)) for name, content in report.sections]
        if isinstance(report.longrepr, tuple):  # a skip: where and why
            file, line, why = report.longrepr
            report.longrepr = (file, line, self._redact(why))
        elif report.longrepr is not None:
            shown = str(report.longreprtext)
            if self._redact(shown) != shown:
                report.longrepr = self._redact(shown)
        return report
