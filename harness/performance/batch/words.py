"""What batches and their figures are called in the reader's language, where the catalogue knows them."""

from __future__ import annotations

from harness.messages import catalogue
from harness.model import Text, text


def batch_name(name: str) -> Text | str:
    """The batch as people call it; an adapter's own name where there are no words for it."""
    return _worded(f"batch.name.{name}", name)


def figure_name(name: str) -> Text | str:
    """The figure as people call it."""
    return _worded(f"batch.figure.{name}", name)


def _worded(key: str, name: str) -> Text | str:
    return text(key) if key in catalogue() else name
