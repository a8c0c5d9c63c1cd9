"""Allure's file writer with redaction in front of every byte it writes."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

import attr
from allure_commons import hookimpl
from allure_commons.logger import AllureFileLogger

from harness.redact import Redactor


def redacting_logger(folder: Path, redactor: Redactor) -> AllureFileLogger:
    """A logger for `allure_commons.plugin_manager` that stores nothing unredacted."""
    return _RedactingFileLogger(folder, redactor)


class _RedactingFileLogger(AllureFileLogger):
    def __init__(self, folder: Path, redactor: Redactor) -> None:
        super().__init__(str(folder))  # type: ignore[no-untyped-call]  # allure has no types
        self._redactor = redactor

    def _report_item(self, item: Any) -> None:
        super()._report_item(_redacted(item, self._redactor))  # type: ignore[no-untyped-call]  # as above

    @hookimpl
    def report_attached_file(self, source: str, file_name: str) -> None:
        self._write(Path(source).read_bytes(), file_name)

    @hookimpl
    def report_attached_data(self, body: str | bytes, file_name: str) -> None:
        self._write(body.encode() if isinstance(body, str) else body, file_name)

    def _write(self, content: bytes, file_name: str) -> None:
        media_type = mimetypes.guess_type(file_name)[0] or "application/octet-stream"
        (self._report_dir / file_name).write_bytes(self._redactor.content(content, media_type))


def _redacted(item: Any, redactor: Redactor) -> Any:
    """A copy of an Allure model object in which every text is redacted."""
    if isinstance(item, str):
        return redactor.text(item)
    if isinstance(item, list):
        return [_redacted(each, redactor) for each in item]
    if attr.has(type(item)):
        names = [each.name for each in attr.fields(type(item))]
        return attr.evolve(item, **{name: _redacted(getattr(item, name), redactor) for name in names})
    return item
