"""The write guard: what unlocks writing, and what the refusal says."""

from __future__ import annotations

import pytest

from harness.adapters.guard import WriteGuard
from harness.errors import ExitCode, WriteRefused
from harness.model import Environment, Side


@pytest.mark.parametrize(
    ("unlocked", "allow_writes", "production", "said"),
    [
        (True, True, False, None),
        (
            False,
            False,
            False,
            (
                "'create order' was not sent: writing to the source is locked. It needs the mark"
                " @pytest.mark.writes on the check and allow_writes = true in [source] of harness.toml."
            ),
        ),
        (
            False,
            True,
            False,
            (
                "'create order' was not sent: this check is not allowed to write to the source."
                " It needs the mark @pytest.mark.writes (allow_writes is already true)."
            ),
        ),
        (
            True,
            False,
            False,
            (
                "'create order' was not sent: the check may write, but the source may not be written to."
                " It needs allow_writes = true in [source] of harness.toml."
            ),
        ),
        (
            True,
            False,
            True,
            (
                "'create order' was not sent: [source] is declared production = true, and nothing can unlock"
                " writing to a production system."
            ),
        ),
    ],
)
def test_mark_permission_and_production_decide(
    unlocked: bool, allow_writes: bool, production: bool, said: str | None
) -> None:
    """One of them alone is never enough, and production never is."""
    environment = Environment(
        Side.SOURCE, "tryton", "http://erp", allow_writes=allow_writes, production=production
    )
    guard = WriteGuard(environment, unlocked)
    if said is None:
        guard.demand("create order")
        return
    with pytest.raises(WriteRefused) as caught:
        guard.demand("create order")

    assert str(caught.value) == said
    assert caught.value.exit_code is ExitCode.USAGE_ERROR


def test_a_writable_production_environment_cannot_even_be_made() -> None:
    """So no mark and no option can bring the two together."""
    with pytest.raises(ValueError, match="production"):
        Environment(Side.SOURCE, "tryton", "http://erp", production=True, allow_writes=True)
