"""What an ERP adapter may be able to say about rights: not what is stored, but what happens when one tries.

A try leaves nothing behind: it reads, or it is stopped by something that comes after the ERP's own access
check. Where an ERP checks rights last, nothing can be tried without harm; it is asked instead, as the user,
and the answer says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from harness.documents import Ref
from harness.rights import Answer, Door, Grant, Subject


@runtime_checkable
class ChecksAccess(Protocol):
    """Tries what a role may do. What could write demands the write guard; locked, it answers LOCKED."""

    def subjects(self) -> tuple[Subject, ...]:
        """Every kind of records that the ERP offers to users, with their fields."""

    def grants(self) -> tuple[Grant, ...]:
        """The rights on kinds of records as they are stored."""

    def samples(self) -> Mapping[str, Mapping[str, str]]:
        """Where rules on single records exist: by model, ids with a word on whose they are (company=1).

        The ids come from the database when it may be asked; otherwise only what the reader sees is there.
        """

    def doors(self) -> tuple[Door, ...]:
        """What answers without a login."""

    def log_in(self) -> Answer:
        """Whether the account can log in."""

    def groups(self) -> tuple[str, ...]:
        """The names of the groups that the account is in."""

    def try_operations(self, subjects: Sequence[Subject]) -> Mapping[str, Mapping[str, Answer]]:
        """By model: what each of its operations came to."""

    def try_fields(self, subject: Subject, one_by_one: Sequence[str]) -> Mapping[str, Answer]:
        """What reading each field came to; `one_by_one` are read from a record, if any."""

    def reach(self, model: str, ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """Which of the records the role can read, write and delete, as rules on records go."""


@runtime_checkable
class LendsAccounts(Protocol):
    """Makes a login for what must not be tried with one that people use. Demands the write guard."""

    def lend_account(self, user: str, password: str) -> Ref:
        """A login of this name, with no right but those that everybody has."""

    def retire_account(self, account: Ref) -> None:
        """Nobody can log in with it any more."""
