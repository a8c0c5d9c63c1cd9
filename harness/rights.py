"""What rights are about in any ERP: kinds of records, what one may do with them, what a try came to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.model import Title

READ, CREATE, WRITE, DELETE = "read", "create", "write", "delete"
BUTTON = "button:"


class Answer(StrEnum):
    """What a user's attempt came to."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    # not tried: the ERP's own decision for this user, which it was asked for
    SAID_ALLOWED = "said allowed"
    SAID_REFUSED = "said refused"
    NOT_OFFERED = "not offered"
    # the attempt ended in something that proves neither
    UNCLEAR = "unclear"
    # the write guard has not unlocked the environment
    LOCKED = "locked"

    @property
    def allowed(self) -> bool | None:
        """Whether the user may; None when that is not known."""
        return _MEANS.get(self)

    @property
    def tried(self) -> bool:
        """Whether the ERP was put to the test."""
        return self in {Answer.ALLOWED, Answer.REFUSED, Answer.NOT_OFFERED}


_MEANS = {
    Answer.ALLOWED: True,
    Answer.SAID_ALLOWED: True,
    Answer.REFUSED: False,
    Answer.SAID_REFUSED: False,
    Answer.NOT_OFFERED: False,
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of records that rights are about, by the name it had before the upgrade.

    `operations` are those that make sense: read, create, write, delete, and `button:<name>`. `fields` are
    all of its fields, `guarded` those that stored rights speak of. `form` is the adapter's own note on how
    it can be tried.
    """

    model: str
    title: Title
    module: str
    operations: tuple[str, ...]
    fields: tuple[str, ...] = ()
    guarded: tuple[str, ...] = ()
    form: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """One stored right: `group` is empty when everybody has it. It explains a finding and proves none."""

    model: str
    group: str
    operations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Door:
    """A way in that was tried without logging in."""

    name: str
    title: Title
    answer: Answer
